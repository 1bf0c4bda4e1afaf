"""Time zones: how far their clocks are from Greenwich, and when (the tables of an operating system would have all of them)."""

from functools import lru_cache
from typing import NamedTuple

from simulator.api import timestamps
from simulator.kernel.units import DAY, HOUR, MINUTE

LAST = 5  # a week of a month


class Turn(NamedTuple):
    """When clocks are changed each year: on which Sunday of a month, at which hour of standard time (or of Greenwich)."""

    month: int
    week: int
    hour: int


class Summer(NamedTuple):
    """When summer time begins and ends; *greenwich*: everywhere at once."""

    begin: Turn
    end: Turn
    greenwich: bool = False


EUROPE = Summer(Turn(3, LAST, 1), Turn(10, LAST, 1), greenwich=True)
AMERICA = Summer(Turn(3, 2, 2), Turn(11, 1, 1))
AUSTRALIA = Summer(Turn(10, 1, 2), Turn(4, 1, 2))
NEW_ZEALAND = Summer(Turn(9, LAST, 2), Turn(4, 1, 2))
SUMMERS: dict[str, tuple[int, Summer]] = {
    **dict.fromkeys(("Europe/London", "Europe/Dublin", "Europe/Lisbon", "Atlantic/Canary", "WET"), (0, EUROPE)),
    **dict.fromkeys(
        (
            *("Europe/Amsterdam", "Europe/Berlin", "Europe/Brussels", "Europe/Budapest", "Europe/Copenhagen"),
            *("Europe/Madrid", "Europe/Oslo", "Europe/Paris", "Europe/Prague", "Europe/Rome", "Europe/Stockholm"),
            *("Europe/Vienna", "Europe/Warsaw", "Europe/Zurich", "CET"),
        ),
        (60, EUROPE),
    ),
    **dict.fromkeys(
        ("Europe/Athens", "Europe/Bucharest", "Europe/Helsinki", "Europe/Kiev", "Europe/Kyiv", "Europe/Sofia", "EET"),
        (120, EUROPE),
    ),
    **dict.fromkeys(("America/Halifax",), (-240, AMERICA)),
    **dict.fromkeys(("America/New_York", "America/Toronto", "America/Detroit", "US/Eastern"), (-300, AMERICA)),
    **dict.fromkeys(("America/Chicago", "America/Winnipeg", "US/Central"), (-360, AMERICA)),
    **dict.fromkeys(("America/Denver", "America/Edmonton", "US/Mountain"), (-420, AMERICA)),
    **dict.fromkeys(("America/Los_Angeles", "America/Vancouver", "US/Pacific"), (-480, AMERICA)),
    **dict.fromkeys(("America/Anchorage", "US/Alaska"), (-540, AMERICA)),
    **dict.fromkeys(("Australia/Sydney", "Australia/Melbourne", "Australia/Hobart"), (600, AUSTRALIA)),
    "Australia/Adelaide": (570, AUSTRALIA),
    "Pacific/Auckland": (720, NEW_ZEALAND),
}
# Zones without summer time, in minutes east of Greenwich.
ZONES = {
    "Africa/Johannesburg": 120,
    "Africa/Lagos": 60,
    "Africa/Nairobi": 180,
    "America/Argentina/Buenos_Aires": -180,
    "America/Bogota": -300,
    "America/Phoenix": -420,
    "America/Sao_Paulo": -180,
    "Asia/Bangkok": 420,
    "Asia/Dubai": 240,
    "Asia/Hong_Kong": 480,
    "Asia/Jakarta": 420,
    "Asia/Kolkata": 330,
    "Asia/Manila": 480,
    "Asia/Seoul": 540,
    "Asia/Shanghai": 480,
    "Asia/Singapore": 480,
    "Asia/Taipei": 480,
    "Asia/Tokyo": 540,
    "Etc/UTC": 0,
    "Europe/Istanbul": 180,
    "Europe/Moscow": 180,
    "GMT": 0,
    "UTC": 0,
}
# First parts of the names of the zones that there are.
AREAS = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"),
    *("Brazil", "Canada", "Chile", "Etc", "Mexico", "US"),
)


def problem(zone: str) -> str:
    """Why a zone cannot be had; empty if it can."""
    if zone in ZONES or zone in SUMMERS:
        return ""
    area, _, place = zone.partition("/")
    if area in AREAS and place[:1].isupper():
        return f"not simulated here: {zone}"
    return f"unknown time zone {zone}"


def offset(zone: str, at: int) -> int:
    """Microseconds by which the clocks of a zone that can be had are ahead of Greenwich at a moment (Unix microseconds)."""
    if zone in ZONES:
        return ZONES[zone] * MINUTE
    standard, _ = SUMMERS[zone]
    before = [(when, summer) for when, summer in changes(zone, year_of(at)) if when <= at]
    return standard * MINUTE + (HOUR if before[-1][1] else 0)


def next_change(zone: str, after: int) -> int | None:
    """When the clocks are changed next (Unix microseconds); None where they never are."""
    if zone in ZONES:
        return None
    return next(when for when, _ in changes(zone, year_of(after)) if when > after)


def year_of(at: int) -> int:
    """The year of a moment, at Greenwich."""
    return timestamps.calendar(at)[0]


@lru_cache(maxsize=256)
def changes(zone: str, year: int) -> list[tuple[int, bool]]:
    """The changes of a year, the year before and the year after, in order: when, and whether summer time begins."""
    standard, summer = SUMMERS[zone]
    ahead = 0 if summer.greenwich else standard * MINUTE
    turns = ((summer.begin, True), (summer.end, False))
    return sorted((moment(at, turn) - ahead, begins) for at in range(year - 1, year + 2) for turn, begins in turns)


def moment(year: int, turn: Turn) -> int:
    """The moment of a turn, were it at Greenwich."""
    first = timestamps.from_calendar(year, turn.month, 1)
    sunday = first + (-timestamps.calendar(first)[5] % 7) * DAY
    day = sunday + (turn.week - 1) * 7 * DAY
    while timestamps.calendar(day)[1] != turn.month:
        day -= 7 * DAY
    return day + turn.hour * HOUR
