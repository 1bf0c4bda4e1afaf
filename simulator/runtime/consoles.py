"""The learner's terminals: what is typed at them, and what mode they are in."""

from typing import Any

from simulator.runtime.limits import TERMINAL_BURST
from simulator.runtime.machinery import Machinery
from simulator.runtime.syscalls import UnixError
from simulator.runtime.tables import Data
from simulator.runtime.walk import visitor

LOGIN_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
LOGIN = {
    "HOME": "/root",
    "USER": "root",
    "LOGNAME": "root",
    "SHELL": "/bin/bash",
    "TERM": "xterm-256color",
    "LANG": "C.UTF-8",
    "PATH": LOGIN_PATH,
}
SHELL = "/bin/bash"


def on_host(host: str) -> Data:
    """What a process of root's on a host inherits from nobody."""
    nothing = {"group": 0, "session": 0, "tty": "", "container": "", "bucket": ""}
    return visitor(host) | nothing | {"host": host, "ns": host, "net": host}


class Consoles:
    """The table `terminals`: {"tty", "host", "shell": process, "mode", "prompt", "echo"}."""

    def __init__(self, machinery: Machinery) -> None:
        self.machinery = machinery
        self.tables = machinery.tables
        machinery.processes.on_end["terminal"] = self.shell_ended

    def open(self, terminal: str, host: str, columns: int, rows: int) -> None:
        """Log in on a host; KeyError if there is no such host, ValueError if the terminal is open already."""
        if terminal in self.tables.terminals:
            raise ValueError(f"terminal {terminal} is open")
        self.tables.hosts[host]
        bucket = f"terminal:{terminal}"
        self.machinery.fairness.open(bucket, TERMINAL_BURST)
        tty = self.machinery.ttys.new(columns, rows, {"terminal": terminal}, place=host, bucket=bucket)
        shell = self.log_in(terminal, host, tty, bucket)
        self.tables.terminals[terminal] = {
            "tty": tty,
            "host": host,
            "shell": shell["key"],
            "mode": "",
            "prompt": "",
            "echo": True,
        }
        self.machinery.ttys.touch(self.tables.io[tty])

    def log_in(self, terminal: str, host: str, tty: str, bucket: str) -> Data:
        """Start the login shell."""
        machinery = self.machinery
        program, path, _ = machinery.processes.load(on_host(host), SHELL, [])
        origin = on_host(host) | {"tty": tty, "bucket": bucket}
        own: dict[str, Any] = {"program": program, "path": path, "cwd": "/root", "owner": f"terminal:{terminal}"}
        shell = machinery.processes.born(origin, delay=0, argv=["-bash"], env=dict(LOGIN), **own)
        shell |= {"group": shell["npid"], "session": shell["npid"]}
        self.tables.io[tty] |= {"foreground": shell["npid"], "ns": host}
        opened = machinery.descriptors.enter({"k": "tty", "io": tty})
        shell["fds"] = {"0": opened, "1": machinery.descriptors.share(opened), "2": machinery.descriptors.share(opened)}
        return shell

    def shell_ended(self, process: Data, terminal: str) -> None:
        """The login shell is gone: so is everything that was started at this terminal."""
        record = self.tables.terminals.get(terminal)
        if record is not None:
            self.machinery.ttys.hang_up(self.tables.io[record["tty"]])

    def close(self, terminal: str) -> None:
        """The learner closes the terminal: hang up."""
        record = self.tables.terminals.get(terminal)
        if record is None:
            return
        tty = self.tables.io[record["tty"]]
        shell = self.machinery.processes.live(record["shell"])
        if shell is not None:
            self.machinery.processes.signal(shell, "HUP")
            self.machinery.processes.signal(shell, "KILL")
        if not tty["hup"]:
            self.machinery.ttys.hang_up(tty)
        self.tell_modes()
        del self.tables.terminals[terminal]
        del self.tables.io[record["tty"]]
        self.machinery.fairness.close(f"terminal:{terminal}")

    def resize(self, terminal: str, columns: int, rows: int) -> None:
        """The learner's window has another size; inner terminals follow."""
        tty = self.tty(terminal)
        innermost = self.machinery.ttys.innermost(tty)
        for each in (tty, innermost) if innermost is not tty else (tty,):
            each |= {"columns": max(1, min(columns, 1000)), "rows": max(1, min(rows, 1000))}
            self.machinery.signal_tty(each, "WINCH")

    def tty(self, terminal: str) -> Data:
        """The tty of a terminal; KeyError."""
        return self.tables.io[self.tables.terminals[terminal]["tty"]]

    def line(self, terminal: str, text: str) -> None:
        """A whole line, edited and echoed where it was typed."""
        self.refresh(terminal)
        self.machinery.ttys.line(self.machinery.ttys.innermost(self.tty(terminal)), text)

    def keys(self, terminal: str, data: str) -> None:
        """Keys as typed."""
        self.refresh(terminal)
        self.machinery.ttys.keys(self.tty(terminal), data.encode("utf-8", "replace"))

    def refresh(self, terminal: str) -> None:
        """Somebody is there: what they start may compute again."""
        tty = self.tty(terminal)
        self.machinery.fairness.refresh(tty["bucket"])
        self.machinery.fairness.refresh(self.machinery.ttys.innermost(tty)["bucket"])

    # --- modes
    def tell_modes(self) -> None:
        """Tell of terminals whose mode, prompt or echo has changed in this step."""
        if not self.machinery.ttys.touched:
            return
        self.machinery.ttys.touched.clear()
        for name, record in self.tables.terminals.items():
            fresh = self.mode(record)
            if fresh != {key: record[key] for key in fresh}:
                record |= fresh
                self.machinery.world.tell("terminal", terminal=name, **fresh)

    def mode(self, record: Data) -> Data:
        """mode, prompt and echo of a terminal as `lab.py` describes them."""
        outer = self.tables.io[record["tty"]]
        if outer["hup"]:
            return {"mode": "closed", "prompt": "", "echo": True}
        tty = self.machinery.ttys.innermost(outer)
        if tty["edit"] is not None:
            return {"mode": "edit", "prompt": tty["edit"], "echo": tty["echo"]}
        if not self.has_reader(tty):
            return {"mode": "busy", "prompt": "", "echo": tty["echo"]}
        return {"mode": "line" if tty["canonical"] else "raw", "prompt": "", "echo": tty["echo"]}

    def has_reader(self, tty: Data) -> bool:
        """Whether a process of the foreground waits for input."""
        for key in tty["wait"]:
            process = self.machinery.processes.live(key)
            if (
                process is not None
                and process["wait"] is not None
                and process["group"] == tty["foreground"]
                and self.reads(process, tty)
            ):
                return True
        return False

    def reads(self, process: Data, tty: Data) -> bool:
        """Whether what a process waits for is input from this terminal."""
        for fd in process["wait"]["readable"]:
            opened = self.tables.open.get(process["fds"].get(str(fd), ""))
            if opened is not None and opened["k"] == "tty" and opened["io"] == tty["id"]:
                return True
        return False

    def all(self) -> dict[str, dict[str, Any]]:
        """Each open terminal: host, mode, prompt, echo, columns, rows, directory of its shell."""
        return {name: self.describe(record) for name, record in self.tables.terminals.items()}

    def describe(self, record: Data) -> dict[str, Any]:
        """One terminal."""
        tty = self.tables.io[record["tty"]]
        shell = self.machinery.processes.live(record["shell"])
        shown = {key: record[key] for key in ("host", "mode", "prompt", "echo")}
        return shown | {"columns": tty["columns"], "rows": tty["rows"], "cwd": shell["cwd"] if shell else "/"}

    def process_at(self, terminal: str) -> Data:
        """The login shell of a terminal, for completion; UnixError if it is gone."""
        shell = self.machinery.processes.live(self.tables.terminals[terminal]["shell"])
        if shell is None:
            raise UnixError("ESRCH")
        return shell
