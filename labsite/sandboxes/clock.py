"""The clock on the wall: the only place that reads it. Everything else is handed a time."""

import time
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = 1_000
SECOND = 1_000_000

# A viewer who was not heard of for so long has gone; the browser's socket is looked after every HEARTBEAT.
VIEWER_LIFE = 45 * SECOND
HEARTBEAT = 15 * SECOND
# An alarm is never further ahead: it renews the lease of a watched cluster before that ends.
ALARM_MOST = 20 * SECOND
# And never nearer, so that a program that prints all the time is shown twenty times a second, not a thousand.
ALARM_LEAST = 50 * MILLISECOND
# A clock can go so many times as fast as the wall's.
FASTEST = 3600
# After each turn of its own a cluster rests so many times as long as the turn kept a processor busy.
REST = 4
# While its learner waits for the end of a jump, it rests less.
REST_IN_JUMP = 1


def wall() -> int:
    """Unix time in microseconds."""
    return time.time_ns() // 1000


def unix(when: datetime) -> int:
    """The same as Unix time in microseconds."""
    return (when - EPOCH) // timedelta(microseconds=1)


def date(unix: int) -> datetime:
    """The same the other way round."""
    return EPOCH + timedelta(microseconds=unix)


def cpu() -> int:
    """Processor time that this thread has used, in microseconds."""
    return time.thread_time_ns() // 1000


def virtual_target(now: int, anchor: int, lease: int, wall_now: int, speed: int = 1) -> int:
    """The virtual time at *wall_now* of a cluster that stands at *now* when the wall shows *anchor*, and goes *speed* times as fast.

    The clock goes while somebody watches, which is known until *lease*; after that it stands still. Speed 0: it is stopped.
    """
    return now + max(min(wall_now, lease) - anchor, 0) * speed


def alarm(next_at: int | None, now: int, anchor: int, wall_now: int, spent: int = 0, speed: int = 1) -> int:
    """When, on the wall, to look again at a cluster that stands at *now* when the wall shows *anchor*, and goes *speed* times as fast.

    It rests for REST times as long as it has kept a processor busy (*spent*): by itself, no cluster takes more than its share.
    """
    due = wall_now + ALARM_MOST if next_at is None else anchor + -(-(next_at - now) // speed)
    return min(max(due, wall_now + ALARM_LEAST, wall_now + REST * spent), wall_now + ALARM_MOST)


def rate(speed: int, wanted: int, passed: int, wall_passed: int) -> float:
    """How fast a clock really went that should have gone on by *wanted*, at *speed*, and went on by *passed* while the wall's
    went on by *wall_passed*: its speed, or less where the machine cannot keep up."""
    if passed >= wanted or wall_passed <= 0:
        return float(speed)
    return min(round(passed / wall_passed, 2), float(speed))
