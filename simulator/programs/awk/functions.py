"""awk's functions that need only their arguments."""

from simulator.kernel.units import SECOND
from simulator.programs.awk.values import Value, calculate, format_text, number, substring, text_of
from simulator.programs.calendar import strftime


def calculate_plain(name: str, values: list[Value], now: int) -> Value:
    """The value of the function *name*; *now* is the time in Unix microseconds."""
    texts = [text_of(value) for value in values]
    match name:
        case "length":
            return float(len(texts[0]))
        case "index":
            return float(texts[0].find(texts[1]) + 1)
        case "substr":
            return substring(texts[0], [number(value) for value in values[1:]])
        case "tolower":
            return texts[0].lower()
        case "toupper":
            return texts[0].upper()
        case "sprintf":
            return format_text(texts[0], values[1:])
        case "systime":
            return float(now // SECOND)
        case "strftime":
            return strftime(texts[0] if texts else "%c", int(number(values[1])) * SECOND if len(values) > 1 else now)
    return calculate(name, [number(value) for value in values])


def expanded(replacement: str, found: bytes) -> bytes:
    """The replacement of sub: `&` is what was found, `\\\\&` itself."""
    parts = replacement.replace("\\\\&", "\0amp\0").replace("\\&", "\0amp\0").split("&")
    data = found.decode("utf-8", "surrogateescape")
    return data.join(parts).replace("\0amp\0", "&").encode("utf-8", "surrogateescape")
