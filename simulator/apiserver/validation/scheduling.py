"""Rules for what decides where a Pod runs: affinity, tolerations, spreading (pkg/apis/core/validation)."""

from simulator.api import field, names
from simulator.api.affinity import KINDS, PREFERRED, REQUIRED
from simulator.apiserver.validation.common import (
    BAD_OPERATOR,
    NEEDS_VALUES,
    NO_VALUES,
    Errors,
    Obj,
    label_key,
    label_selector,
    maybe_one_of,
    one_of,
    problems,
)

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
ANY_KEY = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
WEIGHT = "must be in the range 1-100"
NO_SELECTOR = "must not be specified when labelSelector is not set"
ACTIONS = ("DoNotSchedule", "ScheduleAnyway")
POLICIES = ("Honor", "Ignore")
SINGLE_VALUE = "must be specified single value when `operator` is 'Lt' or 'Gt'"


def _expression(path: str, each: Obj, *, strict: bool) -> Errors:
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
    errors += label_key(f"{path}.key", each.get("key", ""))
    if strict:
        for at, value in enumerate(values):
            errors += problems(f"{path}.values[{at}]", value, names.label_value(value))
    return errors


def _field_expression(path: str, each: Obj) -> Errors:
    errors: Errors = []
    if each.get("operator") not in ("In", "NotIn"):
        errors.append(field.invalid(f"{path}.operator", each.get("operator", ""), BAD_OPERATOR))
    elif len(each.get("values") or ()) != 1:
        text = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        errors.append(field.required(f"{path}.values", text))
    if each.get("key") != "metadata.name":
        return [*errors, field.invalid(f"{path}.key", each.get("key", ""), "not a valid field selector key")]
    for at, value in enumerate(each.get("values") or ()):
        errors += problems(f"{path}.values[{at}]", value, names.subdomain(value))
    return errors


def node_term(path: str, term: Obj, *, strict: bool = True) -> Errors:
    """What is wrong with one term of a node selector; what is only preferred may have values that no label can have."""
    errors: Errors = []
    for at, each in enumerate(term.get("matchExpressions") or ()):
        errors += _expression(f"{path}.matchExpressions[{at}]", each, strict=strict)
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
        errors += node_term(f"{inner}.preference", each.get("preference") or {}, strict=False)
    return errors


def _weight(path: str, each: Obj) -> Errors:
    weight = each.get("weight") or 0
    return [] if 1 <= weight <= 100 else [field.invalid(f"{path}.weight", weight, WEIGHT)]


def _pod_term(path: str, term: Obj) -> Errors:
    errors = label_selector(f"{path}.labelSelector", term.get("labelSelector"))
    errors += label_selector(f"{path}.namespaceSelector", term.get("namespaceSelector"))
    for name in term.get("namespaces") or ():
        errors += problems(f"{path}.namespace", name, names.label(name))
    errors += _label_keys(path, term)
    key = term.get("topologyKey", "")
    errors += [] if key else [field.required(f"{path}.topologyKey", "can not be empty")]
    return errors + label_key(f"{path}.topologyKey", key)


def _label_keys(path: str, term: Obj) -> Errors:
    """Keys whose values come from the Pod itself."""
    errors: Errors = []
    for kind in ("matchLabelKeys", "mismatchLabelKeys"):
        if term.get(kind) and term.get("labelSelector") is None:
            errors.append(field.forbidden(f"{path}.{kind}", NO_SELECTOR))
            continue
        for at, key in enumerate(term.get(kind) or ()):
            errors += label_key(f"{path}.{kind}[{at}]", key)
    for at, key in enumerate(term.get("matchLabelKeys") or ()):
        if key in (term.get("mismatchLabelKeys") or ()):
            text = "exists in both matchLabelKeys and mismatchLabelKeys"
            errors.append(field.invalid(f"{path}.matchLabelKeys[{at}]", key, text))
    return errors


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
    for kind in KINDS:
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
        found = names.label_value(value)
        errors += [field.invalid(f"{path}.operator", value, ";".join(found))] if found else []
    elif operator == "Exists":
        text = "value must be empty when `operator` is 'Exists'"
        errors += [field.invalid(f"{path}.operator", value, text)] if value else []
    else:
        errors.append(field.not_supported(f"{path}.operator", operator, ("Equal", "Exists")))
    return errors + (one_of(f"{path}.effect", effect, EFFECTS) if effect else [])


def spread(path: str, constraints: list[Obj] | None) -> Errors:
    """What is wrong with the topology spread constraints of a Pod."""
    errors: Errors = []
    pairs = [(each.get("topologyKey", ""), each.get("whenUnsatisfiable", "")) for each in constraints or ()]
    for at, each in enumerate(constraints or ()):
        inner, (key, when) = f"{path}[{at}]", pairs[at]
        errors += _at_least_one(f"{inner}.maxSkew", each.get("maxSkew") or 0)
        errors += [] if key else [field.required(f"{inner}.topologyKey", "can not be empty")]
        if when not in ACTIONS:
            errors.append(field.not_supported(f"{inner}.whenUnsatisfiable", when, ACTIONS))
        if pairs[at] in pairs[at + 1 :]:
            errors.append(field.duplicate(f"{inner}.{{topologyKey, whenUnsatisfiable}}", f"{{{key}, {when}}}"))
        errors += _domains(f"{inner}.minDomains", each.get("minDomains"), when)
        for name in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
            errors += maybe_one_of(f"{inner}.{name}", each.get(name), POLICIES)
        errors += _spread_keys(f"{inner}.matchLabelKeys", each)
        errors += label_selector(f"{inner}.labelSelector", each.get("labelSelector"))
    return errors


def _at_least_one(path: str, number: int) -> Errors:
    return [] if number > 0 else [field.invalid(path, number, "must be greater than zero")]


def _domains(path: str, number: int | None, when: str) -> Errors:
    if number is None:
        return []
    errors = _at_least_one(path, number)
    if when != ACTIONS[0]:
        text = f"can only use minDomains if whenUnsatisfiable={ACTIONS[0]}, not {when}"
        errors.append(field.invalid(path, number, text))
    return errors


def _selected_but_merged(selector: Obj, keys: list[str]) -> set[str]:
    """The keys that a selector asks for itself: one `In` for each of *keys* may have been written into it by the API server."""
    merged, found = set(keys), {*(selector.get("matchLabels") or ())}
    for each in reversed(selector.get("matchExpressions") or []):
        key = each.get("key", "")
        if key in merged and each.get("operator") == "In":
            merged.remove(key)
        else:
            found.add(key)
    return found


def _spread_keys(path: str, constraint: Obj) -> Errors:
    keys, selector = constraint.get("matchLabelKeys") or [], constraint.get("labelSelector")
    errors = [field.forbidden(path, NO_SELECTOR)] if keys and selector is None else []
    selected = _selected_but_merged(selector or {}, keys)
    for at, key in enumerate(keys):
        errors += label_key(f"{path}[{at}]", key)
        if key in selected:
            errors.append(field.invalid(f"{path}[{at}]", key, "exists in both matchLabelKeys and labelSelector"))
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
