"""Whether a node is one that a Pod asks for (component-helpers scheduling/corev1/nodeaffinity)."""

from collections.abc import Callable
from typing import Any

from simulator.api.affinity import REQUIRED
from simulator.client.api import Obj


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


def term_matches(term: Obj, node: Obj) -> bool:
    """Whether a node meets everything in a term; an empty term matches nothing."""
    expressions, fields = term.get("matchExpressions") or [], term.get("matchFields") or []
    if not expressions and not fields:
        return False
    labels = node["metadata"].get("labels") or {}
    names = {"metadata.name": node["metadata"]["name"]}
    return all(meets(entry, labels) for entry in expressions) and all(meets(entry, names) for entry in fields)


def selected(spec: Obj, node: Obj) -> bool:
    """Whether a node satisfies a Pod's nodeSelector and its required node affinity."""
    labels = node["metadata"].get("labels") or {}
    if any(labels.get(key) != value for key, value in (spec.get("nodeSelector") or {}).items()):
        return False
    required: Any = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get(REQUIRED)
    return required is None or any(term_matches(term, node) for term in required.get("nodeSelectorTerms") or ())
