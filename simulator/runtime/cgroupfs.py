"""/sys/fs/cgroup, as far as limits go (Linux cgroup v2): made when it is read."""

from collections.abc import Callable

from simulator.runtime.proc_process import resident
from simulator.runtime.procfs import Proc
from simulator.runtime.tables import Data
from simulator.runtime.trees import Node, directory, regular


def memory_max(proc: Proc, who: Data) -> str:
    """memory.max of the own cgroup."""
    limit = proc.limits(who)["memory"]
    return f"{limit or 'max'}\n"


def cpu_max(proc: Proc, who: Data) -> str:
    """cpu.max of the own cgroup."""
    limit = proc.limits(who)["cpu"]
    return f"{limit * 100 if limit else 'max'} 100000\n"


def members(proc: Proc, who: Data) -> list[Data]:
    """The living processes of the own cgroup: those of the container, or of the host. Who looks from outside is no process: then it is
    the cgroup of what is looked at."""
    space = who["space"]
    mine = who.get("container", space if space in proc.tables.containers else "")
    host = who.get("host", proc.tables.machine_of(space))
    everyone = (process for process in proc.tables.processes.values() if process["end"] is None)
    return [each for each in everyone if each["host"] == host and (not mine or each["container"] == mine)]


def cgroup_procs(proc: Proc, who: Data) -> str:
    """cgroup.procs: the numbers of the processes, as who asks sees them."""
    numbers = (proc.visible(who, each) for each in members(proc, who))
    return "".join(f"{number}\n" for number in sorted(filter(None, numbers)))


CGROUP_FILES: dict[str, Callable[[Proc, Data], str]] = {
    "memory.max": memory_max,
    "cpu.max": cpu_max,
    "cgroup.procs": cgroup_procs,
    "memory.current": lambda proc, who: f"{sum(resident(each) for each in members(proc, who))}\n",
    "pids.current": lambda proc, who: f"{len(members(proc, who))}\n",
    "pids.max": lambda proc, who: "max\n",
}


class SysTree:
    """/sys as one process sees it; inode keys are paths below /sys."""

    virtual = True
    name = device = "sysfs"

    def __init__(self, who: Data, proc: Proc) -> None:
        self.who = who
        self.proc = proc

    def node(self, ino: str) -> Node:
        """A directory on the way, or one of the files."""
        make = CGROUP_FILES.get(ino.rpartition("/")[2])
        found = regular(make(self.proc, self.who).encode(), 0o444) if make else directory(0o555)
        return self.proc.of_machine(self.who, found)

    def child(self, ino: str, name: str) -> str | None:
        """fs, cgroup, or a file in it."""
        path = name if ino == "0" else f"{ino}/{name}"
        return path if path in ("fs", "fs/cgroup", *(f"fs/cgroup/{file}" for file in CGROUP_FILES)) else None

    def entries(self, ino: str) -> list[str]:
        """The names in a directory."""
        return {"0": ["fs"], "fs": ["cgroup"], "fs/cgroup": sorted(CGROUP_FILES)}.get(ino, [])
