"""When a CronJob is due (robfig/cron's SpecSchedule), reckoned in whole minutes."""

from functools import lru_cache

from simulator.api import timestamps
from simulator.api.zones import ZONES
from simulator.apiserver.registry.cron import parse
from simulator.kernel.units import DAY, HOUR, MINUTE

LONGEST = 366 * 5  # days to search for the next time, such as a 29th of February
DEVIATIONS = ("A CronJob's timeZone can only be a zone without summer time; schedules with `@every` are refused.",)


def offset(zone: str | None) -> int | None:
    """Microseconds by which a zone is ahead; None if it is not known here."""
    minutes = ZONES.get(zone or "UTC")
    return None if minutes is None else minutes * MINUTE


@lru_cache(maxsize=1024)
def next_time(schedule: str, after: int, ahead: int = 0) -> int | None:
    """The first moment after *after* (Unix microseconds) that a schedule means, in a zone that is *ahead*; None if never."""
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
