"""Containers in a description (models describe.describeContainers)."""

from collections.abc import Callable

from simulator.api import quantities
from simulator.kubectl.describers.page import Obj, Page, moment, none_if_empty, title, truth

# What a fieldRef of an environment variable points to; empty where it cannot be told.
Resolver = Callable[[Obj], str]


def describe_containers(
    page: Page, label: str, containers: list[Obj], statuses: list[Obj], resolver: Resolver, *, template: bool = False
) -> None:
    """Write the block of containers; *template*: within a Pod template, one blank deeper."""
    space = "  " if template else ""
    page.line(0, f"{space}{label}:{'' if containers else ' <none>'}")
    by_name = {status.get("name"): status for status in statuses}
    for container in containers:
        status = by_name.get(container.get("name"))
        page.line(1, f"{' ' if template else ''}{container.get('name', '')}:")
        _basics(page, container, status)
        _words(page, "Command", container.get("command") or [])
        _words(page, "Args", container.get("args") or [])
        if status is not None:
            _states(page, status)
        describe_resources(page, container.get("resources") or {}, 2)
        _probes(page, container)
        _env_from(page, container.get("envFrom") or [])
        _environment(page, container, resolver)
        _mounts(page, container)


def _basics(page: Page, container: Obj, status: Obj | None) -> None:
    if status is not None:
        page.field("Container ID", status.get("containerID", ""), 2)
    page.field("Image", container.get("image", ""), 2)
    if status is not None:
        page.field("Image ID", status.get("imageID", ""), 2)
    ports = container.get("ports") or []
    shown = ", ".join(_port(port, "containerPort") for port in ports)
    page.field("Ports" if "," in shown else "Port", none_if_empty(shown), 2)
    hosts = ", ".join(_port(port, "hostPort") for port in ports)
    page.field("Host Ports" if "," in hosts else "Host Port", none_if_empty(hosts), 2)
    describe_seccomp(page, container, 2)


def describe_seccomp(page: Page, holder: Obj, level: int) -> None:
    """Write the seccomp profile of a Pod's spec or a container, if it has one."""
    profile = (holder.get("securityContext") or {}).get("seccompProfile")
    if profile:
        page.field("SeccompProfile", profile.get("type", ""), level)
        page.options([("LocalhostProfile", profile.get("localhostProfile"))], level)


def _port(port: Obj, field: str) -> str:
    number = f"{port.get(field, 0)}/{port.get('protocol', 'TCP')}"
    return f"{number} ({port['name']})" if port.get("name") else number


def _words(page: Page, title: str, words: list[str]) -> None:
    if words:
        page.line(2, f"{title}:")
    for word in words:
        for line in str(word).split("\n"):
            page.line(3, line)


def _states(page: Page, status: Obj) -> None:
    _state(page, "State", status.get("state") or {})
    if (status.get("lastState") or {}).get("terminated"):
        _state(page, "Last State", status["lastState"])
    page.field("Ready", title(status.get("ready")), 2)
    page.field("Restart Count", status.get("restartCount", 0), 2)


def _state(page: Page, label: str, state: Obj) -> None:
    if state.get("running"):
        page.field(label, "Running", 2)
        page.field("Started", moment(state["running"].get("startedAt")), 3)
    elif state.get("terminated"):
        page.field(label, "Terminated", 2)
        _terminated(page, state["terminated"])
    else:
        page.field(label, "Waiting", 2)
        page.options([("Reason", (state.get("waiting") or {}).get("reason"))], 3)


def _terminated(page: Page, state: Obj) -> None:
    page.options([("Reason", state.get("reason")), ("Message", state.get("message"))], 3)
    page.field("Exit Code", state.get("exitCode", 0), 3)
    page.options([("Signal", state.get("signal") or None)], 3)
    page.field("Started", moment(state.get("startedAt")), 3)
    page.field("Finished", moment(state.get("finishedAt")), 3)


def describe_resources(page: Page, resources: Obj, level: int) -> None:
    """Write limits and requests."""
    for key, label in (("limits", "Limits"), ("requests", "Requests")):
        amounts = resources.get(key) or {}
        if amounts:
            page.line(level, f"{label}:")
        for name, amount in sorted(amounts.items()):
            page.field(name, amount, level + 1)


def _probes(page: Page, container: Obj) -> None:
    for key, label in (("livenessProbe", "Liveness"), ("readinessProbe", "Readiness"), ("startupProbe", "Startup")):
        if container.get(key):
            page.field(label, probe_text(container[key]), 2)


