"""JSON text, and what Go says of text that is none (encoding/json scanner.go)."""

import json
from typing import Any

from simulator.api.decoding import word

AT_END = "unexpected end of JSON input"
TOO_DEEP = "exceeded max depth"
# What Python complains of, by how its message begins, and how Go says where the character stands that it did not expect.
PLACES = (
    ("Expecting property name", "looking for beginning of object key string"),
    ("Illegal trailing comma before end of object", "looking for beginning of object key string"),
    ("Illegal trailing comma before end of array", "looking for beginning of value"),
    ("Expecting value", "looking for beginning of value"),
    ("Expecting ':'", "after object key"),
    ("Extra data", "after top-level value"),
    ("Invalid control character", "in string literal"),
    ("Invalid \\u", "in \\u hexadecimal character escape"),
    ("Invalid \\escape", "in string escape code"),
)
CLOSERS = {"{": "object key:value pair", "[": "array element"}


class BadJson(ValueError):
    """The text is no JSON; says why in Go's words."""


def loads(text: str) -> Any:
    """The value that *text* writes down; raises BadJson."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise BadJson(_described(text, error)) from None
    except RecursionError:
        raise BadJson(TOO_DEEP) from None


def _no_constant(word: str) -> Any:
    raise BadJson(f"invalid character '{word[0]}' looking for beginning of value")


def _described(text: str, error: json.JSONDecodeError) -> str:
    at = error.pos
    if error.msg.startswith("Illegal trailing comma"):
        at += 1
    while at < len(text) and text[at] in " \t\r\n" and not error.msg.startswith("Invalid"):
        at += 1
    if at >= len(text) or error.msg.startswith("Unterminated"):
        return AT_END
    place = next((place for start, place in PLACES if error.msg.startswith(start)), "")
    return f"invalid character {_quoted(text[at])} {place or 'after ' + CLOSERS[_opener(text[:at])]}"


def _quoted(letter: str) -> str:
    """A character as Go quotes it."""
    return {"'": r"'\''", '"': "'\"'"}.get(letter) or (f"'{letter}'" if letter.isprintable() else repr(letter))


def _opener(text: str) -> str:
    """The bracket that is open at the end of *text*."""
    opened: list[str] = []
    in_string = escaped = False
    for letter in text:
        if in_string:
            in_string, escaped = letter != '"' or escaped, letter == "\\" and not escaped
        elif letter == '"':
            in_string = True
        elif letter in "{[":
            opened.append(letter)
        elif letter in "}]" and opened:
            opened.pop()
    return opened[-1] if opened else "{"


# Into what the API server reads an object first, to know what it is (apimachinery/pkg/runtime/serializer/json/meta.go).
NEEDED = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
LONGEST_SUMMARY = 30


def why_no_json(data: bytes) -> str:
    """What Go says of a text that is no JSON; empty if it is."""
    try:
        loads(_text(data))
    except BadJson as error:
        return str(error)
    return ""


def why_no_object(data: bytes) -> str:
    """What the API server says of a body that does not tell what it is."""
    why = why_no_json(data) or _untold(loads(_text(data)))
    said = f"; json parse error: {why} ({_summary(data)})" if why else ""
    return f"couldn't get version/kind{said}"


def _untold(value: Any) -> str:
    """Why *value* does not tell its version and kind."""
    if not isinstance(value, dict):
        return f"json: cannot unmarshal {word(value)} into Go value of type {NEEDED}" if value is not None else ""
    field = next((key for key in value if key in ("apiVersion", "kind") and not isinstance(value[key], str | None)), "")
    return f"json: cannot unmarshal {word(value[field])} into Go struct field .{field} of type string" if field else ""


def _text(data: bytes) -> str:
    """The characters; where they are none, each byte is one, as it is for Go's scanner."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _summary(data: bytes) -> str:
    """The beginning of a body: as it is if it may be an object, else in hexadecimal numbers."""
    if not data:
        return "<empty>"
    head, more = data[:LONGEST_SUMMARY], " ..." if len(data) > LONGEST_SUMMARY else ""
    return (head.decode(errors="replace") if data.startswith(b"{") else head.hex()) + more
