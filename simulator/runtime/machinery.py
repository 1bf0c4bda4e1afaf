"""All parts of the runtime, made once over one world and connected: what a system call reaches for."""

from collections.abc import Callable, Mapping

from simulator.kernel.units import SECOND
from simulator.kernel.world import World
from simulator.runtime.catalogue import base_tree
from simulator.runtime.cri_api import Cri
from simulator.runtime.descriptors import Descriptors
from simulator.runtime.fairness import Fairness
from simulator.runtime.files import Files
from simulator.runtime.gateway import Gateway
from simulator.runtime.logs import Logs
from simulator.runtime.network import Networks
from simulator.runtime.processes import Processes
from simulator.runtime.procfs import Proc, SysTree, resident
from simulator.runtime.sockets import Sockets
from simulator.runtime.streams import Streams
from simulator.runtime.syscalls import Answer, Program
from simulator.runtime.tables import COMPONENT, Data, Tables
from simulator.runtime.ttys import Ttys
from simulator.runtime.walk import Walker

# The kubelet's generic PLEG lists all containers once a second.
RELIST = SECOND


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
        self.silent = False  # while Pods are adopted, nobody is told
        self.tables = tables = Tables(world)
        self.walker = Walker(
            tables, base_tree, {"proc": lambda who: self.proc.tree(who), "sysfs": lambda who: SysTree(who, self.proc)}
        )
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
        self.proc = Proc(tables, self.processes, self.descriptors.name)

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

    def check_memory(self, process: Data) -> None:
        """Kill all of a container that is over its limit: its cgroup says memory.oom.group (the kernel's OOM killer)."""
        container = self.tables.containers.get(process["container"])
        if container is None or not container.get("memory_limit"):
            return
        living = [each for each in self.processes.of_container(process["container"]) if each["end"] is None]
        if sum(resident(each) for each in living) > container["memory_limit"]:
            container["oom"] = True
            for each in living:
                self.processes.end(each, 137, "KILL")
