"""When a CronJob is due (robfig/cron's SpecSchedule), reckoned in whole minutes."""

from functools import lru_cache

from simulator.api import timestamps
from simulator.apiserver.registry.cron import parse
from simulator.kernel.units import DAY, HOUR, MINUTE

LONGEST = 366 * 5  # days to search for the next time, such as a 29th of February
# Zones without summer time, in minutes east of Greenwich. Others would need the tables of an operating system.
ZONES = {
    "Africa/Cairo": 120,
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
DEVIATIONS = ("A CronJob's timeZone can only be a zone without summer time.",)


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
