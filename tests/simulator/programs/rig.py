"""Runs one program on a real simulated machine and gathers what it said."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from simulator.kernel.units import SECOND
from simulator.kernel.world import World
from simulator.programs.table import ANSWERS, PROGRAMS
from simulator.runtime.gateway import NoGateway
from simulator.runtime.machines import Machines
from simulator.runtime.syscalls import Step, Sys, Wait

EPOCH = 1_763_660_000_000_000
HOST = "node01"
KEY = "PROGRAM_UNDER_TEST"


class Result(NamedTuple):
    """What a program printed, its exit code, and how long it took (virtual microseconds)."""

    out: str
    err: str
    code: int
    took: int


class Rig:
    """One host whose login shell is the test: it starts programs and gathers their output."""

    def __init__(self, gateway: Any = None, programs: Mapping[str, Any] | None = None) -> None:
        self.world = World.create(seed=1, epoch=EPOCH)
        table = {**PROGRAMS, **(programs or {}), "bash": self.shell}
        self.machines = Machines(self.world, table, ANSWERS, gateway or NoGateway())
        self.machines.add_host(HOST, "10.0.0.11")
        self.machines.machinery.strict = True
        self.job: dict[str, Any] | None = None
        self.done: dict[str, Any] | None = None
        self.machines.open_terminal("t0", HOST, 80, 24)
        self.advance(SECOND)

    # --- the shell that is the test
    def shell(self, sys: Sys) -> Step:
        if KEY in sys.env:
            return PROGRAMS[sys.env[KEY]](sys)
        if "child" not in sys.state:
            if self.job is None:
                return Wait()
            self.begin(sys)
        return self.gather(sys)

    def begin(self, sys: Sys) -> None:
        job = self.job
        assert job is not None
        ins, outs, errs = sys.pipe(), sys.pipe(), sys.pipe()
        sys.cwd = job["cwd"]
        argv, env = sys.argv, sys.env
        sys.argv, sys.env = list(job["argv"]), {"PATH": env["PATH"], **job["env"], KEY: job["program"]}
        null = sys.open("/dev/null", "r+") if job["detach"] else -1
        fds = {0: null, 1: null, 2: null} if job["detach"] else {0: ins[0], 1: outs[1], 2: errs[1]}
        child = sys.fork({}, fds=fds, group=0)
        sys.argv, sys.env = argv, env
        for fd in (ins[0], outs[1], errs[1], *([null] if job["detach"] else [])):
            sys.close(fd)
        job["stdin"] = job["stdin"] if job["stdin"] is not None else b""
        sys.state |= {"child": child, "in": ins[1], "out": outs[0], "err": errs[0]}
        self.done = {"out": b"", "err": b"", "code": None, "pid": child}
        sys.ignore("PIPE")

    def gather(self, sys: Sys) -> Step:
        state, done, job = sys.state, self.done, self.job
        assert done is not None
        assert job is not None
        self.listen(sys, job, done)
        if state["in"] >= 0:
            try:
                job["stdin"] = job["stdin"][sys.write(state["in"], job["stdin"]) :] if job["stdin"] else b""
            except Exception:
                job["stdin"] = b""
            if not job["stdin"] and not job["open"]:
                sys.close(state["in"])
                state["in"] = -1
        if done["code"] is None and (ended := sys.wait(state["child"])):
            done["code"] = ended.code
        if done["code"] is not None and state["out"] < 0 and state["err"] < 0:
            if state["in"] >= 0:
                sys.close(state["in"])
            sys.state.clear()
            self.job = None
            return Wait()
        readable = tuple(state[name] for name in ("out", "err") if state[name] >= 0)
        writable = (state["in"],) if state["in"] >= 0 and job["stdin"] else ()
        return Wait(readable=readable, writable=writable, child=done["code"] is None)

    def listen(self, sys: Sys, job: dict[str, Any], done: dict[str, Any]) -> None:
        state = sys.state
        for name in ("out", "err"):
            while state[name] >= 0 and (data := sys.read(state[name])) is not None:
                if not data:
                    sys.close(state[name])
                    state[name] = -1
                done[name] += data
                if job["most"] is not None and len(done[name]) > job["most"] and state[name] >= 0:
                    sys.close(state[name])
                    state[name] = -1

    # --- what tests call
    def poke(self) -> None:
        for key, process in self.machines.tables.processes.items():
            if process["program"] == "bash" and KEY not in process["env"]:
                process["poked"] = True
                self.machines.tables.wake(key, 0)

    def start(
        self,
        program: str,
        *words: str,
        stdin: bytes | str | None = None,
        env: Mapping[str, str] | None = None,
        cwd: str = "/tmp",
        most: int | None = None,
        open_stdin: bool = False,
        argv0: str = "",
        detach: bool = False,
    ) -> None:
        name = argv0 or program.rpartition(":")[2]
        data = stdin.encode("utf-8", "surrogateescape") if isinstance(stdin, str) else stdin
        self.job = {
            "program": program,
            "argv": [name, *words],
            "stdin": data,
            "env": dict(env or {}),
            "cwd": cwd,
            "most": most,
            "open": open_stdin,
            "detach": detach,
        }
        self.poke()

    def advance(self, microseconds: int) -> None:
        until = self.world.now + microseconds
        steps = 0
        while wakeup := self.world.agenda.pop_due(until):
            self.machines.reconcile(wakeup.key)
            steps += 1
            assert steps < 200_000, "too many steps"
        self.world.agenda.move_to(until)

    def run(self, program: str, *words: str, limit: int = 600 * SECOND, **rest: Any) -> Result:
        """Run a program to its end."""
        begun = self.world.now
        self.start(program, *words, **rest)
        until = begun + limit
        steps = 0
        while self.job is not None and (wakeup := self.world.agenda.pop_due(until)):
            self.machines.reconcile(wakeup.key)
            steps += 1
            assert steps < 100_000, f"{program} {words}: too many steps"
        done = self.done
        assert done is not None
        if self.job is not None:
            raise AssertionError(f"{program} {words} does not end: {done}")
        return Result(text(done["out"]), text(done["err"]), done["code"], self.world.now - begun)

    def again(self) -> "Rig":
        """Another terminal, whose shell is free, while the program that was started goes on."""
        self.job = None
        self.terminals = getattr(self, "terminals", 0) + 1
        self.machines.close_terminal(f"t{self.terminals - 1}")
        self.machines.open_terminal(f"t{self.terminals}", HOST, 80, 24)
        self.advance(SECOND)
        return self

    def so_far(self) -> tuple[str, str, int | None]:
        """What a program that was started has printed."""
        assert self.done is not None
        return text(self.done["out"]), text(self.done["err"]), self.done["code"]

    def write(self, path: str, data: str | bytes, mode: int = 0o644) -> None:
        self.machines.write_file(HOST, path, data.encode() if isinstance(data, str) else data, mode=mode)

    def read(self, path: str) -> str:
        return text(self.machines.read_file(HOST, path))


def text(data: bytes) -> str:
    """*data* as text, whatever it is."""
    return data.decode("utf-8", "surrogateescape")


def shell_words(line: str) -> Sequence[str]:
    """Words of a line with single quotes, for tables of tests."""
    return [part.strip("'") for part in re.findall(r"'[^']*'|\S+", line)]
