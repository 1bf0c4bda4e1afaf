"""Labels of a new Pod that its own terms ask for by key: the API server writes them into the selectors, where they stay when the
labels change later (applyLabelKeysToLabelSelector in pkg/registry/core/pod/strategy.go)."""

from collections.abc import Iterator
from typing import Any

from simulator.api import affinity

Obj = dict[str, Any]
OPERATORS = {"matchLabelKeys": "In", "mismatchLabelKeys": "NotIn"}


def merge(pod: Obj) -> None:
    """Add what `matchLabelKeys` and `mismatchLabelKeys` stand for to the selectors beside them."""
    labels = pod["metadata"].get("labels") or {}
    for term in _terms(pod["spec"]):
        selector = term.get("labelSelector")
        if selector is None:
            continue
        added = [
            {"key": key, "operator": operator, "values": [labels[key]]}
            for kind, operator in OPERATORS.items()
            for key in term.get(kind) or ()
            if key in labels
        ]
        if added:
            selector["matchExpressions"] = [*(selector.get("matchExpressions") or ()), *added]


def _terms(spec: Obj) -> Iterator[Obj]:
    """All terms of a Pod's spec that select Pods, those with weights without them."""
    yield from spec.get("topologySpreadConstraints") or ()
    for kind in affinity.KINDS:
        yield from affinity.terms(spec, kind)
        for each in affinity.terms(spec, kind, affinity.PREFERRED):
            yield each.get("podAffinityTerm") or {}
