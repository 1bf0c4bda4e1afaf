"""tail: the end of files, also while they grow (coreutils/tail.c, busybox coreutils/tail.c)."""

from typing import Any

from simulator.kernel.units import SECOND
from simulator.programs.heads import amount, old_style, title
from simulator.programs.lines import CHUNK, LONGEST_LINE, finish, hoard, pump, send
from simulator.programs.options import Dialect, Options, complain, grammar, is_busybox, parse, refuse
from simulator.programs.sleep import duration
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

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
# What is said of a file that is followed by its name, by both.
WORDS = {
    "appeared": ("'{0}' has appeared;  following new file", "{0} has appeared; following end of new file"),
    "replaced": ("'{0}' has been replaced;  following new file", "{0} has been replaced; following end of new file"),
    "gone": ("'{0}' has become inaccessible: {1}", "{0} has been renamed or deleted: {1}"),
    "cut": ("{0}: file truncated", ""),
    "none": ("no files remaining", "no files"),
}


class Tail:
    """The end of the files; with -f also what comes later.

    State: `at` the file being read first, `fds` and `marks` (inode and position) by file, what is `held` of it, and `last` the file
    that was shown last.
    """

    def __init__(self, sys: Sys, dialect: Dialect, options: Options) -> None:
        self.sys = sys
        self.names = options.words or ["-"]
        self.options = options
        self.busybox = is_busybox(dialect)
        self.follow = "f" in options or "F" in options
        self.by_name = "F" in options or options.value("f") == "name"
        self.pid = watched(sys, options)
        self.pause = interval(sys, options)
        self.retry = "F" in options or "retry" in options
        self.bytes = "c" in options
        self.sign, self.number = amount(
            sys,
            dialect,
            options.value("c") if self.bytes else options.value("n", "10"),
            "bytes" if self.bytes else "lines",
        )
        self.titled = ("v" in options) or (len(self.names) > 1 and "q" not in options)
        self.unreadable = "cannot open '{name}' for reading: {error}"
        if self.busybox:
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
                "marks": [["", 0] for _ in self.names],
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
                state["last"] = number - 1
                return Wait(until=self.sys.now) if self.follow else int(state["code"])
            if state["fds"][number] < 0 and not self.open(number):
                state["at"] += 1
                continue
            data = self.sys.read(state["fds"][number], CHUNK)
            if data is None:
                return Wait(readable=(state["fds"][number],))
            self.sys.charge(60)
            if data:
                state["marks"][number][1] += len(data)
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
                return self.give_up(number)
            self.state["marks"][number] = [str(self.sys.stat(name).inode) if name != "-" else "", 0]
        except UnixError as error:
            complain(self.sys, self.unreadable.format(name=name, error=error.message))
            self.state["code"] = 1
            return False
        return True

    def give_up(self, number: int) -> bool:
        """A directory can be opened and not read."""
        name = self.names[number]
        self.sys.close(self.state["fds"][number])
        self.state["fds"][number] = -1
        self.state["code"] = 1
        complain(self.sys, "read error: Is a directory" if self.busybox else f"error reading '{name}': Is a directory")
        if self.follow and not self.busybox:
            complain(self.sys, f"{name}: cannot follow end of this type of file; giving up on this name")
        return False

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
        """Look whether something was added; look again a little later, as tails without inotify do."""
        ended = self.pid and all(seen.pid != self.pid for seen in self.sys.processes())
        waiting = []
        for number, name in enumerate(self.names):
            if name != "-":
                self.look(number)
            if self.state["fds"][number] >= 0 and self.more(number):
                waiting.append(self.state["fds"][number])
        if ended:
            return int(self.state["code"])
        if not waiting and "-" in self.names:
            return int(self.state["code"])
        if not waiting and not self.retry:
            self.say("none")
            return 1
        return Wait(readable=tuple(fd for fd in waiting if fd == 0), until=self.sys.now + self.pause)

    def say(self, kind: str, *values: str) -> None:
        if text := WORDS[kind][self.busybox]:
            complain(self.sys, text.format(*values))

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
            self.state["marks"][number][1] += len(data)
            self.show(number, data)
        return True

    def look(self, number: int) -> None:
        """See what has become of a file: a shorter one is read from its beginning, another one of the same name is opened."""
        name, fd, (inode, position) = self.names[number], self.state["fds"][number], self.state["marks"][number]
        try:
            stat = self.sys.stat(name)
        except UnixError as error:
            if self.by_name and fd >= 0:
                self.say("gone", name, error.message)
                self.sys.close(fd)
                self.state["fds"][number] = -1
            return
        if str(stat.inode) == inode and fd >= 0:
            if stat.size < position:
                self.say("cut", name)
                self.reopen(number, inode)
        elif fd < 0 and self.retry:
            self.say("appeared" if not (self.busybox and inode) else "replaced", name)
            self.reopen(number, str(stat.inode))
        elif self.by_name and fd >= 0:
            self.more(number)
            self.say("replaced", name)
            self.reopen(number, str(stat.inode))

    def reopen(self, number: int, inode: str) -> None:
        """Read a file from its beginning."""
        if self.state["fds"][number] >= 0:
            self.sys.close(self.state["fds"][number])
        try:
            self.state["fds"][number] = self.sys.open(self.names[number], "r")
        except UnixError:
            self.state["fds"][number] = -1
        self.state["marks"][number] = [inode, 0]


def watched(sys: Sys, options: Options) -> int:
    """The process with whose end tail ends."""
    text = options.value("pid", "0")
    if not text.isdecimal():
        raise refuse(sys, f"invalid PID: '{text}'")
    return int(text[:9])


def interval(sys: Sys, options: Options) -> int:
    """How long to wait before looking again, in microseconds."""
    pause = duration(options.value("s", "1"))
    if pause is None:
        raise refuse(sys, f"invalid number of seconds: '{options.value('s')}'")
    return max(pause, SECOND // 10)


def useless(sys: Sys, options: Options) -> None:
    """Warn of options that mean something only to a tail that follows."""
    if not ("f" in options or "F" in options):
        if "retry" in options:
            complain(sys, "warning: --retry ignored; --retry is useful only when following")
        if "pid" in options:
            complain(sys, "warning: PID ignored; --pid=PID is useful only when following")


def tail(sys: Sys, dialect: Dialect) -> Step:
    """Print the end of the files."""
    words = sys.argv[1:]
    if words and words[0][:1] == "+" and words[0][1:].isdecimal():
        words = ["-n", *words]
    options = parse(sys, dialect, TAIL, old_style(words))
    if "tail" not in sys.state:
        useless(sys, options)
    return Tail(sys, dialect, options).run()