def probe_text(probe: Obj) -> str:
    """A probe in one line."""
    attributes = (
        f"delay={probe.get('initialDelaySeconds', 0)}s timeout={probe.get('timeoutSeconds', 1)}s "
        f"period={probe.get('periodSeconds', 10)}s #success={probe.get('successThreshold', 1)} #failure={probe.get('failureThreshold', 3)}"
    )
    for kind, text in PROBES.items():
        if probe.get(kind) is not None:
            return f"{text(probe[kind])} {attributes}"
    return f"unknown {attributes}"


def _http_get(action: Obj) -> str:
    host, port, path = action.get("host", ""), str(action.get("port", "")), str(action.get("path", ""))
    path = path if path.startswith("/") or not path else f"/{path}"
    return f"http-get {str(action.get('scheme') or 'HTTP').lower()}://{host}{':' + port if port else ''}{path}"


PROBES: dict[str, Callable[[Obj], str]] = {
    "exec": lambda action: f"exec [{' '.join(action.get('command') or [])}]",
    "httpGet": _http_get,
    "tcpSocket": lambda action: f"tcp-socket {action.get('host', '')}:{action.get('port', '')}",
    "grpc": lambda action: f"grpc <pod>:{action.get('port', 0)} {action.get('service') or ''}",
}


def _env_from(page: Page, sources: list[Obj]) -> None:
    if sources:
        page.line(2, "Environment Variables from:")
    for source in sources:
        kind, reference = (
            ("ConfigMap", source["configMapRef"])
            if source.get("configMapRef")
            else ("Secret", source.get("secretRef") or {})
        )
        if source.get("prefix"):
            kind += f" with prefix '{source['prefix']}'"
        page.line(3, f"{reference.get('name', '')}\t{kind}\tOptional: {truth(reference.get('optional'))}")


def _environment(page: Page, container: Obj, resolver: Resolver) -> None:
    variables = container.get("env") or []
    page.line(2, "Environment:" if variables else "Environment:\t<none>")
    for variable in variables:
        name, source = variable.get("name", ""), variable.get("valueFrom")
        if source:
            if text := _value_from(name, source, container, resolver):
                page.line(3, text)
            continue
        for number, line in enumerate(str(variable.get("value") or "").split("\n")):
            page.line(3, f"{name}:\t{line}" if number == 0 else f"\t{line}")


def _value_from(name: str, source: Obj, container: Obj, resolver: Resolver) -> str:
    """Where a value is from; empty for a file (`fileKeyRef`), of which kubectl does not know to tell."""
    if source.get("fieldRef"):
        reference = source["fieldRef"]
        return f"{name}:\t{resolver(reference)} ({reference.get('apiVersion', 'v1')}:{reference.get('fieldPath', '')})"
    if source.get("resourceFieldRef"):
        reference = source["resourceFieldRef"]
        return f"{name}:\t{_resource_value(reference, container)} ({reference.get('resource', '')})"
    if source.get("secretKeyRef"):
        reference = source["secretKeyRef"]
        text = f"<set to the key '{reference.get('key', '')}' in secret '{reference.get('name', '')}'>"
        return f"{name}:\t{text}\tOptional: {truth(reference.get('optional'))}"
    if source.get("configMapKeyRef"):
        reference = source["configMapKeyRef"]
        text = f"<set to the key '{reference.get('key', '')}' of config map '{reference.get('name', '')}'>"
        return f"{name}:\t{text}\tOptional: {truth(reference.get('optional'))}"
    return ""


def _resource_value(reference: Obj, container: Obj) -> str:
    """The amount that a resourceFieldRef points to, divided and rounded up."""
    kind, _, name = str(reference.get("resource", "")).partition(".")
    amount = ((container.get("resources") or {}).get(kind) or {}).get(name)
    if amount is None:
        return "node allocatable" if kind == "limits" and name in ("cpu", "memory") else "0"
    divisor = quantities.nano(reference.get("divisor") or 0) or quantities.NANO
    return str(-(-quantities.nano(amount) // divisor))


def _mounts(page: Page, container: Obj) -> None:
    mounts = sorted(container.get("volumeMounts") or [], key=lambda mount: str(mount.get("mountPath", "")))
    page.line(2, "Mounts:" if mounts else "Mounts:\t<none>")
    for mount in mounts:
        flags = ["ro" if mount.get("readOnly") else "rw"]
        if mount.get("subPath"):
            flags.append(f'path="{mount["subPath"]}"')
        page.line(3, f"{mount.get('mountPath', '')} from {mount.get('name', '')} ({','.join(flags)})")
    devices = sorted(container.get("volumeDevices") or [], key=lambda device: str(device.get("devicePath", "")))
    if devices:
        page.line(2, "Devices:")
    for device in devices:
        page.line(3, f"{device.get('devicePath', '')} from {device.get('name', '')}")
