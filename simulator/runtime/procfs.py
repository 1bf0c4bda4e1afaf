"""/proc: a file system whose files are made when they are read (Linux fs/proc)."""

from collections.abc import Callable

from simulator.kernel.units import SECOND
from simulator.runtime import namespaces, proc_process, procnet, socket_table, sysctls
from simulator.runtime.network import Networks
from simulator.runtime.proc_fd import link_mode
from simulator.runtime.processes import Processes
from simulator.runtime.tables import Data, Tables
from simulator.runtime.trees import Node, directory, regular

NOWHERE = Node()
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
    """Makes the files of /proc. *name*(open file) says what a descriptor is, *used*(host) how many bytes of memory
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
        make = proc_process.FILES.get(rest)
        if make is None:
            return None
        mode = 0o400 if rest == "environ" else 0o444
        return regular(make(self.tables, process), mode, process["uid"], process["gid"])

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


GLOBAL: dict[str, Callable[[Proc, Data], str]] = {
    "cpuinfo": cpuinfo,
    "loadavg": lambda proc, who: "0.08 0.05 0.01 1/120 4242\n",
    "meminfo": meminfo,
    "uptime": uptime,
    "version": version,
    "filesystems": lambda proc, who: "nodev\tproc\nnodev\ttmpfs\nnodev\toverlay\n\text4\n",
}
