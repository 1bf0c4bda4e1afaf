"""A bench for machines: three hosts without a control plane, the real programs and shells, and time that is moved by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.kernel.units import SECOND
from simulator.kernel.world import Change, World
from simulator.programs.table import ANSWERS, PROGRAMS
from simulator.runtime.cri_api import ContainerConfig, Cri, SandboxConfig
from simulator.runtime.gateway import NoGateway
from simulator.runtime.machines import Machines
from simulator.runtime.syscalls import Program
from simulator.shell.table import SHELLS

EPOCH = 1_790_000_000_000_000
HOSTS = {"master": "192.168.10.10", "node01": "192.168.10.11", "node02": "192.168.10.12"}
DNS = {"servers": ["10.96.0.10"], "searches": ["default.svc.cluster.local"], "options": ["ndots:5"]}


class Bench:
    """Machines over a world of their own."""

    def __init__(self, programs: Mapping[str, Program] | None = None, *, seed: int = 1) -> None:
        self.programs = {**PROGRAMS, **SHELLS, **(programs or {})}
        self.world = World.create(seed=seed, epoch=EPOCH)
        self.machines = self.make()
        for name, ip in HOSTS.items():
            self.machines.add_host(name, ip, role="control-plane" if name == "master" else "")
        self.changes: list[Change] = []

    def make(self) -> Machines:
        machines = Machines(self.world, self.programs, ANSWERS, NoGateway())
        machines.machinery.strict = True
        return machines

    def sleep_and_wake(self) -> None:
        """Store everything and go on with what was stored."""
        self.changes += self.world.drain()
        self.world = World.from_bytes(self.world.to_bytes())
        self.machines = self.make()

    def advance(self, until: int) -> int:
        """Let time pass; how many wake-ups that took."""
        count = 0
        while wakeup := self.world.agenda.pop_due(until):
            self.machines.reconcile(wakeup.key)
            count += 1
        self.world.agenda.move_to(until)
        self.changes += self.world.drain()
        return count

    def run(self, seconds: float = 1) -> int:
        """Let so many seconds pass."""
        return self.advance(self.world.now + int(seconds * SECOND))

    # --- a console
    def open(self, host: str = "master") -> None:
        self.machines.open_terminal("t1", host, 80, 24)
        self.run(0.1)
        self.changes.clear()

    def type(self, line: str, seconds: float = 1) -> str:
        """Type a line; what the terminal showed in the time after it."""
        self.changes.clear()
        self.machines.type_line("t1", line)
        self.run(seconds)
        return self.shown()

    def keys(self, data: str, seconds: float = 1) -> str:
        """Type keys; what the terminal showed in the time after them."""
        self.changes.clear()
        self.machines.type_keys("t1", data)
        self.run(seconds)
        return self.shown()

    def shown(self) -> str:
        """The output since the last line, without the prompt that ends it."""
        text = "".join(change.data["data"] for change in self.changes if change.kind == "output")
        return text.replace("\r\n", "\n").removesuffix("[root@master ~]# ")

    def mode(self) -> str:
        """The mode of the terminal."""
        return str(self.machines.terminals()["t1"]["mode"])

    # --- Pods
    @property
    def cri(self) -> Cri:
        return self.machines.cri("node01")

    def sandbox(self, name: str = "web", **fields: Any) -> str:
        """A sandbox that is ready."""
        sandbox = self.cri.run_pod_sandbox(SandboxConfig(name, "default", f"uid-{name}", name, dns=DNS, **fields))
        self.run(0.5)
        return sandbox

    def container(self, sandbox: str, command: Sequence[str] = (), image: str = "busybox:1.28", **fields: Any) -> str:
        """A container that was started."""
        self.machines.load_images("node01", [image])
        number = self.cri.create_container(sandbox, ContainerConfig("c", image, 0, command=tuple(command), **fields))
        self.cri.start_container(number)
        return number

    def status(self, container: str) -> dict[str, Any]:
        """The status of a container that is there."""
        found = self.cri.container_status(container)
        assert found is not None
        return found

    def log(self, container: str) -> list[str]:
        """The lines of a container's log."""
        return [line.decode() for _, _, line in self.cri.logs(container)]

    def exec(self, container: str, *argv: str) -> tuple[int, str]:
        """Run a program in a container to its end."""
        process = self.cri.exec_start(container, argv)["process"]
        self.run()
        found = self.cri.exec_status(process)
        assert found is not None
        assert found["done"]
        return found["code"], found["output"].decode()
