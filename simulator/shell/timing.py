"""bash's keyword `time`: how long a pipeline took (bash's execute_cmd.c)."""

from simulator.kernel.units import MINUTE, SECOND
from simulator.runtime.syscalls import Sys


def own_time(sys: Sys) -> int:
    """Microseconds of processor time that this shell has used."""
    return next((process.cpu for process in sys.processes() if process.pid == sys.pid), 0)


def time_report(real: int, user: int, *, posix: bool) -> str:
    """The three lines, from microseconds; what children computed is not counted."""
    rows = (("real", real), ("user", user), ("sys", 0))
    if posix:
        return "".join(f"{name} {took / SECOND:.2f}\n" for name, took in rows)
    return "\n" + "".join(f"{name}\t{took // MINUTE}m{took % MINUTE / SECOND:.3f}s\n" for name, took in rows)
