"""What `kubectl debug` makes: ephemeral containers, changed copies of Pods, Pods on nodes; and its profiles (models kubectl/pkg/cmd/debug)."""

from collections.abc import Callable, Collection
from typing import Any

from simulator.api import meta, patches

Obj = dict[str, Any]
LEGACY = "legacy"
EPHEMERAL, COPY, NODE = "ephemeral", "copy", "node"
# What a copy loses unless a flag `--keep-NAME` keeps it: parts of its metadata, and of each of its containers.
KEPT_METADATA = ("labels", "annotations")
PROBES = {"liveness": "livenessProbe", "readiness": "readinessProbe", "startup": "startupProbe"}
KEEP = (*KEPT_METADATA, *PROBES, "init-containers")
UNCHANGEABLE = ("name", "command", "image", "lifecycle", "volumeDevices")


def container_named(spec: Obj, name: str) -> Obj:
    """The container, ephemeral or not, of that name."""
    found = [*(spec.get("containers") or []), *(spec.get("ephemeralContainers") or [])]
    return next(each for each in found if each["name"] == name)


def copy_of(pod: Obj, name: str, *, same_node: bool) -> Obj:
    """A Pod like *pod* that can be created, under another name."""
    kept = {key: meta.copy(pod["metadata"][key]) for key in KEPT_METADATA if pod["metadata"].get(key)}
    metadata: Obj = {"name": name, "namespace": pod["metadata"]["namespace"], **kept}
    spec = {key: meta.copy(value) for key, value in pod["spec"].items() if key != "ephemeralContainers"}
    if not same_node:
        spec.pop("nodeName", None)
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def node_pod(name: str, node: str, container: Obj) -> Obj:
    """A Pod that runs on *node*, whatever its taints are."""
    metadata = {"name": name, "labels": {"app.kubernetes.io/managed-by": "kubectl-debug"}}
    spec = {
        "containers": [container],
        "nodeName": node,
        "restartPolicy": "Never",
        "tolerations": [{"operator": "Exists"}],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


# --- profiles ------------------------------------------------------------------------------------------------------------
def apply(profile: str, style: str, pod: Obj, name: str, *, share: bool | None, keep: Collection[str] = ()) -> None:
    """Change *pod*, whose debugging container is *name*, as the profile says. *keep*: which of `KEEP` a copy does not lose."""
    PROFILES[profile](style, pod["spec"], container_named(pod["spec"], name))
    if style != COPY:
        return
    _tidied(pod, ("annotations", *PROBES, "init-containers") if profile == LEGACY else keep)
    if profile == LEGACY:
        pod["spec"] |= {} if share is None else {"shareProcessNamespace": share}
    else:
        pod["spec"]["shareProcessNamespace"] = True if share is None else share


def _tidied(pod: Obj, keep: Collection[str]) -> None:
    """A copy is not found by Services and controllers, and not probed."""
    for part in KEPT_METADATA:
        if part not in keep:
            pod["metadata"].pop(part, None)
    for container in pod["spec"]["containers"]:
        for name, probe in PROBES.items():
            if name not in keep:
                container.pop(probe, None)
    if "init-containers" not in keep:
        pod["spec"].pop("initContainers", None)


def customize(pod: Obj, name: str, changes: Obj) -> None:
    """Merge *changes* into the debugging container."""
    container = container_named(pod["spec"], name)
    merged = patches.apply("strategic", container, changes, "core.v1.Container")
    container.clear()
    container.update(merged)


def _legacy(style: str, spec: Obj, container: Obj) -> None:
    if style == NODE:
        _root_mounted(spec, container)
        _host_namespaces(spec)


def _general(style: str, spec: Obj, container: Obj) -> None:
    if style == NODE:
        _root_mounted(spec, container)
        _host_namespaces(spec)
    else:
        _capable(container, "SYS_PTRACE")


def _baseline(style: str, spec: Obj, container: Obj) -> None:
    container.pop("securityContext", None)


def _restricted(style: str, spec: Obj, container: Obj) -> None:
    container["securityContext"] = {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def _netadmin(style: str, spec: Obj, container: Obj) -> None:
    _capable(container, "NET_ADMIN", "NET_RAW")
    if style == NODE:
        _host_namespaces(spec)


def _sysadmin(style: str, spec: Obj, container: Obj) -> None:
    container["securityContext"] = {**(container.get("securityContext") or {}), "privileged": True}
    if style == NODE:
        _host_namespaces(spec)
        _root_mounted(spec, container)


def _capable(container: Obj, *names: str) -> None:
    held = container.setdefault("securityContext", {})
    added = (held.get("capabilities") or {}).get("add") or []
    held["capabilities"] = {
        **(held.get("capabilities") or {}),
        "add": [*added, *(each for each in names if each not in added)],
    }


def _host_namespaces(spec: Obj) -> None:
    spec.update(hostNetwork=True, hostPID=True, hostIPC=True)


def _root_mounted(spec: Obj, container: Obj) -> None:
    spec["volumes"] = [*(spec.get("volumes") or []), {"name": "host-root", "hostPath": {"path": "/"}}]
    container["volumeMounts"] = [*(container.get("volumeMounts") or []), {"mountPath": "/host", "name": "host-root"}]


PROFILES: dict[str, Callable[[str, Obj, Obj], None]] = {
    LEGACY: _legacy,
    "general": _general,
    "baseline": _baseline,
    "restricted": _restricted,
    "netadmin": _netadmin,
    "sysadmin": _sysadmin,
}
