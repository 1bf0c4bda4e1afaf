"""Makes room for a critical Pod by taking other Pods away (pkg/kubelet/preemption/preemption.go)."""

from typing import NamedTuple

from simulator.api.quantities import milli, units
from simulator.api.requests import Obj
from simulator.kubelet import disruption, workers
from simulator.kubelet.amounts import of_pod
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.naming import uid_of

MESSAGE = "Preempted in order to admit critical pod"
CONDITION = "Pod was preempted by Kubelet to accommodate a critical pod."
QUALITIES = ("BestEffort", "Burstable", "Guaranteed")
GONE = ("terminated", "finished")

Needs = dict[str, int]  # how much of each resource has to become free


class NoRoom(Exception):
    """Not even all other Pods together would make room."""


class Shortage(NamedTuple):
    """A resource of which the node has too little left; cpu in millicores."""

    name: str
    requested: int
    used: int
    capacity: int

    @property
    def missing(self) -> int:
        """How much would have to become free."""
        return self.requested - (self.capacity - self.used)


def amount(pod: Obj, name: str) -> int:
    """How much of a resource a Pod takes, in the units of a Shortage."""
    if name == "pods":
        return 1
    text = of_pod(pod, "requests").get(name, "0")
    return milli(text) if name == "cpu" else units(text)


def make_room(deps: Deps, worker: Worker, pod: Obj, others: list[Obj], shortages: list[Shortage]) -> None:
    """Begin to take Pods away so that *pod* fits; its worker waits for their end. Raises NoRoom."""
    found = victims(pod, others, {each.name: each.missing for each in shortages})
    table = workers.table(deps)
    worker["awaits"] = [uid_of(each) for each in found]
    for each in found:
        victim = table[uid_of(each)]
        if victim["stage"] == "syncing":
            facts = {"for": f"{worker['namespace']}/{worker['name']}"}
            disruption.take_away(deps, victim, each, "Preempting", MESSAGE, told=CONDITION, facts=facts)


def is_waiting(deps: Deps, worker: Worker) -> bool:
    """Whether Pods that were taken away for this one have not ended yet."""
    table = workers.table(deps)
    left = [uid for uid in worker.get("awaits", ()) if uid in table and table[uid]["stage"] not in GONE]
    if not left:
        worker.pop("awaits", None)
    return bool(left)


def tell(deps: Deps) -> None:
    """A Pod has ended: let those look that wait for room."""
    for worker in workers.table(deps).values():
        if worker.get("awaits"):
            deps.wake(worker["uid"], 0)


def victims(pod: Obj, others: list[Obj], needs: Needs) -> list[Obj]:
    """The Pods that have to go: as few as can be, and none of better quality that could stay. Raises NoRoom."""
    best_effort, burstable, guaranteed = (
        [each for each in others if is_below(each, pod) and quality(each) == kind] for kind in QUALITIES
    )
    left = without(needs, [*best_effort, *burstable, *guaranteed])
    if left:
        raise NoRoom(no_set(left))
    first = nearest(guaranteed, without(needs, [*best_effort, *burstable]))
    second = nearest(burstable, without(needs, [*best_effort, *first]))
    third = nearest(best_effort, without(needs, [*second, *first]))
    return [*third, *second, *first]


def is_below(other: Obj, pod: Obj) -> bool:
    """Whether *other* may be taken away for *pod* (types.Preemptable)."""
    if disruption.is_critical(pod) and not disruption.is_critical(other):
        return True
    mine, theirs = pod["spec"].get("priority"), other["spec"].get("priority")
    return mine is not None and theirs is not None and mine > theirs


def quality(pod: Obj) -> str:
    """The Pod's quality of service."""
    return str((pod.get("status") or {}).get("qosClass") or "BestEffort")


def without(needs: Needs, pods: list[Obj]) -> Needs:
    """What would still be missing without these Pods."""
    left = {name: value - sum(amount(each, name) for each in pods) for name, value in needs.items()}
    return {name: value for name, value in left.items() if value > 0}


def nearest(pods: list[Obj], needs: Needs) -> list[Obj]:
    """Those of *pods* that have to go, one after the other the one that comes nearest to what is missing. Raises NoRoom."""
    pods, found = list(pods), []
    while needs:
        if not pods:
            raise NoRoom(no_set(needs))
        best = 0
        for at, each in enumerate(pods):
            ours, theirs = distance(each, needs), distance(pods[best], needs)
            if ours < theirs or (ours == theirs and size(each) <= size(pods[best])):
                best = at
        found.append(pods[best])
        needs = without(needs, [pods[best]])
        pods[best] = pods[-1]
        pods.pop()
    return found


def distance(pod: Obj, needs: Needs) -> float:
    """How far a Pod's requests are from what is missing; all resources weigh the same."""
    gaps = ((value - amount(pod, name)) / value for name, value in needs.items())
    return float(sum(gap**2 for gap in gaps if gap > 0))


def size(pod: Obj) -> tuple[int, int]:
    """What a Pod asks for, memory first."""
    return amount(pod, "memory"), amount(pod, "cpu")


def no_set(needs: Needs) -> str:
    """That nothing helps, in the real words."""
    listed = "".join(f"(res: {name}, q: {value}), " for name, value in needs.items())
    return f"no set of running pods found to reclaim resources: [{listed}]"
