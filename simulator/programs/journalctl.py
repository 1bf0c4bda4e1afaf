"""journalctl: what the services of a node have said (systemd-journald)."""

from typing import Any, NamedTuple

import re2

from simulator.kernel.units import SECOND
from simulator.programs.calendar import strftime
from simulator.programs.dates import parse_date
from simulator.programs.options import Dialect, Options, grammar, parse, refuse
from simulator.programs.patterns import BadPattern, regex
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

RULES = grammar(
    "u:fn:rxeqaS:U:o:b::kg:",
    {
        "unit=": "u", "follow": "f", "lines=": "n", "reverse": "r", "no-pager": "P", "catalog": "x", "pager-end": "e", "quiet": "q",
        "all": "a", "since=": "S", "until=": "U", "output=": "o", "boot=?": "b", "no-hostname": "H", "utc": "Z", "no-full": "F",
        "full": "F", "dmesg": "k", "grep=": "g", "no-tail": "T",
    },
)  # fmt: skip
FOLLOWED = 10  # lines that -f begins with
POLL = SECOND
# How the time of an entry is written, by the form of output; microseconds stand behind those that are precise.
FORMS = {
    "short": "%b %d %H:%M:%S",
    "short-precise": "%b %d %H:%M:%S",
    "short-iso": "%Y-%m-%dT%H:%M:%S+00:00",
    "short-full": "%a %Y-%m-%d %H:%M:%S UTC",
    "cat": "",
}
# Units of time as systemd.time(7) has them, and as `date -d` has them.
UNITS = {
    "s": "sec", "sec": "sec", "second": "sec", "seconds": "sec", "m": "min", "min": "min", "minute": "min", "minutes": "min",
    "h": "hour", "hr": "hour", "hour": "hour", "hours": "hour", "d": "day", "day": "day", "days": "day", "w": "week",
    "week": "week", "weeks": "week", "month": "month", "months": "month", "M": "month", "y": "year", "year": "year", "years": "year",
}  # fmt: skip
SPAN = re2.compile(r"(\d{1,9}) *([A-Za-z]+)")
MIDNIGHTS = {"today": 0, "yesterday": -1, "tomorrow": 1}
DAY = 86_400 * SECOND


class Line(NamedTuple):
    """An entry of the journal."""

    at: int
    unit: str
    by: str
    pid: int
    text: str


def main(sys: Sys, dialect: Dialect) -> Step:
    """Print the journal, and with -f what is added to it."""
    options = parse(sys, dialect, RULES)
    if sys.take_signal():
        return 130
    if "seen" in sys.state:
        return _follow(sys, options)
    form = options.value("o", "short")
    if form not in FORMS:
        raise refuse(sys, f"not simulated here: forms of output other than {', '.join(FORMS)}")
    lines = _chosen(sys, options)
    if "f" in options or "n" in options:
        lines = lines[max(len(lines) - _count(sys, options), 0) :]
    for line in reversed(lines) if "r" in options else lines:
        sys.out(_shown(sys, line, form))
    if not lines and "f" not in options:
        sys.out("-- No entries --\n")
    if "f" not in options:
        return 0
    sys.catch("INT", "TERM")
    sys.state["seen"] = sys.unix
    return Wait(until=sys.now + POLL)


def _follow(sys: Sys, options: Options) -> Step:
    seen, sys.state["seen"] = sys.state["seen"], sys.unix
    for line in _chosen(sys, options):
        if seen < line.at <= sys.state["seen"]:
            sys.out(_shown(sys, line, options.value("o", "short")))
    return Wait(until=sys.now + POLL)


def _count(sys: Sys, options: Options) -> int:
    text = options.value("n", str(FOLLOWED))
    if text == "all":
        return 1 << 30
    if not text.isdecimal():
        raise refuse(sys, f"Failed to parse lines '{text}'")
    return int(text[:9])


def _chosen(sys: Sys, options: Options) -> list[Line]:
    """The entries of the units and of the time that are asked for."""
    try:
        lines = [Line(*entry) for entry in sys.journal()]
    except UnixError:
        raise refuse(sys, "No journal files were found.") from None
    if "k" in options:  # the kernel of a simulated machine says nothing
        return []
    wanted, said = options.value("u", "").removesuffix(".service"), _wanted_text(sys, options)
    begin, end = (_moment(sys, options, letter) for letter in "SU")
    return [
        line
        for line in lines
        if wanted in ("", line.unit)
        and (said is None or said.search(_text(line).encode()))
        and (begin is None or line.at >= begin)
        and (end is None or line.at <= end)
    ]


def _wanted_text(sys: Sys, options: Options) -> Any:
    """The expression of -g; capitals count only if it has some."""
    if "g" not in options:
        return None
    pattern = options.value("g")
    try:
        return regex(pattern, extended=True, ignore_case=pattern == pattern.lower())
    except BadPattern as error:
        raise refuse(sys, f'Bad pattern "{pattern}": {error}') from None


def _moment(sys: Sys, options: Options, letter: str) -> int | None:
    """The moment that -S or -U means (systemd.time(7)): spans end with `ago` or begin with a sign, days begin at midnight."""
    if letter not in options:
        return None
    text = options.value(letter).strip()
    if text in MIDNIGHTS:
        return (sys.unix // DAY + MIDNIGHTS[text]) * DAY
    signed = text[:1] in ("-", "+")
    found = None if signed and not SPAN.search(text) else parse_date(_in_words(text), sys.unix)
    if found is None:
        raise refuse(sys, f"Failed to parse timestamp: {text}")
    return found


def _in_words(text: str) -> str:
    """*text* with its spans as `date -d` has them: `-1h30m` is `1 hour ago 30 min ago`."""
    before = text[:1] == "-" or text.endswith(" ago")
    spans = [(number, UNITS.get(unit)) for number, unit in SPAN.findall(text)]
    bare = SPAN.sub("", text.removesuffix(" ago").lstrip("+-")).strip()
    if not spans or bare or any(unit is None for _, unit in spans):
        return text
    return " ".join(f"{number} {unit}{' ago' if before else ''}" for number, unit in spans)


def _shown(sys: Sys, line: Line, form: str) -> str:
    text = _text(line)
    if form == "cat":
        return f"{text}\n"
    stamp = strftime(FORMS[form], line.at)
    stamp += f".{line.at % SECOND:06d}" if form == "short-precise" else ""
    return f"{stamp} {sys.machine} {line.by}[{line.pid}]: {text}\n"


def _text(line: Line) -> str:
    """The line as its writer formats it: kubelets by klog, containerd by logrus."""
    if line.by == "kubelet":
        level, _, rest = line.text.partition(" ")
        return f"{level}{strftime('%m%d %H:%M:%S', line.at)}.{line.at % SECOND:06d} {line.pid:7d} {rest}"
    if line.by == "containerd":
        return f'time="{strftime("%Y-%m-%dT%H:%M:%S", line.at)}.{line.at % SECOND:06d}000Z" {line.text}'
    return line.text
