"""Filters and scores that look at the node alone: NodeUnschedulable, NodeName, TaintToleration, NodeAffinity."""

from simulator.api.affinity import PREFERRED
from simulator.client.api import Obj
from simulator.client.nodematch import selected, term_matches
from simulator.client.tolerations import tolerated, tolerates
from simulator.scheduler.cache import NodeInfo
from simulator.scheduler.framework import Cycle, Rejection, normalised

UNSCHEDULABLE_TAINT = {
    "key": "node.kubernetes.io/unschedulable",
    "effect": "NoSchedule",
}


def unschedulable(cycle: Cycle, info: NodeInfo) -> Rejection | None:
    """A cordoned node takes only who tolerates that."""
    node = info.node or {}
    if not node["spec"].get("unschedulable") or tolerated(cycle.tolerations, UNSCHEDULABLE_TAINT):
        return None
    return Rejection("NodeUnschedulable", ("node(s) were unschedulable",), helpless=True)


def node_name(cycle: Cycle, info: NodeInfo) -> Rejection | None:
    """A Pod that names its node goes there or nowhere."""
    if cycle.spec.get("nodeName") in (None, "", info.name):
        return None
    return Rejection("NodeName", ("node(s) didn't match the requested node name",), helpless=True)


def taint_toleration(cycle: Cycle, info: NodeInfo) -> Rejection | None:
    """Taints keep out who does not tolerate them."""
    for taint in info.taints:
        if taint["effect"] in ("NoSchedule", "NoExecute") and not tolerated(cycle.tolerations, taint):
            return Rejection("TaintToleration", ("node(s) had untolerated taint(s)",), helpless=True)
    return None


def score_taints(cycle: Cycle, infos: list[NodeInfo]) -> list[int]:
    """The fewer PreferNoSchedule taints that are not tolerated, the better."""
    soft = [entry for entry in cycle.tolerations if entry.get("effect") in (None, "", "PreferNoSchedule")]
    return normalised(
        [sum(not_wanted(soft, taint) for taint in info.taints) for info in infos],
        reverse=True,
    )


def not_wanted(tolerations: list[Obj], taint: Obj) -> bool:
    """Whether a taint asks to stay away and is not tolerated."""
    return taint["effect"] == "PreferNoSchedule" and not any(tolerates(entry, taint) for entry in tolerations)


def node_affinity(cycle: Cycle, info: NodeInfo) -> Rejection | None:
    """A Pod goes only where its selector and its required affinity allow."""
    if selected(cycle.spec, info.node or {}):
        return None
    return Rejection(
        "NodeAffinity",
        ("node(s) didn't match Pod's node affinity/selector",),
        helpless=True,
    )


def score_node_affinity(cycle: Cycle, infos: list[NodeInfo]) -> list[int]:
    """The weights of the preferred terms that a node meets."""
    terms = (cycle.affinity.get("nodeAffinity") or {}).get(PREFERRED) or []
    return normalised(
        [sum(term["weight"] for term in terms if preferred(term.get("preference") or {}, info)) for info in infos]
    )


def preferred(preference: Obj, info: NodeInfo) -> bool:
    """Whether a node meets a preference; an empty one is met by all."""
    return not preference or term_matches(preference, info.node or {})
