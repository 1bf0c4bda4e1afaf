"""The stack machine that runs shell programs: one step at a time, with all it must remember in the process's state."""

from collections.abc import Callable
from typing import Any

from simulator.runtime.syscalls import Step, UnixError, Wait
from simulator.shell import conditions, dialing, events, jobs, launch, redirects, repl, substitution, traps, waiting
from simulator.shell.assigning import assign
from simulator.shell.core import Core
from simulator.shell.expansion import Expander, NeedOutput
from simulator.shell.memory import ShellError
from simulator.shell.patterns import matches
from simulator.shell.program import Command, Instruction, Task
from simulator.shell.syntax import ShellSyntaxError, Test
from simulator.shell.timing import own_time, time_report
from simulator.shell.tracing import trace, trace_text, traces_compound

SLICE = 120  # instructions that one step runs
SLICE_CHARGE = 5_000  # microseconds of processor time that one step may take


class Shell(Core):
    """The instructions of `program.py`, each a method that begins with `do_`; None means: go on."""

    def step(self) -> Step:
        """Run until there is something to wait for, the slice is over, or the shell ends."""
        traps.begin_step(self)
        if self.stack:
            self.load()
        step = self.run()
        if self.stack and self.frame is self.stack[-1]:
            self.frame["pc"] = self.pc
        if self.charged:
            self.sys.charge(self.charged)
            self.charged = 0
        if step is None:
            return Wait(until=self.sys.now)
        return step

    def run(self) -> Step | None:
        budget = SLICE
        state = self.state
        while budget and self.charged < SLICE_CHARGE:
            if state["out"] and (step := self.drain()) is not None:
                return step
            if state["pending"]:
                self.guarded(traps.deliver, self)
            if state["waiting"]:
                step = self.guarded(waiting.go_on, self)
                if step is not None:
                    return step
                continue
            if not self.stack:
                if not traps.at_end(self):
                    return self.finish()
                continue
            budget -= 1
            instruction = self.code[self.pc]
            self.pc += 1
            step = self.guarded(HANDLERS[instruction[0]], self, instruction)
            if step is not None:
                return step
        return None

    def guarded(self, handler: Any, *args: Any) -> Step | None:
        """Call *handler*; what a shell complains of ends the command, the line or the shell."""
        try:
            step: Step | None = handler(*args)
        except ShellError as error:
            self.fail(error)
            return None
        except RecursionError:
            self.fail(self.error("memory"))
            return None
        return step

    def drain(self) -> Step | None:
        try:
            fd = self.flush()
        except UnixError:
            return None
        return None if fd is None else Wait(writable=(fd,))

    def finish(self) -> Step:
        """The shell ends."""
        repl.leave(self)
        if self.state["out"] and (step := self.drain()) is not None:
            return step
        status = self.state["exiting"]
        return int(self.state["status"] if status is None else status) & 255

    def fail(self, error: ShellError) -> None:
        """An error that no command takes care of."""
        self.overlay = {}
        self.complain(error.message, error.builtin)
        self.state["status"] = error.status
        self.state["expansion"] = None
        if not error.fatal:
            launch.done(self, error.status, self.state["tested"])
        elif self.options.get("i"):
            self.abandon()
        elif self.dialect.name == "bash" and error.status == self.dialect.unset_status:
            self.exit(error.status if self.state["from"] == "c" and not self.state["child"] else 1)
        elif self.dialect.misuse_exits or self.state["child"]:
            self.exit(error.status)
        else:
            self.abandon()

    def put_back(self, saved: dict[str, int | None]) -> None:
        redirects.restore(self, saved)

    def sent(self, fd: int) -> None:
        redirects.release(self, fd, {})

    # --- expansion --------------------------------------------------------------------------------------------------

    def gather(self, tasks: tuple[Task, ...], command: Command | None = None) -> list[Any] | None:
        """What all of *tasks* expand to; None if a command substitution must run first (then do the instruction again)."""
        state = self.state["expansion"] or {"done": [], "journal": []}
        self.overlay = state.get("overlay", {})
        done: list[Any] = state["done"]
        while len(done) < len(tasks):
            mode, word = tasks[len(done)]
            expander = Expander(self, state["journal"])
            try:
                done.append(getattr(expander, mode)(word))
            except NeedOutput as need:
                overlay = self.overlay
                self.state["expansion"] = state | {"overlay": overlay}
                self.overlay = overlay | expander.writes
                waits = substitution.begin(self, need.block + 1, need.kind)
                self.overlay = {} if waits else overlay
                if not waits:
                    continue
                self.pc -= 1
                return None
            expander.commit()
            state["journal"] = []
            if command and len(done) > command.words + len(command.redirects):
                self.assign(command, done)
        self.state["expansion"] = None
        return done

    def again(self, done: list[Any], wait: Wait) -> Wait:
        """Do the instruction once more after *wait*, with what was expanded already."""
        self.state["expansion"] = {"done": done, "journal": [], "overlay": self.overlay}
        self.pc -= 1
        return wait

    def assign(self, command: Command, done: list[Any]) -> None:
        """The last thing that was expanded is the value of an assignment."""
        one = command.assigns[len(done) - 1 - command.words - len(command.redirects)]
        assign(self, one, done[-1], temporary=any(done[: command.words]))

    # --- simple commands --------------------------------------------------------------------------------------------

    def do_simple(self, instruction: Instruction) -> Step | None:
        command: Command = instruction[1]
        state = self.state
        state["line"] = command.line
        if (self.options.get("n") and not self.options.get("i")) or events.simple(self, command.text):
            return None
        if command.bare and command.constant is not None:
            if self.options.get("x"):
                trace(self, list(command.constant), [])
            return launch.run(self, command, list(command.constant), [])
        if state["expansion"] is None:
            state["subst_status"] = 0
            state["tested"] = command.tested
        done = self.gather(command.tasks, command)
        if done is None:
            return None
        split = command.words + len(command.redirects)
        if command.redirects and (wait := dialing.ready(self, command.redirects, done[command.words : split])):
            return self.again(done, wait)
        self.lists = {one.name: (one, done[index]) for index, one in command.lists.items()}
        for index, one in command.lists.items():
            done[index] = [one.name]
        argv = [field for fields in done[: command.words] for field in fields]
        if self.options.get("x"):
            trace(self, argv, [*zip(command.assigns, done[split:], strict=True), *self.lists.values()])
        targets = done[command.words : split]
        if argv:
            return launch.run(self, command, argv, targets)
        return self.without_words(command, targets)

    def without_words(self, command: Command, targets: list[str]) -> Step | None:
        """Only assignments and redirections; `$(<file)` is the content of the file."""
        self.charged += 5
        inner = self.frame["kind"] == "subst" and not command.assigns and self.dialect.name != "dash"
        if inner and len(command.redirects) == 1 and command.redirects[0].operator == "<":
            return launch.run(self, command, ["cat"], targets)
        if launch.redirect(self, command, targets, ""):
            launch.done(self, self.state["subst_status"], command.tested)
        return None

    # --- jumps ------------------------------------------------------------------------------------------------------

    def do_jump(self, instruction: Instruction) -> None:
        self.pc = instruction[1]

    def do_unless(self, instruction: Instruction) -> None:
        if self.state["status"]:
            self.pc = instruction[1]

    def do_when(self, instruction: Instruction) -> None:
        if not self.state["status"]:
            self.pc = instruction[1]

    def do_negate(self, instruction: Instruction) -> None:
        self.state["status"] = int(not self.state["status"])

    def do_succeed(self, instruction: Instruction) -> None:
        self.state["status"] = 0

    # --- loops: ["loop", where break goes, where continue goes, items, how many are used, status of the body] ---------

    def do_loop(self, instruction: Instruction) -> None:
        self.frame["nest"].append(["loop", instruction[1], instruction[2], None, 0, 0])

    def do_again(self, instruction: Instruction) -> None:
        self.frame["nest"][-1][5] = self.state["status"]
        self.charged += 1
        self.pc = instruction[1]

    def do_keep(self, instruction: Instruction) -> None:
        self.frame["nest"][-1][5] = self.state["status"]

    def do_leave(self, instruction: Instruction) -> None:
        self.state["status"] = self.frame["nest"].pop()[5]
        substitution.give_up(self)

    def do_for(self, instruction: Instruction) -> None:
        _, tasks, leave, top, line = instruction
        self.state["line"] = line
        if tasks is None:
            items = list(self.state["args"])
        else:
            done = self.gather(tasks)
            if done is None:
                return
            items = [field for fields in done for field in fields]
        self.frame["nest"].append(["loop", leave, top, items, 0, 0])

    def do_next(self, instruction: Instruction) -> None:
        entry = self.frame["nest"][-1]
        if entry[4]:
            entry[5] = self.state["status"]
        if entry[4] >= len(entry[3]):
            self.pc = instruction[2]
            return
        if events.before(self, instruction[3]):
            return
        self.charged += 1
        trace_text(self, instruction[3])
        self.set(instruction[1], entry[3][entry[4]])
        entry[4] += 1

    # --- case -------------------------------------------------------------------------------------------------------

    def do_case(self, instruction: Instruction) -> None:
        self.state["line"] = instruction[2]
        if events.before(self, f"{instruction[3]} "):
            return
        done = self.gather((instruction[1],))
        if done is not None:
            trace_text(self, instruction[3])
            self.frame["nest"].append(["case", done[0]])

    def do_match(self, instruction: Instruction) -> None:
        done = self.gather((instruction[1],))
        if done is not None and matches(done[0], self.frame["nest"][-1][1]):
            self.pc = instruction[2]

    def do_uncase(self, instruction: Instruction) -> None:
        self.frame["nest"].pop()

    # --- compound commands ------------------------------------------------------------------------------------------

    def do_redirect(self, instruction: Instruction) -> Step | None:
        _, tasks, targets, end, line, tested = instruction
        self.state["line"] = line
        done = self.gather(tasks)
        if done is None:
            return None
        if wait := dialing.ready(self, targets, done):
            return self.again(done, wait)
        try:
            saved = redirects.apply(self, targets, done)
        except ShellError as error:
            self.complain(error.message)
            self.pc = end
            launch.done(self, error.status, tested)
            return None
        self.frame["nest"].append(["fds", saved])
        return None

    def do_restore(self, instruction: Instruction) -> None:
        redirects.restore(self, self.frame["nest"].pop()[1])
        substitution.give_up(self)

    def do_define(self, instruction: Instruction) -> None:
        frame = self.frame
        self.state["sources"][frame["sid"]]["kept"] = True
        self.state["functions"][instruction[1]] = [frame["sid"], frame["at"], frame["line"], instruction[2]]
        self.state["status"] = 0

    def do_subshell(self, instruction: Instruction) -> None:
        _, block, tested = instruction
        frame = self.block_frame(block, "sub", tested=tested or self.frame["tested"])
        pid = jobs.fork(self, frame)
        jobs.to_front(self, jobs.new_job(self, [pid], "( ... )"), tested)

    def do_pipeline(self, instruction: Instruction) -> None:
        _, blocks, tested, line, texts = instruction
        self.state["line"] = line or self.state["line"]
        if events.before(self, *texts):
            return
        job = jobs.new_job(self, [], self.unit_text())
        waiting.pipeline(self, job, blocks, tested)
        jobs.to_front(self, job, tested)

    def unit_text(self) -> str:
        """The text of the unit at hand, as `jobs` shows it."""
        source = self.state["sources"][self.frame["sid"]]["text"]
        end = self.frame["next"] if self.frame["next"] > self.frame["at"] else len(source)
        return str(source[self.frame["at"] : end]).strip()[:200]

    def do_background(self, instruction: Instruction) -> None:
        waiting.background(self, instruction[1], instruction[2])

    def do_debug(self, instruction: Instruction) -> None:
        events.before(self, instruction[1])

    def do_show(self, instruction: Instruction) -> None:
        trace_text(self, instruction[1])

    def do_math(self, instruction: Instruction) -> None:
        _, word, self.state["line"], tested, written = instruction
        if events.before(self, written):
            return
        if traces_compound(self) and not self.traced((("text", word),), lambda done: f"(( {done[0]} ))"):
            return
        done = self.gather((("math", word),))
        if done is not None:
            self.charged += 5
            launch.done(self, int(done[0] == "0"), tested)

    def do_condition(self, instruction: Instruction) -> None:
        test: Test = instruction[1]
        self.state["line"] = instruction[2]
        if instruction[5] and events.before(self, instruction[5]):
            return
        shown = conditions.shown(test)
        if traces_compound(self) and not self.traced(
            shown, lambda done: f"[[ {instruction[4]}{conditions.traced(test, done)} ]]"
        ):
            return
        done = self.gather(conditions.tasks_of(test))
        if done is not None:
            self.charged += 5
            launch.done(self, conditions.status(self, test, done), instruction[3])

    def traced(self, tasks: tuple[Task, ...], text: Callable[[list[Any]], str]) -> bool:
        """Trace what *tasks* expand to; False if a command substitution must run first."""
        done = self.gather(tasks)
        if done is not None:
            trace_text(self, text(done))
        return done is not None

    def do_conclude(self, instruction: Instruction) -> None:
        launch.done(self, self.state["status"], instruction[1])

    # --- time: ["clock", when it began, processor time of the shell then] ---------------------------------------------

    def do_clock(self, instruction: Instruction) -> None:
        self.frame["nest"].append(["clock", self.sys.now, own_time(self.sys)])

    def do_timed(self, instruction: Instruction) -> None:
        _, began, used = self.frame["nest"].pop()
        self.write(time_report(self.sys.now - began, own_time(self.sys) - used, posix=instruction[1]), 2)

    # --- the end of a block -----------------------------------------------------------------------------------------

    def do_end(self, instruction: Instruction) -> Step | None:
        frame = self.frame
        if frame["next"] >= 0 and self.more(frame):
            return None
        if not self.stack or self.stack[-1] is not frame:
            return None
        if frame["kind"] == "repl":
            self.pc = 0
            repl.next_command(self)
            return None
        self.pop()
        if frame["kind"] == "call":
            self.state["codes"] = [self.state["status"]]
        if frame["kind"] in ("call", "dot"):
            events.behind(self, frame)
        elif frame["kind"] in ("trap", "err"):
            self.state["status"] = frame["status"]
            if frame.get("leaving"):
                self.exit(frame["status"])
        return None

    def more(self, frame: dict[str, Any]) -> bool:
        """Go on with the next unit of a source; a syntax error ends the source, and mostly the shell."""
        first = frame["next"] == 0 and frame["block"] < 0
        try:
            if self.next_unit():
                return True
        except ShellSyntaxError as error:
            text = self.state["sources"][frame["sid"]]["text"]
            self.complain_of_syntax(error, text, frame["kind"] if frame["kind"] == "eval" else "")
            self.syntax_failure(frame)
            return False
        if first and frame["kind"] not in ("trap", "err", "exit"):
            self.state["status"] = 0
        return False

    def syntax_failure(self, frame: dict[str, Any]) -> None:
        self.state["status"] = 2
        if self.options.get("i"):
            self.abandon()
        elif self.dialect.misuse_exits or frame["kind"] in ("c", "file"):
            self.exit(2)


HANDLERS = {name.removeprefix("do_"): getattr(Shell, name) for name in dir(Shell) if name.startswith("do_")}
