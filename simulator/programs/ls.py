"""ls: what is in a directory (coreutils/ls.c)."""

from typing import NamedTuple

from simulator.programs.calendar import civil, month_name, strftime
from simulator.programs.modes import mode_string
from simulator.programs.names import group_name, user_name
from simulator.programs.options import Dialect, Options, complain, grammar, is_busybox, parse, refuse
from simulator.programs.sizes import human
from simulator.programs.walk import DEEPEST, join
from simulator.runtime.syscalls import Stat, Step, Sys, UnixError

BUSYBOX = grammar(
    "1AaCxdLHRFplinshrSXvctuk",
    {"color=?": "color", "full-time": "full-time", "group-directories-first": "dirs"},
    other="wTZ",
    usage="[-1AaCxdLHRFplinshrSXvctuk] [FILE]...",
)
GNU = grammar(
    "1AaCxdLHRFplinshrStGogcuUkmQNf",
    {
        "all": "a", "almost-all": "A", "directory": "d", "recursive": "R", "human-readable": "h", "reverse": "r", "inode": "i", "size": "s",
        "classify=?": "F", "dereference": "L", "no-group": "G", "numeric-uid-gid": "n", "color=?": "color", "full-time": "full-time",
        "group-directories-first": "dirs", "time-style=": "time-style", "format=": "format", "sort=": "sort",
    },
    other="bBDIqTvwXZ",
    code=2,
)  # fmt: skip
HALF_A_YEAR = 15_778_476
MARKS = {"dir": "/", "link": "@", "fifo": "|", "socket": "="}
GAP = 2


class Entry(NamedTuple):
    """One line of the list."""

    name: str
    path: str
    stat: Stat


