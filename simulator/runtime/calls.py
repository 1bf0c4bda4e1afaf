"""System calls about the process itself: who it is, the time, its machine; the ground on which the other calls stand."""

from typing import Any

from simulator.runtime.cri_api import Cri
from simulator.runtime.machinery import Machinery
from simulator.runtime.syscalls import UnixError
from simulator.runtime.tables import Data
from simulator.runtime.walk import ALL_CAPABILITIES


class Dead(BaseException):
    """The process has ended in the middle of its step: the program is left at once."""


class Calls:
    """What all system calls share. A new one is made for each step; what a program assigns is kept by `save`."""

    def __init__(self, machinery: Machinery, process: Data) -> None:
        self.machinery = machinery
        self.process = process
        self.argv: list[str] = process["argv"]
        self.env: dict[str, str] = process["env"]
        self.state: dict[str, Any] = process["state"]
        self.cwd: str = process["cwd"]
        self.umask: int = process["umask"]
        self.charged = 0
        self.waited = 0  # the part of it in which somebody else was at work
        self.drawn = 0  # what the step takes of its bucket besides its time

    def save(self) -> None:
        """Keep what the program assigned."""
        process = self.process
        process["argv"], process["env"], process["state"] = list(self.argv), self.env, self.state
        process["umask"] = self.umask
        if self.cwd != process["cwd"]:
            process["cwd"] = self.machinery.walker.find(process, self.cwd).path

    def who(self) -> Data:
        """The process as the file system asks for it, with the umask and directory of this moment."""
        self.process["umask"] = self.umask
        if self.cwd != self.process["cwd"]:
            place = self.machinery.walker.find(self.process, self.cwd)
            if place.node["k"] != "d":
                raise UnixError("ENOTDIR")
            self.process["cwd"] = self.cwd = place.path
        return self.process

    def survive(self) -> None:
        """Leave the program if the process was killed by what it just did."""
        if self.process["end"] is not None:
            raise Dead

    # --- who and where I am
    @property
    def pid(self) -> int:
        """My number, as my PID namespace counts."""
        return int(self.process["npid"])

    @property
    def ppid(self) -> int:
        """My parent's number; 0 if it is outside my namespace."""
        parent = self.machinery.tables.processes.get(self.process["parent"])
        return self.machinery.processes.number_for(self.process, parent) if parent is not None else 0

    @property
    def uid(self) -> int:
        """My user."""
        return int(self.process["uid"])

    @property
    def gid(self) -> int:
        """My group."""
        return int(self.process["gid"])

    @property
    def groups(self) -> tuple[int, ...]:
        """My supplementary groups."""
        return tuple(self.process["groups"])

    @property
    def capabilities(self) -> frozenset[str]:
        """What I may do of that which only root may."""
        return frozenset(self.process.get("caps", ALL_CAPABILITIES)) if self.uid == 0 else frozenset()

    @property
    def hostname(self) -> str:
        """The name of the host, or of the Pod."""
        container = self.machinery.tables.containers.get(self.process["container"])
        if container is None:
            return self.machine
        return str(self.machinery.tables.sandboxes[container["sandbox"]]["hostname"])

    @property
    def machine(self) -> str:
        """The node this runs on."""
        return str(self.process["host"])

    @property
    def container(self) -> str:
        """The container this runs in."""
        return str(self.process["container"])

    def info(self) -> dict[str, Any]:
        """Facts of the machine."""
        host = self.machinery.tables.hosts[self.process["host"]]
        facts = {name: host[name] for name in ("kernel", "os", "arch", "cpus", "memory", "boot")}
        facts["memory_used"] = self.machinery.memory_used(self.process["host"])
        return facts | {"cgroup": self.machinery.proc.limits(self.process)}

    def journal(self) -> list[tuple[int, str, str, int, str]]:
        """What the services of this host have said."""
        if self.process["space"] != self.machine:
            raise UnixError("ENOENT")
        entries = self.machinery.tables.hosts[self.machine].get("journal") or ()
        return [(at, unit, by, pid, text) for at, unit, by, pid, text in entries]

    def service(self, unit: str, action: str) -> None:
        """Have systemd start, stop or restart a service a moment later."""
        if self.process["space"] != self.machine:
            raise UnixError("ENOENT")
        if self.uid != 0:
            raise UnixError("EACCES")
        self.machinery.ask_service(self.machine, unit, action)

    def cri(self) -> Cri:
        """The container runtime of this node."""
        if self.process["space"] != self.machine:
            raise UnixError("ENOENT")
        if self.uid != 0:
            raise UnixError("EACCES")
        return self.machinery.cri(self.machine)

    # --- time
    @property
    def now(self) -> int:
        """Virtual time, what this step has been charged included."""
        return self.machinery.world.now + self.charged

    @property
    def unix(self) -> int:
        """Unix time, likewise."""
        return self.machinery.world.unix + self.charged

    def charge(self, microseconds: int) -> None:
        """This step costs processor time."""
        self.charged += max(int(microseconds), 0)

    def work(self, microseconds: int) -> None:
        """This step computes for so long: that is no waiting, however long it is."""
        self.charge(microseconds)
        self.drawn += max(int(microseconds), 0)

    def pass_time(self, microseconds: int) -> None:
        """This step takes so much longer, for something on the way; no processor is busy."""
        self.charged += microseconds
        self.waited += microseconds

    def random(self, limit: int) -> int:
        """A random number below *limit*."""
        return self.machinery.world.dice.below(limit)

    def use_memory(self, size: int) -> None:
        """Hold *size* bytes; beyond the container's limit the largest process in it is killed."""
        self.process["memory"] = max(int(size), 0)
        self.machinery.check_memory(self.process)
        self.survive()

    # --- the lab
    def controlling_terminal(self) -> str:
        """The learner's terminal at which this process was started; empty if none."""
        tty = self.machinery.tables.io.get(self.process["tty"])
        return str(tty["to"].get("terminal", "")) if tty else ""

    def tell(self, kind: str, **data: Any) -> None:
        """Let the learner's page know of something."""
        self.machinery.world.tell(kind, **{"host": self.machine, "terminal": self.controlling_terminal(), **data})

    def edit(self, path: str) -> None:
        """Open a file in the learner's editor pane."""
        if self.process["container"]:
            raise UnixError("EPERM", "not simulated here: an editor in a container")
        full = self.machinery.walker.look(self.who(), path).path
        self.machinery.tables.hosts[self.machine]["editors"][full] = self.process["key"]
        self.tell("editor", path=full, open=True)

    def editing(self, path: str) -> bool:
        """Whether the pane that I opened is still open."""
        full = self.machinery.walker.look(self.who(), path).path
        editors: dict[str, str] = self.machinery.tables.hosts[self.machine]["editors"]
        return editors.get(full) == str(self.process["key"])
