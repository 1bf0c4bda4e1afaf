"""What may be wrong with the metrics and the behavior of an autoscaler (pkg/apis/autoscaling/validation)."""

from typing import Any

from simulator.api import field, names
from simulator.api.field import FieldError
from simulator.api.quantities import BadQuantity, nano
from simulator.apiserver.validation.common import maybe_one_of, one_of, problems

Obj = dict[str, Any]
Errors = list[FieldError]
# Each type of metric and the field that describes it, in the order in which they are looked at.
SOURCES = {
    "Object": "object",
    "External": "external",
    "Pods": "pods",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}
TYPES = ("ContainerResource", "External", "Object", "Pods", "Resource")
SELECT = ("Disabled", "Max", "Min")
POLICIES = ("Percent", "Pods")
LONGEST_WINDOW, LONGEST_PERIOD = 3600, 1800
EMPTY = "must populate information for the given metric source"


def metric(path: str, spec: Obj) -> Errors:
    """What is wrong with one of `metrics`."""
    kind = spec.get("type") or ""
    errors = [] if kind else [field.required(f"{path}.type", "must specify a metric source type")]
    unknown = [] if kind in TYPES else [field.not_supported(f"{path}.type", kind, TYPES)]
    given = [name for name in SOURCES.values() if spec.get(name) is not None]
    errors += unknown
    if given:
        errors += CHECKS[given[0]](f"{path}.{given[0]}", spec[given[0]])
    if kind in SOURCES and SOURCES[kind] not in given:
        errors.append(field.required(f"{path}.{SOURCES[kind]}", EMPTY))
    errors += unknown
    if len(given) != 1:
        others = sorted(name for name in given if name != SOURCES.get(kind))
        errors += [field.forbidden(f"{path}.{name}", "must populate the given metric source only") for name in others]
    return errors


def _target(path: str, target: Obj) -> Errors:
    kind, share = target.get("type") or "", target.get("averageUtilization")
    errors = [] if kind else [field.required(f"{path}.type", "must specify a metric target type")]
    if kind not in ("Utilization", "Value", "AverageValue"):
        errors.append(field.invalid(f"{path}.type", kind, "must be either Utilization, Value, or AverageValue"))
    for name in ("value", "averageValue"):
        if target.get(name) is not None and not _is_positive(target[name]):
            errors.append(field.invalid(f"{path}.{name}", str(target[name]), "must be positive"))
    if share is not None and share < 1:
        errors.append(field.invalid(f"{path}.averageUtilization", share, "must be greater than 0"))
    return errors


def _is_positive(amount: Any) -> bool:
    try:
        return nano(str(amount)) > 0
    except BadQuantity:
        return True  # another rule speaks of it


def _identifier(path: str, identifier: Obj) -> Errors:
    return [] if identifier.get("name") else [field.required(f"{path}.name", "must specify a metric name")]


def _resource(path: str, source: Obj) -> Errors:
    target = source.get("target") or {}
    errors = [] if source.get("name") else [field.required(f"{path}.name", "must specify a resource name")]
    if path.endswith("containerResource"):
        container = source.get("container") or ""
        missing = [field.required(f"{path}.container", "must specify a container")]
        errors += problems(f"{path}.container", container, names.label(container)) if container else missing
    errors += _target(f"{path}.target", target)
    share, amount = target.get("averageUtilization"), target.get("averageValue")
    if share is None and amount is None:
        text = "must set either a target raw value or a target utilization"
        errors.append(field.required(f"{path}.target.averageUtilization", text))
    if share is not None and amount is not None:
        text = "may not set both a target raw value and a target utilization"
        errors.append(field.forbidden(f"{path}.target.averageValue", text))
    return errors


def _pods(path: str, source: Obj) -> Errors:
    target = source.get("target") or {}
    errors = _identifier(f"{path}.metric", source.get("metric") or {}) + _target(f"{path}.target", target)
    if target.get("averageValue") is None:
        errors.append(field.required(f"{path}.target.averageValue", "must specify a positive target averageValue"))
    return errors


def _object(path: str, source: Obj) -> Errors:
    described, target = source.get("describedObject") or {}, source.get("target") or {}
    errors = [field.required(f"{path}.describedObject.{part}") for part in ("kind", "name") if not described.get(part)]
    errors += _identifier(f"{path}.metric", source.get("metric") or {}) + _target(f"{path}.target", target)
    if target.get("value") is None and target.get("averageValue") is None:
        text = "must set either a target value or averageValue"
        errors.append(field.required(f"{path}.target.averageValue", text))
    return errors


def _external(path: str, source: Obj) -> Errors:
    target = source.get("target") or {}
    errors = _identifier(f"{path}.metric", source.get("metric") or {}) + _target(f"{path}.target", target)
    whole, each = target.get("value"), target.get("averageValue")
    if whole is None and each is None:
        text = "must set either a target value for metric or a per-pod target"
        errors.append(field.required(f"{path}.target.averageValue", text))
    if whole is not None and each is not None:
        text = "may not set both a target value for metric and a per-pod target"
        errors.append(field.forbidden(f"{path}.target.value", text))
    return errors


CHECKS = {
    "object": _object,
    "external": _external,
    "pods": _pods,
    "resource": _resource,
    "containerResource": _resource,
}


def rules(path: str, found: Obj | None) -> Errors:
    """What is wrong with the rules for one direction of `behavior`."""
    if found is None:
        return []
    errors: Errors = []
    window = found.get("stabilizationWindowSeconds")
    if window is not None and window < 0:
        errors.append(
            field.invalid(f"{path}.stabilizationWindowSeconds", window, "must be greater than or equal to zero")
        )
    if window is not None and window > LONGEST_WINDOW:
        text = f"must be less than or equal to {LONGEST_WINDOW}"
        errors.append(field.invalid(f"{path}.stabilizationWindowSeconds", window, text))
    errors += maybe_one_of(f"{path}.selectPolicy", found.get("selectPolicy"), SELECT)
    policies = found.get("policies") or ()
    if not policies:
        errors.append(field.required(f"{path}.policies", "must specify at least one Policy"))
    for at, policy in enumerate(policies):
        errors += _policy(f"{path}.policies[{at}]", policy)
    return errors


def _policy(path: str, policy: Obj) -> Errors:
    errors = one_of(f"{path}.type", policy.get("type") or "", POLICIES)
    for name in ("value", "periodSeconds"):
        number = policy.get(name) or 0
        errors += [] if number > 0 else [field.invalid(f"{path}.{name}", number, "must be greater than zero")]
    period = policy.get("periodSeconds") or 0
    if period > LONGEST_PERIOD:
        text = f"must be less than or equal to {LONGEST_PERIOD}"
        errors.append(field.invalid(f"{path}.periodSeconds", period, text))
    return errors
