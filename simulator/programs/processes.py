"""ps: which processes there are (busybox procps/ps.c; procps-ng ps)."""

from collections.abc import Callable

from simulator.kernel.units import SECOND
from simulator.programs.calendar import civil, month_name
from simulator.programs.names import user_number
from simulator.programs.options import Dialect, Options, Refused, grammar, is_busybox, parse, refuse
from simulator.runtime.syscalls import Seen, Step, Sys

BUSYBOX = grammar("o:TlwaAdef", usage="[-o COL1,COL2=HEADER]")
GNU = grammar(
    "eAaxfFljo:u:U:p:C:t:wHLcNZ",
    {"no-headers": "h", "format=": "o", "pid=": "p", "user=": "u", "sort=": "sort", "forest": "H", "ppid=": "ppid"},
    code=1,
)
WIDE = 1_000
TITLES = {
    "pid": "PID", "ppid": "PPID", "user": "USER", "ruser": "RUSER", "uid": "UID", "comm": "COMMAND", "args": "COMMAND", "cmd": "CMD", "command": "COMMAND",
    "time": "TIME", "etime": "ELAPSED", "tty": "TT", "tname": "TTY", "vsz": "VSZ", "rss": "RSS", "stat": "STAT", "state": "S", "s": "S", "pcpu": "%CPU", "%cpu": "%CPU",
    "pmem": "%MEM", "%mem": "%MEM", "start": "STARTED", "lstart": "STARTED", "stime": "STIME", "pgid": "PGID", "sid": "SID", "sess": "SID", "ni": "NI", "nlwp": "NLWP",
    "group": "GROUP", "ucmd": "CMD", "pri": "PRI", "cputime": "TIME", "etimes": "ELAPSED", "start_time": "START",
}  # fmt: skip
LEFT = frozenset(
    {
        "user",
        "ruser",
        "comm",
        "args",
        "cmd",
        "command",
        "ucmd",
        "tty",
        "tname",
        "stat",
        "state",
        "s",
        "start",
        "lstart",
        "group",
    }
)


def command_name(process: Seen) -> str:
    """What the kernel calls a process: the last part of its program's path, fifteen letters."""
    first = process.argv[0] if process.argv else "?"
    return first.split(" ")[0].rpartition("/")[2].rstrip(":").removeprefix("-")[:15] or "?"


def command_line(process: Seen) -> str:
    """All its words."""
    return " ".join(process.argv) if process.argv else f"[{command_name(process)}]"


def clock(microseconds: int, *, hours: bool) -> str:
    """`0:00` (busybox) or `00:00:00`."""
    seconds = microseconds // SECOND
    if hours:
        days, rest = divmod(seconds, 86_400)
        return (f"{days}-" if days else "") + f"{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}"
    return f"{seconds // 60}:{seconds % 60:02}"


def elapsed(sys: Sys, process: Seen) -> str:
    """How long a process lives: `[[days-]hours:]minutes:seconds`."""
    seconds = max(0, sys.now - process.started) // SECOND
    days, rest = divmod(seconds, 86_400)
    if seconds < 3600:
        return f"{seconds // 60:02}:{seconds % 60:02}"
    return (f"{days}-" if days else "") + f"{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}"


def started_at(sys: Sys, process: Seen) -> str:
    """The hour on the day of the start, else the day."""
    moment = civil(sys.unix - (sys.now - process.started))
    if sys.now - process.started < 86_400 * SECOND:
        return f"{moment.hour:02}:{moment.minute:02}"
    return f"{month_name(moment.month)}{moment.day:02}"


