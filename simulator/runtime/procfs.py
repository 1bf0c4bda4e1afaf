"""/proc and /sys: file systems whose files are made when they are read (Linux fs/proc, cgroup v2)."""

from collections.abc import Callable

from simulator.kernel.units import SECOND
from simulator.runtime import namespaces, procnet, socket_table, sysctls
from simulator.runtime.mount_table import mount_table
from simulator.runtime.network import Networks
from simulator.runtime.proc_fd import link_mode
from simulator.runtime.processes import SIGNALS, Processes
from simulator.runtime.syscalls import Seen
from simulator.runtime.tables import Data, Tables
from simulator.runtime.trees import Node, directory, regular
from simulator.runtime.walk import ALL_CAPABILITIES

NOWHERE = Node()
CAPABILITY_BITS = {name: bit for bit, name in enumerate(ALL_CAPABILITIES)}
EVERY_CAPABILITY = (1 << len(ALL_CAPABILITIES)) - 1
OF_ONESELF = ("mounts", "net")
PER_PROCESS = (
    "cgroup",
    "cmdline",
    "comm",
    "environ",
    "exe",
    "cwd",
    "fd",
    "gid_map",
    "mounts",
    "net",
    "ns",
    "root",
    "setgroups",
    "stat",
    "status",
    "uid_map",
)


class ProcTree:
    """/proc as one process sees it; inode keys are paths below /proc."""

    virtual = True
    name = device = "proc"

    def __init__(self, who: Data, machines: "Proc") -> None:
        self.who = who
        self.machines = machines

    def node(self, ino: str) -> Node:
        """The node with this path."""
        found = self.machines.node(self.who, ino)
        if found is None:
            return NOWHERE
        now = {"t": self.machines.tables.world.unix}
        return found | now if ino[0].isdigit() and ino != "0" else self.machines.of_machine(self.who, found | now)

    def child(self, ino: str, name: str) -> str | None:
        """The path of an entry, if there is one."""
        path = name if ino == "0" else f"{ino}/{name}"
        return path if self.machines.node(self.who, path) is not None else None

    def entries(self, ino: str) -> list[str]:
        """The names in a directory."""
        return self.machines.entries(self.who, ino)


