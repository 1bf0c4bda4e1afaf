"""How a DaemonSet goes over to a new template, node by node (pkg/controller/daemon/update.go), as functions of its Pods alone."""

from collections.abc import Callable
from typing import NamedTuple

from simulator.api import meta
from simulator.client.api import Obj
from simulator.client.pods import is_ready
from simulator.controllers.history import REVISION_LABEL
from simulator.controllers.rolling import share

Available = Callable[[Obj], bool]
ByNode = dict[str, list[Obj]]  # the oldest first


class Step(NamedTuple):
    """What may be done now: the nodes that get a new Pod beside the old one, and the old Pods that go."""

    nodes: list[str]
    pods: list[Obj]


class Pair(NamedTuple):
    """The Pod of the new template and the one of an old template on a node; *odd*: there are more than these."""

    new: Obj | None
    old: Obj | None
    odd: bool


def is_new(pod: Obj, stamp: str) -> bool:
    """Whether a Pod was made of the template that *stamp* stands for."""
    return bool(meta.labels(pod).get(REVISION_LABEL) == stamp)


def pair(pods: list[Obj], stamp: str) -> Pair:
    """Which Pods a node has, but for those that are leaving (findUpdatedPodsOnNode)."""
    staying = [pod for pod in pods if not meta.deleting(pod)]
    new = [pod for pod in staying if is_new(pod, stamp)]
    old = [pod for pod in staying if not is_new(pod, stamp)]
    return Pair(new[0] if new else None, old[0] if old else None, len(new) > 1 or len(old) > 1)


def allowed(owner: Obj, desired: int) -> tuple[int, int]:
    """How many Pods there may be beside old ones, and how many may be missing; one may, if neither may be."""
    rolling = (owner["spec"].get("updateStrategy") or {}).get("rollingUpdate") or {}
    surge = share(rolling.get("maxSurge", 0), desired, up=True)
    missing = share(rolling.get("maxUnavailable", 1), desired, up=True)
    return (surge, missing) if surge or missing else (0, 1)


def surges(owner: Obj) -> bool:
    """Whether new Pods come before the old ones go."""
    strategy = owner["spec"].get("updateStrategy") or {}
    return strategy.get("type") == "RollingUpdate" and allowed(owner, 1)[0] > 0


def replacing(there: ByNode, stamp: str, available: Available, most: int) -> Step:
    """Old Pods go so that new ones can come: those that are of no use at once, others while fewer than *most* are missing."""
    missing = 0
    useless: list[Obj] = []
    useful: list[Obj] = []
    for pods in there.values():
        new, old, odd = pair(pods, stamp)
        if odd or (new is None) == (old is None):
            missing += 1
        elif new is not None:
            missing += not available(new)
        elif old is not None:
            (useful if available(old) else useless).append(old)
    return Step([], useless + useful[: max(most - missing, 0)])


def surging(there: ByNode, stamp: str, available: Available, most: int) -> Step:
    """New Pods come beside the old ones, at most *most* at a time; an old one goes when the new one is available."""
    begun = 0
    useless: list[str] = []
    useful: list[str] = []
    done: list[Obj] = []
    for node, pods in there.items():
        new, old, odd = pair(pods, stamp)
        if odd:
            begun += 1
        elif old is not None and new is None:
            (useful if available(old) else useless).append(node)
        elif old is not None and new is not None:
            begun += not available(new)
            done += [old] if available(new) else []
    return Step(useless + useful[: max(most - begun, 0)], done)


def too_many(pods: list[Obj], owner: Obj, stamp: str, available: Available) -> list[Obj]:
    """Which of the Pods of a node have to go; while there is a surge, a new one may stand beside an old one that is ready."""
    if not surges(owner):
        return pods[1:]
    new, old, _ = pair(pods, stamp)
    extra = [pod for pod in pods if pod is not new and pod is not old]
    if new is None or old is None:
        return extra
    return [*extra, old] if not is_ready(old) or available(new) else extra
