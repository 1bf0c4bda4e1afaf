"""The functions that a Go template may call (models text/template/funcs.go and kubectl's own)."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.api.go_text import go_text
from simulator.kubectl.gotext.formatting import sprintf
from simulator.kubectl.gotext.values import CallError, Whole, equal, less, truth, type_name

HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;", "\0": "\ufffd"})
JS = str.maketrans(
    {"\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D"}
)
PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


@dataclass(frozen=True)
class Function:
    """A function, how many arguments it wants at least, and whether it takes more."""

    call: Callable[..., Any]
    least: int = 1
    more: bool = False


def _index(value: Any, *keys: Any) -> Any:
    if value is None:
        raise CallError("index of untyped nil")
    for key in keys:
        if isinstance(value, dict):
            if not isinstance(key, str):
                raise CallError(
                    f"value has type {type_name(key)}; should be string"
                    if key is not None
                    else "value is nil; should be of type string"
                )
            value = value.get(key)
        elif isinstance(value, list | str):
            value = (
                value[_position(key, len(value))]
                if isinstance(value, list)
                else Whole(value.encode()[_position(key, len(value))])
            )
        elif value is None:
            raise CallError("index of nil pointer")
        else:
            raise CallError(f"can't index item of type {type_name(value)}")
    return value


def _position(key: Any, length: int, *, end: bool = False) -> int:
    if key is None:
        raise CallError("cannot index slice/array with nil")
    if isinstance(key, bool) or not isinstance(key, int):
        raise CallError(f"cannot index slice/array with type {type_name(key)}")
    if not 0 <= key < length + end:
        raise CallError(f"index out of range: {key}")
    return int(key)


def _slice(value: Any, *bounds: Any) -> Any:
    if value is None:
        raise CallError("slice of untyped nil")
    if len(bounds) > 3:
        raise CallError(f"too many slice indexes: {len(bounds)}")
    if isinstance(value, str) and len(bounds) == 3:
        raise CallError("cannot 3-index slice a string")
    if not isinstance(value, str | list):
        raise CallError(f"can't slice item of type {type_name(value)}")
    places = [_position(each, len(value), end=True) for each in bounds]
    start, end = [*places[:2], *(0, len(value))[len(places[:2]) :]]
    if start > end:
        raise CallError(f"invalid slice index: {start} > {end}")
    return value[start:end]


def _len(value: Any) -> Whole:
    if value is None:
        raise CallError("reflect: call of reflect.Value.Type on zero Value")
    if not isinstance(value, str | list | dict):
        raise CallError(f"len of type {type_name(value)}")
    return Whole(len(value.encode()) if isinstance(value, str) else len(value))


def _print(*values: Any) -> str:
    """Blanks stand between two values of which neither is a text."""
    text, before = "", True
    for number, value in enumerate(values):
        is_text = isinstance(value, str)
        text += (" " if number and not before and not is_text else "") + go_text(value)
        before = is_text
    return text


def _joined(values: tuple[Any, ...]) -> str:
    return values[0] if len(values) == 1 and isinstance(values[0], str) else _print(*values)


def _js(*values: Any) -> str:
    text = _joined(values).translate(JS)
    return "".join(letter if letter >= " " else f"\\u{ord(letter):04X}" for letter in text)


def _escaped(text: str) -> str:
    """A text as it stands in the query of an address."""
    shown = (chr(byte) if chr(byte) in PLAIN else f"%{byte:02X}" for byte in text.encode())
    return "".join(shown).replace("%20", "+")


def _base64decode(text: Any) -> str:
    if not isinstance(text, str):
        raise CallError(f"wrong type for value; expected string; got {type_name(text)}")
    try:
        return base64.b64decode(text, validate=True).decode(errors="replace")
    except (binascii.Error, ValueError):
        wrong = next((at for at, letter in enumerate(text) if letter not in LETTERS), len(text) // 4 * 4)
        raise CallError(f"base64 decode failed: illegal base64 data at input byte {wrong}") from None


def _exists(value: Any, *keys: Any) -> bool:
    for key in keys:
        inside = isinstance(value, dict) and key in value
        if not inside and not (isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value)):
            return False
        value = value[key]
    return True


def _call(value: Any, *_: Any) -> Any:
    if value is None:
        raise CallError("call of nil")
    raise CallError(f"non-function {{}} of type {type_name(value)}")


def _both(*values: Any) -> Any:
    return next((value for value in values if not truth(value)), values[-1])


def _either(*values: Any) -> Any:
    return next((value for value in values if truth(value)), values[-1])


FUNCTIONS: dict[str, Function] = {
    "and": Function(_both, 1, True),
    "or": Function(_either, 1, True),
    "not": Function(lambda value: not truth(value)),
    "call": Function(_call, 1, True),
    "len": Function(_len),
    "index": Function(_index, 1, True),
    "slice": Function(_slice, 1, True),
    "print": Function(_print, 0, True),
    "println": Function(lambda *values: " ".join(map(go_text, values)) + "\n", 0, True),
    "printf": Function(sprintf, 1, True),
    "html": Function(lambda *values: _joined(values).translate(HTML), 0, True),
    "js": Function(_js, 0, True),
    "urlquery": Function(lambda *values: _escaped(_joined(values)), 0, True),
    "eq": Function(equal, 1, True),
    "ne": Function(lambda first, second: not equal(first, second), 2),
    "lt": Function(less, 2),
    "le": Function(lambda first, second: less(first, second) or equal(first, second), 2),
    "gt": Function(lambda first, second: not less(first, second) and not equal(first, second), 2),
    "ge": Function(lambda first, second: not less(first, second), 2),
    "base64decode": Function(_base64decode),
    "exists": Function(_exists, 1, True),
}
SHORT = {"and": False, "or": True}  # these look no further than the first argument that decides
