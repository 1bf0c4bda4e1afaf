"""What a plain word means in YAML 1.1, as Go's decoder and encoder see it (go.yaml.in/yaml/v2, resolve.go)."""

import math
from functools import lru_cache

import re2

WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
}
NOT_FINITE = {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN"}
INTEGER = re2.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)")
FLOAT = re2.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
BASE60 = re2.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")
TIMESTAMP = re2.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ][ \t]*[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]+)?([ \t]*(Z|[-+][0-9]{1,2}(:?[0-9]{2})?))?)?"
)
BASES = {"x": 16, "b": 2, "o": 8}
MAX_DIGITS = 400
LARGEST = (1 << 64) - 1
SMALLEST = -(1 << 63)


@lru_cache(maxsize=4096)
def resolve(text: str) -> str | int | float | bool | None:
    """What a plain scalar stands for: nothing, a boolean, a number, or a text. Times stay texts."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in "0123456789+-." or len(text) > MAX_DIGITS:
        return text
    plain = text.replace("_", "")
    if INTEGER.fullmatch(plain):
        value = _integer(plain)
        return value if SMALLEST <= value <= LARGEST else _float(plain)
    return _float(plain) if FLOAT.fullmatch(plain) else text


def _integer(text: str) -> int:
    sign = -1 if text[0] == "-" else 1
    digits = text.lstrip("+-").lower()
    if len(digits) > 1 and digits[0] == "0":
        base = BASES.get(digits[1], 8)
        return sign * int(digits[2 if digits[1] in BASES else 1 :], base)
    return sign * int(digits)


def _float(text: str) -> int | float | str:
    try:
        value = float(text)
    except ValueError:
        return text
    if math.isinf(value):
        return text
    return int(value) if value.is_integer() and abs(value) < 1e21 else value


def stays_text(text: str) -> bool:
    """Whether a text may be written without quotes and is still read as the same text."""
    if text in WORDS or text in NOT_FINITE or text == "<<":
        return False
    if text[0] not in "0123456789+-.":
        return True
    return isinstance(resolve(text), str) and not BASE60.fullmatch(text) and not TIMESTAMP.fullmatch(text)


def number_text(value: float) -> str:
    """A number as Go prints it."""
    if isinstance(value, int):
        return str(value)
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    text = repr(value)
    mantissa, exponent, power = text.partition("e")
    return f"{mantissa}e{power[0]}{power[1:].rjust(2, '0')}" if exponent else text
