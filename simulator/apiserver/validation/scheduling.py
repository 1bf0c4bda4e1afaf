"""Rules for what decides where a Pod runs: affinity, tolerations, spreading (pkg/apis/core/validation)."""

from simulator.api import field, names
from simulator.apiserver.validation.common import (
    BAD_OPERATOR,
    NEEDS_VALUES,
    NO_VALUES,
    Errors,
    Obj,
    label_key,
    label_selector,
    one_of,
    problems,
)

REQUIRED, PREFERRED = (
    "requiredDuringSchedulingIgnoredDuringExecution",
    "preferredDuringSchedulingIgnoredDuringExecution",
)
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
ANY_KEY = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
WEIGHT = "must be in the range 1-100"
SINGLE_VALUE = "must be specified single value when `operator` is 'Lt' or 'Gt'"


def _expression(path: str, each: Obj) -> Errors:
    operator, values = each.get("operator", ""), each.get("values") or []
    errors: Errors = []
    if operator in ("In", "NotIn"):
        errors += [] if values else [field.required(f"{path}.values", NEEDS_VALUES)]
    elif operator in ("Exists", "DoesNotExist"):
        errors += [field.forbidden(f"{path}.values", NO_VALUES)] if values else []
    elif operator in ("Gt", "Lt"):
        errors += [] if len(values) == 1 else [field.required(f"{path}.values", SINGLE_VALUE)]
    else:
        errors.append(field.invalid(f"{path}.operator", operator, BAD_OPERATOR))
    return errors + label_key(f"{path}.key", each.get("key", ""))


def _field_expression(path: str, each: Obj) -> Errors:
    errors: Errors = []
    if each.get("operator") not in ("In", "NotIn"):
        errors.append(field.invalid(f"{path}.operator", each.get("operator", ""), BAD_OPERATOR))
    elif len(each.get("values") or ()) != 1:
        text = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        errors.append(field.required(f"{path}.values", text))
    if each.get("key") != "metadata.name":
        errors.append(field.invalid(f"{path}.key", each.get("key", ""), "not a valid field selector key"))
    return errors


def node_term(path: str, term: Obj) -> Errors:
    """What is wrong with one term of a node selector."""
    errors: Errors = []
    for at, each in enumerate(term.get("matchExpressions") or ()):
        errors += _expression(f"{path}.matchExpressions[{at}]", each)
    for at, each in enumerate(term.get("matchFields") or ()):
        errors += _field_expression(f"{path}.matchFields[{at}]", each)
    return errors


def _node_affinity(path: str, affinity: Obj) -> Errors:
    errors: Errors = []
    required = affinity.get(REQUIRED)
    if required is not None:
        terms = required.get("nodeSelectorTerms") or []
        inner = f"{path}.{REQUIRED}.nodeSelectorTerms"
        errors += [] if terms else [field.required(inner, "must have at least one node selector term")]
        for at, term in enumerate(terms):
            errors += node_term(f"{inner}[{at}]", term)
    for at, each in enumerate(affinity.get(PREFERRED) or ()):
        inner = f"{path}.{PREFERRED}[{at}]"
        errors += _weight(inner, each)
        errors += node_term(f"{inner}.preference", each.get("preference") or {})
    return errors


def _weight(path: str, each: Obj) -> Errors:
    weight = each.get("weight") or 0
    return [] if 1 <= weight <= 100 else [field.invalid(f"{path}.weight", weight, WEIGHT)]


def _pod_term(path: str, term: Obj) -> Errors:
    errors = label_selector(f"{path}.labelSelector", term.get("labelSelector"))
    errors += label_selector(f"{path}.namespaceSelector", term.get("namespaceSelector"))
    for at, name in enumerate(term.get("namespaces") or ()):
        errors += problems(f"{path}.namespaces[{at}]", name, names.label(name))
    key = term.get("topologyKey", "")
    errors += [] if key else [field.required(f"{path}.topologyKey", "can not be empty")]
    return errors + label_key(f"{path}.topologyKey", key)


