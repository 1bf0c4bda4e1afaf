"""rm, unlink, link: take names away, give them (coreutils/rm.c)."""

from simulator.programs.asking import Unanswered, ask, finish, finished
from simulator.programs.options import (
    Dialect,
    Options,
    complain,
    grammar,
    is_busybox,
    own_name,
    parse,
    refuse,
    show_usage,
)
from simulator.programs.walk import join
from simulator.runtime.syscalls import Stat, Step, Sys, UnixError, Wait

RULES = grammar(
    "rRfivdI",
    {
        "recursive": "r",
        "force": "f",
        "interactive=?": "i",
        "verbose": "v",
        "dir": "d",
        "one-file-system": "one",
        "preserve-root": "keep",
        "no-preserve-root": "root",
    },
    usage="[-irf] FILE...",
)
# How rm names what it asks about.
KINDS = {
    "file": "regular file",
    "link": "symbolic link",
    "char": "character special file",
    "block": "block special file",
}


def main(sys: Sys, dialect: Dialect) -> Step:
    """Remove files, with -r also directories and all in them."""
    options = parse(sys, dialect, RULES)
    if not options.words:
        if "f" in options:
            return 0
        if is_busybox(dialect):
            raise show_usage(sys, dialect, RULES)
        raise refuse(sys, f"missing operand\nTry '{own_name(sys)} --help' for more information.")
    try:
        return Remover(sys, dialect, options).run()
    except Unanswered:
        return Wait(readable=(0,))


class Remover:
    """One call of rm."""

    def __init__(self, sys: Sys, dialect: Dialect, options: Options) -> None:
        self.sys = sys
        self.busybox = is_busybox(dialect)
        self.options = options
        self.recursive = bool(options.last("rR"))
        self.force = options.last("fi") == "f"
        self.asks = options.last("fiI") == "i"
        self.code = int(sys.state.get("code", 0))

    def run(self) -> int:
        if not self.agreed():
            return 0
        for path in self.options.words:
            base = path.rstrip("/").rpartition("/")[2]
            if base in (".", "..") or (not path.strip("/") and self.recursive):
                self.dangerous(path, base)
                continue
            self.remove(path, top=True)
        return self.code

    def agreed(self) -> bool:
        """-I: one question before many files, or directories with all in them."""
        number = len(self.options.words)
        if self.options.last("fiI") != "I" or (number <= 3 and not self.recursive):
            return True
        what = f"{number} argument{'s' if number > 1 else ''}" + (" recursively" if self.recursive else "")
        return ask(self.sys, f"remove {what}")

    def dangerous(self, path: str, base: str) -> None:
        self.code = 1
        if not base:
            text = (
                "can't remove '/'"
                if self.busybox
                else f"it is dangerous to operate recursively on '{path}'\nrm: use --no-preserve-root to override this failsafe"
            )
            complain(self.sys, text)
        elif self.busybox:
            complain(self.sys, "can't remove '.' or '..'")
        else:
            complain(self.sys, f"refusing to remove '.' or '..' directory: skipping '{path}'")

    def remove(self, path: str, *, top: bool) -> None:
        if self.asks and finished(self.sys, path):
            return
        try:
            stat = self.sys.stat(path, follow=False)
            if self.folder(path) if stat.kind == "dir" else self.file(path, stat):
                self.tell(path, stat)
        except UnixError as error:
            if error.name != "ENOENT" or not self.force:
                self.failed(path, error)
        if self.asks:
            finish(self.sys, path)

    def tell(self, path: str, stat: Stat) -> None:
        if "v" in self.options:
            self.sys.out(f"removed {'directory ' if stat.kind == 'dir' and not self.busybox else ''}'{path}'\n")

    def file(self, path: str, stat: Stat) -> bool:
        """Remove what is no directory; False if the learner does not want it."""
        kind = KINDS.get(stat.kind, stat.kind)
        if kind == "regular file" and not stat.size:
            kind = "regular empty file"
        if self.asks and not ask(self.sys, f"remove '{path}'" if self.busybox else f"remove {kind} '{path}'"):
            return False
        self.sys.unlink(path)
        return True

    def folder(self, path: str) -> bool:
        """Remove a directory, with -r also all in it; False if the learner does not want it."""
        if not self.recursive and "d" not in self.options:
            raise UnixError("EISDIR", "Is a directory")
        names = self.sys.listdir(path) if self.recursive else []
        # Nobody asks again about a directory that has been gone through when the learner's answer comes.
        inside = bool(names) or f"descend into directory '{path}'" in self.sys.state.get("answers", {})
        if self.asks and inside and not ask(self.sys, f"descend into directory '{path}'"):
            return False
        for name in names:
            self.remove(join(path.rstrip("/") or "/", name), top=False)
        if self.asks and not ask(self.sys, f"remove '{path}'" if self.busybox else f"remove directory '{path}'"):
            return False
        self.sys.rmdir(path)
        return True

    def failed(self, path: str, error: UnixError) -> None:
        if self.code and error.name == "ENOTEMPTY":
            return
        self.code = self.sys.state["code"] = 1
        if error.name == "EISDIR" and self.busybox:
            complain(self.sys, f"'{path}' is a directory")
        else:
            complain(
                self.sys,
                f"can't remove '{path}': {error.message}"
                if self.busybox
                else f"cannot remove '{path}': {error.message}",
            )


def unlink(sys: Sys, dialect: Dialect) -> Step:
    """Remove one file."""
    words = parse(sys, dialect, grammar("", usage="FILE")).words
    if len(words) != 1:
        raise show_usage(sys, dialect, grammar("", usage="FILE"))
    try:
        sys.unlink(words[0])
    except UnixError as error:
        raise refuse(sys, f"cannot unlink '{words[0]}': {error.message}") from None
    return 0


def link(sys: Sys, dialect: Dialect) -> Step:
    """Give a file another name."""
    words = parse(sys, dialect, grammar("", usage="FILE LINK")).words
    if len(words) != 2:
        raise show_usage(sys, dialect, grammar("", usage="FILE LINK"))
    try:
        sys.link(*words)
    except UnixError as error:
        what = "can't create hardlink" if is_busybox(dialect) else "cannot create link"
        raise refuse(sys, f"{what} '{words[1]}' to '{words[0]}': {error.message}") from None
    return 0
