"""Schedules of CronJobs, as far as the API server looks at them (robfig/cron's parser)."""

from functools import lru_cache

MAX_LENGTH = 256
# Name, lowest and highest value of each field.
FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("dom", 1, 31), ("month", 1, 12), ("dow", 0, 6))
MONTHS = {
    name: at
    for at, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
DAYS = {name: at for at, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
WORDS = {"month": MONTHS, "dow": DAYS}
MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


class BadSchedule(ValueError):
    """A schedule cannot be read; the message is the parser's."""


@lru_cache(maxsize=256)
def parse(schedule: str) -> tuple[frozenset[int], ...]:
    """The minutes, hours, days, months and days of the week that a schedule means; raises BadSchedule.

    A field of `*` or `?` holds -1 too, because it leaves the choice of the day to the other field."""
    text = MACROS.get(schedule, schedule)
    if text.startswith("@every "):
        raise BadSchedule("not simulated here: @every")
    if len(text) > MAX_LENGTH or text.startswith("@"):
        raise BadSchedule(f"unrecognized descriptor: {schedule[:MAX_LENGTH]}")
    if text.upper().startswith(("TZ=", "CRON_TZ=")):
        raise BadSchedule("cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
    parts = text.split()
    if len(parts) != len(FIELDS):
        raise BadSchedule(f"expected exactly 5 fields, found {len(parts)}: [{' '.join(parts)}]")
    return tuple(_field(part, *limits) for part, limits in zip(parts, FIELDS, strict=True))


def problem(schedule: str) -> str:
    """What is wrong with a schedule; empty if nothing is."""
    try:
        parse(schedule)
    except BadSchedule as error:
        return str(error)
    return ""


def _field(text: str, name: str, low: int, high: int) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        found |= _range(part, name, low, high)
    return frozenset(found)


def _range(text: str, name: str, low: int, high: int) -> set[int]:
    body, slash, step_text = text.partition("/")
    first, dash, last = body.partition("-")
    if body in ("*", "?"):
        start, end = low, high
    else:
        start = _number(first, name)
        end = _number(last, name) if dash else high if slash else start
    step = _number(step_text, name) if slash else 1
    if start < low:
        raise BadSchedule(f"beginning of range ({start}) below minimum ({low}): {text}")
    if end > high:
        raise BadSchedule(f"end of range ({end}) above maximum ({high}): {text}")
    if start > end:
        raise BadSchedule(f"beginning of range ({start}) beyond end of range ({end}): {text}")
    if step == 0:
        raise BadSchedule(f"step of range should be a positive number: {text}")
    wild = {-1} if body in ("*", "?") and step == 1 else set()
    return wild | set(range(start, end + 1, step))


def _number(text: str, name: str) -> int:
    if text.lower() in WORDS.get(name, {}):
        return WORDS[name][text.lower()]
    if not text.isascii() or not text.isdigit():
        raise BadSchedule(f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax')
    return int(text[:9])
