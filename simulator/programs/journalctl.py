"""journalctl: what the services of a node have said (systemd-journald)."""

from typing import NamedTuple

from simulator.kernel.units import SECOND
from simulator.programs.calendar import strftime
from simulator.programs.dates import parse_date
from simulator.programs.options import Dialect, Options, grammar, parse, refuse
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
FORMS = ("short", "short-iso", "cat")


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
    if "k" in options or "g" in options or form not in FORMS:
        raise refuse(sys, "not simulated here: -k, -g and forms of output other than short, short-iso and cat")
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
    wanted = options.value("u", "").removesuffix(".service")
    begin, end = (_moment(sys, options, letter) for letter in "SU")
    return [
        line
        for line in lines
        if wanted in ("", line.unit) and (begin is None or line.at >= begin) and (end is None or line.at <= end)
    ]


def _moment(sys: Sys, options: Options, letter: str) -> int | None:
    if letter not in options:
        return None
    text = options.value(letter)
    short = text[:-1] + f"{text[-1]}in" if text[:1] == "-" and text[-1:] == "m" else text
    words = {"s": " sec", "h": " hour", "d": " day"}
    if text[:1] == "-" and text[-1:] in words:
        short = text[:-1] + words[text[-1]]
    found = parse_date(short.replace("min", " min") if text[:1] == "-" else short, sys.unix)
    if found is None:
        raise refuse(sys, f"Failed to parse timestamp: {text}")
    return found


def _shown(sys: Sys, line: Line, form: str) -> str:
    text = _text(line)
    if form == "cat":
        return f"{text}\n"
    stamp = strftime("%Y-%m-%dT%H:%M:%S+00:00" if form == "short-iso" else "%b %d %H:%M:%S", line.at)
    return f"{stamp} {sys.machine} {line.by}[{line.pid}]: {text}\n"


def _text(line: Line) -> str:
    """The line as its writer formats it: kubelets by klog, containerd by logrus."""
    if line.by == "kubelet":
        level, _, rest = line.text.partition(" ")
        return f"{level}{strftime('%m%d %H:%M:%S', line.at)}.{line.at % SECOND:06d} {line.pid:7d} {rest}"
    if line.by == "containerd":
        return f'time="{strftime("%Y-%m-%dT%H:%M:%S", line.at)}.{line.at % SECOND:06d}000Z" {line.text}'
    return line.text
