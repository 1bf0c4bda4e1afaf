"""Lets processes take their steps: when one may run, what comes of its step, what it then waits for (Linux kernel/sched)."""

from simulator.runtime.calls import Dead
from simulator.runtime.limits import START_DRAWN, STEP_COST, STEP_COUNTED
from simulator.runtime.machinery import Machinery
from simulator.runtime.network_calls import Calls
from simulator.runtime.proc_process import short_name
from simulator.runtime.syscalls import Exec, Step, UnixError, Wait
from simulator.runtime.tables import COMPONENT, Data

NOT_FOUND, NOT_EXECUTABLE, CRASHED = 127, 126, 139
# What spawn and exec say of a program that a disk has but nobody has written.
MISSING = "{}: not simulated here: this program\n"


class Runner:
    """Steps of processes."""

    def __init__(self, machinery: Machinery) -> None:
        self.machinery = machinery
        self.tables = machinery.tables

    def step(self, key: str) -> None:
        """Let a process look at what there is, if what it waits for has come."""
        process = self.machinery.processes.live(key)
        if process is None or process["stopped"]:
            return
        if process["at"] > self.machinery.world.now:
            self.machinery.world.agenda.wake_at(COMPONENT, f"process:{key}", process["at"])
            return
        if not self.machinery.fairness.may_run(process["bucket"], key):
            return
        if not self.flush(process):
            return
        if "leaving" in process:
            self.machinery.processes.end(process, process["leaving"])
            return
        if process["wait"] is not None and not self.ready(process):
            self.wait(process)
            return
        process["wait"] = None
        process.pop("poked", None)
        self.run(process)

    def run(self, process: Data) -> None:
        """One step, and what comes of it."""
        calls = Calls(self.machinery, process)
        step = self.take(process, calls)
        if isinstance(step, Exec):
            calls.drawn += START_DRAWN
        cost = calls.charged + STEP_COST
        busy = min(cost - calls.waited, STEP_COUNTED)
        self.machinery.fairness.draw(process["bucket"], busy + calls.drawn)
        if process["end"] is not None:
            return
        process["cpu"] += busy
        self.account(process, busy)
        process["at"] = self.machinery.world.now + cost
        self.follow(process, calls, step)

    def account(self, process: Data, busy: int) -> None:
        """Count processor time for the container."""
        container = self.tables.containers.get(process["container"])
        if container is not None:
            self.machinery.usage.account(container, busy)

    def take(self, process: Data, calls: Calls) -> Step:
        """Call the program; how its step ended."""
        program = self.machinery.program(process["program"])
        try:
            if program is None:
                calls.err(MISSING.format(short_name(process)))
                return NOT_EXECUTABLE
            step = program(calls)
            calls.save()
        except Dead:
            return 0
        except UnixError as error:
            return self.complain(calls, error.message, 1)
        except Exception as error:
            if self.machinery.strict:
                raise
            self.machinery.world.mistake(process["program"], process["key"], error)
            return self.complain(calls, f"not simulated here: {type(error).__name__}: {error}", CRASHED)
        return step

    def complain(self, calls: Calls, message: str, code: int) -> int:
        """A program failed without a word of its own."""
        try:
            calls.err(f"{short_name(calls.process)}: {message}\n")
        except (Dead, UnixError):
            return code
        return code

    def follow(self, process: Data, calls: Calls, step: Step) -> None:
        """Do what the step asked for: end, become another program, or wait."""
        if isinstance(step, Exec):
            self.become(process, calls, step)
            return
        if isinstance(step, Wait):
            process["wait"] = {
                "readable": list(step.readable),
                "writable": list(step.writable),
                "until": step.until,
                "child": step.child,
            }
            self.settle(process)
            return
        # The process has used its time before it ended, and its output has to go first: then its parent hears of it.
        process["leaving"] = int(step)
        self.tables.wake(process["key"], process["at"] - self.machinery.world.now)

    def become(self, process: Data, calls: Calls, step: Exec) -> None:
        """exec(2)."""
        processes = self.machinery.processes
        try:
            path = step.path or calls.which(step.argv[0])
            program, loaded, words = processes.load(process, path, list(step.argv))
            env = dict(calls.env if step.env is None else step.env)
            processes.check_arguments(words, env)
        except UnixError as error:
            code = NOT_FOUND if error.name == "ENOENT" else NOT_EXECUTABLE
            calls.err(f"{step.argv[0] if step.argv else '?'}: {error.message}\n")
            self.follow(process, calls, code)
            return
        signals = {name: action for name, action in process["signals"].items() if action == "ignore"}
        process |= {"program": program, "path": loaded, "argv": words, "env": env}
        process |= {"state": {}, "signals": signals, "pending": []}
        self.tables.wake(process["key"], process["at"] - self.machinery.world.now)

    # --- waiting
    def settle(self, process: Data) -> None:
        """Begin to wait, or go on at once if what is waited for is there already."""
        if process["out"] or process.get("late") or self.ready(process):
            self.tables.wake(process["key"], process["at"] - self.machinery.world.now)
        else:
            self.wait(process)

    def wait(self, process: Data) -> None:
        """Ask all that is waited for to wake the process."""
        waits = process["wait"]
        for fd in (*waits["readable"], *waits["writable"]):
            if str(fd) in process["fds"]:
                self.machinery.descriptors.wait_on(process, fd)
                self.note_reader(process, fd)
        if waits["until"] is not None:
            self.machinery.world.agenda.wake_at(
                COMPONENT, f"process:{process['key']}", max(waits["until"], process["at"])
            )

    def note_reader(self, process: Data, fd: int) -> None:
        """A terminal that is read from shows another mode."""
        opened = self.machinery.descriptors.of(process, fd)
        if opened["k"] == "tty" and opened["io"] in self.tables.io:
            self.machinery.ttys.touch(self.tables.io[opened["io"]])

    def ready(self, process: Data) -> bool:
        """Whether something of what a process waits for has come."""
        waits = process["wait"]
        if process["pending"] or process.get("poked"):
            return True
        if waits["until"] is not None and waits["until"] <= self.machinery.world.now:
            return True
        if waits["child"] and self.child_news(process):
            return True
        descriptors = self.machinery.descriptors
        mine = process["fds"]
        return any(
            str(fd) not in mine or descriptors.readable(self.tables.open[mine[str(fd)]]) for fd in waits["readable"]
        ) or any(
            str(fd) not in mine or descriptors.writable(self.tables.open[mine[str(fd)]]) for fd in waits["writable"]
        )

    def child_news(self, process: Data) -> bool:
        """Whether a child has ended or was stopped."""
        if process.get("news"):
            return True
        children = (self.tables.processes.get(key) for key in process["children"])
        return any(child is None or child["end"] is not None for child in children)

    # --- output that did not fit
    def flush(self, process: Data) -> bool:
        """Send what `out` and `err` kept, then what was said after an answer of the network; False while something is left."""
        if not self.drain(process):
            return False
        late = process.pop("late", [])
        while late:
            fd, data = late.pop(0)
            process["out"][fd] = data
            if not self.drain(process):
                if late:
                    process["late"] = late
                return False
        return True

    def drain(self, process: Data) -> bool:
        """Send what descriptors did not take before; False while something is left."""
        for fd in list(process["out"]):
            data = process["out"][fd]
            try:
                taken = self.machinery.descriptors.write(process, int(fd), data) if fd in process["fds"] else len(data)
            except UnixError as error:
                taken = len(data)
                if error.name == "EPIPE":
                    self.machinery.processes.signal(process, "PIPE")
                    if process["end"] is not None:
                        return False
            if taken == len(data):
                del process["out"][fd]
            else:
                process["out"][fd] = data[taken:]
                self.machinery.descriptors.wait_on(process, int(fd))
        return not process["out"]
