"""cp, mv, install: copy and move (coreutils/cp.c, mv.c)."""

from collections.abc import Callable
from contextlib import suppress

from simulator.programs.asking import Unanswered, ask, finish, finished
from simulator.programs.modes import apply_mode
from simulator.programs.options import (
    Dialect,
    Grammar,
    Options,
    complain,
    grammar,
    is_busybox,
    own_name,
    parse,
    refuse,
    show_usage,
)
from simulator.programs.walk import DEEPEST, join
from simulator.runtime.syscalls import Stat, Step, Sys, UnixError, Wait

CP = grammar(
    "rRadpfivnLPHTult:s",
    {
        "recursive": "r", "archive": "a", "preserve=?": "p", "force": "f", "interactive": "i", "verbose": "v", "no-clobber": "n",
        "dereference": "L", "no-target-directory": "T", "update": "u", "target-directory=": "t", "parents": "parents",
    },
    usage="[-arPLHpfinlsTu] SOURCE... DEST",
)  # fmt: skip
MV = grammar(
    "fivnTut:",
    {
        "force": "f",
        "interactive": "i",
        "verbose": "v",
        "no-clobber": "n",
        "target-directory=": "t",
        "no-target-directory": "T",
    },
    usage="[-finT] SOURCE... DEST",
)
INSTALL = grammar(
    "dDm:o:g:v",
    {"directory": "d", "mode=": "m", "owner=": "o", "group=": "g"},
    usage="[-dD] [-m MODE] [SOURCE]... DEST",
)


