"""All parts of the runtime, made once over one world and connected: what a system call reaches for."""

from collections.abc import Callable, Mapping
from typing import Any

from simulator.kernel.units import SECOND
from simulator.kernel.world import World
from simulator.runtime.catalogue import base_tree
from simulator.runtime.cgroupfs import SysTree
from simulator.runtime.cri_api import Cri
from simulator.runtime.descriptors import Descriptors
from simulator.runtime.fairness import Fairness
from simulator.runtime.files import Files
from simulator.runtime.gateway import Gateway
from simulator.runtime.log_tree import CONTAINERS, PODS, LogTree
from simulator.runtime.logs import Logs
from simulator.runtime.network import Networks
from simulator.runtime.proc_process import resident, short_name
from simulator.runtime.processes import Processes
from simulator.runtime.procfs import Proc
from simulator.runtime.sockets import Sockets
from simulator.runtime.streams import Streams
from simulator.runtime.syscalls import Answer, Program
from simulator.runtime.tables import COMPONENT, Data, Tables
from simulator.runtime.ttys import Ttys
from simulator.runtime.usage import Usage
from simulator.runtime.walk import AnyTree, Walker

# The kubelet's generic PLEG lists all containers once a second.
RELIST = SECOND
JOURNAL_KEPT, JOURNAL_LINE = 120, 600  # lines of a host, characters of a line
NOTICED_MEMORY = 16 << 20  # a process that holds so much may matter to its host


