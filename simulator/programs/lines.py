"""How programs read streams: files one after another, as far as they have come, line by line, on pipes that may never end."""

from collections.abc import Sequence
from typing import Any

from simulator.programs.options import complain
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

CHUNK = 65536
# One step reads at most this much; then others get their turn.
CHUNKS_PER_STEP = 4
LINES_PER_STEP = 8_000
# Reading and looking at 64 KiB costs about this much processor time.
CHUNK_COST = 60
# Short lines are dearer than their bytes.
LINES_PER_MICROSECOND = 2
# A longer line is no longer kept: from then on only its size counts, against the memory limit.
LONGEST_LINE = 1 << 20
# What is read whole before anything is done with it must fit into the store of the cluster.
MOST_SLURPED = 4 << 20
HOARD_STEP = 64 << 20
HOARD_COST = 30_000
MOST_MEMORY = 1 << 42


def pump(sys: Sys) -> bool:
    """Send what an earlier step could not; whether all is gone. The rest stands in `sys.state["unsent"]`."""
    rest = sys.state.get("unsent", b"")
    if rest:
        rest = rest[sys.write(1, rest) :]
        sys.state["unsent"] = rest
    return not rest


def send(sys: Sys, data: bytes) -> None:
    """Write *data* to standard output; what a full pipe does not take, `pump` sends later."""
    if not data:
        return
    if sys.state.get("unsent"):
        sys.state["unsent"] += data
        return
    taken = sys.write(1, data)
    if taken < len(data):
        sys.state["unsent"] = data[taken:]


def finish(sys: Sys, code: int) -> int:
    """End with *code*; what is not sent yet goes the way of `Sys.out`."""
    rest = sys.state.pop("unsent", b"")
    if rest:
        sys.out(rest.decode("utf-8", "surrogateescape"))
    return code


def hoard(sys: Sys, size: int) -> Wait:
    """Hold ever more memory, as a program does that waits for the end of a line that never ends."""
    size = min(size + HOARD_STEP, MOST_MEMORY)
    sys.state["hoarded"] = size
    sys.use_memory(size)
    sys.charge(HOARD_COST)
    return Wait(until=sys.now)


