"""nsenter: a program in the namespaces of another process (util-linux sys-utils/nsenter.c, busybox util-linux/nsenter.c)."""

from simulator.programs.options import Dialect, Refused, grammar, is_busybox, not_simulated, parse, refuse
from simulator.runtime.syscalls import Exec, Step, Sys, UnixError

KINDS = {"m": "mnt", "u": "uts", "i": "ipc", "n": "net", "p": "pid", "C": "cgroup", "U": "user", "T": "time"}
LONG = {
    "all": "a", "target=": "t", "mount=?": "m", "uts=?": "u", "ipc=?": "i", "net=?": "n", "pid=?": "p", "cgroup=?": "C", "user=?": "U", "time=?": "T",
    "no-fork": "F", "preserve-credentials": "preserve",
}  # fmt: skip
RULES = grammar("at:m::u::i::n::p::C::U::T::F", LONG, other="rwSGeWZ", permute=False)
# In the order in which they are entered; the mounts come last, for the programs are then looked up among them.
ORDER = "UCiunpTm"


def main(sys: Sys, dialect: Dialect) -> Step:
    """A program, or a shell, in the namespaces that were asked for."""
    options = parse(sys, dialect, RULES)
    pid = options.value("t")
    wanted = [letter for letter in ORDER if letter in options or "a" in options]
    if any(options.value(letter) for letter in wanted):
        raise not_simulated(sys, "namespaces by their files; `-t PID` takes those of a process")
    if wanted and not pid:
        raise refuse(sys, f"neither filename nor target pid supplied for ns/{KINDS[wanted[0]]}")
    if pid and not pid.isdecimal():
        raise refuse(sys, f"failed to parse pid: '{pid}'")
    for letter in wanted:
        enter(sys, dialect, int(pid), letter, everything="a" in options)
    argv = options.words or [sys.env.get("SHELL") or "/bin/sh"]
    try:
        return Exec(argv if options.words else ["-" + argv[0].rpartition("/")[2]], None, sys.which(argv[0]))
    except UnixError as error:
        shown = f"can't execute '{argv[0]}'" if is_busybox(dialect) else f"failed to execute {argv[0]}"
        raise refuse(sys, f"{shown}: {error.message}", 126 if error.name == "EACCES" else 127) from None


def enter(sys: Sys, dialect: Dialect, pid: int, letter: str, *, everything: bool) -> None:
    """Join one namespace."""
    kind = KINDS[letter]
    try:
        sys.enter(pid, kind)
    except UnixError as error:
        if error.name == "EINVAL":
            raise not_simulated(
                sys, f"option -{'a' if everything else letter} for a process with another {kind} namespace"
            ) from None
        cannot = "can't open '{}'" if is_busybox(dialect) else "cannot open {}"
        reason = "No such file or directory" if error.name == "ESRCH" else "Permission denied"
        raise Refused(f"nsenter: {cannot.format(f'/proc/{pid}/ns/{kind}')}: {reason}\n", 1) from None
