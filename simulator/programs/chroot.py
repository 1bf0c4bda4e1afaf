"""chroot: programs under another root, for containers that have that of their node (coreutils/chroot.c, busybox coreutils/chroot.c)."""

from simulator.programs.options import Dialect, grammar, is_busybox, parse, refuse, too_few
from simulator.runtime.syscalls import Exec, Step, Sys, UnixError

RULES = grammar("", permute=False, code=125, usage="NEWROOT [PROG ARGS]")


def main(sys: Sys, dialect: Dialect) -> Step:
    """A program, or a shell, under another root."""
    words = parse(sys, dialect, RULES).words
    too_few(sys, dialect, RULES, words, 1)
    busybox = is_busybox(dialect)
    try:
        sys.set_root(words[0])
    except UnixError as error:
        if error.name == "EINVAL":
            raise refuse(sys, "not simulated here: a root other than that of the node", 125) from None
        cannot = "can't" if busybox else "cannot"
        text = f"{cannot} change root directory to '{words[0]}': {error.message}"
        raise refuse(sys, text, 1 if busybox else 125) from None
    argv = words[1:] or [sys.env.get("SHELL") or "/bin/sh", "-i"]
    try:
        return Exec(argv, None, sys.which(argv[0]))
    except UnixError as error:
        shown = f"can't execute '{argv[0]}'" if busybox else f"failed to run command ‘{argv[0]}’"
        raise refuse(sys, f"{shown}: {error.message}", 126 if error.name == "EACCES" else 127) from None
