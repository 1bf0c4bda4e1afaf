"""head, tail: the beginning and the end of files, also while they grow (coreutils/head.c, tail.c)."""

from collections.abc import Sequence
from typing import Any

from simulator.kernel.units import SECOND
from simulator.programs.lines import CHUNK, LONGEST_LINE, Filter, finish, hoard, newline, pump, send
from simulator.programs.options import Dialect, Options, complain, grammar, is_busybox, parse, refuse
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

HEAD = grammar(
    "n:c:qv",
    {"lines=": "n", "bytes=": "c", "quiet": "q", "silent": "q", "verbose": "v"},
    other="z",
    usage="[OPTIONS] [FILE]...",
)
TAIL = grammar(
    "n:c:qvfFs:",
    {
        "lines=": "n",
        "bytes=": "c",
        "quiet": "q",
        "silent": "q",
        "verbose": "v",
        "follow=?": "f",
        "retry": "retry",
        "sleep-interval=": "s",
        "pid=": "pid",
    },
    other="z",
    usage="[OPTIONS] [FILE]...",
)
SUFFIXES = {"b": 512, "k": 1024, "K": 1024, "m": 1 << 20, "M": 1 << 20, "G": 1 << 30, "kB": 1000, "MB": 10**6}
LARGEST = 1 << 50


def old_style(words: Sequence[str]) -> list[str]:
    """`-5` and tail's `+5`, as `-n5` and `-n+5`."""
    if words and words[0][:1] == "-" and words[0][1:2].isdecimal():
        return ["-n" + words[0][1:], *words[1:]]
    return list(words)


def amount(sys: Sys, dialect: Dialect, text: str, what: str) -> tuple[str, int]:
    """A sign (or none) and a number with a suffix, such as `+5` or `2k`."""
    sign = text[0] if text[:1] in ("+", "-") else ""
    digits = text.lstrip("+-")
    number = digits.rstrip("bkKmMGB")
    factor = SUFFIXES.get(digits[len(number) :], 0) if digits != number else 1
    if not number.isdecimal() or not factor or len(number) > 18:
        raise refuse(sys, f"invalid number '{text}'" if is_busybox(dialect) else f"invalid number of {what}: '{text}'")
    return sign, min(int(number) * factor, LARGEST)


def title(sys: Sys, name: str, before: bool) -> bytes:
    """What stands above a file when there are several."""
    label = "standard input" if name == "-" else name
    return (("\n" if before else "") + f"==> {label} <==\n").encode("utf-8", "surrogateescape")


class Head(Filter):
    """The first lines, or all but the last."""

    def __init__(self, sys: Sys, dialect: Dialect, options: Options) -> None:
        super().__init__(sys, options.words)
        self.unreadable = "{name}: {error}" if is_busybox(dialect) else "cannot open '{name}' for reading: {error}"
        self.bytes = "c" in options
        self.whole_chunks = self.bytes
        self.sign, self.number = amount(
            sys,
            dialect,
            options.value("c") if self.bytes else options.value("n", "10"),
            "bytes" if self.bytes else "lines",
        )
        self.titled = ("v" in options) or (len(self.names) > 1 and "q" not in options)

    def begin(self, name: str) -> None:
        if self.titled:
            self.put(title(self.sys, name, bool(self.memory.get("titles"))))
            self.memory["titles"] = True
        self.memory |= {"seen": 0, "held": [], "bytes": b""}

    def next_file(self) -> bool:
        found = super().next_file()
        if found and self.number == 0 and self.sign != "-":
            self.leave()
            return self.next_file()
        return found

    def line(self, text: bytes, ended: bool) -> bool:
        if self.bytes:
            return self.piece(text)
        memory = self.memory
        memory["seen"] += 1
        if self.sign == "-":
            memory["held"].append(newline(text, ended))
            if len(memory["held"]) > self.number:
                self.put(memory["held"].pop(0))
            return True
        self.put(newline(text, ended))
        return bool(memory["seen"] < self.number)

    def piece(self, text: bytes) -> bool:
        memory = self.memory
        if self.sign == "-":
            memory["bytes"] += text
            cut = len(memory["bytes"]) - self.number
            if cut > 0:
                self.put(memory["bytes"][:cut])
                memory["bytes"] = memory["bytes"][cut:]
            return True
        self.put(text[: self.number - memory["seen"]])
        memory["seen"] += len(text)
        return bool(memory["seen"] < self.number)


def head(sys: Sys, dialect: Dialect) -> Step:
    """Print the beginning of the files."""
    return Head(sys, dialect, parse(sys, dialect, HEAD, old_style(sys.argv[1:]))).run()