class Copier:
    """One call of cp or mv."""

    def __init__(self, sys: Sys, dialect: Dialect, options: Options) -> None:
        self.sys = sys
        self.busybox = is_busybox(dialect)
        self.options = options
        self.recursive = any(key in "rRa" for key, _ in options.given)
        self.keep = "a" in options or "p" in options
        self.links = options.last("LPHad") in ("P", "a", "d") or (self.recursive and options.last("LPHad") != "L")
        self.code = int(sys.state.get("code", 0))
        self.asks = options.last("fin") == "i"

    def targets(self, rules: Grammar, dialect: Dialect) -> list[tuple[str, str]]:
        """From where, to where."""
        words = list(self.options.words)
        if "t" in self.options:
            place, into = self.options.value("t"), True
        else:
            if len(words) < 2:
                raise self.too_few(words, rules, dialect)
            place = words.pop()
            into = "T" not in self.options and self.sys.exists(place) and self.sys.stat(place).kind == "dir"
        if len(words) > 1 and not into:
            raise refuse(
                self.sys, f"{place}: Not a directory" if self.busybox else f"target '{place}' is not a directory"
            )
        return [(word, join(place, word.rstrip("/").rpartition("/")[2] or "/") if into else place) for word in words]

    def too_few(self, words: list[str], rules: Grammar, dialect: Dialect) -> Exception:
        if self.busybox:
            return show_usage(self.sys, dialect, rules)
        missing = f"missing destination file operand after '{words[0]}'" if words else "missing file operand"
        return refuse(self.sys, f"{missing}\nTry '{own_name(self.sys)} --help' for more information.")

    def say(self, text: str) -> None:
        self.code = self.sys.state["code"] = 1
        complain(self.sys, text)

    def unreadable(self, path: str, error: UnixError) -> None:
        self.say(f"can't stat '{path}': {error.message}" if self.busybox else f"cannot stat '{path}': {error.message}")

    # --- copying -------------------------------------------------------------------------------------------------
    def copy(self, source: str, place: str, depth: int = 0) -> None:
        """Copy one file, or a directory and what is in it."""
        if self.asks and finished(self.sys, place):
            return
        self.copy_one(source, place, depth)
        if self.asks:
            finish(self.sys, place)

    def copy_one(self, source: str, place: str, depth: int) -> None:
        try:
            stat = self.sys.stat(source, follow=not self.links)
        except UnixError as error:
            self.unreadable(source, error)
            return
        if stat.kind == "dir":
            self.folder(source, place, stat, depth)
        elif self.may_write(source, place, stat):
            self.file(source, place, stat)

    def may_write(self, source: str, place: str, stat: Stat) -> bool:
        try:
            there = self.sys.stat(place)
        except UnixError:
            return True
        if there.inode == stat.inode and there.device == stat.device and there.kind == "file":
            self.say(f"'{source}' and '{place}' are the same file")
            return False
        if there.kind == "dir":
            self.say(f"cannot overwrite directory '{place}' with non-directory")
            return False
        if "n" in self.options or ("u" in self.options and there.mtime >= stat.mtime):
            return False
        return not self.asks or ask(self.sys, f"overwrite '{place}'")

    def file(self, source: str, place: str, stat: Stat) -> None:
        try:
            if stat.kind == "link":
                if self.there(place):
                    self.sys.unlink(place)
                self.sys.symlink(stat.target, place)
                return
            data = self.sys.read_file(source)
        except UnixError as error:
            self.say(
                f"can't open '{source}': {error.message}"
                if self.busybox
                else f"cannot open '{source}' for reading: {error.message}"
            )
            return
        try:
            self.write(place, data, stat)
            if self.keep:
                self.keep_all(place, stat)
        except UnixError as error:
            self.say(
                f"can't create '{place}': {error.message}"
                if self.busybox
                else f"cannot create regular file '{place}': {error.message}"
            )
        if "v" in self.options:
            self.sys.out(f"'{source}' -> '{place}'\n")

    def write(self, place: str, data: bytes, stat: Stat) -> None:
        self.sys.charge(20 + len(data) // 1000)
        try:
            self.sys.write_file(place, data, mode=stat.mode & 0o777)
        except UnixError as error:
            if error.name != "EACCES" or "f" not in self.options:
                raise
            self.sys.unlink(place)
            self.sys.write_file(place, data, mode=stat.mode & 0o777)

    def keep_all(self, place: str, stat: Stat) -> None:
        """Owner (if that is allowed), mode and time as they were."""
        with suppress(UnixError):
            self.sys.chown(place, stat.uid, stat.gid)
        self.sys.chmod(place, stat.mode)
        self.sys.utime(place, stat.mtime)

    def there(self, path: str) -> bool:
        try:
            self.sys.stat(path, follow=False)
        except UnixError:
            return False
        return True

    def folder(self, source: str, place: str, stat: Stat, depth: int) -> None:
        if not self.recursive:
            self.say(
                f"omitting directory '{source}'" if self.busybox else f"-r not specified; omitting directory '{source}'"
            )
            return
        if depth == 0 and (self.full(place) + "/").startswith(self.full(source).rstrip("/") + "/"):
            self.say(
                f"recursion detected, omitting directory '{source}'"
                if self.busybox
                else f"cannot copy a directory, '{source}', into itself, '{place}'"
            )
            return
        if depth > DEEPEST:
            self.say(f"{source}: File name too long")
            return
        try:
            if not self.sys.exists(place):
                self.sys.mkdir(place, stat.mode & 0o777 | 0o700)
            elif self.sys.stat(place).kind != "dir":
                self.say(
                    f"cannot overwrite non-directory '{place}' with directory '{source}'"
                    if not self.busybox
                    else f"target '{place}' is not a directory"
                )
                return
            names = self.sys.listdir(source)
        except UnixError as error:
            self.say(
                f"can't create directory '{place}': {error.message}"
                if self.busybox
                else f"cannot create directory '{place}': {error.message}"
            )
            return
        for name in names:
            self.copy(join(source, name), join(place, name), depth + 1)
        if self.keep:
            self.keep_all(place, stat)

    def full(self, path: str) -> str:
        try:
            return self.sys.realpath(path)
        except UnixError:
            return path if path.startswith("/") else join(self.sys.cwd, path)

    # --- moving --------------------------------------------------------------------------------------------------
    def move(self, source: str, place: str) -> None:
        """Rename; across file systems copy and remove."""
        if self.asks and finished(self.sys, source):
            return
        self.move_one(source, place)
        if self.asks:
            finish(self.sys, source)

    def move_one(self, source: str, place: str) -> None:
        try:
            stat = self.sys.stat(source, follow=False)
        except UnixError as error:
            if self.busybox:
                self.say(f"can't rename '{source}': {error.message}")
            else:
                self.unreadable(source, error)
            return
        if "n" in self.options and self.there(place):
            return
        if self.asks and self.there(place) and not ask(self.sys, f"overwrite '{place}'"):
            return
        try:
            self.sys.rename(source, place)
        except UnixError as error:
            if error.name != "EXDEV":
                self.say(
                    f"can't rename '{source}': {error.message}"
                    if self.busybox
                    else f"cannot move '{source}' to '{place}': {error.message}"
                )
                return
            self.recursive = self.keep = self.links = True
            self.copy(source, place)
            if not self.code:
                self.erase(source, stat)

    def erase(self, path: str, stat: Stat) -> None:
        if stat.kind != "dir":
            self.sys.unlink(path)
            return
        for name in self.sys.listdir(path):
            self.erase(join(path, name), self.sys.stat(join(path, name), follow=False))
        self.sys.rmdir(path)


def cp(sys: Sys, dialect: Dialect) -> Step:
    """Copy files."""
    work = Copier(sys, dialect, parse(sys, dialect, CP))
    return each(sys, work, work.targets(CP, dialect), work.copy)


def mv(sys: Sys, dialect: Dialect) -> Step:
    """Move files."""
    work = Copier(sys, dialect, parse(sys, dialect, MV))
    return each(sys, work, work.targets(MV, dialect), work.move)


def each(sys: Sys, work: Copier, found: list[tuple[str, str]], act: Callable[[str, str], None]) -> Step:
    """Do it to all; an open question is waited for. Where to was found out before the first question."""
    pairs = sys.state.setdefault("pairs", [list(pair) for pair in found])
    try:
        for source, place in pairs:
            act(source, place)
    except Unanswered:
        return Wait(readable=(0,))
    return work.code


def install(sys: Sys, dialect: Dialect) -> Step:
    """Copy files and set their mode, or make directories."""
    options = parse(sys, dialect, INSTALL)
    mode = apply_mode(options.value("m", "755"), 0, umask=0, is_dir=False)
    if mode is None:
        raise refuse(sys, f"invalid mode '{options.value('m')}'")
    if "d" in options:
        for path in options.words:
            parts = path.rstrip("/").split("/")
            for end in range(1, len(parts) + 1):
                if (above := "/".join(parts[:end])) and not sys.exists(above):
                    sys.mkdir(above)
            sys.chmod(path, mode)
        return 0
    work = Copier(sys, dialect, options)
    for source, place in work.targets(INSTALL, dialect):
        work.copy(source, place)
        if not work.code:
            sys.chmod(place, mode)
    return work.code
