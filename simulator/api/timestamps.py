"""Points in time as the API writes and reads them; the only room of the simulator that knows a calendar (metav1.Time)."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
# Year 1 to year 9999, the range that Go prints with four digits and `datetime` can hold.
EARLIEST = -62_135_596_800 * SECOND
LATEST = 253_402_300_799 * SECOND


class BadTime(ValueError):
    """A text is no RFC 3339 timestamp; the message is the one of Go's time package."""


def _moment(unix: int) -> datetime:
    return EPOCH + timedelta(microseconds=min(max(unix, EARLIEST), LATEST))


@lru_cache(maxsize=4096)
def _seconds(unix_seconds: int) -> str:
    return _moment(unix_seconds * SECOND).strftime("%Y-%m-%dT%H:%M:%SZ")


def rfc3339(unix: int) -> str:
    """*unix* (microseconds) as `2026-11-20T15:04:05Z`, cut to the second."""
    return _seconds(unix // SECOND)


def rfc3339_micro(unix: int) -> str:
    """*unix* (microseconds) as `2026-11-20T15:04:05.000000Z` (metav1.MicroTime)."""
    return f"{_seconds(unix // SECOND)[:-1]}.{unix % SECOND:06d}Z"


def rfc3339_nano(unix: int) -> str:
    """*unix* (microseconds) with nine digits of a second and without trailing zeros, as containers' logs carry it."""
    fraction = f"{unix % SECOND:06d}".rstrip("0")
    return f"{_seconds(unix // SECOND)[:-1]}{'.' + fraction if fraction else ''}Z"


def rfc1123z(unix: int) -> str:
    """*unix* (microseconds) as `Fri, 20 Nov 2026 15:04:05 +0000`, as `kubectl describe` prints it."""
    return _moment(unix).strftime("%a, %d %b %Y %H:%M:%S +0000")


@lru_cache(maxsize=8192)
def parse(text: str) -> int:
    """Unix microseconds of an RFC 3339 timestamp with any fraction and zone; raises BadTime."""
    try:
        if len(text) < 20 or text[10] not in "Tt":
            raise ValueError(text)
        moment = datetime.fromisoformat(_six_digits(text.replace("z", "Z").replace("t", "T")))
        if moment.tzinfo is None:
            raise ValueError(text)
    except (ValueError, OverflowError):
        layout = "2006-01-02T15:04:05Z07:00"
        raise BadTime(f'parsing time "{text}" as "{layout}": cannot parse "{text}" as "2006"') from None
    return (moment - EPOCH) // timedelta(microseconds=1)


def _six_digits(text: str) -> str:
    """A fraction with more digits than microseconds have, cut."""
    head, dot, tail = text.partition(".")
    if not dot:
        return text
    digits = len(tail) - len(tail.lstrip("0123456789"))
    return f"{head}.{tail[:digits][:6].ljust(6, '0')}{tail[digits:]}"


def calendar(unix: int) -> tuple[int, int, int, int, int, int]:
    """Year, month, day, hour, minute and day of the week (0 is Sunday) of *unix* (microseconds), for schedules."""
    moment = _moment(unix)
    return (
        moment.year,
        moment.month,
        moment.day,
        moment.hour,
        moment.minute,
        (moment.weekday() + 1) % 7,
    )


def strftime(unix: int, pattern: str) -> str:
    """*unix* (microseconds, UTC) printed by a strftime pattern, for programs such as `date`."""
    return _moment(unix).strftime(pattern)


def from_calendar(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> int:
    """Unix microseconds of a moment in UTC; raises BadTime for a day that does not exist."""
    try:
        return (datetime(year, month, day, hour, minute, second, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
    except ValueError as error:
        raise BadTime(str(error)) from None