class Proc:
    """Makes the files of /proc and /sys. *name*(open file) says what a descriptor is, *used*(host) how many bytes of memory
    are in use there."""

    def __init__(
        self,
        tables: Tables,
        processes: Processes,
        networks: Networks,
        name: Callable[[Data], str],
        used: Callable[[str], int],
    ) -> None:
        self.used = used
        self.networks = networks
        self.tables = tables
        self.processes = processes
        self.name = name

    def tree(self, who: Data) -> ProcTree:
        """/proc for a process."""
        return ProcTree(who, self)

    def node(self, who: Data, path: str) -> Node | None:
        """The node at *path* below /proc; None if there is none."""
        head, _, rest = path.partition("/")
        if head in ("0", ""):
            return directory(0o555)
        if head == "self":
            if rest:
                return self.node(who, f"{self.visible(who, who)}/{rest}")
            return link(str(self.visible(who, who)))
        if path in OF_ONESELF:
            return link(f"self/{path}")
        if head.isdecimal():
            process = self.processes.numbered(who["ns"], int(head)) if who["key"] else None
            return self.of_process(who, process, rest) if process is not None else None
        if path in sysctls.PATHS:
            return self.setting(who, sysctls.PATHS[path])
        make = GLOBAL.get(path)
        if make is not None:
            return regular(make(self, who).encode(), 0o444)
        return directory(0o555) if any(name.startswith(path + "/") for name in sysctls.PATHS) or path == "sys" else None

    def of_machine(self, who: Data, node: Node) -> Node:
        """What belongs to the machine's root belongs to nobody for who has users of his own."""
        if not namespaces.first_id(self.tables, who):
            return node
        return node | {"u": namespaces.NOBODY, "g": namespaces.NOBODY}

    def setting(self, who: Data, name: str) -> Node:
        """The file of a kernel parameter."""
        mode = 0o444 if name in sysctls.READ_ONLY else 0o644
        return regular(f"{sysctls.value(self.tables, who, name)}\n".encode(), mode) | {"sysctl": name}

    def visible(self, who: Data, process: Data) -> int:
        """The number that *who* sees for a process."""
        return self.processes.number_for(who, process) if who["key"] else 0

    def entries(self, who: Data, path: str) -> list[str]:
        """The names in a directory of /proc."""
        head, _, rest = path.partition("/")
        if head in ("0", ""):
            numbers = [str(number) for number, _ in self.processes.seen_from(who["ns"])] if who["key"] else []
            return sorted([*GLOBAL, *numbers, *OF_ONESELF, "self", "sys"])
        if head.isdecimal() and not rest:
            return list(PER_PROCESS)
        if rest == "fd":
            process = self.processes.numbered(who["ns"], int(head))
            return sorted(process["fds"]) if process else []
        if rest == "net":
            return sorted(procnet.FILES)
        if rest == "ns":
            return sorted([*namespaces.FIRST, *namespaces.FOR_CHILDREN])
        below = [name[len(path) + 1 :] for name in sysctls.PATHS if name.startswith(path + "/")]
        return sorted({name.partition("/")[0]: None for name in below})

    def of_process(self, who: Data, process: Data, rest: str) -> Node | None:
        """A file of /proc/<pid>, as *who* sees it."""
        process = namespaces.as_seen_by(self.tables, who, process)
        if not rest:
            return directory(0o555, process["uid"], process["gid"])
        if rest == "fd":
            return directory(0o500, process["uid"], process["gid"])
        if rest.startswith("fd/"):
            return self.open_file(process, rest[3:])
        if rest == "net":
            return directory(0o555)
        if rest.startswith("net/"):
            return self.of_network(who, process["net"], rest[4:])
        if rest == "ns":
            return directory(0o511, process["uid"], process["gid"])
        kind = namespaces.FOR_CHILDREN.get(rest[3:], rest[3:]) if rest.startswith("ns/") else ""
        if kind in namespaces.FIRST:
            return link(f"{kind}:[{namespaces.number(self.tables, process, kind)}]", process)
        if rest in ("exe", "cwd", "root"):
            return link({"exe": process["path"], "cwd": process["cwd"], "root": "/"}[rest], process)
        make = FILES.get(rest)
        if make is None:
            return None
        mode = 0o400 if rest == "environ" else 0o444
        return regular(make(self, process), mode, process["uid"], process["gid"])

    def open_file(self, process: Data, number: str) -> Node | None:
        """The link that stands for an open file."""
        key = process["fds"].get(number)
        if key is None:
            return None
        opened = self.tables.open[key]
        return link(self.name(opened), process) | {"fd": [process["key"], number], "m": link_mode(opened)}

    def of_network(self, who: Data, net: str, name: str) -> Node | None:
        """A file of /proc/net; the namespace may be gone before its last process."""
        make = procnet.FILES.get(name)
        if make is None or net not in self.tables.networks:
            return None
        sockets = socket_table.rows(self.tables, net, lambda process: self.processes.number_for(who, process))
        return regular(make(procnet.Seen(self.networks, net, sockets)).encode(), 0o444)

    def root_of(self, who: Data, number: str) -> tuple[str, int] | None:
        """The space of the process that *who* sees under a number, if who may look into it, as root or as its user; and what its
        user 0 is for *who*."""
        mine = who if number == "self" else self.processes.numbered(who["ns"], int(number))
        if mine is None or who["uid"] not in (0, namespaces.as_seen_by(self.tables, who, mine)["uid"]):
            return None
        return str(mine["space"]), namespaces.first_id(self.tables, mine) - namespaces.first_id(self.tables, who)

    def limits(self, who: Data) -> Data:
        """cgroup limits of the container a process is in."""
        container = self.tables.containers.get(who.get("container", ""), {})
        return {"cpu": container.get("cpu_limit"), "memory": container.get("memory_limit")}


def link(target: str, owner: Data | None = None) -> Node:
    """A symbolic link, of the user of the process *owner*, or of root."""
    uid, gid = (owner["uid"], owner["gid"]) if owner is not None else (0, 0)
    return regular(b"", 0o777, uid, gid) | {"k": "l", "d": target}


def status(proc: Proc, process: Data) -> bytes:
    """/proc/<pid>/status."""
    state = {"R": "R (running)", "S": "S (sleeping)", "T": "T (stopped)", "Z": "Z (zombie)"}[state_letter(process)]
    bounds = sum(1 << CAPABILITY_BITS[name] for name in process["caps"]) if "caps" in process else EVERY_CAPABILITY
    mask = bounds if process.get("root", process["uid"] == 0) else 0
    parent = proc.tables.processes.get(process["parent"])
    held = proc.tables.containers.get(process["container"], {})
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


def cgroup(proc: Proc, process: Data) -> bytes:
    """/proc/<pid>/cgroup: a container sees itself as the root of its cgroup namespace."""
    return (
        b"0::/\n"
        if process["container"] or process["ns"] != process["host"]
        else b"0::/user.slice/user-0.slice/session-1.scope\n"
    )


