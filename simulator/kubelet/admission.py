"""Whether the node takes a Pod that was bound to it (pkg/kubelet/lifecycle/predicate.go, pkg/kubelet/sysctl/allowlist.go)."""

from collections.abc import Callable
from typing import NamedTuple

from simulator.api.quantities import milli, nano, units
from simulator.api.requests import Obj
from simulator.api.sysctls import SAFE_SYSCTLS
from simulator.api.timestamps import rfc3339
from simulator.kubelet import allocation, eviction, status
from simulator.kubelet.amounts import of_pod
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.naming import is_mirror
from simulator.kubelet.node_affinity import fits_node
from simulator.kubelet.phase import TERMINAL

OS = "kubernetes.io/os"
IPC_SYSCTLS = ("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.")


class Refusal(NamedTuple):
    """Why not."""

    reason: str
    message: str


def refuse(deps: Deps, worker: Worker, pod: Obj) -> bool:
    """Whether the Pod was turned away: then its status says so, and the kubelet does nothing for it."""
    refusal = verdict(deps, pod)
    if refusal is None:
        return False
    deps.event(pod, "Warning", refusal.reason, refusal.message)
    before = pod.get("status") or {}
    rejected = {
        "message": f"Pod was rejected: {refusal.message}",
        "observedGeneration": pod["metadata"].get("generation") or 1,
        "phase": "Failed",
        "reason": refusal.reason,
        "startTime": rfc3339(deps.world.unix),
    }
    kept = {"qosClass": before["qosClass"]} if "qosClass" in before else {}
    status.write(deps, pod, rejected | kept)
    worker |= {"stage": "finished", "dirty": False, "due": None}
    return True


def verdict(deps: Deps, pod: Obj) -> Refusal | None:
    """The first reason against the Pod."""
    if is_mirror(pod):
        return None
    node = deps.node_object()
    for check in CHECKS:
        if refusal := check(deps, pod, node):
            return refusal
    return None


def neighbours(deps: Deps, pod: Obj) -> list[Obj]:
    """The other Pods that the node runs."""
    found = []
    for worker in deps.section["workers"].values():
        if worker.get("new") or worker["stage"] == "finished":
            continue
        other = deps.find("pods", worker["namespace"], worker["name"])
        if other and other is not pod and other["metadata"]["uid"] != pod["metadata"]["uid"]:
            found.append(allocation.applied(worker, other))
    return [other for other in found if (other.get("status") or {}).get("phase") not in TERMINAL]


def enough_resources(deps: Deps, pod: Obj, node: Obj) -> Refusal | None:
    """The node has room for one more Pod and for its requests."""
    capacity = (node.get("status") or {}).get("allocatable") or {}
    others = neighbours(deps, pod)
    most = int(capacity.get("pods", 110))
    if len(others) + 1 > most:
        return short_of("pods", 1, len(others), most)
    wanted = of_pod(pod, "requests")
    for name, value in wanted.items():
        if nano(value) == 0:
            continue
        measure: Callable[[str], int] = milli if name == "cpu" else units
        used = sum(measure(of_pod(other, "requests").get(name, "0")) for other in others)
        has = measure(str(capacity.get(name, "0")))
        if measure(value) > has - used:
            return short_of(name, measure(value), used, has)
    return None


def short_of(name: str, requested: int, used: int, capacity: int) -> Refusal:
    """There is not enough of a resource."""
    text = f"Node didn't have enough resource: {name}, requested: {requested}, used: {used}, capacity: {capacity}"
    return Refusal(f"OutOf{name}", text)


def same_system(deps: Deps, pod: Obj, node: Obj) -> Refusal | None:
    """The Pod is not one for another operating system; the scheduler does not look at `spec.os`."""
    wanted = (pod["spec"].get("nodeSelector") or {}).get(OS)
    if wanted is not None and node and wanted != (node["metadata"].get("labels") or {}).get(OS):
        text = "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label"
        return Refusal("PodOSSelectorNodeLabelDoesNotMatch", text)
    if (pod["spec"].get("os") or {}).get("name", "linux") != "linux":
        return Refusal("PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS")
    return None


