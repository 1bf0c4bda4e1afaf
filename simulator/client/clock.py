"""The cluster's calendar as components write it into objects."""

from functools import lru_cache

from simulator.kernel.units import DAY, SECOND


@lru_cache(maxsize=64)
def date(days: int) -> str:
    """`2026-11-20` for a number of *days* since 1970 (the proleptic Gregorian calendar, counted in years that begin in March)."""
    era, day = divmod(days + 719_468, 146_097)
    year = (day - day // 1_460 + day // 36_524 - day // 146_096) // 365
    left = day - (365 * year + year // 4 - year // 100)
    month = (5 * left + 2) // 153
    return f"{era * 400 + year + (month > 9):04d}-{month + 3 - 12 * (month > 9):02d}-{left - (153 * month + 2) // 5 + 1:02d}"


def stamp(unix: int) -> str:
    """`2026-11-20T16:38:58Z` for Unix microseconds: a metav1.Time."""
    days, rest = divmod(unix, DAY)
    seconds = rest // SECOND
    return f"{date(days)}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}Z"


def micro_stamp(unix: int) -> str:
    """`2026-11-20T16:38:58.123456Z` for Unix microseconds: a metav1.MicroTime."""
    return f"{stamp(unix)[:-1]}.{unix % SECOND:06d}Z"
