"""Rules that many fields share (pkg/apis/core/validation, apimachinery/pkg/apis/meta/v1/validation)."""

from collections.abc import Iterable
from typing import Any

from simulator.api import field, names
from simulator.api.field import FieldError

Obj = dict[str, Any]
Errors = list[FieldError]
MAX_INT32 = (1 << 31) - 1
NOT_NEGATIVE = "must be greater than or equal to 0"
PORT_RANGE = "must be between 1 and 65535, inclusive"
NEEDS_VALUES = "must be specified when `operator` is 'In' or 'NotIn'"
NO_VALUES = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
BAD_OPERATOR = "not a valid selector operator"


def problems(path: str, value: Any, found: Iterable[str]) -> Errors:
    """An error for each problem that a rule for names found."""
    return [field.invalid(path, value, problem) for problem in found]


def between(path: str, value: int, low: int, high: int) -> Errors:
    """The number must lie in a range."""
    if low <= value <= high:
        return []
    return [field.invalid(path, value, f"must be between {low} and {high}, inclusive")]


def not_negative(path: str, holder: Obj, *keys: str) -> Errors:
    """Numbers that may be missing, but not below 0."""
    return [field.invalid(f"{path}.{key}", holder[key], NOT_NEGATIVE) for key in keys if (holder.get(key) or 0) < 0]


def one_of(path: str, value: str | None, allowed: tuple[str, ...]) -> Errors:
    """The text must be one of some."""
    if not value:
        return [field.required(path)]
    return [] if value in allowed else [field.not_supported(path, value, allowed)]


def maybe_one_of(path: str, value: str | None, allowed: tuple[str, ...]) -> Errors:
    """The text must be one of some, or missing."""
    return one_of(path, value, allowed) if value else []


def label_key(path: str, value: str) -> Errors:
    """The text must be a key of a label."""
    return problems(path, value, names.qualified_name(value))


def port_number(path: str, value: int) -> Errors:
    """The number must be a port."""
    return [] if 1 <= value <= 65535 else [field.invalid(path, value, PORT_RANGE)]


def port_or_name(path: str, value: int | str | None) -> Errors:
    """A port by number or by name."""
    if isinstance(value, str):
        return problems(path, value, names.port_name(value))
    return port_number(path, value or 0)


def label_selector(path: str, selector: Obj | None) -> Errors:
    """What is wrong with a LabelSelector."""
    errors: Errors = []
    for key, value in sorted((selector or {}).get("matchLabels", {}).items()):
        errors += label_key(f"{path}.matchLabels", key)
        errors += problems(f"{path}.matchLabels", value, names.label_value(value))
    for at, each in enumerate((selector or {}).get("matchExpressions") or ()):
        errors += _requirement(f"{path}.matchExpressions[{at}]", each)
    return errors


def _requirement(path: str, each: Obj) -> Errors:
    operator, values = each.get("operator", ""), each.get("values") or []
    errors: Errors = []
    if operator in ("In", "NotIn"):
        errors += [] if values else [field.required(f"{path}.values", NEEDS_VALUES)]
    elif operator in ("Exists", "DoesNotExist"):
        errors += [field.forbidden(f"{path}.values", NO_VALUES)] if values else []
    else:
        errors.append(field.invalid(f"{path}.operator", operator, BAD_OPERATOR))
    errors += label_key(f"{path}.key", each.get("key", ""))
    for at, value in enumerate(values):
        errors += problems(f"{path}.values[{at}]", value, names.label_value(value))
    return errors


def shown_map(pairs: Obj | None) -> Obj | None:
    """A map as messages show it: in the order of its keys."""
    return dict(sorted(pairs.items())) if pairs else None


def shown_selector(selector: Obj) -> Obj:
    """A LabelSelector as messages show it."""
    labels = shown_map(selector.get("matchLabels"))
    expressions = {key: value for key, value in selector.items() if key == "matchExpressions"}
    return ({"matchLabels": labels} if labels else {}) | expressions


def local_path(path: str, value: str) -> Errors:
    """A path inside of something: not absolute, and not upwards."""
    if value.startswith("/"):
        return [field.invalid(path, value, "must be a relative path")]
    return no_upwards(path, value)


def no_upwards(path: str, value: str) -> Errors:
    """A path without steps upwards."""
    return [field.invalid(path, value, "must not contain '..'")] if ".." in value.split("/") else []


# Addresses that mean something to the host alone.
SPECIAL = (
    ("127.", "may not be in the loopback range (127.0.0.0/8, ::1/128)"),
    ("169.254.", "may not be in the link-local range (169.254.0.0/16, fe80::/10)"),
    ("224.0.0.", "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"),
)


def special_address(path: str, address: str) -> Errors:
    """An address that others are to reach."""
    if address == "0.0.0.0":
        return [field.invalid(path, address, f"may not be unspecified ({address})")]
    return [field.invalid(path, address, text) for prefix, text in SPECIAL if address.startswith(prefix)]


def share(path: str, value: int | str) -> Errors:
    """A number that is not negative, or a percentage."""
    if isinstance(value, str):
        return problems(path, value, names.percent(value))
    return [] if value >= 0 else [field.invalid(path, value, NOT_NEGATIVE)]


def not_over_all(path: str, value: int | str) -> Errors:
    """A percentage of at most a hundred."""
    if not isinstance(value, str) or names.percent(value) or int(value[:-1][:9]) <= 100:
        return []
    return [field.invalid(path, value, "must not be greater than 100%")]


def is_zero(value: int | str) -> bool:
    """Whether a number or a percentage is none."""
    return value == 0 or (isinstance(value, str) and value.endswith("%") and not value[:-1].strip("0"))
