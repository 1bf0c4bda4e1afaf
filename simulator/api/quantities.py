"""Amounts of resources such as `500m`, `1Gi` or `2e3` (apimachinery/pkg/api/resource)."""

from functools import lru_cache

import re2

PATTERN_ERROR = r"quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
SUFFIX_ERROR = "unable to parse quantity's suffix"
NANO = 10**9
MAX_LENGTH = 64
BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60}
# Powers of ten, as exponents.
DECIMAL = {
    "n": -9,
    "u": -6,
    "m": -3,
    "": 0,
    "k": 3,
    "M": 6,
    "G": 9,
    "T": 12,
    "P": 15,
    "E": 18,
}
BY_EXPONENT = {exponent: suffix for suffix, exponent in DECIMAL.items()}
# Nothing is larger than 2^63 - 1, in either direction.
LIMIT = ((1 << 63) - 1) * NANO
PARTS = re2.compile(r"([+-]?)([0-9]*)(\.[0-9]*)?([eEinumkKMGTP]*[-+]?[0-9]*)")
EXPONENT = re2.compile(r"[eE]([-+]?[0-9]{1,3})")


class BadQuantity(ValueError):
    """A text is no quantity; the message is the decoder's."""


@lru_cache(maxsize=8192)
def _parse(text: str) -> tuple[int, str]:
    """Billionths, and the way it is written: `binary`, `decimal` or `exponent`."""
    match = PARTS.fullmatch(text) if 0 < len(text) <= MAX_LENGTH else None
    if match is None or not (match.group(2) or (match.group(3) or "")[1:]):
        raise BadQuantity(PATTERN_ERROR)
    sign, whole, fraction, suffix = (
        match.group(1),
        match.group(2),
        (match.group(3) or "")[1:],
        match.group(4),
    )
    scale, form = _scale(suffix)
    digits = int((whole + fraction) or "0")
    numerator, denominator = digits * scale, 10 ** (len(fraction) + 9)
    billionths = -(-numerator // denominator)  # rounded up, away from nothing
    billionths = min(billionths, LIMIT)
    return (-billionths if sign == "-" else billionths), form


def _scale(suffix: str) -> tuple[int, str]:
    """What a suffix multiplies with, in 10^-18ths, and its form."""
    if suffix in BINARY:
        return BINARY[suffix] * 10**18, "binary"
    if suffix in DECIMAL:
        return int(10 ** (DECIMAL[suffix] + 18)), "decimal"
    if match := EXPONENT.fullmatch(suffix):
        exponent = int(match.group(1))
        return (10 ** (min(exponent, 100) + 18) if exponent >= -18 else 1), "exponent"
    raise BadQuantity(SUFFIX_ERROR)


def nano(value: str | float) -> int:
    """A quantity in billionths; raises BadQuantity."""
    return value * NANO if isinstance(value, int) and not isinstance(value, bool) else _parse(_text(value))[0]


def milli(value: str | float) -> int:
    """A quantity in thousandths, rounded up, such as millicores; raises BadQuantity."""
    return -(-nano(value) // 10**6)


def units(value: str | float) -> int:
    """A quantity in whole units, rounded up, such as bytes; raises BadQuantity."""
    return -(-nano(value) // NANO)


def _text(value: str | float) -> str:
    if isinstance(value, float):
        return f"{value:.9f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else f"{value:e}".replace("+", "")
    return str(value)


def canonical(value: str | float) -> str:
    """A quantity as Kubernetes prints it: `1000m` is `1`, `1024Mi` is `1Gi`, `0.5` is `500m`; raises BadQuantity."""
    return _canonical(_text(value))


@lru_cache(maxsize=8192)
def _canonical(text: str) -> str:
    billionths, form = _parse(text)
    return render(billionths, form)


def form_of(value: str | float) -> str:
    """How a quantity is written: `binary`, `decimal` or `exponent`."""
    return _parse(_text(value))[1]


def render(billionths: int, form: str = "decimal") -> str:
    """Billionths as text, in one of the forms `binary`, `decimal`, `exponent`."""
    if billionths == 0:
        return "0"
    if form == "binary" and abs(billionths) >= 1024 * NANO and billionths % NANO == 0:
        return _binary(billionths // NANO)
    exponent = -9
    while billionths % 1000 == 0 and exponent < 18:
        billionths //= 1000
        exponent += 3
    if form == "exponent":
        return f"{billionths}e{exponent}" if exponent else str(billionths)
    return f"{billionths}{BY_EXPONENT[exponent]}"


def _binary(number: int) -> str:
    steps = 0
    while number % 1024 == 0 and steps < len(BINARY):
        number //= 1024
        steps += 1
    return f"{number}{['', *BINARY][steps]}"


def add(*values: str | float) -> str:
    """The sum of quantities, in the form of the first one that is not zero."""
    form = next((form_of(each) for each in values if nano(each)), "decimal")
    return render(sum(nano(each) for each in values), form)


def compare(left: str | float, right: str | float) -> int:
    """-1, 0 or 1, as *left* is less than, equal to or greater than *right*."""
    difference = nano(left) - nano(right)
    return (difference > 0) - (difference < 0)