class Filter:
    """A program that goes through the lines of its files (`-` and none: standard input).

    Subclasses override what they need; `memory` is theirs to keep, plain data. Errors about files are reported, the
    exit code becomes *bad_file*, and the next file is taken.
    """

    bad_file = 1
    # How busybox and GNU word a file that cannot be opened.
    unreadable = "{name}: {error}"
    whole_chunks = False  # `line` gets pieces as they come, not lines

    def __init__(self, sys: Sys, names: Sequence[str]) -> None:
        self.sys = sys
        self.names = list(names) or ["-"]
        self.state: dict[str, Any] = sys.state.setdefault(
            "filter", {"at": 0, "fd": -1, "rest": b"", "code": 0, "memory": {}, "done": False}
        )
        self.memory: dict[str, Any] = self.state["memory"]
        self.parts: list[bytes] = []
        self.taken = 0  # lines in this step

    # --- what a subclass says ------------------------------------------------------------------------------------
    def begin(self, name: str) -> None:
        """A file begins."""

    def line(self, text: bytes, ended: bool) -> bool:
        """A line without its newline (*ended*: it had one); False: no more of this file."""
        raise NotImplementedError

    def end(self, name: str) -> None:
        """A file has ended."""

    def close(self) -> int:
        """All files have ended: the exit code if none of them was bad."""
        return 0

    def tired(self) -> bool:
        """Whether that was enough for one step; the lines that are left stand in `backlog` for the next."""
        return self.taken >= LINES_PER_STEP

    # --- what it may call ----------------------------------------------------------------------------------------
    def put(self, data: bytes) -> None:
        """Print *data*."""
        self.parts.append(data)

    def say(self, message: str) -> None:
        """Complain, after what was printed so far."""
        self.flush()
        complain(self.sys, message)

    def stop(self, code: int) -> None:
        """Read nothing more and end with *code*."""
        self.state["done"] = True
        self.state["code"] = code

    def flush(self) -> None:
        """Send what was printed."""
        if self.parts:
            send(self.sys, b"".join(self.parts))
            self.parts.clear()

    # --- the way through the files -------------------------------------------------------------------------------
    def run(self) -> Step:
        """One step."""
        if not pump(self.sys):
            return Wait(writable=(1,))
        if "hoarded" in self.sys.state:
            return hoard(self.sys, self.sys.state["hoarded"])
        step = self.read_on()
        self.flush()
        if isinstance(step, int):
            return finish(self.sys, step)
        return Wait(writable=(1,)) if self.sys.state.get("unsent") else step

    def read_on(self) -> Step:
        state = self.state
        for _ in range(CHUNKS_PER_STEP):
            if state["done"]:
                return int(state["code"])
            if state["fd"] < 0 and not self.next_file():
                return self.over()
            data = state.pop("backlog", None) or self.pull()
            if data is None:
                return Wait(readable=(state["fd"],))
            self.sys.charge(CHUNK_COST)
            self.take(data)
            if "backlog" in state:
                break
            if len(state["rest"]) > LONGEST_LINE:
                return hoard(self.sys, len(state["rest"]))
        return Wait(until=self.sys.now)

    def over(self) -> int:
        code = self.close()
        return int(state_code) if (state_code := self.state["code"]) else code

    def pull(self) -> bytes | None:
        name = self.names[self.state["at"] - 1]
        try:
            return self.sys.read(self.state["fd"], CHUNK)
        except UnixError as error:
            self.report(name, error)
            return b""

    def next_file(self) -> bool:
        state = self.state
        while state["at"] < len(self.names):
            name = self.names[state["at"]]
            state["at"] += 1
            try:
                state["fd"] = 0 if name == "-" else self.sys.open(name, "r")
            except UnixError as error:
                self.report(name, error)
                continue
            self.begin(name)
            return True
        return False

    def report(self, name: str, error: UnixError) -> None:
        self.state["code"] = self.bad_file
        self.say(self.unreadable.format(name=name, error=error.message))

    def take(self, data: bytes) -> None:
        state = self.state
        if not data:
            rest, state["rest"] = state["rest"], b""
            if rest:
                self.line(rest, False)
            self.leave()
        elif self.whole_chunks:
            if not self.line(data, True):
                self.leave()
        else:
            self.take_lines(data)

    def take_lines(self, data: bytes) -> None:
        state = self.state
        self.sys.work(data.count(b"\n") // LINES_PER_MICROSECOND)
        lines = (state["rest"] + data).split(b"\n") if len(state["rest"]) <= LONGEST_LINE else [state["rest"] + data]
        state["rest"] = lines.pop()
        for number, text in enumerate(lines, 1):
            if not self.line(text, True):
                self.leave()
                return
            if state["done"]:
                return
            self.taken += 1
            if number < len(lines) and self.tired():
                state["backlog"], state["rest"] = b"\n".join([*lines[number:], state["rest"]]), b""
                return

    def leave(self) -> None:
        """Done with this file."""
        state = self.state
        state["rest"] = b""
        if state["fd"] > 0:
            self.sys.close(state["fd"])
        state["fd"] = -1
        self.end(self.names[state["at"] - 1])


def newline(text: bytes, ended: bool) -> bytes:
    """*text* with its newline, if it had one."""
    return text + b"\n" if ended else text


def slurp(sys: Sys, name: str, key: str = "slurped") -> bytes | None:
    """All of a file, or of standard input (`-`) once it has ended: None as long as it has not (wait for fd 0)."""
    if name != "-":
        return sys.read_file(name)
    parts: list[bytes] = sys.state.setdefault(key, [])
    while (data := sys.read(0)) is not None:
        if not data:
            return b"".join(parts)
        parts.append(data)
        sys.state[f"{key} size"] = size = sys.state.get(f"{key} size", 0) + len(data)
        if size > MOST_SLURPED:
            raise UnixError("ENOMEM", "out of memory")
    return None
