"""System calls on processes and signals."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from simulator.runtime import namespaces
from simulator.runtime.file_calls import FileCalls
from simulator.runtime.limits import START_COST, START_DRAWN
from simulator.runtime.namespaces import as_seen_by
from simulator.runtime.proc_process import resident, state_letter
from simulator.runtime.processes import SIGNALS
from simulator.runtime.syscalls import Ended, Seen, UnixError
from simulator.runtime.tables import Data, copied
from simulator.runtime.trees import ROOT
from simulator.runtime.walk import capable

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


ENTERED = {"net": "net", "mnt": "space"}  # the namespaces that a process can join, and the field of its record


class ProcessCalls(FileCalls):
    """Children, signals, and who else is there."""

    def which(self, name: str) -> str:
        """The path of a program, looked up on PATH unless *name* has a slash."""
        return find_program(self, name, self.env.get("PATH", DEFAULT_PATH))

    def spawn(
        self,
        argv: Sequence[str],
        *,
        path: str | None = None,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        fds: Mapping[int, int] | None = None,
        group: int | None = None,
        uid: int | None = None,
        gid: int | None = None,
    ) -> int:
        """Start a program; its pid."""
        processes = self.machinery.processes
        program, loaded, words = processes.load(self.who(), path or self.which(argv[0]), list(argv))
        environment = dict(self.env if env is None else env)
        processes.check_arguments(words, environment)
        own: dict[str, Any] = {"program": program, "path": loaded, "argv": words, "env": environment}
        if cwd is not None:
            own["cwd"] = self.machinery.walker.find(self.process, cwd).path
        if uid is not None or gid is not None:
            self.may_set_user()
            own |= {"uid": self.uid if uid is None else uid, "gid": self.gid if gid is None else gid}
        ignored = {name: what for name, what in self.process["signals"].items() if what == "ignore"}
        child = self.child(
            START_COST, fds if fds is not None else {fd: fd for fd in (0, 1, 2)}, group, own | {"signals": ignored}
        )
        return processes.number_for(self.process, child)

    def fork(self, state: dict[str, Any], *, fds: Mapping[int, int] | None = None, group: int | None = None) -> int:
        """Start a child that is the same program with *state*; its pid."""
        own = {"state": copied(state), "signals": dict(self.process["signals"])}
        own |= {"argv": list(self.argv), "env": dict(self.env)}
        given = fds if fds is not None else {int(fd): int(fd) for fd in self.process["fds"]}
        child = self.child(START_COST // 2, given, group, own)
        return self.machinery.processes.number_for(self.process, child)

    def child(self, cost: int, fds: Mapping[int, int], group: int | None, own: dict[str, Any]) -> Data:
        """A new process of mine."""
        self.who()
        self.machinery.processes.check_room(self.process["host"], self.process["container"])
        self.machinery.processes.check_memory(own)
        self.charge(cost)
        self.drawn += START_DRAWN
        child = self.machinery.processes.born(self.process, delay=self.charged, parent=self.process["key"], **own)
        self.process["children"].append(child["key"])
        for number, mine in fds.items():
            key = self.process["fds"].get(str(mine))
            if key is not None:
                child["fds"][str(number)] = self.machinery.descriptors.share(key)
        if group is not None:
            child["group"] = group or child["npid"]
        return child

    def wait(self, pid: int | None = None) -> Ended | None:
        """Take leave of a child that has ended."""
        self.process.pop("news", None)
        child = self.machinery.processes.reap(self.process, pid)
        if child is None:
            return None
        number = self.machinery.processes.number_for(self.process, child)
        code, signal = child["end"]
        return Ended(number, code, signal or None)

    def may_set_user(self) -> None:
        """EPERM unless I may become somebody else."""
        if not capable(self.process, "SETUID"):
            raise UnixError("EPERM")

    def set_user(self, uid: int, gid: int, groups: tuple[int, ...] = ()) -> None:
        """Become somebody else."""
        self.may_set_user()
        self.process |= {"uid": uid, "gid": gid, "groups": list(groups)}

    def enter(self, pid: int, kind: str) -> None:
        """Join a namespace of another process."""
        tables, mine = self.machinery.tables, self.process
        target = self.machinery.processes.numbered(mine["ns"], pid)
        if target is None:
            raise UnixError("ESRCH")
        if not capable(mine, "SYS_ADMIN"):
            raise UnixError("EPERM")
        if namespaces.number(tables, target, kind) == namespaces.number(tables, mine, kind):
            return
        if kind not in ENTERED:
            raise UnixError("EINVAL")
        mine |= {ENTERED[kind]: target[ENTERED[kind]]} | ({"cwd": "/"} if kind == "mnt" else {})

    def set_root(self, path: str) -> None:
        """See the files from a node's root on."""
        place = self.machinery.walker.find(self.who(), path)
        if place.node["k"] != "d":
            raise UnixError("ENOTDIR")
        if not capable(self.process, "SYS_CHROOT"):
            raise UnixError("EPERM")
        if place.ino != ROOT or place.tree.name not in (self.process["host"], self.process["space"]):
            raise UnixError("EINVAL")
        self.process |= {"space": place.tree.name, "cwd": "/"}

    # --- signals
    def kill(self, pid: int, signal: str) -> None:
        """Send a signal; "0" only asks whether I could."""
        name = signal.removeprefix("SIG")
        if name not in SIGNALS and name != "0":
            raise UnixError("EINVAL")
        targets = self.targets(pid)
        tables = self.machinery.tables
        allowed = [one for one in targets if self.uid in (0, as_seen_by(tables, self.process, one)["uid"])]
        if not allowed:
            raise UnixError("EPERM" if targets else "ESRCH")
        for target in allowed if name != "0" else ():
            inside = target["ns"] == self.process["ns"]
            self.machinery.processes.signal(target, name, from_inside=inside)
        self.survive()

    def targets(self, pid: int) -> list[Data]:
        """The processes that a number, as kill(2) takes it, means."""
        processes = self.machinery.processes
        if pid > 0:
            one = processes.numbered(self.process["ns"], pid)
            return [one] if one is not None else []
        seen = processes.seen_from(self.process["ns"])
        if pid == -1:
            return [process for number, process in seen if number != 1 and process is not self.process]
        group = -pid or self.process["group"]
        return [process for _, process in seen if process["group"] == group and process["ns"] == self.process["ns"]]

    def set_signals(self, names: tuple[str, ...], action: str) -> None:
        """Remember what to do with signals."""
        for name in names:
            name = name.removeprefix("SIG")
            if name not in SIGNALS or name in ("KILL", "STOP"):
                raise UnixError("EINVAL")
            self.process["signals"].pop(name, None)
            if action:
                self.process["signals"][name] = action

    def catch(self, *signals: str) -> None:
        """These wake me from now on."""
        self.set_signals(signals, "catch")

    def ignore(self, *signals: str) -> None:
        """These do nothing from now on."""
        self.set_signals(signals, "ignore")

    def default(self, *signals: str) -> None:
        """These do what they do by default."""
        self.set_signals(signals, "")

    def take_signal(self) -> str | None:
        """The next caught signal."""
        return str(self.process["pending"].pop(0)) if self.process["pending"] else None

    # --- who is there
    def processes(self) -> list[Seen]:
        """All that my PID namespace shows."""
        seen = sorted(self.machinery.processes.seen_from(self.process["ns"]), key=lambda pair: pair[0])
        users = self.users()
        return [self.seen(number, process, users) for number, process in seen]

    def users(self) -> dict[int, str]:
        """Names of users, by number, from my own /etc/passwd."""
        try:
            return parse_users(self.machinery.files.read(self.process, "/etc/passwd"))
        except UnixError:
            return {}

    def seen(self, number: int, process: Data, users: dict[int, str]) -> Seen:
        """One process as ps shows it."""
        parent = self.machinery.tables.processes.get(process["parent"])
        tty = self.machinery.tables.io.get(process["tty"])
        uid = as_seen_by(self.machinery.tables, self.process, process)["uid"]
        return Seen(
            pid=number,
            ppid=self.machinery.processes.number_for(self.process, parent)
            if parent is not None
            else int(number != 1 and self.process["ns"] == self.machine),
            uid=uid,
            user=users.get(uid, str(uid)),
            argv=tuple(process["argv"]),
            state="R" if process is self.process else state_letter(process),
            started=process["started"],
            cpu=process["cpu"],
            tty=f"pts/{tty['pts']}" if tty is not None else "",
            memory=resident(process),
            session=process["session"],
        )


def find_program(calls: FileCalls, name: str, path: str) -> str:
    """Look a program up as execvp(3) does; ENOENT, or EACCES if what was found may not be run."""
    candidates = [name] if "/" in name else [f"{folder or '.'}/{name}" for folder in path.split(":")]
    found = "ENOENT"
    for candidate in candidates if name else ():
        try:
            place = calls.machinery.walker.find(calls.who(), candidate)
        except UnixError as error:
            found = "EACCES" if error.name == "EACCES" else found
            continue
        if place.node["k"] == "f" and calls.access(candidate, "x"):
            return candidate
        found = "EACCES" if place.node["k"] == "f" or "/" in name else found
    raise UnixError(found)


@lru_cache(maxsize=64)
def parse_users(passwd: bytes) -> dict[int, str]:
    """Names by number of a passwd(5) file."""
    rows = [line.split(":") for line in passwd.decode("utf-8", "replace").splitlines()]
    return {int(row[2]): row[0] for row in reversed(rows) if len(row) > 2 and row[2].isdecimal()}
