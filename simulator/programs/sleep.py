"""sleep, usleep: wait (coreutils/sleep.c)."""

from simulator.kernel.units import DAY, HOUR, MICROSECOND, MINUTE, SECOND
from simulator.programs.options import Dialect, Refused, grammar, is_busybox, own_name, parse, refuse, show_usage
from simulator.runtime.syscalls import Step, Sys, Wait

UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}
LONGEST = 400 * 365 * DAY
RULES = grammar("", usage="[N]...")


def duration(text: str) -> int | None:
    """Microseconds that `1.5`, `2m` or `infinity` mean; None if it is no time."""
    number, unit = (text[:-1], UNITS[text[-1]]) if text[-1:] in UNITS else (text, SECOND)
    if number.lower() in ("inf", "infinity"):
        return LONGEST
    whole, _, fraction = number.partition(".")
    if not (whole + fraction).isascii() or not (whole + fraction).isdecimal() or len(number) > 40:
        return None
    return min(int(whole or 0) * unit + int((fraction or "0")[:9].ljust(9, "0")) * unit // 10**9, LONGEST)


def main(sys: Sys, dialect: Dialect) -> Step:
    """Wait for the sum of the arguments."""
    if "until" in sys.state:
        return 0 if sys.now >= sys.state["until"] else Wait(until=sys.state["until"])
    words = parse(sys, dialect, RULES).words
    if not words:
        raise _no_words(sys, dialect)
    times = [duration(word) for word in words]
    bad = [word for word, time in zip(words, times, strict=True) if time is None]
    if bad:
        raise _bad(sys, dialect, bad)
    sys.state["until"] = sys.now + sum(time for time in times if time is not None)
    return Wait(until=sys.state["until"])


def _no_words(sys: Sys, dialect: Dialect) -> Refused:
    if is_busybox(dialect):
        return show_usage(sys, dialect, RULES)
    name = own_name(sys)
    return Refused(f"{name}: missing operand\nTry '{name} --help' for more information.\n")


def _bad(sys: Sys, dialect: Dialect, words: list[str]) -> Refused:
    if is_busybox(dialect):
        return refuse(sys, f"invalid number '{words[0]}'")
    name = own_name(sys)
    lines = [f"{name}: invalid time interval '{word}'\n" for word in words]
    return Refused("".join(lines) + f"Try '{name} --help' for more information.\n")


def usleep(sys: Sys, dialect: Dialect) -> Step:
    """Wait for a number of microseconds."""
    if "until" not in sys.state:
        words = parse(sys, dialect, grammar("", usage="N")).words
        if len(words) != 1:
            raise show_usage(sys, dialect, grammar("", usage="N"))
        if not words[0].isdecimal() or len(words[0]) > 18:
            raise refuse(sys, f"invalid number '{words[0]}'")
        sys.state["until"] = sys.now + int(words[0]) * MICROSECOND
    return 0 if sys.now >= sys.state["until"] else Wait(until=sys.state["until"])
