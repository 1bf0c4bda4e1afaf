"""Filters and scores that look at the node alone: NodeUnschedulable, NodeName, TaintToleration, NodeAffinity."""

from collections.abc import Callable
from typing import Any

from simulator.client.api import Obj
from simulator.client.tolerations import tolerated, tolerates
from simulator.scheduler.cache import NodeInfo
from simulator.scheduler.framework import Cycle, Rejection, normalised

UNSCHEDULABLE_TAINT = {
    "key": "node.kubernetes.io/unschedulable",
    "effect": "NoSchedule",
}
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


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


def number(text: str) -> int | None:
    """A whole number as Gt and Lt compare them."""
    digits = text[1:] if text[:1] in ("-", "+") else text
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 19 else None


def compared(sign: int) -> Callable[[str | None, list[str]], bool]:
    """The operator Gt (1) or Lt (-1)."""

    def holds(value: str | None, values: list[str]) -> bool:
        left, right = number(value or ""), number(values[0]) if values else None
        return left is not None and right is not None and (left - right) * sign > 0

    return holds


OPERATORS: dict[str, Callable[[str | None, list[str]], bool]] = {
    "In": lambda value, values: value is not None and value in values,
    "NotIn": lambda value, values: value is None or value not in values,
    "Exists": lambda value, values: value is not None,
    "DoesNotExist": lambda value, values: value is None,
    "Gt": compared(1),
    "Lt": compared(-1),
}


def meets(requirement: Obj, values: dict[str, str]) -> bool:
    """Whether the labels or fields of a node meet a requirement."""
    return OPERATORS[requirement["operator"]](values.get(requirement["key"]), requirement.get("values") or [])


def term_matches(term: Obj, info: NodeInfo) -> bool:
    """Whether a node meets everything in a term; an empty term matches nothing."""
    expressions, fields = (
        term.get("matchExpressions") or [],
        term.get("matchFields") or [],
    )
    if not expressions and not fields:
        return False
    names = {"metadata.name": info.name}
    return all(meets(entry, info.labels) for entry in expressions) and all(meets(entry, names) for entry in fields)


def selected(spec: Obj, info: NodeInfo) -> bool:
    """Whether a node satisfies the Pod's nodeSelector and its required node affinity."""
    labels = info.labels
    if any(labels.get(key) != value for key, value in (spec.get("nodeSelector") or {}).items()):
        return False
    required: Any = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get(REQUIRED)
    return required is None or any(term_matches(term, info) for term in required.get("nodeSelectorTerms") or ())


def node_affinity(cycle: Cycle, info: NodeInfo) -> Rejection | None:
    """A Pod goes only where its selector and its required affinity allow."""
    if selected(cycle.spec, info):
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
    return not preference or term_matches(preference, info)
