"""lsns: the namespaces of a machine, and who is in them (util-linux sys-utils/lsns.c)."""

from collections.abc import Callable
from typing import NamedTuple

from simulator.programs.options import Dialect, Options, Refused, grammar, not_simulated, parse
from simulator.programs.processes import command_line
from simulator.runtime.syscalls import Seen, Step, Sys, UnixError

RULES = grammar(
    "lnuro:p:t:",
    {"list": "l", "noheadings": "n", "notruncate": "u", "raw": "r", "output=": "o", "task=": "p", "type=": "t"},
    other="JPTW",
)
KINDS = ("mnt", "net", "ipc", "user", "pid", "uts", "cgroup", "time")


class Namespace(NamedTuple):
    """One namespace, with the processes in it, the one with the lowest number first."""

    number: int
    kind: str
    members: list[Seen]


# Each column: what it shows, and whether it stands to the right.
COLUMNS: dict[str, tuple[Callable[[Namespace], str], bool]] = {
    "NS": (lambda found: str(found.number), True),
    "TYPE": (lambda found: found.kind, False),
    "PATH": (lambda found: f"/proc/{found.members[0].pid}/ns/{found.kind}", False),
    "NPROCS": (lambda found: str(len(found.members)), True),
    "PID": (lambda found: str(found.members[0].pid), True),
    "PPID": (lambda found: str(found.members[0].ppid), True),
    "COMMAND": (lambda found: command_line(found.members[0]), False),
    "UID": (lambda found: str(found.members[0].uid), True),
    "USER": (lambda found: found.members[0].user, False),
}
DEFAULT = ("NS", "TYPE", "NPROCS", "PID", "USER", "COMMAND")


def main(sys: Sys, dialect: Dialect) -> Step:
    """All namespaces of the processes that can be seen, or those of one kind, or of one process."""
    options = parse(sys, dialect, RULES)
    wanted = number_of(sys, options.words[0]) if options.words else None
    if wanted is not None:
        raise not_simulated(sys, "lsns NAMESPACE; `lsns -p PID` shows those of a process")
    columns = columns_of(options)
    kinds = kinds_of(options)
    rows = [row for row in namespaces(sys, kinds) if concerns(options, row)]
    table = [[COLUMNS[name][0](row) for name in columns] for row in rows]
    if "n" not in options and table:
        table.insert(0, list(columns))
    sys.out("".join(f"{line}\n" for line in lines(sys, options, columns, table)))
    return 0 if rows else 1


def number_of(sys: Sys, word: str) -> int:
    """The number of a namespace that was asked for."""
    if not word.isdecimal():
        raise Refused(f"lsns: invalid namespace argument: '{word}'\n")
    return int(word)


def columns_of(options: Options) -> list[str]:
    """The columns that were asked for."""
    text = options.value("o")
    names = [name.upper() for name in text.lstrip("+").split(",") if name]
    for name in names:
        if name not in COLUMNS:
            raise Refused(f"lsns: unknown column: {name.lower()}\n")
    return [*DEFAULT, *names] if text.startswith("+") or not names else names


def kinds_of(options: Options) -> list[str]:
    """The kinds of namespaces that were asked for."""
    for kind in options.values("t"):
        if kind not in KINDS:
            raise Refused(f"lsns: unknown namespace type: {kind}\n")
    return options.values("t") or list(KINDS)


def namespaces(sys: Sys, kinds: list[str]) -> list[Namespace]:
    """The namespaces of these kinds, by number; only root sees those of others."""
    found: dict[tuple[int, str], Namespace] = {}
    for process in sys.processes():
        for kind in kinds if sys.uid in (0, process.uid) else ():
            try:
                target = sys.stat(f"/proc/{process.pid}/ns/{kind}", follow=False).target
            except UnixError:
                continue
            number = int(target.partition("[")[2].rstrip("]"))
            found.setdefault((number, kind), Namespace(number, kind, [])).members.append(process)
    return [found[key] for key in sorted(found)]


def concerns(options: Options, row: Namespace) -> bool:
    """Whether the process that was asked for, if one was, is in it."""
    return "p" not in options or options.value("p") in [str(process.pid) for process in row.members]


def lines(sys: Sys, options: Options, columns: list[str], table: list[list[str]]) -> list[str]:
    """The table, as wide as it has to be; on a terminal no line is longer than that."""
    if "r" in options:
        return [" ".join(row) for row in table]
    widths = [max((len(row[at]) for row in table), default=0) for at in range(len(columns))]
    most = sys.tty_size(1)[0] if sys.isatty(1) and "u" not in options else None
    padded = [
        " ".join(
            cell.rjust(width) if COLUMNS[name][1] else cell.ljust(width)
            for cell, width, name in zip(row, widths, columns, strict=True)
        )
        for row in table
    ]
    return [line.rstrip()[:most] for line in padded]
