"""tar: files into one archive, out of it, or a list of it (GNU tar; busybox archival/tar.c)."""

from collections.abc import Iterator
from contextlib import suppress

from simulator.kernel.units import SECOND
from simulator.programs import gzip
from simulator.programs.calendar import civil
from simulator.programs.lines import finish, pump, send, slurp
from simulator.programs.modes import permission_string
from simulator.programs.names import group_name, user_name
from simulator.programs.options import Dialect, Options, Refused, complain, grammar, is_busybox, parse, refuse
from simulator.programs.patterns import glob
from simulator.programs.walk import entries_below, join
from simulator.runtime import tarball
from simulator.runtime.syscalls import Stat, Step, Sys, UnixError, Wait
from simulator.runtime.tarball import BadArchive, Entry

RULES = grammar(
    "cxtzf:C:vOphmkoX:T:",
    {
        "create": "c", "extract": "x", "get": "x", "list": "t", "gzip": "z", "gunzip": "z", "file=": "f", "directory=": "C", "verbose": "v",
        "to-stdout": "O", "preserve-permissions": "p", "dereference": "h", "touch": "m", "keep-old-files": "k", "no-same-owner": "o",
        "exclude=": "exclude", "strip-components=": "strip", "exclude-from=": "X", "files-from=": "T", "overwrite": "overwrite",
        "no-same-permissions": "np", "same-owner": "so", "warning=": "warning", "numeric-owner": "numeric",
    },
    other="jJaruAdWPNlSGgb",
    code=64,
    usage="c|x|t [-zvhOmkp] [-f TARFILE] [-C DIR] [FILE]...",
)  # fmt: skip
COMMANDS = "cxt"
KINDS = {"file": "-", "dir": "d", "link": "l", "hard": "h", "fifo": "p"}
FAILED = "Exiting with failure status due to previous errors"


def main(sys: Sys, dialect: Dialect) -> Step:
    """Make an archive, take one apart, or show what is in it."""
    if not pump(sys):
        return Wait(writable=(1,))
    if "tar" in sys.state:
        return finish(sys, int(sys.state["tar"]))
    options = parse(sys, dialect, RULES, dashed(sys.argv[1:]))
    command = options.last(COMMANDS)
    if not command:
        raise Refused(
            "tar: must specify one of c x t\n"
            if is_busybox(dialect)
            else "tar: You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\n"
            "Try 'tar --help' or 'tar --usage' for more information.\n",
            1 if is_busybox(dialect) else 2,
        )
    enter(sys, dialect, options.value("C"))
    data = b"" if command == "c" else archive(sys, options)
    if data is None:
        return Wait(readable=(0,))
    work = Archiver(sys, dialect, options)
    try:
        sys.state["tar"] = work.create() if command == "c" else work.take(data, command)
    except BadArchive as error:
        raise work.bad(str(error)) from None
    return Wait(writable=(1,)) if sys.state.get("unsent") else finish(sys, int(sys.state["tar"]))


def enter(sys: Sys, dialect: Dialect, folder: str) -> None:
    """The folder of -C has to be there; raises Refused."""
    if not folder or (sys.exists(folder) and sys.stat(folder).kind == "dir"):
        return
    reason = "Not a directory" if sys.exists(folder) else "No such file or directory"
    if is_busybox(dialect):
        raise Refused(f"tar: can't change directory to '{folder}': {reason}\n", 1)
    raise Refused(f"tar: {folder}: Cannot open: {reason}\ntar: Error is not recoverable: exiting now\n", 2)


def dashed(words: list[str]) -> list[str]:
    """The first word may be letters without a dash, whose values then follow: `tar cf a.tar dir` is `tar -c -f a.tar dir`."""
    if not words or words[0].startswith("-"):
        return words
    rest, out = words[1:], []
    for letter in words[0]:
        out.append(f"-{letter}")
        if letter in "fCXT" and rest:
            out.append(rest.pop(0))
    return out + rest


def archive(sys: Sys, options: Options) -> bytes | None:
    """The archive's bytes, unpacked; None while standard input has not ended."""
    name = options.value("f", "-")
    try:
        data = slurp(sys, name)
        if data is None:
            return None
        return gzip.unpack(data) if "z" in options or data.startswith(gzip.MAGIC) else data
    except UnixError as error:
        raise refuse(sys, f"can't open '{name}': {error.message}", 1) from None
    except gzip.BadData as error:
        raise refuse(sys, str(error), 1) from None


