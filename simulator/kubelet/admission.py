"""Whether the node takes a Pod that was bound to it (pkg/kubelet/lifecycle/predicate.go, pkg/kubelet/sysctl/allowlist.go)."""

from collections.abc import Callable
from typing import NamedTuple

from simulator.api.quantities import milli, units
from simulator.api.requests import Obj
from simulator.api.sysctls import SAFE_SYSCTLS
from simulator.api.timestamps import rfc3339
from simulator.client.nodematch import selected
from simulator.kubelet import allocation, disruption, preemption, status
from simulator.kubelet.amounts import of_pod
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.naming import is_mirror
from simulator.kubelet.phase import TERMINAL
from simulator.kubelet.preemption import Shortage

OS = "kubernetes.io/os"
SYSTEM = "linux"
FIRST = ("cpu", "memory", "ephemeral-storage")  # the order in which resources are looked at
IPC_SYSCTLS = ("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.")


class Refusal(NamedTuple):
    """Why not."""

    reason: str
    message: str


def answer(deps: Deps, worker: Worker, pod: Obj) -> str:
    """What becomes of a new Pod: `admitted`; `refused`, of which its status tells then; or it `waits` while others are taken away."""
    if preemption.is_waiting(deps, worker):
        return "waits"
    refusal = verdict(deps, worker, pod)
    if worker.get("awaits"):
        return "waits"
    if refusal is None:
        return "admitted"
    refuse(deps, worker, pod, refusal)
    return "refused"


def refuse(deps: Deps, worker: Worker, pod: Obj, refusal: Refusal) -> None:
    """Turn the Pod away: its status says so, and the kubelet does nothing for it."""
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


def verdict(deps: Deps, worker: Worker, pod: Obj) -> Refusal | None:
    """The first reason against the Pod; for want of room a critical one is not turned away if others can go."""
    node = deps.node_object()
    for check in (pressed, allowed_sysctls, same_system):
        if refusal := check(deps, pod, node):
            return refusal
    short = shortages(deps, pod, node)
    others = [refusal for check in (right_node, free_ports, tolerated) if (refusal := check(deps, pod, node))]
    if not disruption.is_critical(pod):
        return next(iter([*map(short_of, short), *others]), None)
    if others or not short:
        return next(iter(others), None)
    try:
        preemption.make_room(deps, worker, pod, neighbours(deps, pod), short)
    except preemption.NoRoom as error:
        text = "Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods to preempt"
        return Refusal("UnexpectedAdmissionError", f"{text}: {error}")
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


def shortages(deps: Deps, pod: Obj, node: Obj) -> list[Shortage]:
    """What the node has too little of for one more Pod and its requests; resources that it does not know do not count."""
    capacity = (node.get("status") or {}).get("allocatable") or {}
    others = neighbours(deps, pod)
    found = [Shortage("pods", 1, len(others), int(capacity.get("pods", 110)))]
    wanted = of_pod(pod, "requests")
    for name in sorted(wanted, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name)):
        measure: Callable[[str], int] = milli if name == "cpu" else units
        if measure(wanted[name]) and (name in capacity or "/" not in name):
            used = sum(preemption.amount(other, name) for other in others)
            found.append(Shortage(name, measure(wanted[name]), used, measure(str(capacity.get(name, "0")))))
    return [each for each in found if each.missing > 0]


def short_of(shortage: Shortage) -> Refusal:
    """There is not enough of a resource."""
    name, requested, used, capacity = shortage
    text = f"Node didn't have enough resource: {name}, requested: {requested}, used: {used}, capacity: {capacity}"
    return Refusal(f"OutOf{name}", text)


def same_system(deps: Deps, pod: Obj, node: Obj) -> Refusal | None:
    """The Pod is not one for another operating system: neither its label nor `spec.os` says so, at which the scheduler does not look."""
    wanted = (pod["metadata"].get("labels") or {}).get(OS, SYSTEM)
    if wanted != SYSTEM:
        text = "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label"
        return Refusal("PodOSSelectorNodeLabelDoesNotMatch", text)
    if (pod["spec"].get("os") or {}).get("name", SYSTEM) != SYSTEM:
        return Refusal("PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS")
    return None


def right_node(deps: Deps, pod: Obj, node: Obj) -> Refusal | None:
    """The node is one that the Pod's selector and affinity allow."""
    if not node or selected(pod["spec"], node):
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
    """The Pod tolerates the NoExecute taints of the node, or is the node's own."""
    if is_mirror(pod):
        return None
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
    if not short or disruption.is_critical(pod):
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