def _pod_affinity(path: str, affinity: Obj) -> Errors:
    errors: Errors = []
    for at, term in enumerate(affinity.get(REQUIRED) or ()):
        errors += _pod_term(f"{path}.{REQUIRED}[{at}]", term)
    for at, each in enumerate(affinity.get(PREFERRED) or ()):
        inner = f"{path}.{PREFERRED}[{at}]"
        errors += _weight(inner, each)
        errors += _pod_term(f"{inner}.podAffinityTerm", each.get("podAffinityTerm") or {})
    return errors


def affinity(path: str, value: Obj | None) -> Errors:
    """What is wrong with the affinity of a Pod."""
    found = value or {}
    errors = _node_affinity(f"{path}.nodeAffinity", found.get("nodeAffinity") or {})
    for kind in ("podAffinity", "podAntiAffinity"):
        errors += _pod_affinity(f"{path}.{kind}", found.get(kind) or {})
    return errors


def tolerations(path: str, found: list[Obj] | None) -> Errors:
    """What is wrong with the tolerations of a Pod."""
    return [error for at, each in enumerate(found or ()) for error in _toleration(f"{path}[{at}]", each)]


def _toleration(path: str, each: Obj) -> Errors:
    key, operator, value, effect = (each.get(name, "") for name in ("key", "operator", "value", "effect"))
    errors = label_key(f"{path}.key", key) if key else []
    if not key and operator != "Exists":
        errors.append(field.invalid(f"{path}.operator", operator, ANY_KEY))
    if each.get("tolerationSeconds") is not None and effect != "NoExecute":
        text = "effect must be 'NoExecute' when `tolerationSeconds` is set"
        errors.append(field.invalid(f"{path}.effect", effect, text))
    if operator in ("Equal", ""):
        errors += problems(f"{path}.operator", value, names.label_value(value))
    elif operator == "Exists":
        text = "value must be empty when `operator` is 'Exists'"
        errors += [field.invalid(f"{path}.operator", value, text)] if value else []
    else:
        errors.append(field.not_supported(f"{path}.operator", operator, ("Equal", "Exists")))
    return errors + (one_of(f"{path}.effect", effect, EFFECTS) if effect else [])


def spread(path: str, constraints: list[Obj] | None) -> Errors:
    """What is wrong with the topology spread constraints of a Pod."""
    errors: Errors = []
    seen: set[tuple[str, str]] = set()
    for at, each in enumerate(constraints or ()):
        inner = f"{path}[{at}]"
        skew, key, when = each.get("maxSkew") or 0, each.get("topologyKey", ""), each.get("whenUnsatisfiable", "")
        errors += [] if skew > 0 else [field.invalid(f"{inner}.maxSkew", skew, "must be greater than zero")]
        errors += (
            label_key(f"{inner}.topologyKey", key)
            if key
            else [field.required(f"{inner}.topologyKey", "can not be empty")]
        )
        actions = ("DoNotSchedule", "ScheduleAnyway")
        if when not in actions:
            errors.append(field.not_supported(f"{inner}.whenUnsatisfiable", when, actions))
        if (key, when) in seen:
            errors.append(field.duplicate(f"{inner}.{{topologyKey, whenUnsatisfiable}}", f"{{{key}, {when}}}"))
        seen.add((key, when))
        errors += label_selector(f"{inner}.labelSelector", each.get("labelSelector"))
    return errors


def gates(path: str, found: list[Obj] | None) -> Errors:
    """What is wrong with the scheduling gates of a Pod."""
    errors: Errors = []
    seen: set[str] = set()
    for at, each in enumerate(found or ()):
        name = each.get("name", "")
        errors += label_key(f"{path}[{at}]", name)
        errors += [field.duplicate(f"{path}[{at}]", name)] if name in seen else []
        seen.add(name)
    return errors
