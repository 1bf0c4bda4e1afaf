"""Errors of fields, in the words of the API (apimachinery/pkg/util/validation/field)."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec


class FieldError(NamedTuple):
    """What is wrong with a field; *kind* is the reason in the cause of a Status (`FieldValueInvalid`)."""

    path: str
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


def shown(value: Any) -> str:
    """A value as messages show it: texts quoted, all else as JSON."""
    if isinstance(value, str):
        return quoted(value)
    return msgspec.json.encode(value).decode()


def quoted(text: str) -> str:
    """A text as Go's %q prints it."""
    return f'"{"".join(ESCAPES.get(char, char) if char.isprintable() or char in ESCAPES else _code(char) for char in text)}"'


ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\v": "\\v",
}


def _code(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 128 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def required(path: str, detail: str = "") -> FieldError:
    """The field must be there."""
    return FieldError(path, "FieldValueRequired", "Required value" + (f": {detail}" if detail else ""))


def invalid(path: str, value: Any, detail: str) -> FieldError:
    """The field has a wrong value."""
    return FieldError(path, "FieldValueInvalid", f"Invalid value: {shown(value)}: {detail}")


def refused(path: str, detail: str) -> FieldError:
    """The field is wrong as a whole."""
    return FieldError(path, "FieldValueInvalid", f"Invalid value: {detail}")


def not_supported(path: str, value: Any, supported: Iterable[str]) -> FieldError:
    """The field has a value that is none of the possible ones."""
    values = ", ".join(quoted(each) for each in supported)
    return FieldError(
        path,
        "FieldValueNotSupported",
        f"Unsupported value: {shown(value)}: supported values: {values}",
    )


def forbidden(path: str, detail: str) -> FieldError:
    """The field may not be set, or not be changed."""
    return FieldError(path, "FieldValueForbidden", f"Forbidden: {detail}")


def duplicate(path: str, value: Any) -> FieldError:
    """The value stands there twice."""
    return FieldError(path, "FieldValueDuplicate", f"Duplicate value: {shown(value)}")


def not_found(path: str, value: Any) -> FieldError:
    """The field names something that is not there."""
    return FieldError(path, "FieldValueNotFound", f"Not found: {shown(value)}")


def too_long(path: str, limit: int) -> FieldError:
    """The value has too many bytes."""
    return FieldError(path, "FieldValueTooLong", f"Too long: may not be more than {limit} bytes")


def too_many(path: str, actual: int, limit: int) -> FieldError:
    """The list has too many items."""
    return FieldError(
        path,
        "FieldValueTooMany",
        f"Too many: {actual}: must have at most {limit} items",
    )


def message(errors: Sequence[object]) -> str:
    """All errors in one line, each once (utilerrors.Aggregate)."""
    texts = list(dict.fromkeys(map(str, errors)))
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def causes(errors: Sequence[FieldError]) -> list[dict[str, Any]]:
    """The errors as causes of a Status."""
    return [{"reason": each.kind, "message": each.text, "field": each.path} for each in errors]
