"""awk's values: numbers, texts, and texts that look like numbers."""

import math
from typing import Any

from simulator.programs.formats import decimal, pad, whole

Value = str | float


class Strnum(str):
    """Text that came from outside and looks like a number: it compares as one."""

    __slots__ = ()


def number(value: Value) -> float:
    """What a value counts as: the number at its beginning."""
    if isinstance(value, float):
        return value
    text = value.strip()
    try:
        if text[:1].isalpha() or text[1:2] in ("n", "i", "N", "I") or "_" in text:
            return 0.0
        return float(text) if len(text) < 400 else 0.0
    except ValueError:
        end, seen = 0, False
        while end < min(len(text), 60) and (
            (text[end] in "+-" and end == 0) or text[end].isdecimal() or (text[end] == "." and not seen)
        ):
            seen = seen or text[end] == "."
            end += 1
        try:
            return float(text[:end] or 0)
        except ValueError:
            return 0.0


def looks_like_number(text: str) -> bool:
    """Whether text from outside compares as a number."""
    stripped = text.strip()
    if not stripped or len(stripped) > 60 or set(stripped) - set("0123456789.+-eE"):
        return False
    try:
        float(stripped)
    except ValueError:
        return False
    return True


def text_of(value: Value, form: str = "%.6g") -> str:
    """A value as text."""
    if isinstance(value, str):
        return value
    if value == int(value) if math.isfinite(value) else False:
        return str(int(value)) if abs(value) < 1e16 else f"{value:.0f}"
    return format_text(form, [value]) if math.isfinite(value) else {"inf": "inf", "-inf": "-inf"}.get(str(value), "nan")


def outside(text: str) -> str:
    """Text from a file or an argument."""
    return Strnum(text) if looks_like_number(text) else text


def format_text(form: str, values: list[Value]) -> str:
    """sprintf."""
    out: list[str] = []
    place, taken = 0, 0

    def take() -> Value:
        nonlocal taken
        taken += 1
        return values[taken - 1] if taken <= len(values) else ""

    while place < len(form):
        if form[place] != "%" or place + 1 >= len(form):
            out.append(form[place])
            place += 1
            continue
        end = place + 1
        flags = ""
        while end < len(form) and form[end] in "-+ #0":
            flags += form[end]
            end += 1
        width, end = _measure(form, end, take)
        precision: int | None = None
        if form[end : end + 1] == ".":
            found, end = _measure(form, end + 1, take)
            precision = found or 0
        letter = form[end : end + 1]
        out.append(_converted(letter, flags, abs(width or 0), precision, take) if letter != "%" else "%")
        place = end + 1
    return "".join(out)


def _measure(form: str, place: int, take: Any) -> tuple[int | None, int]:
    if form[place : place + 1] == "*":
        return min(int(number(take())), 65536), place + 1
    end = place
    while end < len(form) and form[end].isdecimal() and end - place < 5:
        end += 1
    return (int(form[place:end]) if end > place else None), end


def _converted(letter: str, flags: str, width: int, precision: int | None, take: Any) -> str:
    value = take()
    if letter in ("d", "i", "o", "x", "X", "u"):
        amount = number(value)
        return whole(int(amount) if math.isfinite(amount) else 0, letter, flags, width, precision)
    if letter in ("e", "E", "f", "F", "g", "G"):
        return decimal(number(value), letter, flags, width, precision)
    if letter == "c":
        text = chr(int(value) % 0x110000) if isinstance(value, float) else value[:1]
        return pad(text, flags, width)
    text = text_of(value)
    return pad(text if precision is None else text[:precision], flags, width)


def packed(value: Value) -> Any:
    """A value as an array keeps it in the simulator's value: floats as a list with their text."""
    return [repr(value)] if isinstance(value, float) else str(value)


def unpacked(value: Any) -> Value:
    """The value that `packed` kept."""
    return float(value[0]) if isinstance(value, list) else outside(str(value)) if value else Strnum("")


def substring(text: str, numbers: list[float]) -> str:
    """substr: from a place, counted from 1, so many letters."""
    begin = round(numbers[0]) if math.isfinite(numbers[0]) else 1
    end = begin + round(numbers[1]) if len(numbers) > 1 and math.isfinite(numbers[1]) else len(text) + 1
    return text[max(begin, 1) - 1 : max(end, 1) - 1]


def calculate(name: str, numbers: list[float]) -> float:
    """int and the functions of numbers."""
    try:
        if name == "int":
            return float(math.trunc(numbers[0]))
        function: Any = getattr(math, name)
        return float(function(*numbers))
    except (OverflowError, ValueError):
        return math.nan
