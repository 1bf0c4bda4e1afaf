"""Numbers, truth values and durations as Go reads them from a command line (models strconv and time)."""

import re

from simulator.api import durations

TRUE = ("1", "t", "T", "true", "TRUE", "True")
FALSE = ("0", "f", "F", "false", "FALSE", "False")
LIMIT = 1 << 63


class BadValue(Exception):
    """The text means no such value; says so in Go's words."""


def parse_bool(text: str) -> bool:
    """A truth value as `strconv.ParseBool` takes it."""
    if text in TRUE:
        return True
    if text in FALSE:
        return False
    raise BadValue(f'strconv.ParseBool: parsing "{text}": invalid syntax')


def parse_int(text: str, function: str = "ParseInt") -> int:
    """A whole number as `strconv.ParseInt` takes it."""
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        raise BadValue(f'strconv.{function}: parsing "{text}": invalid syntax')
    if len(text) > 20 or not -LIMIT <= int(text) < LIMIT:
        raise BadValue(f'strconv.{function}: parsing "{text}": value out of range')
    return int(text)


def parse_timeout(text: str) -> int:
    """Microseconds of a duration, or of a number of seconds (client-go/tools/clientcmd, ParseTimeout)."""
    return int(text) * 1_000_000 if re.fullmatch(r"[0-9]{1,9}", text) else parse_duration(text)


def parse_duration(text: str) -> int:
    """Microseconds of a duration such as `1m30s`."""
    try:
        return durations.parse_go(text)
    except durations.BadDuration as error:
        raise BadValue(str(error)) from None
