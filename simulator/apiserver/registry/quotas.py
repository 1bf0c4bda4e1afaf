"""The rules of quotas and ranges of limits (ValidateResourceQuota, ValidateLimitRange in pkg/apis/core/validation)."""

from typing import Any

from simulator.api import field, quantities
from simulator.api.field import FieldError
from simulator.apiserver.backend import Backend
from simulator.apiserver.registry.strategy import Strategy
from simulator.apiserver.validation.common import NOT_NEGATIVE, label_key
from simulator.apiserver.validation.resources import HUGE, STANDARD, is_extended, resource_name

Obj = dict[str, Any]
Errors = list[FieldError]
COUNTED = (
    *("pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps"),
    *("persistentvolumeclaims", "services.nodeports", "services.loadbalancers"),
)
COMPUTE = ("cpu", "memory", *(f"{kind}.{name}" for kind in ("limits", "requests") for name in ("cpu", "memory")))
QUOTED = (*COUNTED, *STANDARD, *(f"{kind}.{name}" for kind in ("limits", "requests") for name in STANDARD))
QUOTED += ("requests.storage",)
# Which resources a scope may be about.
OF_PODS = ("pods", *COMPUTE)
SCOPES = {
    "BestEffort": ("pods",),
    "CrossNamespacePodAffinity": OF_PODS,
    "NotBestEffort": OF_PODS,
    "NotTerminating": OF_PODS,
    "PriorityClass": OF_PODS,
    "Terminating": OF_PODS,
    "VolumeAttributesClass": ("persistentvolumeclaims", "requests.storage"),
}
OPPOSITES = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))
MUST_EXIST = (
    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
    "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)
WITHOUT_VALUES = ("BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity")
LIMIT_TYPES = ("Container", "PersistentVolumeClaim", "Pod")


def _no_status(backend: Backend, obj: Obj) -> None:
    obj["status"] = {}


def _default(obj: Obj) -> None:
    obj.setdefault("spec", {})


def _default_limits(obj: Obj) -> None:
    """Of the four values for containers, those that are missing follow from the others."""
    for limit in obj.setdefault("spec", {}).get("limits") or ():
        if limit.get("type") != "Container":
            continue
        high = {**(limit.get("max") or {}), **(limit.get("default") or {})}
        low = {**(limit.get("min") or {}), **high, **(limit.get("defaultRequest") or {})}
        for part, values in (("default", high), ("defaultRequest", low)):
            if values:
                limit[part] = values


def _quota(obj: Obj) -> Errors:
    spec, errors = obj["spec"], []
    hard = spec.get("hard") or {}
    for name in sorted(hard):
        errors += _hard(f"spec.hard[{name}]", name, hard[name])
    errors += _scopes("spec.scopes", spec.get("scopes") or [], hard)
    return errors + _selected("spec.scopeSelector.matchExpressions", spec.get("scopeSelector") or {}, hard)


def _hard(path: str, name: str, amount: str) -> Errors:
    errors, number = resource_name(path, name), quantities.nano(amount)
    if "/" not in name and name not in QUOTED and not name.removeprefix("requests.").startswith(HUGE):
        errors.append(field.invalid(path, name, "must be a standard resource for quotas"))
    errors += [field.invalid(path, amount, NOT_NEGATIVE)] if number < 0 else []
    if (name in COUNTED or is_extended(name)) and number % quantities.NANO:
        errors.append(field.invalid(path, amount, "must be an integer"))
    return errors


def _unfit(scope: str, hard: Obj) -> bool:
    return any(name in QUOTED and name not in SCOPES.get(scope, QUOTED) for name in hard)


def _scopes(path: str, scopes: list[str], hard: Obj) -> Errors:
    errors: Errors = []
    for scope in scopes:
        errors += [] if scope in SCOPES else [field.invalid(path, scopes, "unsupported scope")]
        errors += [field.invalid(path, scopes, "unsupported scope applied to resource")] if _unfit(scope, hard) else []
    conflict = any(set(pair) <= set(scopes) for pair in OPPOSITES)
    return errors + ([field.invalid(path, scopes, "conflicting scopes")] if conflict else [])


def _selected(path: str, selector: Obj, hard: Obj) -> Errors:
    errors: Errors = []
    for each in selector.get("matchExpressions") or ():
        scope, operator, values = each.get("scopeName", ""), each.get("operator", ""), each.get("values") or []
        errors += [] if scope in SCOPES else [field.invalid(f"{path}.scopeName", scope, "unsupported scope")]
        if _unfit(scope, hard):
            shown = {"MatchExpressions": [{"ScopeName": scope, "Operator": operator, "Values": values or None}]}
            errors.append(field.invalid(path, shown, "unsupported scope applied to resource"))
        if scope in WITHOUT_VALUES and operator != "Exists":
            errors.append(field.invalid(f"{path}.operator", operator, MUST_EXIST))
        if operator in ("In", "NotIn"):
            text = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
            errors += [] if values else [field.required(f"{path}.values", text)]
        elif operator in ("Exists", "DoesNotExist"):
            text = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
            errors += [field.invalid(f"{path}.values", values, text)] if values else []
        else:
            errors.append(field.invalid(f"{path}.operator", operator, "not a valid selector operator"))
    return errors


def _quota_update(new: Obj, old: Obj) -> Errors:
    scopes = new["spec"].get("scopes") or []
    if sorted(scopes) == sorted(old["spec"].get("scopes") or []):
        return []
    return [field.invalid("spec.scopes", scopes or None, "field is immutable")]


def _limit_range(obj: Obj) -> Errors:
    errors: Errors = []
    seen: set[str] = set()
    for at, limit in enumerate(obj["spec"].get("limits") or ()):
        path, kind = f"spec.limits[{at}]", limit.get("type", "")
        wrong = label_key(f"{path}.type", kind)
        if not wrong and "/" not in kind and kind not in LIMIT_TYPES:
            wrong = [field.invalid(f"{path}.type", kind, "must be a standard limit type or fully qualified")]
        errors += wrong + ([field.duplicate(f"{path}.type", kind)] if kind in seen else [])
        seen.add(kind)
        errors += _named(path, kind, limit) + _ordered(path, limit)
    return errors


def _named(path: str, kind: str, limit: Obj) -> Errors:
    errors: Errors = []
    for part in ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio"):
        if kind == "Pod" and part.startswith("default"):
            if limit.get(part):
                errors.append(field.forbidden(f"{path}.{part}", "may not be specified when `type` is 'Pod'"))
            continue
        for name in sorted(limit.get(part) or ()):
            errors += _limited(f"{path}.{part}[{name}]", kind, name)
    if kind == "PersistentVolumeClaim" and not any("storage" in (limit.get(part) or ()) for part in ("min", "max")):
        text = "either minimum or maximum storage value is required, but neither was provided"
        errors.append(field.required(f"{path}.limits", text))
    return errors


def _limited(path: str, kind: str, name: str) -> Errors:
    errors = resource_name(path, name)
    if kind in ("Pod", "Container") and "/" not in name and name not in STANDARD and not name.startswith(HUGE):
        errors.append(field.invalid(path, name, "must be a standard resource for containers"))
    return errors


# What may not be more than what: the two parts, which of them the message is about (the value it shows may be the other
# one's), and the words for both.
ORDER = (
    ("min", "max", "min", "min", "min value {} is greater than max value {}"),
    (
        "min",
        "defaultRequest",
        "defaultRequest",
        "defaultRequest",
        "min value {} is greater than default request value {}",
    ),
    (
        "defaultRequest",
        "max",
        "defaultRequest",
        "defaultRequest",
        "default request value {} is greater than max value {}",
    ),
    (
        *("defaultRequest", "default", "defaultRequest", "defaultRequest"),
        "default request value {} is greater than default limit value {}",
    ),
    ("min", "default", "default", "min", "min value {} is greater than default value {}"),
    ("default", "max", "default", "max", "default value {} is greater than max value {}"),
)


def _ordered(path: str, limit: Obj) -> Errors:
    errors: Errors = []
    parts = {part: limit.get(part) or {} for part in ("max", "min", "default", "defaultRequest")}
    ratios = limit.get("maxLimitRequestRatio") or {}
    for name in sorted({name for part in (*parts.values(), ratios) for name in part}):
        for low, high, place, shown, text in ORDER:
            left, right = parts[low].get(name), parts[high].get(name)
            if left is not None and right is not None and quantities.compare(left, right) > 0:
                value = parts[shown][name]
                errors.append(field.invalid(f"{path}.{place}[{name}]", value, text.format(left, right)))
        if name in ratios and quantities.compare(ratios[name], "1") < 0:
            text = f"ratio {ratios[name]} is less than 1"
            errors.append(field.invalid(f"{path}.maxLimitRequestRatio[{name}]", ratios[name], text))
    return errors


STRATEGIES: dict[str, Strategy] = {
    "resourcequotas": Strategy(_default, _no_status, validate=_quota, validate_update=_quota_update),
    "limitranges": Strategy(_default_limits, validate=_limit_range),
}
