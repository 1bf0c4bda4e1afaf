"""The constants of a Go template: numbers, characters, texts, truth values."""

import json

from simulator.kubectl.gotext.lexing import Token
from simulator.kubectl.gotext.values import Whole


def constant(token: Token) -> object:
    """The value of a constant."""
    text = token.text
    if token.kind == "bool":
        return text == "true"
    if token.kind == "number":
        return _number(text.replace("_", ""))
    if token.kind == "char" and len(text) == 3:
        return Whole(ord(text[1]))
    if text[0] == "`":
        return text[1:-1]
    inner = _unescaped(text[1:-1])
    return Whole(ord(inner[:1] or "\0")) if token.kind == "char" else inner


def _number(text: str) -> object:
    if text.lower().lstrip("+-").startswith(("0x", "0b", "0o")):
        return Whole(int(text, 0))
    number = float(text)
    return number if (set(text) & set(".eE") and number != int(number)) or "." in text else Whole(int(number))


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text.encode("latin-1", "backslashreplace").decode("unicode_escape")
