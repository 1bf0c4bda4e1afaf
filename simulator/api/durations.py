"""Lengths of time as people read them (apimachinery/pkg/util/duration) and as Go prints and reads them (time.Duration)."""

import re2

SECOND = 1_000_000
MINUTE, HOUR, DAY, YEAR = 60, 3600, 86400, 365 * 86400
UNITS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
PART = re2.compile(r"(\d*\.?\d*)(ns|us|µs|μs|ms|s|m|h)")
MAX_NANOSECONDS = (1 << 63) - 1


class BadDuration(ValueError):
    """A text is no duration; the message is the one of Go's time package."""


def human(microseconds: int) -> str:
    """A length as `kubectl get` shows ages: `119s`, `2m39s`, `10m`, `7h59m`, `2d5h`, `8d`, `2y3d`."""
    if microseconds < -SECOND:
        return "<invalid>"
    seconds = max(microseconds, 0) // SECOND
    for below, big, big_name, small, small_name in HUMAN_STEPS:
        if seconds < below:
            rest = seconds % big // small if small else 0
            return f"{seconds // big}{big_name}" + (f"{rest}{small_name}" if rest else "")
    return f"{seconds // YEAR}y"


# Below this many seconds: print this unit, and what is left in that one.
HUMAN_STEPS = (
    (2 * MINUTE, 1, "s", 0, ""),
    (10 * MINUTE, MINUTE, "m", 1, "s"),
    (3 * HOUR, MINUTE, "m", 0, ""),
    (8 * HOUR, HOUR, "h", MINUTE, "m"),
    (2 * DAY, HOUR, "h", 0, ""),
    (8 * DAY, DAY, "d", HOUR, "h"),
    (2 * YEAR, DAY, "d", 0, ""),
    (8 * YEAR, YEAR, "y", DAY, "d"),
)


def go(microseconds: int) -> str:
    """A length as Go prints it: `1.5s`, `2m0s`, `1h0m0s`, `250ms`, `0s`."""
    sign, value = ("-", -microseconds) if microseconds < 0 else ("", microseconds)
    if value == 0:
        return "0s"
    if value < SECOND:
        return sign + (_decimal(value, 1000) + "ms" if value >= 1000 else f"{value}µs")
    hours, minutes = value // (HOUR * SECOND), value // (MINUTE * SECOND) % 60
    seconds = _decimal(value % (MINUTE * SECOND), SECOND) + "s"
    if hours:
        return f"{sign}{hours}h{minutes}m{seconds}"
    return f"{sign}{minutes}m{seconds}" if minutes else sign + seconds


def _decimal(value: int, unit: int) -> str:
    whole, fraction = divmod(value, unit)
    digits = str(fraction).rjust(len(str(unit)) - 1, "0").rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)


def parse_go(text: str) -> int:
    """Microseconds (cut) of a Go duration such as `1h30m`, `1.5s` or `-2ms`; raises BadDuration."""
    sign, rest = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    if rest == "0":
        return 0
    total = position = 0
    while position < len(rest):
        match = PART.match(rest[position:])
        if match is None or match.group(1) in ("", "."):
            raise BadDuration(_complaint(text, rest[position:]))
        total += _nanoseconds(match.group(1), match.group(2))
        if total > MAX_NANOSECONDS:
            raise BadDuration(f'time: invalid duration "{text}"')
        position += match.end()
    if not rest:
        raise BadDuration(f'time: invalid duration "{text}"')
    return sign * (total // 1000)


def _nanoseconds(number: str, unit: str) -> int:
    whole, _, fraction = number.partition(".")
    fraction = fraction[:18]
    return int(whole or 0) * UNITS[unit] + (int(fraction) * UNITS[unit] // 10 ** len(fraction) if fraction else 0)


def _complaint(text: str, rest: str) -> str:
    tail = rest.lstrip("0123456789.")
    if rest and rest[0] in "0123456789." and rest.strip(".") and tail != rest:
        unit = tail[: len(tail) - len(tail.lstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))] or tail
        if not tail:
            return f'time: missing unit in duration "{text}"'
        return f'time: unknown unit "{unit}" in duration "{text}"'
    return f'time: invalid duration "{text}"'
