"""A host on the real machines, on which shell scripts run and lines are typed."""

from typing import Any

from simulator.kernel.world import World
from simulator.programs.table import ANSWERS, PROGRAMS
from simulator.runtime.gateway import NoGateway
from simulator.runtime.machines import Machines
from simulator.runtime.syscalls import Step, Sys
from simulator.shell.main import dash
from simulator.shell.table import SHELLS

EPOCH = 1_700_000_000_000_000


class Rig:
    """One host and one terminal; each step may be taken by a machine that was saved and restored before it."""

    def __init__(self, *, restart: bool = False, dialect: str = "") -> None:
        self.world = World.create(seed=1, epoch=EPOCH)
        self.restart = restart
        self.dialect = dialect
        self.machines = self.make()
        self.machines.machinery.strict = True
        self.machines.add_host("master", "192.168.56.10")
        self.shown = ""
        self.commands: list[dict[str, Any]] = []
        self.mode = ""
        self.prompt = ""

    def make(self) -> Machines:
        return Machines(self.world, PROGRAMS | SHELLS | {"dash": self.dash}, ANSWERS, NoGateway())

    def dash(self, sys: Sys) -> Step:
        """The program `dash` of the host; where the test says so it speaks another dialect."""
        if self.dialect and "-c" in sys.argv and not sys.state:
            sys.state["dialect"] = self.dialect
        return dash(sys)

    def advance(self, microseconds: int = 60_000_000, steps: int = 200_000) -> None:
        """Let time pass until nothing more is due within it."""
        until = self.world.now + microseconds
        for _ in range(steps):
            if self.restart:
                changes = self.world.changes
                self.world = World.from_bytes(self.world.to_bytes())
                self.world.changes = changes
                self.machines = self.make()
                self.machines.machinery.strict = True
            wakeup = self.world.agenda.pop_due(until)
            if wakeup is None:
                self.collect()
                return
            self.machines.reconcile(wakeup.key)
        raise AssertionError("this never comes to rest")

    def collect(self) -> None:
        for change in self.world.drain():
            if change.kind == "output":
                self.shown += change.data["data"]
            elif change.kind == "command":
                self.commands.append(change.data)
            elif change.kind == "terminal":
                self.mode, self.prompt = change.data["mode"], change.data["prompt"]

    # --- a terminal
    def open(self) -> None:
        self.machines.open_terminal("t1", "master", 80, 24)
        self.advance()

    def type(self, line: str, microseconds: int = 60_000_000) -> str:
        """Type a line; what appears."""
        self.shown = ""
        self.machines.type_line("t1", line)
        self.advance(microseconds)
        return self.shown

    def keys(self, data: str, microseconds: int = 60_000_000) -> str:
        self.shown = ""
        self.machines.type_keys("t1", data)
        self.advance(microseconds)
        return self.shown

    # --- scripts
    def run(self, argv: list[str], stdin: bytes = b"") -> tuple[str, str, int]:
        """Run a program on the host: its output, its errors, its exit status."""
        self.machines.write_file("master", "/tmp/in", stdin)
        self.machines.write_file("master", "/tmp/argv", "\n".join(argv).encode())
        if "t1" not in self.machines.terminals():
            self.open()
        for name in ("out", "err", "code"):
            self.machines.write_file("master", f"/tmp/{name}", b"")
        quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in argv)
        self.machines.write_file(
            "master", "/tmp/go", f"cd /tmp\n{quoted} < /tmp/in > /tmp/out 2> /tmp/err\necho $? > /tmp/code\n".encode()
        )
        self.type("dash /tmp/go")
        out, err, code = (
            self.machines.read_file("master", f"/tmp/{name}").decode("utf-8", "replace")
            for name in ("out", "err", "code")
        )
        return out, err, int(code or -1)
