"""What the runtime is told about a Pod's sandbox and its containers (pkg/kubelet/kuberuntime/kuberuntime_{sandbox,container}.go)."""

from typing import Any

from simulator.api.quantities import milli, units
from simulator.api.requests import Obj
from simulator.kubelet import users
from simulator.kubelet.config_error import ConfigError
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.environment import environment
from simulator.kubelet.expansion import expand_all, expand_path
from simulator.kubelet.hosts_file import dns_config, hosts_file, uts_name
from simulator.kubelet.image_volumes import SOURCE
from simulator.kubelet.security import identity, verify_non_root
from simulator.kubelet.volumes import payloads
from simulator.runtime.cri_api import ContainerConfig, Mount, SandboxConfig

CLUSTER_DNS = "10.96.0.10"
POD_FILES = "/var/lib/kubelet/pods"
HOSTS_PATH = "/etc/hosts"
FILE_MODE = 0o644
TERMINATION_PATH = "/dev/termination-log"


def sandbox_config(deps: Deps, worker: Worker, pod: Obj) -> SandboxConfig:
    """The Pod as a whole."""
    spec, meta = pod["spec"], pod["metadata"]
    context = spec.get("securityContext") or {}
    dns, warnings = dns_config(pod, deps.cri.node_dns(), CLUSTER_DNS)
    for warning in warnings:
        deps.event(pod, "Warning", "DNSConfigForming", warning)
    return SandboxConfig(
        name=meta["name"],
        namespace=meta["namespace"],
        uid=worker["uid"],
        hostname=uts_name(pod, deps.node),
        labels=dict(meta.get("labels") or {}),
        dns=dns,
        sysctls={entry["name"]: entry["value"] for entry in context.get("sysctls") or ()},
        host_network=bool(spec.get("hostNetwork")),
        host_pid=bool(spec.get("hostPID")),
        host_ipc=bool(spec.get("hostIPC")),
        share_process_namespace=bool(spec.get("shareProcessNamespace")),
        ports=tuple(host_ports(spec)),
        runtime_handler=runtime_handler(deps, pod),
        attempt=worker["sandboxes"],
        memory_limit=pod_memory(spec),
        users=users.first_id(deps, worker, pod),
    )


def bounds_of(container: Obj, spec: Obj) -> dict[str, int | None]:
    """What a container of a Pod with this *spec* may use: `cpu` in millicores and `memory` in bytes, None where there is no limit.

    What has no limit of its own has that of the whole Pod (getCPULimit and getMemoryLimit).
    """
    limits = limits_of(spec) | limits_of(container)
    cpu, memory = limits.get("cpu"), limits.get("memory")
    return {"cpu": None if cpu is None else milli(cpu), "memory": None if memory is None else units(memory)}


def limits_of(holder: Obj) -> Obj:
    """The limits that a container or the spec of a Pod names."""
    return (holder.get("resources") or {}).get("limits") or {}


def pod_memory(spec: Obj) -> int | None:
    """What the Pod's containers may take together, in bytes: its own limit, or theirs; None if one of them has none."""
    if "memory" in limits_of(spec):
        return units(limits_of(spec)["memory"])
    limits = [limits_of(each) for each in spec["containers"]]
    if not all("memory" in limit for limit in limits):
        return None
    return sum(units(limit["memory"]) for limit in limits)


def host_ports(spec: Obj) -> list[dict[str, Any]]:
    """The ports of containers that are asked for on the node."""
    entries = (*(spec.get("initContainers") or ()), *spec["containers"])
    return [port for entry in entries for port in entry.get("ports") or () if port.get("hostPort")]


def runtime_handler(deps: Deps, pod: Obj) -> str:
    """The handler of the Pod's RuntimeClass; empty is the default one."""
    name = pod["spec"].get("runtimeClassName")
    if not name:
        return ""
    found = deps.find("runtimeclasses.node.k8s.io", None, name)
    return str(found["handler"]) if found else str(name)


def container_config(deps: Deps, worker: Worker, pod: Obj, container: Obj, *, attempt: int, ip: str) -> ContainerConfig:
    """One container; raises ConfigError if something it names is not there or not allowed."""
    allocatable = (deps.node_object().get("status") or {}).get("allocatable") or {}
    told = with_address(deps, pod, ip)
    values = environment(deps, told, container, allocatable, worker["volumes"])
    image = deps.cri.image_status(container["image"]) or {}
    verify_non_root(pod, container, str(image.get("user") or ""))
    limits = limits_of(container)
    bounds = bounds_of(container, pod["spec"])
    return ContainerConfig(
        name=container["name"],
        image=container["image"],
        attempt=attempt,
        command=expand_all(container.get("command") or (), values),
        args=expand_all(container.get("args") or (), values),
        env=tuple(values.items()),
        working_dir=container.get("workingDir") or "",
        mounts=tuple(mounts(worker, pod, container, values)),
        hosts=pod_hosts(deps, pod, container, ip),
        stdin=bool(container.get("stdin")),
        stdin_once=bool(container.get("stdinOnce")),
        tty=bool(container.get("tty")),
        cpu_limit=bounds["cpu"],
        memory_limit=bounds["memory"],
        storage_limit=units(limits["ephemeral-storage"]) if "ephemeral-storage" in limits else None,
        target=target_of(deps, worker, container),
        termination_path=container.get("terminationMessagePath") or TERMINATION_PATH,
        **identity(pod, container),
    )


def target_of(deps: Deps, worker: Worker, container: Obj) -> str:
    """The id of the container that an ephemeral one is aimed at; raises ConfigError where there is none."""
    name = container.get("targetContainerName")
    if not name:
        return ""
    found = [each for each in deps.cri.list_containers(worker["uid"]) if each["name"] == name]
    if not found:
        raise ConfigError(f"unable to find target container {name}")
    return str(max(found, key=lambda each: int(each["attempt"]))["id"])


def with_address(deps: Deps, pod: Obj, ip: str) -> Obj:
    """The Pod with its addresses, which its written status may not have yet."""
    host = deps.host_ip()
    status = {"podIP": ip, "podIPs": [{"ip": ip}], "hostIP": host, "hostIPs": [{"ip": host}]}
    return {**pod, "status": {**(pod.get("status") or {}), **status}}


def mounts(worker: Worker, pod: Obj, container: Obj, values: dict[str, str]) -> list[Mount]:
    """The container's volume mounts; raises ConfigError for a volume that is not mounted or that asks for too much."""
    result, written = [], payloads(pod)
    for index, entry in enumerate(container.get("volumeMounts") or ()):
        source = worker["volumes"].get(entry["name"])
        if source is None:
            raise ConfigError(f"cannot find volume {entry['name']!r} to mount into container {container['name']!r}")
        sub_path = entry.get("subPath") or expand_path(entry.get("subPathExpr") or "", values)
        shown = f"{POD_FILES}/{worker['uid']}/volume-subpaths/{entry['name']}/{container['name']}/{index}"
        fixed = bool(entry.get("readOnly")) or entry["name"] in written or source.startswith(SOURCE)
        result.append(Mount(entry["mountPath"], source, sub_path, fixed, shown if sub_path else ""))
    return result


def pod_hosts(deps: Deps, pod: Obj, container: Obj, ip: str) -> bytes | None:
    """`/etc/hosts`, written anew for each container; None if the container brings its own."""
    if any(entry["mountPath"] == HOSTS_PATH for entry in container.get("volumeMounts") or ()):
        return None
    node_hosts = deps.cri.node_file(HOSTS_PATH).decode(errors="replace") if pod["spec"].get("hostNetwork") else ""
    return hosts_file(pod, ip, node_hosts).encode()