class Tail:
    """The end of the files; with -f also what comes later.

    State: `at` the file being read first, `fd` by file, what is `held` of it, and `last` the file that was shown last.
    """

    def __init__(self, sys: Sys, dialect: Dialect, options: Options) -> None:
        self.sys = sys
        self.names = options.words or ["-"]
        self.options = options
        self.follow = "f" in options or "F" in options
        self.retry = "F" in options or "retry" in options
        self.bytes = "c" in options
        self.sign, self.number = amount(
            sys,
            dialect,
            options.value("c") if self.bytes else options.value("n", "10"),
            "bytes" if self.bytes else "lines",
        )
        self.titled = ("v" in options) or (len(self.names) > 1 and "q" not in options)
        self.unreadable = "{name}: {error}" if is_busybox(dialect) else "cannot open '{name}' for reading: {error}"
        if is_busybox(dialect):
            self.unreadable = "can't open '{name}': {error}"
        self.state: dict[str, Any] = sys.state.setdefault(
            "tail",
            {
                "at": 0,
                "fds": [-1] * len(self.names),
                "held": [],
                "rest": b"",
                "skipped": 0,
                "last": -1,
                "code": 0,
                "sizes": [0] * len(self.names),
            },
        )

    def run(self) -> Step:
        """One step."""
        if not pump(self.sys):
            return Wait(writable=(1,))
        if "hoarded" in self.sys.state:
            return hoard(self.sys, self.sys.state["hoarded"])
        step = self.first() if self.state["at"] < len(self.names) else self.later()
        if isinstance(step, int):
            return finish(self.sys, step)
        return Wait(writable=(1,)) if self.sys.state.get("unsent") else step

    # --- what there is -------------------------------------------------------------------------------------------
    def first(self) -> Step:
        state = self.state
        for _ in range(8):
            number = state["at"]
            if number == len(self.names):
                return Wait(until=self.sys.now) if self.follow else int(state["code"])
            if state["fds"][number] < 0 and not self.open(number):
                state["at"] += 1
                continue
            data = self.sys.read(state["fds"][number], CHUNK)
            if data is None:
                return Wait(readable=(state["fds"][number],))
            self.sys.charge(60)
            if data:
                self.keep(number, data)
                if len(state["rest"]) > LONGEST_LINE:
                    return hoard(self.sys, len(state["rest"]))
            else:
                self.show_held(number)
        return Wait(until=self.sys.now)

    def open(self, number: int) -> bool:
        name = self.names[number]
        try:
            self.state["fds"][number] = 0 if name == "-" else self.sys.open(name, "r")
            if name != "-" and self.sys.stat(name).kind == "dir":
                raise UnixError("EISDIR")
        except UnixError as error:
            complain(self.sys, self.unreadable.format(name=name, error=error.message))
            self.state["code"] = 1
            return False
        return True

    def keep(self, number: int, data: bytes) -> None:
        """Hold what may belong to the end; with `+N` print what comes behind the first."""
        state = self.state
        if self.sign == "+":
            self.skip(number, data)
            return
        if self.bytes:
            state["rest"] = (state["rest"] + data)[-self.number :] if self.number else b""
            return
        lines = (state["rest"] + data).split(b"\n")
        state["rest"] = lines.pop()
        # One line more than asked for: the last may have no newline.
        state["held"] = (state["held"] + lines)[-self.number :] if self.number else []

    def skip(self, number: int, data: bytes) -> None:
        state = self.state
        wanted = max(self.number - 1, 0)
        while state["skipped"] < wanted and data:
            if self.bytes:
                cut = min(wanted - state["skipped"], len(data))
                state["skipped"] += cut
            else:
                cut = data.find(b"\n") + 1 or len(data)
                state["skipped"] += data[:cut].endswith(b"\n")
            data = data[cut:]
        self.show(number, data)

    def show_held(self, number: int) -> None:
        """A file has been read to its end for the first time."""
        state = self.state
        held, rest = state["held"], state["rest"]
        if rest and not self.bytes:
            # The line without a newline is one of those asked for.
            held = held[-(self.number - 1) :] if self.number > 1 else []
        if self.sign != "+":
            lines = b"".join(line + b"\n" for line in held)
            self.show(number, lines + rest if self.number else b"", force=True)
        elif self.titled and state["last"] != number:
            self.show(number, b"", force=True)
        state |= {"held": [], "rest": b"", "skipped": 0, "at": state["at"] + 1}
        if not self.follow and state["fds"][number] > 0:
            self.sys.close(state["fds"][number])

    def show(self, number: int, data: bytes, *, force: bool = False) -> None:
        state = self.state
        if not data and not force:
            return
        if self.titled and state["last"] != number:
            send(self.sys, title(self.sys, self.names[number], state["last"] >= 0))
            state["last"] = number
        send(self.sys, data)

    # --- what comes later ----------------------------------------------------------------------------------------
    def later(self) -> Step:
        """Look whether something was added; look again in a second, as inotify-less tails do."""
        open_files = [number for number, fd in enumerate(self.state["fds"]) if fd >= 0]
        if not open_files and not self.retry:
            complain(self.sys, "no files")
            return 1
        waiting = []
        for number in range(len(self.names)):
            if self.retry and self.names[number] != "-":
                self.reopen(number)
            if self.state["fds"][number] >= 0 and self.more(number):
                waiting.append(self.state["fds"][number])
        return Wait(readable=tuple(fd for fd in waiting if fd == 0), until=self.sys.now + SECOND)

    def more(self, number: int) -> bool:
        """Print what was added to a file; False when it is a pipe that has ended."""
        fd = self.state["fds"][number]
        for _ in range(4):
            data = self.sys.read(fd, CHUNK)
            if not data:
                if data == b"" and self.names[number] == "-":
                    self.state["fds"][number] = -1
                    return False
                break
            self.show(number, data)
        return True

    def reopen(self, number: int) -> None:
        """Follow the name, not the file: a file that was replaced or has shrunk is read from its beginning."""
        name, state = self.names[number], self.state
        try:
            stat = self.sys.stat(name)
        except UnixError:
            return
        known = state.setdefault("inodes", {}).get(str(number))
        if state["fds"][number] < 0 or (known is not None and known != stat.inode):
            if state["fds"][number] >= 0:
                self.sys.close(state["fds"][number])
            state["fds"][number] = self.sys.open(name, "r")
        state["inodes"][str(number)] = stat.inode


def tail(sys: Sys, dialect: Dialect) -> Step:
    """Print the end of the files."""
    words = sys.argv[1:]
    if words and words[0][:1] == "+" and words[0][1:].isdecimal():
        words = ["-n", *words]
    return Tail(sys, dialect, parse(sys, dialect, TAIL, old_style(words))).run()
