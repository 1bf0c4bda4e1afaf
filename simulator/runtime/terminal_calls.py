"""System calls on terminals."""

from simulator.runtime.process_calls import ProcessCalls
from simulator.runtime.syscalls import UnixError
from simulator.runtime.tables import Data


class TerminalCalls(ProcessCalls):
    """What termios(3) offers, and what the learner's page adds."""

    def tty(self, fd: int) -> Data:
        """The terminal behind a descriptor; ENOTTY."""
        opened = self.machinery.descriptors.of(self.process, fd)
        if opened["k"] != "tty":
            raise UnixError("ENOTTY")
        return self.machinery.descriptors.io(opened)

    def isatty(self, fd: int) -> bool:
        """Whether a descriptor is a terminal."""
        key = self.process["fds"].get(str(fd))
        return key is not None and self.machinery.tables.open[key]["k"] == "tty"

    def tty_size(self, fd: int) -> tuple[int, int]:
        """Columns and rows."""
        tty = self.tty(fd)
        return tty["columns"], tty["rows"]

    def tty_mode(
        self, fd: int, *, canonical: bool | None = None, echo: bool | None = None, signals: bool | None = None
    ) -> dict[str, bool]:
        """Set what is given; how the terminal now is."""
        tty = self.tty(fd)
        wanted = {"canonical": canonical, "echo": echo, "signals": signals}
        tty |= {name: value for name, value in wanted.items() if value is not None}
        if any(value is not None for value in wanted.values()):
            self.machinery.ttys.touch(tty)
        return {name: tty[name] for name in wanted}

    def tty_foreground(self, fd: int, group: int | None = None) -> int:
        """Set (if given) and return the group that gets the terminal's signals and input."""
        tty = self.tty(fd)
        if group is not None:
            tty["foreground"], tty["ns"] = group, self.process["ns"]
            self.machinery.tables.wake_all(tty["wait"])
        return int(tty["foreground"])

    def tty_edit(self, fd: int, prompt: str) -> None:
        """Write a prompt and let the terminal's owner edit one line."""
        tty = self.tty(fd)
        self.send(fd, prompt.encode())
        tty["edit"] = prompt
        self.machinery.ttys.touch(tty)

    def tty_mirror(self, fd: int, inner: int | None) -> None:
        """Whoever sits at *fd* sits in truth at the terminal behind *inner*."""
        tty = self.tty(fd)
        tty["mirror"] = ""
        if inner is not None:
            tty["mirror"] = self.inner_tty(self.machinery.descriptors.of(self.process, inner))
            self.same_size(tty, self.machinery.tables.io.get(tty["mirror"]))
        self.machinery.ttys.touch(tty)

    def same_size(self, outer: Data, inner: Data | None) -> None:
        """The inner terminal is as large as the outer one."""
        size = {name: outer[name] for name in ("columns", "rows")}
        if inner is not None and size != {name: inner[name] for name in size}:
            inner |= size
            self.machinery.signal_tty(inner, "WINCH")

    def inner_tty(self, opened: Data) -> str:
        """The terminal that a channel leads to."""
        if opened["k"] in ("tty", "master"):
            return str(opened["io"])
        raise UnixError("ENOTTY")
