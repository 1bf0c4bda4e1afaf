"""/proc/<pid>: what is to be read of one process (Linux fs/proc/array.c, base.c)."""

from collections.abc import Callable

from simulator.runtime import namespaces
from simulator.runtime.mount_table import mount_table
from simulator.runtime.processes import SIGNALS, Processes
from simulator.runtime.syscalls import Seen
from simulator.runtime.tables import Data, Tables
from simulator.runtime.walk import ALL_CAPABILITIES

CAPABILITY_BITS = {name: bit for bit, name in enumerate(ALL_CAPABILITIES)}
EVERY_CAPABILITY = (1 << len(ALL_CAPABILITIES)) - 1


def status(tables: Tables, process: Data) -> bytes:
    """/proc/<pid>/status."""
    state = {"R": "R (running)", "S": "S (sleeping)", "T": "T (stopped)", "Z": "Z (zombie)"}[state_letter(process)]
    bounds = sum(1 << CAPABILITY_BITS[name] for name in process["caps"]) if "caps" in process else EVERY_CAPABILITY
    mask = bounds if process.get("root", process["uid"] == 0) else 0
    parent = tables.processes.get(process["parent"])
    held = tables.containers.get(process["container"], {})
    lines = [
        f"Name:\t{short_name(process)}",
        f"Umask:\t{process['umask']:04o}",
        f"State:\t{state}",
        f"Tgid:\t{process['npid']}",
        f"Pid:\t{process['npid']}",
        f"PPid:\t{parent['npid'] if parent is not None and parent['ns'] == process['ns'] else 0}",
        "Uid:\t" + "\t".join([str(process["uid"])] * 4),
        "Gid:\t" + "\t".join([str(process["gid"])] * 4),
        "Groups:\t" + " ".join(map(str, process["groups"])) + " ",
        f"NSpid:\t{process['pid']}" + (f"\t{process['npid']}" if process["ns"] != process["host"] else ""),
        f"VmRSS:\t{resident(process) // 1024:8d} kB",
        f"Threads:\t{0 if process['end'] else 1}",
        f"SigIgn:\t{signal_mask(process, 'ignore'):016x}",
        f"SigCgt:\t{signal_mask(process, 'catch'):016x}",
        f"CapInh:\t{0:016x}",
        f"CapPrm:\t{mask:016x}",
        f"CapEff:\t{mask:016x}",
        f"CapBnd:\t{bounds:016x}",
        f"CapAmb:\t{0:016x}",
        f"NoNewPrivs:\t{int(bool(held.get('no_new_privileges')))}",
        "Seccomp:\t0",
    ]
    return ("\n".join(lines) + "\n").encode()


def signal_mask(process: Data, action: str) -> int:
    """The signals that a process treats so, as a mask."""
    return sum(1 << (SIGNALS[name] - 1) for name, what in process["signals"].items() if what == action)


def state_letter(process: Data) -> str:
    """R, S, T or Z."""
    if process["end"] is not None:
        return "Z"
    if process["stopped"]:
        return "T"
    return "S" if process["wait"] is not None else "R"


def short_name(process: Data) -> str:
    """The name of the program, as the kernel keeps it."""
    return str(process["path"]).rpartition("/")[2][:15]


def resident(process: Data) -> int:
    """Bytes in memory: what the program says it holds, and a little for itself."""
    return int(process["memory"]) + (0 if process["end"] else 1_048_576)


def seen_inside(processes: Processes, process: Data) -> Seen:
    """A process as it is known in its own PID namespace."""
    parent = processes.live(process["parent"])
    return Seen(
        pid=process["npid"],
        ppid=processes.number_for(process, parent) if parent else 0,
        uid=process["uid"],
        user=str(process["uid"]),
        argv=tuple(process["argv"]),
        state=state_letter(process),
        started=process["started"],
        cpu=process["cpu"],
        tty="",
        memory=resident(process),
        session=process["session"],
    )


def cgroup(tables: Tables, process: Data) -> bytes:
    """/proc/<pid>/cgroup: a container sees itself as the root of its cgroup namespace."""
    return (
        b"0::/\n"
        if process["container"] or process["ns"] != process["host"]
        else b"0::/user.slice/user-0.slice/session-1.scope\n"
    )


def cmdline(tables: Tables, process: Data) -> bytes:
    """/proc/<pid>/cmdline."""
    return (
        b"".join(word.encode("utf-8", "surrogateescape") + b"\0" for word in process["argv"])
        if process["end"] is None
        else b""
    )


def environ(tables: Tables, process: Data) -> bytes:
    """/proc/<pid>/environ."""
    return b"".join(f"{name}={value}\0".encode("utf-8", "surrogateescape") for name, value in process["env"].items())


def comm(tables: Tables, process: Data) -> bytes:
    """/proc/<pid>/comm."""
    return f"{short_name(process)}\n".encode()


def stat(tables: Tables, process: Data) -> bytes:
    """/proc/<pid>/stat, its first fields."""
    parent = tables.processes.get(process["parent"])
    ppid = parent["npid"] if parent is not None else 0
    return f"{process['npid']} ({short_name(process)}) {state_letter(process)} {ppid} {process['group']} {process['session']} 0\n".encode()


def mounts(tables: Tables, process: Data) -> bytes:
    """/proc/<pid>/mounts."""
    space = process["space"]
    table = mount_table(tables.spaces[space], tables.disks, tables.containers.get(space), 0)
    return "".join(f"{row.device} {row.path} {row.type} {row.options} 0 0\n" for row in table).encode()


FILES: dict[str, Callable[[Tables, Data], bytes]] = {
    "cgroup": cgroup,
    "cmdline": cmdline,
    "comm": comm,
    "environ": environ,
    "gid_map": lambda tables, process: namespaces.id_map(tables, process).encode(),
    "mounts": mounts,
    "setgroups": lambda tables, process: b"allow\n",
    "stat": stat,
    "status": status,
    "uid_map": lambda tables, process: namespaces.id_map(tables, process).encode(),
}
