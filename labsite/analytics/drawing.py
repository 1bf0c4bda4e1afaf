"""Figures as they are shown: numbers of few learners hidden, times as minutes and seconds, bars as places on a scale."""

from collections.abc import Iterable
from dataclasses import dataclass

from labsite.analytics.figures import LEAST, Spread

WIDE = 200.0  # units of a bar's drawing
THIN = 3.0


@dataclass(frozen=True)
class Bar:
    """A bar from *x*, so *wide*; *middle* is where the median stands, where there is one."""

    x: float
    wide: float
    middle: float | None = None


def few(number: int) -> str:
    """A number of learners; of too few, only that there are few."""
    return f"< {LEAST}" if 0 < number < LEAST else str(number)


def share(part: int, whole: int) -> str:
    """A share in percent; none where few make it up."""
    return f"{round(100 * part / whole)} %" if whole >= LEAST and not 0 < part < LEAST else ""


def minutes(seconds: float) -> str:
    """A time as minutes and seconds."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def scale(spreads: Iterable[Spread]) -> float:
    """What a whole bar means: the largest upper quartile."""
    return max((each.high for each in spreads if each.told), default=0) or 1


def quartiles(values: Spread, whole: float) -> Bar | None:
    """From the lower quartile to the upper one, with the median."""
    if not values.told:
        return None
    x, end = values.low / whole * WIDE, values.high / whole * WIDE
    x = min(x, WIDE - THIN)
    return Bar(round(x, 1), round(max(end - x, THIN), 1), round(min(values.middle / whole * WIDE, WIDE - 1), 1))


def part(number: int, whole: int) -> Bar | None:
    """So many of so many."""
    if whole < LEAST or 0 < number < LEAST:
        return None
    return Bar(0, round(number / whole * WIDE, 1))
