"""InterPodAffinity: Pods that want to be near or far from others (plugins/interpodaffinity)."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from simulator.api import selectors
from simulator.api.affinity import PREFERRED, terms
from simulator.client.api import Obj
from simulator.scheduler.cache import NodeInfo
from simulator.scheduler.framework import HIGHEST, Cycle, Rejection

HARD_WEIGHT = 1  # what a required affinity of a Pod that runs adds for those it wants near
Places = dict[tuple[str, str], int]


def wants(cycle: Cycle, owner: Obj, term: Obj, other: Obj) -> bool:
    """Whether a term of *owner* speaks of the Pod *other*."""
    meta = other["metadata"]
    return in_namespaces(cycle, owner, term, meta["namespace"]) and selectors.selects(
        term.get("labelSelector"), meta.get("labels")
    )


def in_namespaces(cycle: Cycle, owner: Obj, term: Obj, namespace: str) -> bool:
    """Whether a term of *owner* reaches into a namespace: its own if it names none."""
    named, selector = term.get("namespaces") or [], term.get("namespaceSelector")
    if not named and selector is None:
        return bool(owner["metadata"]["namespace"] == namespace)
    return namespace in named or selectors.selects(selector, cycle.namespace_labels(namespace))


def place(info: NodeInfo, term: Obj) -> tuple[str, str] | None:
    """The topology domain of a node that a term speaks of."""
    value = info.labels.get(term["topologyKey"])
    return None if value is None else (term["topologyKey"], value)


def counted(cycle: Cycle, wanted: list[Obj]) -> Places:
    """In which domains how many Pods stand that *all* the terms speak of (as the affinity of the Pod to be placed asks)."""
    places: Places = {}
    for info in cycle.nodes:
        found = sum(all(wants(cycle, cycle.pod, term, pod) for term in wanted) for pod in info.pods.values())
        for term in wanted if found else ():
            if (where := place(info, term)) is not None:
                places[where] = places.get(where, 0) + found
    return places


def counted_each(cycle: Cycle, wanted: list[Obj]) -> Places:
    """In which domains Pods stand that *any* of the terms speaks of."""
    places: Places = {}
    for info in cycle.nodes:
        for term in wanted:
            where = place(info, term)
            if where is not None and any(wants(cycle, cycle.pod, term, pod) for pod in info.pods.values()):
                places[where] = 1
    return places


def repelled(cycle: Cycle) -> Places:
    """The domains from which Pods that stand there keep this one away."""
    places: Places = {}
    nodes = {info.name: info for info in cycle.nodes}
    for key, pod in cycle.cache.repelling.items():
        info = nodes.get(pod["spec"].get("nodeName", ""))
        if info is None or key not in info.pods:
            continue
        for term in terms(pod["spec"], "podAntiAffinity"):
            where = place(info, term)
            if where is not None and wants(cycle, pod, term, cycle.pod):
                places[where] = 1
    return places


def prepared(cycle: Cycle) -> dict[str, Any]:
    """What is the same for every node, worked out once."""
    found: dict[str, Any] | None = cycle.memo.get("neighbours")
    if found is None:
        near, far = terms(cycle.spec, "podAffinity"), terms(cycle.spec, "podAntiAffinity")
        found = {
            "near": near,
            "far": far,
            "wanted": counted(cycle, near) if near else {},
            "unwanted": counted_each(cycle, far) if far else {},
            "repelled": repelled(cycle),
        }
        cycle.memo["neighbours"] = found
    return found


def first_of_group(cycle: Cycle, known: dict[str, Any], info: NodeInfo) -> bool:
    """Whether nobody of the group is there yet, and the Pod is of the group itself: then it may go first."""
    return (
        not known["wanted"]
        and all(wants(cycle, cycle.pod, term, cycle.pod) for term in known["near"])
        and all(place(info, term) is not None for term in known["near"])
    )


def is_apart(cycle: Cycle, known: dict[str, Any], info: NodeInfo) -> bool:
    """Whether a node is in none of the domains in which those stand whom the Pod wants near."""
    near = all(place(info, term) in known["wanted"] for term in known["near"])
    return not near and not first_of_group(cycle, known, info)


def is_beside(cycle: Cycle, known: dict[str, Any], info: NodeInfo) -> bool:
    """Whether those stand in a domain of the node whom the Pod wants far."""
    return any(place(info, term) in known["unwanted"] for term in known["far"])


def is_repelled(cycle: Cycle, known: dict[str, Any], info: NodeInfo) -> bool:
    """Whether those who stand in a domain of the node want the Pod far."""
    return any(info.labels.get(key) == value for key, value in known["repelled"])


class Rule(NamedTuple):
    """One of the three ways in which neighbours keep a Pod from a node."""

    breaks: Callable[[Cycle, dict[str, Any], NodeInfo], bool]
    reason: str
    helpless: bool


RULES = (
    Rule(is_apart, "node(s) didn't match pod affinity rules", True),
    Rule(is_beside, "node(s) didn't match pod anti-affinity rules", False),
    Rule(is_repelled, "node(s) didn't satisfy existing pods anti-affinity rules", False),
)


def broken(cycle: Cycle, info: NodeInfo) -> Rule | None:
    """The first rule that a node would break."""
    return next((rule for rule in RULES if rule.breaks(cycle, prepared(cycle), info)), None)


def inter_pod_affinity(cycle: Cycle, info: NodeInfo) -> Rejection | None:
    """Required affinity and anti-affinity, of the Pod and of those that run."""
    rule = broken(cycle, info)
    return Rejection("InterPodAffinity", (rule.reason,), rule.helpless) if rule else None


def opinions(cycle: Cycle, owner: Obj) -> Iterator[tuple[Obj, int]]:
    """The soft terms of a Pod with their weights, negative for those that push away."""
    for kind, sign in (("podAffinity", 1), ("podAntiAffinity", -1)):
        for entry in terms(owner["spec"], kind, PREFERRED):
            yield entry["podAffinityTerm"], sign * int(entry["weight"])
    if owner is not cycle.pod:
        for term in terms(owner["spec"], "podAffinity"):
            yield term, HARD_WEIGHT


def score_neighbours(cycle: Cycle, infos: list[NodeInfo]) -> list[int]:
    """What the Pod thinks of those that run, and they of it."""
    places: Places = {}
    own = list(opinions(cycle, cycle.pod))
    nodes = {info.name: info for info in cycle.nodes}
    for info in cycle.nodes if own else ():
        for pod in info.pods.values():
            weigh(
                places,
                info,
                [(term, weight) for term, weight in own if wants(cycle, cycle.pod, term, pod)],
            )
    for key, pod in cycle.cache.attracting.items():
        home = nodes.get(pod["spec"].get("nodeName", ""))
        if home is not None and key in home.pods:
            weigh(
                places,
                home,
                [(t, w) for t, w in opinions(cycle, pod) if wants(cycle, pod, t, cycle.pod)],
            )
    return spread_out([sum(places.get(label, 0) for label in info.labels.items()) for info in infos])


def weigh(places: Places, info: NodeInfo, found: list[tuple[Obj, int]]) -> None:
    """Add weights to the domains of a node."""
    for term, weight in found:
        where = place(info, term)
        if where is not None:
            places[where] = places.get(where, 0) + weight


def spread_out(scores: list[int]) -> list[int]:
    """Scores from 0 for the least to HIGHEST for the greatest."""
    least, most = min(scores), max(scores)
    return [HIGHEST * (score - least) // (most - least) if most > least else 0 for score in scores]
