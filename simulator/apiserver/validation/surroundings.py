"""Rules for what surrounds a Pod: its host's namespaces, its names, its DNS, its operating system (ValidatePodSpec)."""

from simulator.api import field, names
from simulator.apiserver.validation.common import Errors, Obj, label_key, problems

IP_TEXT = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
MAX_SERVERS, MAX_SEARCHES, MAX_SEARCH_CHARS = 3, 32, 2048
SYSTEMS = ("linux", "windows")
NOT_ON_WINDOWS = "cannot be set for a windows pod"
# What Windows does not know, of a Pod, of its security context and of those of its containers; in the order of the checks.
POD_FIELDS = ("hostUsers", "hostPID", "hostIPC", "shareProcessNamespace")
CONTEXT_FIELDS = (
    *("appArmorProfile", "seLinuxOptions", "seccompProfile", "fsGroup", "fsGroupChangePolicy", "sysctls"),
    *("runAsUser", "runAsGroup", "supplementalGroups", "supplementalGroupsPolicy"),
)
CONTAINER_FIELDS = (
    *("appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem", "privileged"),
    *("allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup"),
)


def host_network(path: str, pod: Obj) -> Errors:
    """In the network of the host a container's port is the host's port."""
    if not pod.get("hostNetwork"):
        return []
    errors: Errors = []
    for at, container in enumerate(pod.get("containers") or ()):
        for number, port in enumerate(container.get("ports") or ()):
            if port.get("hostPort", port.get("containerPort")) != port.get("containerPort"):
                inner = f"{path}.containers[{at}].ports[{number}].hostPort"
                text = "must match `containerPort` when `hostNetwork` is true"
                errors.append(field.invalid(inner, port.get("hostPort", 0), text))
    return errors


def host_users(path: str, pod: Obj) -> Errors:
    """Who has users of its own cannot have the other namespaces of the host."""
    if pod.get("hostUsers") is not False:
        return []
    shared = (("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC"))
    text = "when `pod.Spec.HostUsers` is false"
    return [field.forbidden(f"{path}.{shown}", text) for name, shown in shared if pod.get(name)]


def dns_config(path: str, pod: Obj) -> Errors:
    """What is wrong with the configuration of DNS that a Pod brings along."""
    config = pod.get("dnsConfig")
    if pod.get("dnsPolicy") == "None" and config is None:
        return [field.required(path, "must provide `dnsConfig` when `dnsPolicy` is None")]
    config = config or {}
    if pod.get("dnsPolicy") == "None" and not config.get("nameservers"):
        text = "must provide at least one DNS nameserver when `dnsPolicy` is None"
        return [field.required(f"{path}.nameservers", text)]
    errors = _nameservers(f"{path}.nameservers", config.get("nameservers") or [])
    errors += _searches(f"{path}.searches", config.get("searches") or [])
    for at, option in enumerate(config.get("options") or ()):
        errors += [] if option.get("name") else [field.required(f"{path}.options[{at}]", "must not be empty")]
    return errors


def _nameservers(path: str, servers: list[str]) -> Errors:
    errors: Errors = []
    if len(servers) > MAX_SERVERS:
        errors.append(field.invalid(path, servers, f"must not have more than {MAX_SERVERS} nameservers"))
    for at, server in enumerate(servers):
        errors += [] if names.ip_address(server) else [field.invalid(f"{path}[{at}]", server, IP_TEXT)]
    return errors


def _searches(path: str, searches: list[str]) -> Errors:
    errors: Errors = []
    if len(searches) > MAX_SEARCHES:
        errors.append(field.invalid(path, searches, f"must not have more than {MAX_SEARCHES} search paths"))
    if len(" ".join(searches)) > MAX_SEARCH_CHARS:
        text = f"must not have more than {MAX_SEARCH_CHARS} characters (including spaces) in the search list"
        errors.append(field.invalid(path, searches, text))
    for at, search in enumerate(searches):
        bare = search.removesuffix(".")
        if search != ".":
            errors += problems(f"{path}[{at}]", bare, names.search_domain(bare))
    return errors


def readiness_gates(path: str, pod: Obj) -> Errors:
    """Conditions have names like labels."""
    errors: Errors = []
    for at, gate in enumerate(pod.get("readinessGates") or ()):
        errors += label_key(f"{path}[{at}].conditionType", gate.get("conditionType", ""))
    return errors


def host_aliases(path: str, aliases: list[Obj] | None) -> Errors:
    """What is wrong with lines for /etc/hosts."""
    errors: Errors = []
    for at, alias in enumerate(aliases or ()):
        ip = alias.get("ip", "")
        errors += [] if names.ip_address(ip) else [field.invalid(f"{path}[{at}].ip", ip, IP_TEXT)]
        for number, name in enumerate(alias.get("hostnames") or ()):
            errors += problems(f"{path}[{at}].hostnames[{number}]", name, names.subdomain(name))
    return errors


def operating_system(path: str, pod: Obj) -> Errors:
    """What is wrong with `os`, and what a Pod for Windows asks for though only Linux has it."""
    if pod.get("os") is None:
        return []
    name = pod["os"].get("name", "")
    if not name:
        return [field.required(f"{path}.os.name", "cannot be empty")]
    if name not in SYSTEMS:
        return [field.not_supported(f"{path}.os.name", name, SYSTEMS)]
    return _only_linux(path, pod) if name == "windows" else []


def _only_linux(path: str, pod: Obj) -> Errors:
    places: list[tuple[str, Obj, tuple[str, ...]]] = [
        (path, pod, POD_FIELDS),
        (f"{path}.securityContext", pod.get("securityContext") or {}, CONTEXT_FIELDS),
    ]
    for kind in ("initContainers", "containers"):
        for at, container in enumerate(pod.get(kind) or ()):
            inner = f"{path}.{kind}[{at}].securityContext"
            places.append((inner, container.get("securityContext") or {}, CONTAINER_FIELDS))
    return [
        field.forbidden(f"{inner}.{name}", NOT_ON_WINDOWS)
        for inner, holder, barred in places
        for name in barred
        if holder.get(name) is not None
    ]