class Archiver:
    """One call of tar."""

    def __init__(self, sys: Sys, dialect: Dialect, options: Options) -> None:
        self.sys = sys
        self.busybox = is_busybox(dialect)
        self.options = options
        self.folder = options.value("C")
        self.excluded = options.values("exclude") + self.lines("X")
        self.names = options.words + self.lines("T")
        self.code = 0
        self.warned = False

    def lines(self, key: str) -> list[str]:
        """The lines of the files that an option names."""
        data = b"".join(self.sys.read_file(name) for name in self.options.values(key))
        return [line for line in data.decode("utf-8", "surrogateescape").split("\n") if line]

    def bad(self, text: str) -> Refused:
        """The archive is none."""
        if self.busybox:
            return Refused(f"tar: {text}\n", 1)
        return Refused(f"tar: This does not look like a tar archive\ntar: {FAILED}\n", 2)

    def complain(self, text: str) -> None:
        self.code = 1 if self.busybox else 2
        complain(self.sys, text)

    def place(self, name: str) -> str:
        """Where a member stands on disk."""
        return join(self.folder, name) if self.folder and not name.startswith("/") else name

    def member_name(self, name: str) -> str:
        """The name in the archive: never absolute."""
        if name.startswith("/") and not self.warned:
            self.warned = True
            text = (
                "removing leading '/' from member names" if self.busybox else "Removing leading `/' from member names"
            )
            complain(self.sys, text)
        return name.lstrip("/") or "."

    def wanted(self, name: str) -> bool:
        base = name.rpartition("/")[2]
        return not any(glob(pattern).match(name) or glob(pattern).match(base) for pattern in self.excluded)

    def over(self) -> int:
        """The exit code, with GNU's last words."""
        if self.code and not self.busybox:
            complain(self.sys, FAILED)
        return self.code

    # --- making one ----------------------------------------------------------------------------------------------
    def create(self) -> int:
        if not self.names:
            text = "empty archive" if self.busybox else "Cowardly refusing to create an empty archive"
            raise refuse(self.sys, text, 1 if self.busybox else 2)
        out = self.options.value("f", "-")
        data = tarball.pack(list(self.members()), record=tarball.BLOCK if self.busybox else tarball.RECORD)
        data = gzip.pack(data) if "z" in self.options else data
        self.sys.charge(100 + len(data) // 1000)
        if out == "-":
            send(self.sys, data)
        else:
            self.sys.write_file(out, data)
        return self.over()

    def members(self) -> Iterator[Entry]:
        """What goes into the archive."""
        size = 0
        for name in self.names:
            try:
                for path, stat, _ in entries_below(self.sys, self.place(name)):
                    shown = path.removeprefix(self.folder.rstrip("/") + "/") if self.folder else path
                    if self.wanted(shown) and stat.kind in tarball.TYPES:
                        entry = self.entry(path, shown, stat)
                        size += len(entry.data)
                        if size > gzip.LARGEST:
                            raise refuse(self.sys, "not simulated here: archives of this size", 2)
                        yield entry
            except UnixError as error:
                self.complain(f"{name}: {error.message}" if self.busybox else f"{name}: Cannot stat: {error.message}")

    def entry(self, path: str, shown: str, stat: Stat) -> Entry:
        """One file as a member."""
        if "h" in self.options and stat.kind == "link":
            stat = self.sys.stat(path)
        name = self.member_name(shown)
        if "v" in self.options:
            line = name + ("/" if stat.kind == "dir" and not name.endswith("/") else "") + "\n"
            self.sys.err(line) if self.options.value("f", "-") == "-" else self.sys.out(line)
        data = self.sys.read_file(path) if stat.kind == "file" else b""
        user, group = user_name(self.sys, stat.uid), group_name(self.sys, stat.gid)
        return Entry(
            name, stat.kind, stat.mode, stat.uid, stat.gid, stat.mtime // SECOND, data, stat.target, user, group
        )

    # --- taking one apart ----------------------------------------------------------------------------------------
    def take(self, data: bytes, command: str) -> int:
        found: set[str] = set()
        for entry in tarball.unpack(data):
            if not self.chosen(entry.name, found) or not self.wanted(entry.name.rstrip("/")):
                continue
            if command == "t":
                self.show(entry)
            elif "O" in self.options:
                send(self.sys, entry.data)
            else:
                self.extract(entry)
        for name in self.names:
            if name not in found:
                self.complain(f"{name}: not found in archive" if self.busybox else f"{name}: Not found in archive")
        return self.over()

    def chosen(self, name: str, found: set[str]) -> bool:
        """Whether a member was asked for, by its name or that of a folder above it."""
        bare = name.rstrip("/")
        for word in self.names:
            if bare == word.rstrip("/") or bare.startswith(word.rstrip("/") + "/"):
                found.add(word)
                return True
        return not self.names

    def show(self, entry: Entry) -> None:
        """A line of the list."""
        name = entry.name + ("/" if entry.kind == "dir" and not entry.name.endswith("/") else "")
        if "v" in self.options:
            moment = civil(entry.mtime * SECOND)
            owner = f"{entry.user or entry.uid}/{entry.group or entry.gid}"
            when = f"{moment.year}-{moment.month:02}-{moment.day:02} {moment.hour:02}:{moment.minute:02}"
            when += f":{moment.second:02}" if self.busybox else ""
            size = f"{len(entry.data):>9}" if self.busybox else f"{len(entry.data):>{max(1, 18 - len(owner))}}"
            name = f"{KINDS[entry.kind]}{permission_string(entry.mode)} {owner} {size} {when} {name}"
            name += f" -> {entry.target}" if entry.kind == "link" else ""
        send(self.sys, f"{name}\n".encode("utf-8", "surrogateescape"))

    def extract(self, entry: Entry) -> None:
        name = self.stripped(entry.name)
        if not name:
            return
        if ".." in name.split("/"):
            self.complain(f"{name}: name with '..' in it" if self.busybox else f"{name}: Member name contains '..'")
            return
        if "v" in self.options:
            self.sys.err(f"{name}\n") if "O" in self.options else self.sys.out(f"{name}\n")
        try:
            self.write(entry, self.place(self.member_name(name)))
        except UnixError as error:
            text = f"can't open '{name}'" if self.busybox else f"{name}: Cannot open"
            self.complain(f"{text}: {error.message}")

    def stripped(self, name: str) -> str:
        """The name without its first parts, as --strip-components says."""
        count = self.options.value("strip", "0")
        parts = [part for part in name.split("/") if part not in ("", ".")]
        leading = "/" if name.startswith("/") else ""
        return leading + "/".join(parts[int(count[:4]) if count.isdecimal() else 0 :])

    def write(self, entry: Entry, place: str) -> None:
        """Make the file; folders on its way are made, a file in its way goes."""
        self.sys.charge(20 + len(entry.data) // 1000)
        self.parents(place)
        if entry.kind == "dir":
            if not self.sys.exists(place):
                self.sys.mkdir(place, entry.mode)
        else:
            self.fresh(entry, place)
        if entry.kind in ("file", "dir"):
            self.sys.chmod(
                place, entry.mode if self.sys.uid == 0 or "p" in self.options else entry.mode & ~self.sys.umask
            )
            if "m" not in self.options:
                self.sys.utime(place, entry.mtime * SECOND)
            if self.sys.uid == 0 and "o" not in self.options:
                with suppress(UnixError):
                    self.sys.chown(place, entry.uid, entry.gid)

    def parents(self, place: str) -> None:
        parts = place.split("/")
        for end in range(1, len(parts)):
            above = "/".join(parts[:end])
            if above and not self.sys.exists(above):
                self.sys.mkdir(above)

    def fresh(self, entry: Entry, place: str) -> None:
        """A file, a link or a pipe, in place of what was there."""
        there = True
        try:
            self.sys.stat(place, follow=False)
        except UnixError:
            there = False
        if there and "k" in self.options:
            raise UnixError("EEXIST")
        if there:
            self.sys.unlink(place)
        if entry.kind == "link":
            self.sys.symlink(entry.target, place)
        elif entry.kind == "hard":
            self.sys.link(self.place(entry.target), place)
        elif entry.kind == "fifo":
            self.sys.mkfifo(place, entry.mode)
        else:
            self.sys.write_file(place, entry.data, mode=entry.mode & 0o777)
