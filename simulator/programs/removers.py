"""rm, unlink: take names away (coreutils/rm.c)."""

from simulator.programs.options import (
    Dialect,
    Options,
    complain,
    grammar,
    is_busybox,
    not_simulated,
    own_name,
    parse,
    refuse,
    show_usage,
)
from simulator.programs.walk import join
from simulator.runtime.syscalls import Step, Sys, UnixError

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
MOST_AT_ONCE = 2_000


def main(sys: Sys, dialect: Dialect) -> Step:
    """Remove files, with -r also directories and all in them."""
    options = parse(sys, dialect, RULES)
    if not options.words:
        if "f" in options:
            return 0
        if is_busybox(dialect):
            raise show_usage(sys, dialect, RULES)
        raise refuse(sys, f"missing operand\nTry '{own_name(sys)} --help' for more information.")
    if options.last("fiI") in ("i", "I"):
        raise not_simulated(sys, "asking before each file (-i)")
    return Remover(sys, dialect, options).run()


class Remover:
    """One call of rm."""

    def __init__(self, sys: Sys, dialect: Dialect, options: Options) -> None:
        self.sys = sys
        self.busybox = is_busybox(dialect)
        self.options = options
        self.recursive = bool(options.last("rR"))
        self.force = options.last("fi") == "f"
        self.code = 0

    def run(self) -> int:
        for path in self.options.words:
            base = path.rstrip("/").rpartition("/")[2]
            if base in (".", "..") or (not path.strip("/") and self.recursive):
                self.dangerous(path, base)
                continue
            self.remove(path, top=True)
        return self.code

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
        try:
            stat = self.sys.stat(path, follow=False)
            if stat.kind == "dir":
                self.folder(path)
            else:
                self.sys.unlink(path)
            if "v" in self.options:
                self.sys.out(f"removed '{path}'\n")
        except UnixError as error:
            if error.name != "ENOENT" or not self.force:
                self.failed(path, error)

    def folder(self, path: str) -> None:
        if not self.recursive:
            if "d" in self.options:
                self.sys.rmdir(path)
                return
            raise UnixError("EISDIR", "Is a directory")
        for name in self.sys.listdir(path):
            self.remove(join(path.rstrip("/") or "/", name), top=False)
        self.sys.rmdir(path)

    def failed(self, path: str, error: UnixError) -> None:
        if self.code and error.name == "ENOTEMPTY":
            return
        self.code = 1
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