def share(sys: Sys, process: Seen) -> str:
    """How much of one processor it used in its life, in percent."""
    life = max(SECOND, sys.now - process.started)
    tenths = min(process.cpu * 1000 // life, 9999)
    return f"{tenths // 10}.{tenths % 10}"


def memory_share(sys: Sys, process: Seen) -> str:
    """How much of the machine's memory it holds, in percent."""
    tenths = process.memory * 1000 // max(1, int(sys.info().get("memory", 1)))
    return f"{tenths // 10}.{tenths % 10}"


def state_letters(process: Seen, sys: Sys) -> str:
    """`Ss`, `R+`."""
    return (
        process.state
        + ("s" if process.session == process.pid else "")
        + ("+" if process.tty not in ("", "?") and process.session != process.pid else "")
    )


def _user(process: Seen) -> str:
    return process.user if len(process.user) <= 8 else process.user[:7] + "+"


# What stands in each column.
CELLS: dict[str, Callable[[Sys, Seen], str]] = {
    "pid": lambda sys, process: str(process.pid),
    "ppid": lambda sys, process: str(process.ppid),
    "uid": lambda sys, process: str(process.uid),
    "user": lambda sys, process: _user(process),
    "ruser": lambda sys, process: process.user,
    "group": lambda sys, process: process.user,
    "comm": lambda sys, process: command_name(process),
    "args": lambda sys, process: command_line(process),
    "time": lambda sys, process: clock(process.cpu, hours=True),
    "etime": elapsed,
    "etimes": lambda sys, process: str((sys.now - process.started) // SECOND),
    "tty": lambda sys, process: process.tty.removeprefix("/dev/") or "?",
    "vsz": lambda sys, process: str(process.memory * 3 // 1024),
    "rss": lambda sys, process: str(process.memory // 1024),
    "stat": lambda sys, process: state_letters(process, sys),
    "state": lambda sys, process: process.state,
    "pcpu": share,
    "pmem": memory_share,
    "stime": started_at,
    "sid": lambda sys, process: str(process.session),
    "nlwp": lambda sys, process: "1",
    "ni": lambda sys, process: "0",
    "pri": lambda sys, process: "19",
}
# Other names of columns.
ALIASES = {
    "ucmd": "comm", "cmd": "args", "command": "args", "cputime": "time", "tname": "tty", "s": "state", "%cpu": "pcpu", "%mem": "pmem",
    "start": "stime", "start_time": "stime", "lstart": "stime", "pgid": "sid", "sess": "sid",
}  # fmt: skip


def cell(sys: Sys, process: Seen, column: str) -> str:
    """What stands in a column."""
    return CELLS[ALIASES.get(column, column)](sys, process)


def main(sys: Sys, dialect: Dialect) -> Step:
    """Print the processes."""
    if is_busybox(dialect):
        return _busybox(sys, dialect)
    return _procps(sys, dialect)


def _busybox(sys: Sys, dialect: Dialect) -> Step:
    words = [
        word
        for word in sys.argv[1:]
        if word.startswith("-") or "=" in word or (sys.argv[sys.argv.index(word) - 1] == "-o")
    ]
    options = parse(sys, dialect, BUSYBOX, words)
    if "o" in options:
        return _table(sys, _columns(sys, options.values("o"), busybox=True), sys.processes())
    width = sys.tty_size(1)[0] - 1 if sys.isatty(1) and "w" not in options else WIDE
    lines = ["PID   USER     TIME  COMMAND"]
    for process in sys.processes():
        shown = command_line(process) if process.state != "Z" else f"[{command_name(process)}]"
        lines.append(
            f"{process.pid:>5} {process.user:<8.8} {clock(process.cpu, hours=False):>5} {shown}"[: max(width, 20)]
        )
    sys.out("\n".join(lines) + "\n")
    return 0


def _procps(sys: Sys, dialect: Dialect) -> Step:
    bsd, words = "", []
    for place, word in enumerate(sys.argv[1:]):
        taken = place > 0 and sys.argv[place] in (
            "-o",
            "-p",
            "-u",
            "-U",
            "-C",
            "-t",
            "--sort",
            "-eo",
            "-ao",
            "-axo",
            "-Ao",
            "-efo",
        )
        if not word.startswith("-") and not taken and not word.isdecimal():
            bsd += word
        else:
            words.append(word)
    if set(bsd) - set("auxfwelcjohr"):
        raise refuse(
            sys,
            f"error: unsupported option (BSD syntax)\n\nUsage:\n {sys.argv[0]} [options]\n\n Try 'ps --help' for more information.",
        )
    options = parse(
        sys,
        dialect,
        GNU,
        [word for word in words if word.startswith("-") or not word.isdecimal() or words.index(word) > 0],
    )
    chosen = _chosen(sys, options, bsd)
    if "o" in options:
        return _table(sys, _columns(sys, options.values("o"), busybox=False), chosen, titles="h" not in options)
    kind = "u" if "u" in bsd else "x" if bsd else "f" if "f" in options or "F" in options else ""
    return PRINTERS[kind](sys, chosen)


def _chosen(sys: Sys, options: Options, bsd: str) -> list[Seen]:
    """Which processes; by default those of this terminal."""
    processes = sys.processes()
    pids = {word for text in options.values("p") for word in text.replace(",", " ").split()} | {
        word for word in sys.argv[1:] if word.isdecimal()
    }
    names = {word for text in options.values("C") for word in text.replace(",", " ").split()}
    users = {user_number(sys, word) for key in "uU" for text in options.values(key) for word in text.split(",")}
    if pids:
        processes = [process for process in processes if str(process.pid) in pids]
    if names:
        processes = [process for process in processes if command_name(process) in names]
    if users:
        processes = [process for process in processes if process.uid in users]
    if (
        not pids
        and not names
        and not users
        and not (set(bsd) & {"x"})
        and not any(key in "eA" for key, _ in options.given)
    ):
        mine = next((process for process in processes if process.pid == sys.pid), None)
        tty = mine.tty if mine else ""
        everyone = "a" in bsd or "a" in options
        processes = [
            process
            for process in processes
            if (process.tty not in ("", "?") if everyone else process.tty == tty and process.uid == sys.uid)
        ]
    if options.value("sort").lstrip("+-") in ("pid", "rss", "%mem", "pmem", "%cpu", "pcpu"):
        key = {"pid": "pid", "rss": "memory", "%mem": "memory", "pmem": "memory"}.get(
            options.value("sort").lstrip("+-"), "cpu"
        )
        processes.sort(key=lambda process: int(getattr(process, key)), reverse=options.value("sort").startswith("-"))
    return processes


def _print(sys: Sys, lines: list[str]) -> int:
    width = sys.tty_size(1)[0] if sys.isatty(1) else WIDE
    sys.out("".join(line[:width].rstrip() + "\n" for line in lines))
    return 0 if len(lines) > 1 else 1


def _plain(sys: Sys, processes: list[Seen]) -> int:
    rows = [
        f"{process.pid:>7} {cell(sys, process, 'tty'):<8} {clock(process.cpu, hours=True):>8} {command_name(process)}"
        for process in processes
    ]
    return _print(sys, ["    PID TTY          TIME CMD", *rows])


def _full(sys: Sys, processes: list[Seen]) -> int:
    rows = [
        f"{cell(sys, process, 'user'):<8} {process.pid:>7} {process.ppid:>7} {process.cpu * 100 // max(1, sys.now - process.started):>2} {started_at(sys, process):<5} {cell(sys, process, 'tty'):<8} {clock(process.cpu, hours=True)} {command_line(process)}"
        for process in processes
    ]
    return _print(sys, ["UID          PID    PPID  C STIME TTY          TIME CMD", *rows])


def _aux(sys: Sys, processes: list[Seen]) -> int:
    rows = [
        f"{cell(sys, process, 'user'):<8} {process.pid:>7} {share(sys, process):>4} {memory_share(sys, process):>4} {cell(sys, process, 'vsz'):>6} {cell(sys, process, 'rss'):>5} {cell(sys, process, 'tty'):<8} {state_letters(process, sys):<4} {started_at(sys, process):<5} {clock(process.cpu, hours=False):>6} {command_line(process)}"
        for process in processes
    ]
    return _print(sys, ["USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND", *rows])


def _bsd(sys: Sys, processes: list[Seen]) -> int:
    rows = [
        f"{process.pid:>7} {cell(sys, process, 'tty'):<8} {state_letters(process, sys):<6} {clock(process.cpu, hours=False):>4} {command_line(process)}"
        for process in processes
    ]
    return _print(sys, ["    PID TTY      STAT   TIME COMMAND", *rows])


PRINTERS = {"": _plain, "f": _full, "u": _aux, "x": _bsd}


def _columns(sys: Sys, texts: list[str], *, busybox: bool) -> list[tuple[str, str]]:
    """Column and title, as -o names them."""
    columns: list[tuple[str, str]] = []
    for text in texts:
        for word in text.replace(" ", ",").split(","):
            name, equals, title = word.partition("=")
            if not name:
                continue
            if name.lower() not in TITLES:
                if busybox:
                    raise Refused(
                        f"ps: bad -o argument '{name}', supported arguments: user,group,comm,args,pid,ppid,pgid,tty,vsz,sid,stat,rss\n"
                    )
                raise Refused(
                    f"error: unknown user-defined format specifier \"{name}\"\n\nUsage:\n ps [options]\n\n Try 'ps --help' for more information.\n"
                )
            columns.append((name.lower(), title if equals else TITLES[name.lower()]))
    return columns


def _table(sys: Sys, columns: list[tuple[str, str]], processes: list[Seen], *, titles: bool = True) -> int:
    rows = [[cell(sys, process, name) for name, _ in columns] for process in processes]
    heads = [title for _, title in columns]
    widths = [max([len(head), *(len(row[place]) for row in rows)]) for place, head in enumerate(heads)]
    lines = [heads, *rows] if titles and any(heads) else rows
    text = []
    for line in lines:
        cells = [
            value.ljust(width) if name in LEFT else value.rjust(width)
            for value, width, (name, _) in zip(line, widths, columns, strict=True)
        ]
        text.append(" ".join(cells).rstrip() + "\n")
    sys.out("".join(text))
    return 0 if rows else 1
