"""The process table of all machines: birth, signals, death, and who buries whom (Linux fork, exec, exit, pid namespaces).

A process is a record: key (`node/pid`), host, pid (as the node counts), ns and npid (as its PID namespace counts), parent,
children, group, session, tty, container, owner (who is told of its end, if no parent waits), program, path, argv, env, cwd,
space, net, umask, uid, gid, groups, state, fds (number -> key in `open`), wait (what it waits for, or None), signals (name ->
`catch` or `ignore`), pending, stopped, end ([code, signal] of a zombie), started, cpu, at (not before then), out, memory, bucket.
"""

from collections.abc import Callable
from typing import Any

from simulator.runtime.limits import (
    ARGUMENTS_MAX,
    COPIES_MAX,
    LIGHT,
    PROCESSES_PER_CONTAINER,
    PROCESSES_PER_HOST,
    START_COST,
)
from simulator.runtime.syscalls import UnixError
from simulator.runtime.tables import Data, Tables, bulk
from simulator.runtime.walk import EXECUTE, Walker, allowed

SIGNALS = {
    "HUP": 1,
    "INT": 2,
    "QUIT": 3,
    "ILL": 4,
    "TRAP": 5,
    "ABRT": 6,
    "BUS": 7,
    "FPE": 8,
    "KILL": 9,
    "USR1": 10,
    "SEGV": 11,
    "USR2": 12,
    "PIPE": 13,
    "ALRM": 14,
    "TERM": 15,
    "CHLD": 17,
    "CONT": 18,
    "STOP": 19,
    "TSTP": 20,
    "TTIN": 21,
    "TTOU": 22,
    "URG": 23,
    "WINCH": 28,
    "IO": 29,
    "PWR": 30,
}
HARMLESS = ("CHLD", "URG", "WINCH", "CONT")
STOPPING = ("STOP", "TSTP", "TTIN", "TTOU")
UNSTOPPABLE = ("KILL", "STOP")
REAPERS = ("pause", "init")
INTERPRETERS_MAX = 4
INHERITED = (
    "host",
    "ns",
    "group",
    "session",
    "tty",
    "container",
    "cwd",
    "space",
    "net",
    "umask",
    "uid",
    "gid",
    "bucket",
)


