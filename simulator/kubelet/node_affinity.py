"""Whether a node is one that a Pod's selector and required affinity allow (component-helpers/scheduling/corev1/nodeaffinity)."""

from simulator.api.requests import Obj


def fits_node(pod: Obj, node: Obj) -> bool:
    """Whether the node's labels and name suit the Pod."""
    labels = node["metadata"].get("labels") or {}
    selector = pod["spec"].get("nodeSelector") or {}
    if any(labels.get(key) != value for key, value in selector.items()):
        return False
    affinity = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if required is None:
        return True
    return any(fits_term(term, labels, node) for term in required.get("nodeSelectorTerms") or ())


def fits_term(term: Obj, labels: dict[str, str], node: Obj) -> bool:
    """Whether all requirements of a term hold; an empty one holds never."""
    expressions, fields = term.get("matchExpressions") or (), term.get("matchFields") or ()
    if not expressions and not fields:
        return False
    named = {"metadata.name": node["metadata"]["name"]}
    return all(holds(entry, labels) for entry in expressions) and all(holds(entry, named) for entry in fields)


def holds(requirement: Obj, labels: dict[str, str]) -> bool:
    """Whether one requirement holds."""
    key, operator, values = requirement["key"], requirement["operator"], requirement.get("values") or []
    value = labels.get(key)
    match operator:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case "Gt" | "Lt":
            return compares(value, operator, values)
    return False


def compares(value: str | None, operator: str, values: list[str]) -> bool:
    """`Gt` and `Lt`: both sides are whole numbers."""
    try:
        ours, theirs = int(value or ""), int(values[0])
    except (ValueError, IndexError):
        return False
    return ours > theirs if operator == "Gt" else ours < theirs