class Listing:
    """One call of ls."""

    def __init__(self, sys: Sys, dialect: Dialect, options: Options) -> None:
        self.sys = sys
        self.busybox = is_busybox(dialect)
        self.options = options
        self.code = 0
        self.out: list[str] = []
        self.long = any(key in ("l", "n", "g", "o", "full-time") for key, _ in options.given)
        self.follow = "L" in options
        self.columns = not self.long and "1" not in options and ("C" in options or "x" in options or sys.isatty(1))

    # --- errors --------------------------------------------------------------------------------------------------
    def failed(self, path: str, error: UnixError, code: int) -> None:
        self.flush()
        self.code = max(self.code, code)
        if self.busybox:
            complain(
                self.sys,
                f"{'can' + chr(39) + 't open ' + chr(39) + path + chr(39) if error.name == 'EACCES' else path}: {error.message}",
            )
        else:
            complain(
                self.sys,
                f"cannot {'open directory' if error.name == 'EACCES' and code == 1 else 'access'} '{path}': {error.message}",
            )

    def flush(self) -> None:
        self.sys.out("".join(self.out))
        self.out.clear()

    # --- collecting ----------------------------------------------------------------------------------------------
    def run(self) -> int:
        paths = self.options.words or ["."]
        files: list[Entry] = []
        folders: list[Entry] = []
        for path in paths:
            try:
                entry = Entry(path, path, self.look(path, top=True))
            except UnixError as error:
                self.failed(path, error, 1 if self.busybox else 2)
                continue
            (folders if entry.stat.kind == "dir" and "d" not in self.options else files).append(entry)
        self.show(self.sorted(files))
        titled = len(paths) > 1 or "R" in self.options
        for number, folder in enumerate(self.sorted(folders)):
            self.folder(folder.path, titled, bool(files) or number > 0, 0)
        self.flush()
        return self.code

    def look(self, path: str, *, top: bool) -> Stat:
        """stat; a link that was named itself is followed, unless the long form shows it."""
        through = (
            self.follow
            or (top and not self.long and "d" not in self.options and "F" not in self.options)
            or (top and "H" in self.options)
        )
        try:
            return self.sys.stat(path, follow=through)
        except UnixError:
            return self.sys.stat(path, follow=False)

    def folder(self, path: str, titled: bool, gap: bool, depth: int) -> None:
        try:
            names = self.sys.listdir(path)
        except UnixError as error:
            if not self.busybox and titled:
                self.out.append(("\n" if gap else "") + f"{path}:\n")
            self.failed(path, error, 1 if depth or self.busybox else 2)
            return
        if titled:
            self.out.append(("\n" if gap else "") + f"{path}:\n")
        entries = self.sorted(self.entries(path, names))
        if self.long or "s" in self.options:
            total = sum(blocks(entry.stat) for entry in entries)
            self.out.append(f"total {human(total * 1024, self.busybox) if 'h' in self.options else total}\n")
        self.show(entries)
        if "R" in self.options and depth < DEEPEST:
            for entry in entries:
                if entry.stat.kind == "dir" and entry.name not in (".", ".."):
                    self.folder(entry.path, True, True, depth + 1)

    def entries(self, path: str, names: list[str]) -> list[Entry]:
        if "a" in self.options or "f" in self.options:
            names = [".", "..", *names]
        elif "A" not in self.options:
            names = [name for name in names if not name.startswith(".")]
        found = []
        for name in names:
            try:
                found.append(Entry(name, join(path, name), self.look(join(path, name), top=False)))
            except UnixError as error:
                self.failed(join(path, name), error, 1)
        return found

    def sorted(self, entries: list[Entry]) -> list[Entry]:
        if "U" in self.options or "f" in self.options:
            return entries
        entries = sorted(entries, key=lambda entry: entry.name if self.busybox else entry.name.encode())
        match self.options.last("tSX"):
            case "t":
                entries.sort(key=lambda entry: -entry.stat.mtime)
            case "S":
                entries.sort(key=lambda entry: -entry.stat.size)
            case "X":
                entries.sort(key=lambda entry: entry.name.rpartition(".")[2] if "." in entry.name else "")
        if "r" in self.options:
            entries.reverse()
        if "dirs" in self.options:
            entries.sort(key=lambda entry: entry.stat.kind != "dir")
        return entries

    # --- printing ------------------------------------------------------------------------------------------------
    def show(self, entries: list[Entry]) -> None:
        if self.long:
            self.show_long(entries)
        elif "m" in self.options:
            self.out.append(", ".join(self.short(entry) for entry in entries) + "\n" if entries else "")
        elif self.columns:
            self.show_columns([self.short(entry) for entry in entries])
        else:
            self.out += [self.short(entry) + "\n" for entry in entries]

    def short(self, entry: Entry) -> str:
        prefix = f"{entry.stat.inode:>7} " if "i" in self.options else ""
        prefix += f"{blocks(entry.stat):>4} " if "s" in self.options else ""
        return prefix + entry.name + self.mark(entry.stat)

    def mark(self, stat: Stat) -> str:
        if "F" in self.options:
            return "*" if stat.kind == "file" and stat.mode & 0o111 else MARKS.get(stat.kind, "")
        return "/" if "p" in self.options and stat.kind == "dir" else ""

    def show_columns(self, names: list[str]) -> None:
        width = self.sys.tty_size(1)[0] if self.sys.isatty(1) else 80
        self.out.append(in_columns(names, width or 80, even=self.busybox))

    def show_long(self, entries: list[Entry]) -> None:
        rows = [self.row(entry) for entry in entries]
        if not rows:
            return
        if self.busybox:
            for row, entry in zip(rows, entries, strict=True):
                links, owner, group, size, when = row[1:6]
                # busybox: fixed columns, as wide as these formats of its source.
                self.out.append(f"{row[0]} {links:>4} {owner:<8} {group:<8} {size:>9} {when} {self.tail(entry)}\n")
            return
        widths = [max(len(row[column]) for row in rows) for column in range(6)]
        for row, entry in zip(rows, entries, strict=True):
            cells = [row[0], row[1].rjust(widths[1])]
            if "g" not in self.options:
                cells.append(row[2].ljust(widths[2]))
            if "G" not in self.options and "o" not in self.options:
                cells.append(row[3].ljust(widths[3]))
            self.out.append(" ".join([*cells, row[4].rjust(widths[4]), row[5], self.tail(entry)]) + "\n")

    def row(self, entry: Entry) -> tuple[str, str, str, str, str, str]:
        stat = entry.stat
        numeric = "n" in self.options
        size = (
            human(stat.size, self.busybox)
            if "h" in self.options
            else "1, 3"
            if stat.kind in ("char", "block")
            else str(stat.size)
        )
        inode = f"{stat.inode:>7} " if "i" in self.options else ""
        return (
            inode + mode_string(stat),
            str(stat.links),
            str(stat.uid) if numeric else user_name(self.sys, stat.uid),
            str(stat.gid) if numeric else group_name(self.sys, stat.gid),
            size,
            self.when(stat),
        )

    def when(self, stat: Stat) -> str:
        moment = civil(stat.mtime)
        if "full-time" in self.options:
            fraction = "" if self.busybox else f".{stat.mtime % 10**6:06}000"
            return f"{moment.year}-{moment.month:02}-{moment.day:02} {moment.hour:02}:{moment.minute:02}:{moment.second:02}{fraction} +0000"
        if (style := self.options.value("time-style")) and not style.endswith("locale"):
            return strftime(self.style_of(style, stat.mtime), stat.mtime)
        age = self.sys.unix // 10**6 - stat.mtime // 10**6
        clock = (
            f"{moment.hour:02}:{moment.minute:02}"
            if -900 < age < HALF_A_YEAR or (age < 0 and self.busybox and age > -900)
            else f"{moment.year:>5}"
        )
        return f"{month_name(moment.month)} {moment.day:>2} {clock}"

    def style_of(self, style: str, mtime: int) -> str:
        """The form of a time: one of the named ones, or what stands behind a plus sign."""
        if style.startswith("+"):
            return style[1:]
        old = not -900 < self.sys.unix // 10**6 - mtime // 10**6 < HALF_A_YEAR
        forms = {
            "full-iso": "%Y-%m-%d %H:%M:%S.%N +0000",
            "long-iso": "%Y-%m-%d %H:%M",
            "iso": "%Y-%m-%d " if old else "%m-%d %H:%M",
        }
        if style not in forms:
            raise refuse(self.sys, f"invalid argument '{style}' for 'time style'", 2)
        return forms[style]

    def tail(self, entry: Entry) -> str:
        if entry.stat.kind == "link":
            return f"{entry.name} -> {entry.stat.target}"
        return entry.name + self.mark(entry.stat)


def blocks(stat: Stat) -> int:
    """How many KiB a file takes on the disk."""
    if stat.kind == "dir":
        return 4 if stat.size >= 4096 else 0
    return -(-stat.size // 4096) * 4 if stat.kind == "file" else 0


def in_columns(names: list[str], width: int, *, even: bool) -> str:
    """Names in columns, downwards; *even*: all as wide as the widest (busybox)."""
    if not names:
        return ""
    for rows in range(1, len(names) + 1):
        columns = [names[start : start + rows] for start in range(0, len(names), rows)]
        widest = max(len(name) for name in names)
        widths = [widest if even else max(len(name) for name in column) for column in columns]
        if sum(widths) + GAP * (len(widths) - 1) < width or rows == len(names):
            break
    lines = []
    for row in range(rows):
        cells = [
            column[row].ljust(size + GAP) for column, size in zip(columns, widths, strict=True) if row < len(column)
        ]
        lines.append("".join(cells).rstrip(" ") + "\n")
    return "".join(lines)


def main(sys: Sys, dialect: Dialect) -> Step:
    """List."""
    return Listing(sys, dialect, parse(sys, dialect, BUSYBOX if is_busybox(dialect) else GNU)).run()
