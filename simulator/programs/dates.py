"""date: what time it is, in many forms (coreutils/date.c); setting the clock is not simulated."""

import re2

from simulator.programs.calendar import civil, strftime, to_days
from simulator.programs.date_words import understood
from simulator.programs.options import Dialect, grammar, is_busybox, parse, refuse
from simulator.runtime.syscalls import Step, Sys

GNU = grammar(
    "ud:r:s:RI::",
    {
        "utc": "u",
        "universal": "u",
        "date=": "d",
        "reference=": "r",
        "set=": "s",
        "rfc-email": "R",
        "iso-8601=?": "I",
        "rfc-3339=": "rfc-3339",
    },
)
BUSYBOX = grammar(
    "ud:r:s:RI::D:",
    {"utc": "u", "date=": "d", "reference=": "r", "set=": "s", "rfc-2822": "R"},
    usage="[OPTIONS] [+FMT] [TIME]",
)
ISO = re2.compile(
    r"^(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?)?(?:Z| ?UTC| ?GMT| ?\+00:?00)?$"
)
CLOCK = re2.compile(r"^(\d\d?):(\d\d)(?::(\d\d))?$")
ISO_FORMS = {
    "": "%Y-%m-%d",
    "date": "%Y-%m-%d",
    "hours": "%Y-%m-%dT%H+00:00",
    "minutes": "%Y-%m-%dT%H:%M+00:00",
    "seconds": "%Y-%m-%dT%H:%M:%S+00:00",
    "ns": "%Y-%m-%dT%H:%M:%S,%N+00:00",
}


def parse_date(text: str, now: int, *, stamp: bool = False, words: bool = True) -> int | None:
    """The moment that *text* means, in Unix microseconds; None if it cannot be read. *now* is what relative ones start from.

    stamp: the form of touch -t, `[[CC]YY]MMDDhhmm[.ss]`. words: whether words count (`next monday`), as with GNU's programs.
    """
    text = text.strip()
    if stamp:
        return _stamp(text)
    if text[:1] == "@" and text[1:].lstrip("-").isdecimal() and len(text) < 15:
        return int(text[1:]) * 10**6
    if (match := CLOCK.match(text)) and int(match[1]) < 24:
        return now // (86400 * 10**6) * 86400 * 10**6 + _clock(match[1], match[2], match[3]) * 10**6
    if match := ISO.match(text):
        return _moment(int(match[1]), int(match[2]), int(match[3]), _clock(match[4], match[5], match[6]))
    return understood(text, now) if words else None


def _stamp(text: str) -> int | None:
    digits, _, seconds = text.partition(".")
    if not digits.isdecimal() or len(digits) != 12 or (seconds and not seconds.isdecimal()):
        return None
    clock = _clock(digits[8:10], digits[10:12], seconds or "0")
    return _moment(int(digits[:4]), int(digits[4:6]), int(digits[6:8]), clock)


def _clock(hour: str | None, minute: str | None, second: str | None) -> int:
    return int(hour or 0) * 3600 + int(minute or 0) * 60 + int(second or 0)


def _moment(year: int, month: int, day: int, clock: int) -> int | None:
    if not (1 <= month <= 12 and 1 <= day <= 31 and clock < 86400 and 1 <= year <= 9999):
        return None
    found = to_days(year, month, day) * 86400 * 10**6
    return found + clock * 10**6 if civil(found).day == day else None


def main(sys: Sys, dialect: Dialect) -> Step:
    """Print the time."""
    options = parse(sys, dialect, BUSYBOX if is_busybox(dialect) else GNU)
    forms = [word[1:] for word in options.words if word.startswith("+")]
    others = [word for word in options.words if not word.startswith("+")]
    if others or "s" in options:
        raise refuse(
            sys,
            "can't set date: Operation not permitted"
            if is_busybox(dialect)
            else "cannot set date: Operation not permitted",
        )
    moment: int | None = sys.unix
    if "d" in options:
        moment = parse_date(options.value("d"), sys.unix, words=not is_busybox(dialect))
        if moment is None:
            raise refuse(sys, f"invalid date '{options.value('d')}'")
    elif "r" in options:
        moment = sys.stat(options.value("r")).mtime
    form = forms[-1] if forms else "%a %b %e %H:%M:%S UTC %Y"
    if "R" in options:
        form = "%a, %d %b %Y %H:%M:%S +0000"
    elif "I" in options:
        form = ISO_FORMS.get(options.value("I"), ISO_FORMS[""])
    elif "rfc-3339" in options:
        form = "%Y-%m-%d" if options.value("rfc-3339") == "date" else "%Y-%m-%d %H:%M:%S+00:00"
    sys.out(strftime(form, moment or 0) + "\n")
    return 0