class Machinery:
    """The parts by name. *dirty* collects the host files that a step changed."""

    def __init__(
        self, world: World, programs: Mapping[str, Program], answers: Mapping[str, Answer], gateway: Gateway
    ) -> None:
        self.world = world
        self.programs = programs
        self.answers = answers
        self.gateway = gateway
        self.dirty: dict[tuple[str, str], None] = {}
        self.strict = False  # whether a mistake in a program is raised (in tests) instead of ending the process
        self.cri: Callable[[str], Cri]
        self.stream_taken: Callable[[str], None]
        self.log_in: Callable[..., dict[str, str]]
        self.ask_service: Callable[[str, str, str], None]  # host, unit, and `start`, `stop` or `restart`
        self.silent = False  # while Pods are adopted, nobody is told
        self.tables = tables = Tables(world)
        virtual: dict[str, Callable[[Data], AnyTree]] = {
            "proc": lambda who: self.proc.tree(who),
            "sysfs": lambda who: SysTree(who, self.proc),
            PODS: lambda who: LogTree(tables, who["space"], PODS, self.walker.disk),
            CONTAINERS: lambda who: LogTree(tables, who["space"], CONTAINERS, self.walker.disk),
        }
        self.walker = Walker(tables, base_tree, virtual)
        self.files = Files(self.walker)
        self.streams = Streams(tables)
        self.logs = Logs(tables, self.streams)
        self.fairness = Fairness(tables)
        self.ttys = Ttys(tables, self.streams, self.signal_tty, self.log_tty, self.fairness.flooded)
        self.networks = Networks(tables)
        self.sockets = Sockets(tables, self.streams, self.networks)
        self.descriptors = Descriptors(
            tables, self.files, self.streams, self.ttys, self.logs, self.sockets, self.watch_ready
        )
        self.processes = Processes(tables, self.walker, self.descriptors.release)
        self.proc = Proc(tables, self.processes, self.networks, self.descriptors.name, self.memory_used)
        self.walker.root_of = self.proc.root_of
        self.usage = Usage(tables, self.processes)

    def signal_tty(self, tty: Data, name: str) -> None:
        """A key was pressed that means a signal."""
        if tty["foreground"]:
            self.processes.signal_group(tty["ns"], tty["foreground"], name)

    def log_tty(self, container: str, data: bytes) -> None:
        """What a container's terminal shows is its log."""
        self.logs.write(container, "stdout", data)

    def watch_ready(self, io: Data) -> bool:
        """Whether a watch has an event to read."""
        if not io["events"]:
            io["events"] += self.gateway.events_since(io["watch"])
        return bool(io["events"])

    def program(self, name: str) -> Program | None:
        """The function of a program: `busybox-1.28:ls`, or else `busybox:ls`, or else `ls`."""
        family, _, plain = name.rpartition(":")
        for candidate in (name, f"{family.partition('-')[0]}:{plain}", plain):
            if candidate in self.programs:
                return self.programs[candidate]
        return None

    def notify(self, node: str, uid: str, *, relist: bool = False) -> None:
        """Something of a Pod changed: its kubelet hears of it now, or (*relist*) when it next lists the containers."""
        if self.silent:
            return
        now = self.world.now
        phase = sum(node.encode()) * 37 % 1000 * RELIST // 1000
        at = now + (RELIST - (now - phase) % RELIST) if relist else now
        self.world.agenda.wake_at(COMPONENT, f"notify:{node}/{uid}", at)

    def note(self, host: str, unit: str, text: str, *, by: str = "") -> None:
        """Write a line into the journal of a host; the oldest go. *by* is who writes, if it is not the unit itself."""
        journal: list[list[Any]] = self.tables.hosts[host].setdefault("journal", [])
        pid = self.tables.hosts[host]["units"].get(by or unit, 1)
        journal.append([self.world.unix, unit, by or unit, pid, text[:JOURNAL_LINE]])
        del journal[: max(len(journal) - JOURNAL_KEPT, 0)]

    def memory_used(self, host: str) -> int:
        """Bytes of memory in use on a host."""
        return self.usage.of_host(host)["memory"]

    def check_memory(self, process: Data) -> None:
        """Kill a container that is over its limit, or the largest when the host has no memory left (the kernel's OOM killer)."""
        container = self.tables.containers.get(process["container"])
        if container is not None and container.get("memory_limit") and self.held(container) > container["memory_limit"]:
            self.kill_for_memory(container)
        if container is not None:
            self.check_pod(container["sandbox"])
        if process["end"] is None and process["memory"] >= NOTICED_MEMORY:
            self.check_host(process["host"])

    def held(self, container: Data) -> int:
        """Bytes of memory that the processes of a container hold."""
        living = (each for each in self.processes.of_container(container["id"]) if each["end"] is None)
        return sum(resident(each) for each in living)

    def check_pod(self, sandbox: str) -> None:
        """Kill the largest container of a Pod whose containers are together over its limit."""
        record = self.tables.sandboxes.get(sandbox) or {}
        if not record.get("memory_limit"):
            return
        held = {
            each["id"]: self.held(each) for each in self.usage.running(record["node"]) if each["sandbox"] == sandbox
        }
        if sum(held.values()) > record["memory_limit"]:
            self.kill_for_memory(self.tables.containers[max(held, key=lambda id: held[id])])

    def check_host(self, name: str) -> None:
        """Somebody on the host has taken much memory: its kubelet looks, and if nothing is left the kernel acts first."""
        self.notify(name, "")
        while self.usage.left(name)["memory"]["available"] == 0:
            running = [each for each in self.usage.running(name) if each["namespace"] != "kube-system"]
            held = {each["id"]: self.usage.of_container(each)["memory"] for each in running}
            if not held or max(held.values()) < NOTICED_MEMORY:
                return
            victim = self.tables.containers[max(held, key=lambda id: held[id])]
            first = self.processes.live(victim["process"])
            self.tables.hosts[name].setdefault("ooms", []).append(
                {"process": short_name(first) if first else "", "pid": first["pid"] if first else 0}
            )
            self.kill_for_memory(victim)

    def kill_for_memory(self, container: Data) -> None:
        """KILL all of a container: its cgroup says memory.oom.group."""
        container["oom"] = True
        for each in self.processes.of_container(container["id"]):
            self.processes.end(each, 137, "KILL")
