"""Making room for an important Pod by taking less important ones away (framework/preemption, plugins/defaultpreemption)."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from simulator.api import selectors, timestamps
from simulator.client.api import Obj
from simulator.client.informer import key_of
from simulator.scheduler.cache import NodeInfo
from simulator.scheduler.framework import Cycle, Rejection, priority
from simulator.scheduler.messages import unavailable

NOT_HELPFUL = "Preemption is not helpful for scheduling"
NO_VICTIMS = "No preemption victims found for incoming pod"
NEVER = "not eligible due to preemptionPolicy=Never."
TERMINATING = "not eligible due to a terminating pod on the nominated node."
FilterAll = Callable[[Cycle, NodeInfo], Rejection | None]


class Victims(NamedTuple):
    """Who would have to go from a node, the most important first, and how many budgets that would break."""

    node: str
    pods: list[Obj]
    violations: int


def ineligible(cycle: Cycle) -> str:
    """Why the Pod may not take anybody's place, or empty."""
    if cycle.spec.get("preemptionPolicy") == "Never":
        return NEVER
    nominated = (cycle.pod.get("status") or {}).get("nominatedNodeName")
    info = next((info for info in cycle.nodes if info.name == nominated), None)
    leaving = info is not None and any(
        "deletionTimestamp" in pod["metadata"] and priority(pod) < cycle.priority for pod in info.pods.values()
    )
    return TERMINATING if leaving else ""


def preempt(
    cycle: Cycle,
    rejections: Mapping[str, Rejection],
    filter_all: FilterAll,
    budgets: list[Obj],
) -> Victims | str:
    """Whom to take away so that the Pod fits, or why that does not help."""
    if reason := ineligible(cycle):
        return reason
    candidates: list[Victims] = []
    refused: dict[str, Rejection] = {}
    for info in cycle.nodes:
        if rejections[info.name].helpless:
            refused[info.name] = Rejection("DefaultPreemption", (NOT_HELPFUL,))
            continue
        found = victims_on(cycle, info, filter_all, budgets)
        if isinstance(found, Rejection):
            refused[info.name] = found
        else:
            candidates.append(found)
    return min(candidates, key=cost) if candidates else unavailable(len(cycle.nodes), refused)


def cost(victims: Victims) -> tuple[int, int, int, int, int]:
    """What the loss of the victims means: the least of these is chosen (pickOneNodeForPreemption)."""
    priorities = [priority(pod) for pod in victims.pods]
    highest = max(priorities)
    youngest = min(started(pod) for pod in victims.pods if priority(pod) == highest)
    return (
        victims.violations,
        highest,
        sum(priority + (1 << 31) for priority in priorities),
        len(priorities),
        -youngest,
    )


def started(pod: Obj) -> int:
    """When the Pod was started, in Unix microseconds."""
    time = (pod.get("status") or {}).get("startTime") or pod["metadata"]["creationTimestamp"]
    return timestamps.parse(time)


def victims_on(cycle: Cycle, info: NodeInfo, filter_all: FilterAll, budgets: list[Obj]) -> Victims | Rejection:
    """Who would have to leave a node: all that are less important go, and as many as possible come back."""
    weaker = [pod for pod in info.pods.values() if priority(pod) < cycle.priority]
    if not weaker:
        return Rejection("DefaultPreemption", (NO_VICTIMS,))
    emptied = info.clone()
    for pod in weaker:
        emptied.remove(key_of(pod))
    rejection = filter_all(as_if(cycle, emptied), emptied)
    if rejection is not None:
        return rejection
    violating, rest = divided(weaker, budgets)
    lost: list[Obj] = []
    violations = 0
    for group, violates in ((violating, True), (rest, False)):
        for pod in sorted(group, key=lambda pod: (-priority(pod), started(pod))):
            if not comes_back(cycle, emptied, pod, filter_all):
                lost.append(pod)
                violations += violates
    lost.sort(key=lambda pod: (-priority(pod), started(pod)))
    return Victims(info.name, lost, violations) if lost else Rejection("DefaultPreemption", (NO_VICTIMS,))


def comes_back(cycle: Cycle, info: NodeInfo, pod: Obj, filter_all: FilterAll) -> bool:
    """Whether there is room for a Pod beside the one to be placed; if so, it is put back."""
    key = key_of(pod)
    info.add(key, pod)
    if filter_all(as_if(cycle, info), info) is None:
        return True
    info.remove(key)
    return False


def as_if(cycle: Cycle, info: NodeInfo) -> Cycle:
    """The same attempt in a cluster in which a node looks like *info*."""
    nodes = [info if other.name == info.name else other for other in cycle.nodes]
    return Cycle(cycle.pod, cycle.cache, cycle.informers, cycle.api, nodes)


def divided(pods: list[Obj], budgets: list[Obj]) -> tuple[list[Obj], list[Obj]]:
    """The Pods whose loss would break a disruption budget, and the others."""
    left = {key_of(budget): int((budget.get("status") or {}).get("disruptionsAllowed", 0)) for budget in budgets}
    violating: list[Obj] = []
    rest: list[Obj] = []
    for pod in sorted(pods, key=lambda pod: (-priority(pod), started(pod))):
        touched = [key_of(budget) for budget in budgets if covers(budget, pod)]
        for key in touched:
            left[key] -= 1
        (violating if any(left[key] < 0 for key in touched) else rest).append(pod)
    return violating, rest


def covers(budget: Obj, pod: Obj) -> bool:
    """Whether a disruption budget speaks of a Pod."""
    meta = pod["metadata"]
    return bool(budget["metadata"]["namespace"] == meta["namespace"]) and selectors.selects(
        budget["spec"].get("selector"), meta.get("labels")
    )