def right_node(deps: Deps, pod: Obj, node: Obj) -> Refusal | None:
    """The node is one that the Pod's selector and affinity allow."""
    if not node or fits_node(pod, node):
        return None
    why = "node(s) didn't match Pod's node affinity/selector"
    return Refusal("NodeAffinity", f"Predicate NodeAffinity failed: {why}")


def free_ports(deps: Deps, pod: Obj, node: Obj) -> Refusal | None:
    """The ports that the Pod wants on the node are free."""
    wanted = ports_of(pod)
    if not wanted or not any(wanted & ports_of(other) for other in neighbours(deps, pod)):
        return None
    return Refusal(
        "NodePorts", "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"
    )


def ports_of(pod: Obj) -> set[tuple[str, int]]:
    """Protocol and number of the ports that a Pod takes on its node."""
    entries = [port for container in pod["spec"]["containers"] for port in container.get("ports") or ()]
    return {(port.get("protocol", "TCP"), port["hostPort"]) for port in entries if port.get("hostPort")}


def tolerated(deps: Deps, pod: Obj, node: Obj) -> Refusal | None:
    """The Pod tolerates the NoExecute taints of the node."""
    taints = [taint for taint in (node.get("spec") or {}).get("taints") or () if taint["effect"] == "NoExecute"]
    tolerations = pod["spec"].get("tolerations") or ()
    if all(any(tolerates(entry, taint) for entry in tolerations) for taint in taints):
        return None
    return Refusal(
        "TaintToleration", "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate"
    )


def tolerates(toleration: Obj, taint: Obj) -> bool:
    """Whether a toleration covers a taint."""
    if toleration.get("effect") not in (None, "", taint["effect"]) or toleration.get("key") not in (
        None,
        "",
        taint["key"],
    ):
        return False
    return toleration.get("operator") == "Exists" or toleration.get("value", "") == taint.get("value", "")


def allowed_sysctls(deps: Deps, pod: Obj, node: Obj) -> Refusal | None:
    """Every sysctl is a safe one, or allowed by the kubelet's configuration."""
    for entry in (pod["spec"].get("securityContext") or {}).get("sysctls") or ():
        if problem := sysctl_problem(entry["name"], pod["spec"], deps.section.get("allowed_unsafe_sysctls") or ()):
            return Refusal("SysctlForbidden", f"forbidden sysctl: {problem}")
    return None


def sysctl_problem(name: str, spec: Obj, allowed: tuple[str, ...] | list[str]) -> str:
    """What is wrong with a sysctl; empty if nothing is."""
    plain = name.replace("/", ".")
    patterns = [entry for entry in allowed if plain == entry or (entry.endswith("*") and plain.startswith(entry[:-1]))]
    if plain not in SAFE_SYSCTLS and not patterns:
        return f'"{plain}" not allowlisted'
    if plain.startswith("net.") and spec.get("hostNetwork"):
        return f'"{plain}" not allowed with host network enabled'
    if plain.startswith(IPC_SYSCTLS) and spec.get("hostIPC"):
        return f'"{plain}" not allowed with host ipc enabled'
    return ""


def pressed(deps: Deps, pod: Obj, node: Obj) -> Refusal | None:
    """A node that is short of something takes only important Pods; one short of memory also those that ask for some."""
    short = [kind for kind in PRESSURE_TAINTS if kind in (deps.section.get("pressure") or {})]
    if not short or eviction.is_critical(pod):
        return None
    if short == ["MemoryPressure"]:
        taint = {"key": PRESSURE_TAINTS["MemoryPressure"], "effect": "NoSchedule"}
        asks = (pod.get("status") or {}).get("qosClass") != "BestEffort"
        if asks or any(tolerates(entry, taint) for entry in pod["spec"].get("tolerations") or ()):
            return None
    return Refusal("Evicted", f"The node had condition: [{' '.join(short)}]. ")


PRESSURE_TAINTS = {
    "MemoryPressure": "node.kubernetes.io/memory-pressure",
    "DiskPressure": "node.kubernetes.io/disk-pressure",
    "PIDPressure": "node.kubernetes.io/pid-pressure",
}
CHECKS = (pressed, allowed_sysctls, same_system, right_node, free_ports, enough_resources, tolerated)
