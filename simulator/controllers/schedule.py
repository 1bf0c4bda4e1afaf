"""When a CronJob is due (robfig/cron's SpecSchedule), reckoned in whole minutes."""

from functools import lru_cache

from simulator.api import timestamps, zones
from simulator.apiserver.registry.cron import parse
from simulator.kernel.units import DAY, HOUR, MINUTE

LONGEST = 366 * 5  # days to search for the next time, such as a 29th of February
MOST_CHANGES = 20  # of the clocks, over the same time
DEVIATIONS = (
    "A CronJob's timeZone can be a zone without summer time or one of the larger ones of Europe, North America, Australia and New "
    "Zealand; schedules with `@every` are refused.",
)


@lru_cache(maxsize=1024)
def next_time(schedule: str, after: int, zone: str = "UTC") -> int | None:
    """The first moment after *after* (Unix microseconds) that a schedule means in a zone that can be had; None if never.

    What falls into an hour that the clocks leave out does not happen; what falls into one that comes twice happens twice."""
    since, ahead = after, zones.offset(zone, after)
    for _ in range(MOST_CHANGES):
        found, change = in_stretch(schedule, after, ahead), zones.next_change(zone, since)
        if found is None or change is None or found < change:
            return found
        after, since, ahead = change - 1, change, zones.offset(zone, change)
    return None


def in_stretch(schedule: str, after: int, ahead: int) -> int | None:
    """The same as long as the clocks are *ahead* by so many microseconds."""
    minutes, hours, days, months, weekdays = parse(schedule)
    local = (after + ahead) // MINUTE * MINUTE + MINUTE
    day = local // DAY * DAY
    for _ in range(LONGEST):
        _, month, date, _, _, weekday = timestamps.calendar(day)
        if month in months and day_matches(days, weekdays, date, weekday):
            for hour in sorted(hours - {-1}):
                for minute in sorted(minutes - {-1}):
                    at = day + hour * HOUR + minute * MINUTE
                    if at >= local:
                        return at - ahead
        day += DAY
    return None


def day_matches(days: frozenset[int], weekdays: frozenset[int], date: int, weekday: int) -> bool:
    """Whether a day is meant: by both fields, or, if both are restricted, by either."""
    fits_date, fits_weekday = date in days, weekday in weekdays
    return fits_date and fits_weekday if -1 in days or -1 in weekdays else fits_date or fits_weekday
