"""mount, umount, mountpoint: what is mounted where (util-linux; busybox util-linux/mount.c)."""

from simulator.programs.options import (
    Dialect,
    grammar,
    is_busybox,
    parse,
    refuse,
    show_usage,
)
from simulator.runtime.syscalls import Step, Sys, UnixError

MOUNTPOINT = grammar("qdnx", {"quiet": "q"}, usage="[-q] DIR")


def mountpoint(sys: Sys, dialect: Dialect) -> Step:
    """Whether something is mounted at a directory."""
    options = parse(sys, dialect, MOUNTPOINT)
    if len(options.words) != 1:
        raise show_usage(sys, dialect, MOUNTPOINT)
    path = options.words[0]
    try:
        stat = sys.stat(path)
    except UnixError as error:
        if "q" in options:
            return 1
        raise refuse(sys, f"{path}: {error.message}") from None
    mounted = stat.kind == "dir" and sys.realpath(path) in {str(entry["path"]) for entry in sys.mounts()}
    if "q" not in options:
        sys.out(f"{path} is {'' if mounted else 'not '}a mountpoint\n")
    return 0 if mounted else 1 if is_busybox(dialect) else 32


def mount(sys: Sys, dialect: Dialect) -> Step:
    """What is mounted; mounting is not simulated."""
    options = parse(sys, dialect, grammar("t:o:lav", usage="[OPTIONS] [-o OPT] DEVICE NODE"))
    if options.words:
        if "SYS_ADMIN" not in sys.capabilities:
            where = options.words[-1]
            raise refuse(
                sys,
                "permission denied (are you root?)"
                if is_busybox(dialect)
                else f"{where}: must be superuser to use mount.",
                1 if is_busybox(dialect) else 32,
            )
        raise refuse(sys, "not simulated here: mounting")
    sys.out(
        "".join(f"{row['device']} on {row['path']} type {row['type']} ({row['options']})\n" for row in sys.mounts())
    )
    return 0


def umount(sys: Sys, dialect: Dialect) -> Step:
    """Refused."""
    raise refuse(
        sys,
        "not simulated here: unmounting"
        if "SYS_ADMIN" in sys.capabilities
        else "can't unmount: Operation not permitted",
    )