class Processes:
    """The table `processes`. *release*(key in `open`) lets go of an open file; `on_end` tells owners of the end of theirs."""

    def __init__(self, tables: Tables, walker: Walker, release: Callable[[str], None]) -> None:
        self.tables = tables
        self.walker = walker
        self.release = release
        self.on_end: dict[str, Callable[[Data, str], None]] = {}
        self.numbers: dict[tuple[str, int], str] = {}
        self.members: dict[str, dict[str, None]] = {}
        self.by_container: dict[str, dict[str, None]] = {}
        self.by_host: dict[str, int] = {}
        for process in tables.processes.values():
            self.index(process)

    def index(self, process: Data) -> None:
        """Make a process findable."""
        self.numbers[process["ns"], process["npid"]] = process["key"]
        self.members.setdefault(process["ns"], {})[process["key"]] = None
        self.by_host[process["host"]] = self.by_host.get(process["host"], 0) + 1
        if process["container"]:
            self.by_container.setdefault(process["container"], {})[process["key"]] = None

    def forget(self, process: Data) -> None:
        """The last trace of a process goes."""
        del self.tables.processes[process["key"]]
        del self.numbers[process["ns"], process["npid"]]
        self.by_host[process["host"]] -= 1
        del self.members[process["ns"]][process["key"]]
        if not self.members[process["ns"]]:
            del self.members[process["ns"]]
        if process["container"]:
            self.by_container[process["container"]].pop(process["key"], None)
            if not self.by_container[process["container"]]:
                del self.by_container[process["container"]]

    # --- finding
    def live(self, key: str) -> Data | None:
        """The process, unless it is gone or a zombie."""
        process = self.tables.processes.get(key)
        return process if process is not None and process["end"] is None else None

    def of_container(self, container: str) -> list[Data]:
        """The processes in a container, zombies included."""
        return [self.tables.processes[key] for key in self.by_container.get(container, ())]

    def of_host(self, host: str) -> list[Data]:
        """The living processes of a host's own namespace."""
        found = (self.tables.processes[key] for key in self.members.get(host, ()))
        return [process for process in found if process["end"] is None]

    def seen_from(self, ns: str) -> list[tuple[int, Data]]:
        """What the PID namespace *ns* shows: number there, process. A host's own namespace shows all that run on it."""
        if ns in self.tables.hosts:
            return [(process["pid"], process) for process in self.tables.processes.values() if process["host"] == ns]
        return [(self.tables.processes[key]["npid"], self.tables.processes[key]) for key in self.members.get(ns, ())]

    def numbered(self, ns: str, pid: int) -> Data | None:
        """The process that has this number in *ns*."""
        if ns in self.tables.hosts:
            return self.tables.processes.get(f"{ns}/{pid}")
        key = self.numbers.get((ns, pid))
        return self.tables.processes[key] if key else None

    # --- birth
    def load(self, who: Data, path: str, argv: list[str], depth: int = 0) -> tuple[str, str, list[str]]:
        """What running the file at *path* comes to: program, its path, arguments; ENOENT, EACCES, ENOEXEC, EISDIR."""
        place = self.walker.find(who, path)
        node = place.node
        if node["k"] != "f" or not allowed(who, node, EXECUTE):
            raise UnixError("EACCES")
        if "p" in node:
            return node["p"], place.path, argv
        if not node["d"].startswith(b"#!") or depth >= INTERPRETERS_MAX:
            raise UnixError("ENOEXEC")
        words = node["d"][2:].split(b"\n")[0].decode("utf-8", "replace").split(None, 1)
        if not words:
            raise UnixError("ENOEXEC")
        return self.load(who, words[0], [words[0], *(word.strip() for word in words[1:]), path, *argv[1:]], depth + 1)

    def check_room(self, host: str, container: str) -> None:
        """EAGAIN when a container or a host has too many processes."""
        if len(self.by_container.get(container, ())) >= PROCESSES_PER_CONTAINER if container else False:
            raise UnixError("EAGAIN")
        if self.by_host.get(host, 0) >= PROCESSES_PER_HOST:
            raise UnixError("EAGAIN")

    def check_memory(self, own: dict[str, Any]) -> None:
        """ENOMEM when all processes together hold too much; notes what the one that is to be born brings with it."""
        mass = bulk(own.get("state", {})) + bulk(own["env"]) + bulk(own["argv"])
        if mass <= LIGHT:
            return
        held = sum(each.get("bulk", 0) for each in self.tables.processes.values())
        if held + mass > COPIES_MAX:
            raise UnixError("ENOMEM")
        own["bulk"] = mass

    def born(self, origin: Data, *, delay: int = START_COST, quiet: bool = False, **own: Any) -> Data:
        """A new process: what a child takes over from *origin*, and *own* fields over it; it runs in *delay* microseconds,
        or, *quiet*, only when a signal comes."""
        self.check_room(str(own.get("host", origin["host"])), str(own.get("container", origin["container"])))
        process = {field: origin[field] for field in INHERITED} | {
            "groups": list(origin["groups"]),
            "parent": "",
            "children": [],
            "owner": "",
            "program": origin.get("program", ""),
            "path": origin.get("path", ""),
            "argv": [],
            "env": {},
            "state": {},
            "fds": {},
            "wait": None,
            "signals": {},
            "pending": [],
            "stopped": False,
            "end": None,
            "started": self.tables.world.now,
            "cpu": 0,
            "at": self.tables.world.now + delay,
            "out": {},
            "memory": 0,
        }
        if "caps" in origin:
            process["caps"] = list(origin["caps"])
        process |= own
        self.number(process)
        self.index(process)
        if quiet:
            process["wait"] = {"readable": [], "writable": [], "until": None, "child": False}
        else:
            self.tables.wake(process["key"], delay)
        return process

    def number(self, process: Data) -> None:
        """Give a process its numbers and its place in the table."""
        process["pid"] = self.tables.number(f"pid:{process['host']}")
        at_home = process["ns"] == process["host"]
        process["npid"] = process["pid"] if at_home else self.tables.number(f"pid:{process['ns']}")
        process["key"] = f"{process['host']}/{process['pid']}"
        self.tables.processes[process["key"]] = process

    def check_arguments(self, argv: list[str], env: dict[str, str]) -> None:
        """E2BIG if arguments and environment together are too long."""
        if sum(map(len, argv)) + sum(len(name) + len(value) for name, value in env.items()) > ARGUMENTS_MAX:
            raise UnixError("E2BIG")

    # --- signals
    def signal(self, process: Data, name: str, *, from_inside: bool = True) -> None:
        """Deliver a signal. Process 1 of a namespace is immune to what it does not catch, but for KILL and STOP from outside."""
        if process["end"] is not None:
            return
        self.tell(process, name)
        if name == "CONT" and process["stopped"]:
            process["stopped"] = False
            self.tables.wake(process["key"])
        action = "" if name in UNSTOPPABLE else process["signals"].get(name, "")
        if action == "catch":
            if name not in process["pending"]:
                process["pending"].append(name)
            self.tables.wake(process["key"])
        elif action != "ignore" and name not in HARMLESS:
            immune = process["npid"] == 1 and (from_inside or name not in UNSTOPPABLE)
            if not immune:
                self.default_action(process, name)

    def tell(self, process: Data, name: str) -> None:
        """Let the outside see a signal to the first process of a container."""
        record = self.tables.containers.get(process["container"])
        if record is not None and record["process"] == process["key"] and name not in HARMLESS:
            about = {key: record[key] for key in ("namespace", "pod", "attempt")}
            self.tables.world.tell("signal", **about, container=record["name"], signal=name)

    def default_action(self, process: Data, name: str) -> None:
        """What a signal does that is neither caught nor ignored."""
        if name not in STOPPING:
            self.end(process, 128 + SIGNALS[name], name)
            return
        process["stopped"] = True
        parent = self.live(process["parent"])
        if parent is not None:
            parent["news"] = True
            self.tables.wake(parent["key"])

    def signal_group(self, ns: str, group: int, name: str) -> int:
        """Signal all of a process group; how many there were."""
        members = [process for _, process in self.seen_from(ns) if process["ns"] == ns and process["group"] == group]
        for process in members:
            self.signal(process, name)
        return len(members)

    # --- death
    def end(self, process: Data, code: int, signal: str = "") -> None:
        """A process ends: its files are closed, its children go to process 1, its parent hears of it."""
        if process["end"] is not None:
            return
        process["end"] = [code & 0xFF, signal]
        process |= {"stopped": False, "wait": None, "pending": [], "state": {}, "out": {}, "memory": 0, "env": {}}
        fds, process["fds"] = process["fds"], {}
        for opened in fds.values():
            self.release(opened)
        self.bequeath(process)
        if process["npid"] == 1 and process["ns"] not in self.tables.hosts:
            self.end_namespace(process["ns"])
        self.mourn(process)

    def end_namespace(self, ns: str) -> None:
        """Without its process 1 a PID namespace cannot be."""
        for key in list(self.members.get(ns, ())):
            other = self.live(key)
            if other is not None:
                self.end(other, 137, "KILL")

    def bequeath(self, process: Data) -> None:
        """Children get process 1 of the namespace as their parent; dead ones, whom nobody waits for there, are forgotten."""
        heir = self.numbered(process["ns"], 1)
        children, process["children"] = process["children"], []
        for key in children:
            child = self.tables.processes.get(key)
            if child is None:
                continue
            if heir is None or heir["end"] is not None or heir["program"] in REAPERS or heir is process:
                child["parent"] = heir["key"] if heir is not None and heir is not process else ""
                if child["end"] is not None:
                    self.forget(child)
            else:
                child["parent"] = heir["key"]
                heir["children"].append(key)
                self.tables.wake(heir["key"])

    def mourn(self, process: Data) -> None:
        """Tell who must know; a process nobody waits for is forgotten at once."""
        parent = self.live(process["parent"])
        if parent is None or parent["program"] in REAPERS or process["key"] not in parent["children"]:
            self.forget(process)
        else:
            self.signal(parent, "CHLD")
            self.tables.wake(parent["key"])
        kind, _, name = process["owner"].partition(":")
        if kind:
            self.on_end[kind](process, name)

    def reap(self, parent: Data, pid: int | None) -> Data | None:
        """The record of a dead child, which is then forgotten; None if none is dead; ECHILD if there is no such child."""
        children = [self.tables.processes[key] for key in parent["children"] if key in self.tables.processes]
        if pid is not None:
            children = [child for child in children if self.number_for(parent, child) == pid]
        if not children:
            raise UnixError("ECHILD")
        for child in children:
            if child["end"] is not None:
                parent["children"].remove(child["key"])
                self.forget(child)
                return child
        return None

    def number_for(self, viewer: Data, process: Data) -> int:
        """The number under which *viewer* knows *process*; 0 if it does not."""
        if viewer["ns"] == viewer["host"]:
            return int(process["pid"])
        return int(process["npid"]) if process["ns"] == viewer["ns"] else 0
