"""Programs started for a client: in running containers (containerd CRI streaming) and on hosts (sshd); and clients that attach."""

from typing import Any

import msgspec

from simulator.runtime.consoles import LOGIN, SHELL, on_host
from simulator.runtime.containers import Containers
from simulator.runtime.cri_api import CriError
from simulator.runtime.limits import START_COST, TERMINAL_BURST
from simulator.runtime.machinery import Machinery
from simulator.runtime.start_errors import EXEC, NOT_RUNNING, find_command
from simulator.runtime.tables import Data

Loaded = tuple[str, str, list[str]]  # a program, its path, its arguments

OUTPUT_MAX = 16 * 1024
EXECS_KEPT = 200


class Execs:
    """The table `execs`: {"container" (empty on a host), "node", "uid", "process", "done", "code", "output", and a stream for
    each channel}."""

    def __init__(self, machinery: Machinery, containers: Containers) -> None:
        self.machinery = machinery
        self.tables = machinery.tables
        self.containers = containers

    # --- exec
    def start(self, number: str, argv: tuple[str, ...], *, tty: bool, stdin: bool) -> dict[str, Any]:
        """Start a program; CriError."""
        record = self.containers.find(number)
        first = self.machinery.processes.live(record["process"])
        if first is None:
            raise CriError(NOT_RUNNING.format(state=f"CONTAINER_{record['state'].upper()}"))
        name = self.machinery.world.dice.hex(64)
        who = self.containers.identity(record) | {"cwd": record["cwd"]}
        path, problem = find_command(self.machinery, who, argv[0] if argv else "", record["env"].get("PATH", ""))
        if problem:
            raise CriError(EXEC.format(id=name) + problem)
        loaded = self.machinery.processes.load(who, path, list(argv))
        return self.begin(name, record, (first, who), loaded, tty=tty, stdin=stdin)

    def visit(self, number: str, argv: tuple[str, ...]) -> str:
        """Start a program in a container that need not have it: how things look from there; the exec's id, or CriError."""
        record = self.containers.find(number)
        first = self.machinery.processes.live(record["process"])
        if first is None:
            raise CriError(NOT_RUNNING.format(state=f"CONTAINER_{record['state'].upper()}"))
        name = self.machinery.world.dice.hex(64)
        who = self.containers.identity(record) | {"cwd": "/"}
        loaded = (argv[0], f"/{argv[0]}", list(argv))
        self.begin(name, record, (first, who), loaded, tty=False, stdin=False)
        return name

    def begin(
        self, name: str, record: Data, where: tuple[Data, Data], loaded: Loaded, *, tty: bool, stdin: bool
    ) -> dict[str, Any]:
        """Enter the exec, start its process beside the container's first one, and connect it."""
        number = record["id"]
        self.tables.execs[name] = {
            "container": number,
            "node": record["node"],
            "uid": record["uid"],
            "done": False,
            "code": 0,
        }
        self.tables.execs[name]["output"] = b""
        process = self.launch(name, record, where, loaded, tty=tty)
        channels = self.connect(name, process, tty=tty, stdin=stdin)
        self.tables.execs[name] |= {"process": process["key"], "channels": dict(channels)}
        self.forget_old()
        return {"process": name, "channels": channels}

    def launch(self, name: str, record: Data, where: tuple[Data, Data], what: Loaded, *, tty: bool) -> Data:
        """The process, in the namespaces of the container."""
        (first, who), (program, loaded, words) = where, what
        bucket = f"exec:{name}"
        self.machinery.fairness.open(bucket, TERMINAL_BURST)
        origin = who | {"ns": first["ns"], "group": 0, "session": 0, "tty": "", "net": first["net"], "bucket": bucket}
        env = dict(record["env"]) | ({"TERM": "xterm"} if tty else {})
        own: dict[str, Any] = {"program": program, "path": loaded, "argv": words, "env": env, "owner": f"exec:{name}"}
        process = self.machinery.processes.born(origin, delay=START_COST, **own)
        process |= {"group": process["npid"], "session": process["npid"]}
        return process

    # --- log-ins
    def log_in(self, host: str, command: str, *, tty: bool) -> dict[str, str]:
        """Start root's shell on a host, for *command* or for lines; the streams by channel."""
        name = self.machinery.world.dice.hex(64)
        self.tables.execs[name] = {"container": "", "node": host, "uid": "", "done": False, "code": 0, "output": b""}
        self.tables.execs[name]["client"] = True
        bucket = f"exec:{name}"
        self.machinery.fairness.open(bucket, TERMINAL_BURST)
        origin = on_host(host) | {"bucket": bucket}
        program, path, _ = self.machinery.processes.load(origin, SHELL, [])
        argv = ["bash", "-c", command] if command else ["-bash"]
        env = {key: value for key, value in LOGIN.items() if tty or key != "TERM"}
        own: dict[str, Any] = {"program": program, "path": path, "cwd": LOGIN["HOME"], "owner": f"exec:{name}"}
        process = self.machinery.processes.born(origin, delay=START_COST, argv=argv, env=env, **own)
        process |= {"group": process["npid"], "session": process["npid"]}
        channels = self.connect(name, process, tty=tty, stdin=True)
        self.tables.execs[name] |= {"process": process["key"], "channels": dict(channels)}
        self.forget_old()
        return channels

    def connect(self, name: str, process: Data, *, tty: bool, stdin: bool) -> dict[str, str]:
        """Standard input, output and error, and the client's ends of them."""
        streams, descriptors = self.machinery.streams, self.machinery.descriptors
        channels = {"stdout": streams.pipe(), "status": streams.pipe()}
        if tty:
            io = self.machinery.ttys.new(
                80,
                24,
                {"pipe": channels["stdout"]},
                place=process["container"] or process["host"],
                bucket=process["bucket"],
            )
            self.tables.io[io] |= {"foreground": process["npid"], "ns": process["ns"]}
            self.tables.execs[name]["tty"] = io
            opened = descriptors.enter({"k": "tty", "io": io})
            process |= {"tty": io, "fds": {"0": opened, "1": descriptors.share(opened), "2": descriptors.share(opened)}}
            return channels | {"stdin": io}
        channels["stderr"] = streams.pipe()
        if stdin:
            channels["stdin"] = streams.pipe()
            source = descriptors.enter({"k": "pipe", "io": channels["stdin"], "end": "readers"})
        else:
            source = descriptors.enter({"k": "dev", "name": "null"})
        ends = [
            descriptors.enter({"k": "pipe", "io": channels[stream], "end": "writers"})
            for stream in ("stdout", "stderr")
        ]
        process["fds"] = {"0": source, "1": ends[0], "2": ends[1]}
        return channels

    def ended(self, process: Data, name: str) -> None:
        """The program is gone: tell the client, and the kubelet."""
        record = self.tables.execs.get(name)
        if record is None or record["done"]:
            return
        self.drain(record)
        record |= {"done": True, "code": process["end"][0]}
        channels = record.pop("channels", {})
        status = channels.get("status", "")
        if status in self.tables.io:
            self.machinery.streams.write(self.tables.io[status], exit_status(record["code"])) if self.tables.io[status][
                "readers"
            ] else None
            self.machinery.streams.leave(status, "writers")
        tty = self.tables.io.get(record.pop("tty", ""))
        if tty is not None:
            self.machinery.ttys.hang_up(tty)
            self.machinery.streams.leave(channels["stdout"], "writers") if channels[
                "stdout"
            ] in self.tables.io else None
            self.tables.io.pop(tty["id"])
        if not record.get("client"):
            self.abandon(channels)
        self.machinery.fairness.close(f"exec:{name}")
        if record["container"]:
            self.machinery.notify(record["node"], record["uid"])

    def abandon(self, channels: dict[str, str]) -> None:
        """Nobody holds the client's ends."""
        for channel, number in channels.items():
            if number in self.tables.io and self.tables.io[number]["k"] == "pipe":
                end = "writers" if channel == "stdin" else "readers"
                if self.tables.io[number][end]:
                    self.machinery.streams.leave(number, end)

    def taken(self, number: str) -> None:
        """A client holds an end of this stream: the output goes to it alone."""
        for record in self.tables.execs.values():
            if number in record.get("channels", {}).values():
                record["client"] = True

    def drain(self, record: Data) -> None:
        """Collect what a program without a client has written."""
        for stream in ("stdout", "stderr") if not record.get("client") else ():
            io = self.tables.io.get(record.get("channels", {}).get(stream, ""))
            if io is not None and io["buf"]:
                data = self.machinery.streams.read(io, OUTPUT_MAX) or b""
                record["output"] = (record["output"] + data)[:OUTPUT_MAX]

    def status(self, name: str) -> dict[str, Any] | None:
        """What `Cri.exec_status` tells."""
        record = self.tables.execs.get(name)
        if record is None:
            return None
        self.drain(record)
        return {"done": record["done"], "code": record["code"], "output": record["output"]}

    def kill(self, name: str) -> None:
        """KILL the program; nothing happens if it is gone."""
        record = self.tables.execs.get(name)
        process = self.machinery.processes.live(record["process"]) if record else None
        if process is not None:
            self.machinery.processes.signal(process, "KILL", from_inside=False)

    def forget_old(self) -> None:
        """Keep the newest of those that have ended."""
        done = [name for name, record in self.tables.execs.items() if record["done"]]
        for name in done[: max(len(done) - EXECS_KEPT, 0)]:
            del self.tables.execs[name]

    # --- attach
    def attach(self, number: str) -> dict[str, Any]:
        """Join the streams of process 1; CriError."""
        record = self.containers.find(number)
        if record["state"] != "running":
            raise CriError(
                f"rpc error: code = Unknown desc = failed to attach: container is in CONTAINER_{record['state'].upper()} state"
            )
        streams = self.machinery.streams
        attached: dict[str, list[str]] = record.setdefault("attached", {})
        channels = {}
        for stream in ("stdout",) if record["tty"] else ("stdout", "stderr"):
            channels[stream] = streams.pipe()
            attached.setdefault(stream, []).append(channels[stream])
        if record["tty"]:
            channels["stdin"] = record["terminal"]
        elif record.get("input") in self.tables.io:
            channels["stdin"] = record["input"]
            if not record["stdin_once"]:
                self.tables.io[record["input"]]["writers"] += 1
            else:
                record.pop("input")
        return {"channels": channels}


def exit_status(code: int) -> bytes:
    """The Status object with which a remote command ends (k8s.io/apimachinery remotecommand)."""
    if code == 0:
        return msgspec.json.encode({"metadata": {}, "status": "Success"})
    message = f"command terminated with non-zero exit code: exit status {code}"
    details = {"causes": [{"reason": "ExitCode", "message": str(code)}]}
    status = {"metadata": {}, "status": "Failure", "message": message, "reason": "NonZeroExitCode", "details": details}
    return msgspec.json.encode(status)