def cmdline(proc: Proc, process: Data) -> bytes:
    """/proc/<pid>/cmdline."""
    return (
        b"".join(word.encode("utf-8", "surrogateescape") + b"\0" for word in process["argv"])
        if process["end"] is None
        else b""
    )


def environ(proc: Proc, process: Data) -> bytes:
    """/proc/<pid>/environ."""
    return b"".join(f"{name}={value}\0".encode("utf-8", "surrogateescape") for name, value in process["env"].items())


def comm(proc: Proc, process: Data) -> bytes:
    """/proc/<pid>/comm."""
    return f"{short_name(process)}\n".encode()


def stat(proc: Proc, process: Data) -> bytes:
    """/proc/<pid>/stat, its first fields."""
    parent = proc.tables.processes.get(process["parent"])
    ppid = parent["npid"] if parent is not None else 0
    return f"{process['npid']} ({short_name(process)}) {state_letter(process)} {ppid} {process['group']} {process['session']} 0\n".encode()


def mounts(proc: Proc, process: Data) -> bytes:
    """/proc/<pid>/mounts."""
    tables, space = proc.tables, process["space"]
    table = mount_table(tables.spaces[space], tables.disks, tables.containers.get(space), 0)
    return "".join(f"{row.device} {row.path} {row.type} {row.options} 0 0\n" for row in table).encode()


FILES: dict[str, Callable[[Proc, Data], bytes]] = {
    "cgroup": cgroup,
    "cmdline": cmdline,
    "comm": comm,
    "environ": environ,
    "gid_map": lambda proc, process: namespaces.id_map(proc.tables, process).encode(),
    "mounts": mounts,
    "setgroups": lambda proc, process: b"allow\n",
    "stat": stat,
    "status": status,
    "uid_map": lambda proc, process: namespaces.id_map(proc.tables, process).encode(),
}


def host_of(proc: Proc, who: Data) -> Data:
    """The machine on which a process runs."""
    name = who.get("host") or who["space"].partition(":")[0]
    return proc.tables.hosts[name]


def meminfo(proc: Proc, who: Data) -> str:
    """/proc/meminfo."""
    host = host_of(proc, who)
    total, used = host["memory"] // 1024, proc.used(host["name"]) // 1024
    left = max(total - used, 0)
    rows = {
        "MemTotal": total,
        "MemFree": left - left // 4,
        "MemAvailable": left,
        "Buffers": left // 40,
        "Cached": left // 5,
        "SwapTotal": 0,
        "SwapFree": 0,
    }
    return "".join(f"{name + ':':<16}{value:8d} kB\n" for name, value in rows.items())


def cpuinfo(proc: Proc, who: Data) -> str:
    """/proc/cpuinfo."""
    count = host_of(proc, who)["cpus"]
    return "".join(
        f"processor\t: {number}\nvendor_id\t: Podlab\nmodel name\t: Podlab virtual CPU\ncpu MHz\t\t: 2000.000\n\n"
        for number in range(count)
    )


def uptime(proc: Proc, who: Data) -> str:
    """/proc/uptime."""
    up = (proc.tables.world.unix - host_of(proc, who)["boot"]) // (SECOND // 100)
    return f"{up // 100}.{up % 100:02d} {up // 60}.00\n"


def version(proc: Proc, who: Data) -> str:
    """/proc/version."""
    return f"Linux version {host_of(proc, who)['kernel']} (podlab@simulator) #1 SMP PREEMPT_DYNAMIC\n"


def memory_max(proc: Proc, who: Data) -> str:
    """memory.max of the own cgroup."""
    limit = proc.limits(who)["memory"]
    return f"{limit or 'max'}\n"


def cpu_max(proc: Proc, who: Data) -> str:
    """cpu.max of the own cgroup."""
    limit = proc.limits(who)["cpu"]
    return f"{limit * 100 if limit else 'max'} 100000\n"


GLOBAL: dict[str, Callable[[Proc, Data], str]] = {
    "cpuinfo": cpuinfo,
    "loadavg": lambda proc, who: "0.08 0.05 0.01 1/120 4242\n",
    "meminfo": meminfo,
    "uptime": uptime,
    "version": version,
    "filesystems": lambda proc, who: "nodev\tproc\nnodev\ttmpfs\nnodev\toverlay\n\text4\n",
}


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
    """/sys/fs/cgroup, as far as limits go."""

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
