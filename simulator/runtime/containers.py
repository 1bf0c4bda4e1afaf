"""Containers: made from an image and a config, started, watched, stopped (containerd's CRI plug-in and runc)."""

from collections.abc import Mapping
from typing import Any

from simulator.runtime import confinement
from simulator.runtime.container_specs import arguments, capabilities, environment
from simulator.runtime.cri_api import ContainerConfig, CriError
from simulator.runtime.images import Images
from simulator.runtime.limits import CONTAINER_BURST, START_COST
from simulator.runtime.logs import new_log
from simulator.runtime.machinery import Machinery
from simulator.runtime.processes import SIGNALS
from simulator.runtime.rootfs import Rootfs
from simulator.runtime.start_errors import CREATE, NO_COMMAND, find_command
from simulator.runtime.syscalls import Stat, UnixError
from simulator.runtime.tables import COMPONENT, Data, OfPods
from simulator.runtime.users import BadUser, identify
from simulator.runtime.walk import visitor

TERMINATION_MAX = 4096
START_ERROR = 128


class Containers:
    """The table `containers`; the fields of a record are made in `record`."""

    def __init__(self, machinery: Machinery, images: Images, rootfs: Rootfs) -> None:
        self.machinery = machinery
        self.tables = machinery.tables
        self.of_pods = OfPods(self.tables.containers)
        self.images = images
        self.rootfs = rootfs

    def find(self, container: str) -> Data:
        """The record; CriError if there is none."""
        record = self.tables.containers.get(container)
        if record is None:
            text = f'rpc error: code = NotFound desc = an error occurred when try to find container "{container}": not found'
            raise CriError(text)
        return record

    # --- making
    def create(self, sandbox: Data, config: ContainerConfig) -> str:
        """A container that has not been started; CriError."""
        found = self.images.look_up(sandbox["node"], config.image)
        if found is None:
            raise CriError(f'failed to get image from containerd "{config.image}": not found')
        number = self.machinery.world.dice.hex(64)
        self.check_target(number, config.target)
        confinement.check(self.machinery, sandbox["node"], config)
        brought = self.images.config(found[1])
        argv = arguments(config, brought)
        if not argv:
            raise CriError(NO_COMMAND.format(id=number))
        self.rootfs.images.lay_out(number, sandbox, config)
        aim = {"target": config.target} if config.target else {}
        self.tables.containers[number] = self.record(number, sandbox, config, found, brought) | {"argv": argv, **aim}
        self.of_pods.add(number)
        self.rootfs.make(number, sandbox, config, found[1])
        self.machinery.fairness.open(f"container:{number}", CONTAINER_BURST)
        return number

    def check_target(self, number: str, target: str) -> None:
        """CriError if the container whose processes are to be seen does not run."""
        state = self.tables.containers[target]["state"] if target in self.tables.containers else "unknown"
        if target and state != "running":
            about = f'container "{target}" is not running - in state CONTAINER_{state.upper()}'
            raise CriError(f'failed to generate container "{number}" spec: invalid target container: {about}')

    def record(
        self, number: str, sandbox: Data, config: ContainerConfig, found: tuple[str, Data], brought: Mapping[str, Any]
    ) -> Data:
        """What is remembered of a container."""
        full, image = found
        return {
            "id": number,
            "sandbox": sandbox["id"],
            "node": sandbox["node"],
            "uid": sandbox["uid"],
            "pod": sandbox["name"],
            "namespace": sandbox["namespace"],
            "name": config.name,
            "attempt": config.attempt,
            "state": "created",
            "created": self.machinery.world.unix,
            "started": 0,
            "finished": 0,
            "exit_code": 0,
            "reason": "",
            "message": "",
            "termination_log": b"",
            "termination_path": config.termination_path,
            "image": full,
            "image_id": f"{image['repository']}@{image['digest']}",
            "env": environment(config, brought, sandbox),
            "cwd": config.working_dir or brought.get("workdir") or "/",
            "user": config.user,
            "group": config.group,
            "user_name": config.user_name or str(brought.get("user") or ""),
            "groups": list(config.groups),
            "caps": None if config.privileged else capabilities(config),
            "no_new_privileges": config.no_new_privileges,
            "cpu_limit": config.cpu_limit,
            "memory_limit": config.memory_limit,
            "stdin": config.stdin,
            "stdin_once": config.stdin_once,
            "tty": config.tty,
            "stop_signal": str(brought.get("stop_signal") or "TERM").removeprefix("SIG"),
            "labels": dict(config.labels),
            "log": new_log(),
            "process": "",
            "oom": False,
            "cpu": 0,
            "window": [0, 0, 0],
            "problem": "",
        }

    # --- starting
    def start(self, number: str) -> None:
        """Start process 1; CriError, and then the container has ended with 128."""
        record = self.find(number)
        if record["state"] != "created":
            raise CriError(
                f"rpc error: code = Unknown desc = container is in CONTAINER_{record['state'].upper()} state"
            )
        self.check_hook(record)
        sandbox = self.tables.sandboxes[record["sandbox"]]
        try:
            who = self.identity(record)
        except BadUser as error:
            raise self.failed(record, f"unable to find user {error}: no matching entries in passwd file") from None
        if record["problem"]:
            raise self.failed(record, record["problem"])
        self.make_working_folder(record, who)
        path, problem = find_command(self.machinery, who, record["argv"][0], record["env"].get("PATH", ""))
        if problem:
            raise self.failed(record, problem)
        self.launch(record, sandbox, who, path)

    def check_hook(self, record: Data) -> None:
        """CriError while something keeps the node from preparing the start of a Pod's containers."""
        for fault in self.tables.outside.get("faults", ()):
            here = (
                fault.get("node", record["node"]) == record["node"] and fault.get("pod", record["pod"]) == record["pod"]
            )
            if fault["type"] == "pre-start-hook-error" and here:
                raise CriError(f"Internal PreStartContainer hook failed: {fault.get('message') or ''}")

    def failed(self, record: Data, text: str) -> CriError:
        """The container has ended before it began; what the runtime says."""
        message = CREATE + text
        record |= {"state": "exited", "exit_code": START_ERROR, "reason": "StartError", "message": message}
        record["finished"] = self.machinery.world.unix
        self.machinery.notify(record["node"], record["uid"], relist=True)
        return CriError(message)

    def identity(self, record: Data) -> Data:
        """Who processes of the container are, as the file system asks for it; BadUser."""
        who = visitor(record["id"])
        uid, gid, groups, home = identify(self.machinery.files, who, record)
        record["env"].setdefault("HOME", home)
        who |= {"uid": uid, "gid": gid, "groups": groups, "container": record["id"], "host": record["node"]}
        return who if record["caps"] is None else who | {"caps": list(record["caps"])}

    def read_file(self, number: str, path: str) -> bytes:
        """A file in the container's file system, read as root; UnixError."""
        return self.machinery.files.read(visitor(self.find(number)["id"]), path)

    def list_folder(self, number: str, path: str, most: int) -> list[tuple[str, Stat]]:
        """Path and stat of what is in a folder, at most *most*, seen as root; UnixError."""
        files, who = self.machinery.files, visitor(self.find(number)["id"])
        paths = [f"{path.rstrip('/')}/{name}" for name in files.listdir(who, path)[:most]]
        return [(each, files.stat(who, each, follow=False)) for each in paths]

    def make_working_folder(self, record: Data, who: Data) -> None:
        """runc makes the working directory if it is missing."""
        try:
            self.rootfs.target(visitor(record["id"]), record["cwd"], folder=True)
        except UnixError as error:
            raise self.failed(record, f"mkdir {record['cwd']}: {error.message.lower()}") from None
        who["cwd"] = record["cwd"]

    def launch(self, record: Data, sandbox: Data, who: Data, path: str) -> None:
        """Make process 1 (or, in a shared namespace, the container's first)."""
        ns = self.process_namespace(record, sandbox)
        program, loaded, argv = self.machinery.processes.load(who, path, list(record["argv"]))
        origin = who | {
            "ns": ns,
            "group": 0,
            "session": 0,
            "tty": "",
            "net": sandbox["net"],
            "bucket": f"container:{record['id']}",
        }
        own: dict[str, Any] = {"program": program, "path": loaded, "argv": argv, "env": dict(record["env"])}
        process = self.machinery.processes.born(origin, delay=START_COST, owner=f"container:{record['id']}", **own)
        process |= {"group": process["npid"], "session": process["npid"]}
        self.connect(record, process)
        record |= {"state": "running", "started": self.machinery.world.unix, "process": process["key"], "ns": ns}
        self.machinery.notify(record["node"], record["uid"], relist=True)

    def process_namespace(self, record: Data, sandbox: Data) -> str:
        """Whose processes the container sees: those of its Pod, of the container it is aimed at, or its own."""
        if sandbox["shares_processes"]:
            return str(sandbox["ns"])
        target = self.tables.containers.get(record.get("target", ""))
        return str(target["ns"]) if target else f"container:{record['id']}"

    def connect(self, record: Data, process: Data) -> None:
        """Standard input, output and error of process 1."""
        descriptors = self.machinery.descriptors
        if record["tty"]:
            bucket = process["bucket"]
            tty = self.machinery.ttys.new(80, 24, {"container": record["id"]}, place=record["id"], bucket=bucket)
            self.tables.io[tty] |= {"foreground": process["npid"], "ns": process["ns"]}
            opened = descriptors.enter({"k": "tty", "io": tty})
            process |= {
                "tty": tty,
                "fds": {"0": opened, "1": descriptors.share(opened), "2": descriptors.share(opened)},
            }
            record["terminal"] = tty
            return
        if record["stdin"]:
            record["input"] = self.machinery.streams.pipe()
            first = descriptors.enter({"k": "pipe", "io": record["input"], "end": "readers"})
        else:
            first = descriptors.enter({"k": "dev", "name": "null"})
        logs = [
            descriptors.enter({"k": "log", "container": record["id"], "stream": name}) for name in ("stdout", "stderr")
        ]
        process["fds"] = {"0": first, "1": logs[0], "2": logs[1]}

    # --- ending
    def ended(self, process: Data, number: str) -> None:
        """Process 1 is gone: so is all the rest of the container."""
        record = self.tables.containers.get(number)
        if record is None or record["state"] != "running":
            return
        code, _ = process["end"]
        record |= {"state": "exited", "exit_code": code, "finished": self.machinery.world.unix, "process": ""}
        record["reason"] = "OOMKilled" if record["oom"] else "Completed" if code == 0 else "Error"
        for other in self.machinery.processes.of_container(number):
            self.machinery.processes.end(other, 137, "KILL")
        record["termination_log"] = self.last_words(record)
        self.machinery.logs.close(number)
        self.hang_up(record)
        self.machinery.notify(record["node"], record["uid"], relist=True)

    def last_words(self, record: Data) -> bytes:
        """What the container wrote for whoever asks why it ended."""
        try:
            return self.machinery.files.read(visitor(record["id"]), record["termination_path"])[:TERMINATION_MAX]
        except UnixError:
            return b""

    def hang_up(self, record: Data) -> None:
        """Close what clients hold of the container's streams."""
        for pipes in record.pop("attached", {}).values():
            for pipe in pipes:
                if pipe in self.tables.io:
                    self.machinery.streams.leave(pipe, "writers")
        tty = self.tables.io.get(record.pop("terminal", ""))
        if tty is not None:
            self.machinery.ttys.hang_up(tty)
            self.tables.io.pop(tty["id"])
        pipe = record.pop("input", "")
        if pipe in self.tables.io:
            self.machinery.streams.leave(pipe, "writers")

    def stop(self, number: str, grace: int) -> None:
        """Ask process 1 to end, and kill it when *grace* microseconds are over."""
        record = self.tables.containers.get(number)
        process = self.machinery.processes.live(record["process"]) if record else None
        if record is None or process is None:
            return
        if grace <= 0:
            self.kill(number)
            return
        name = record["stop_signal"]
        self.machinery.processes.signal(process, name if name in SIGNALS else "TERM", from_inside=False)
        self.machinery.world.agenda.wake(COMPONENT, f"kill:{number}/{record['process']}", after=grace)

    def grace_over(self, key: str) -> None:
        """The grace period of a stop is over."""
        number, _, process = key.partition("/")
        record = self.tables.containers.get(number)
        if record is not None and record["process"] == process:
            self.kill(number)

    def kill(self, number: str) -> None:
        """KILL process 1."""
        process = self.machinery.processes.live(self.tables.containers[number]["process"])
        if process is not None:
            self.machinery.processes.signal(process, "KILL", from_inside=False)

    def remove(self, number: str) -> None:
        """Forget a container; one that runs is killed first."""
        if number not in self.tables.containers:
            return
        self.kill(number)
        for exec_ in [key for key, record in self.tables.execs.items() if record["container"] == number]:
            del self.tables.execs[exec_]
        self.machinery.fairness.close(f"container:{number}")
        self.tables.counters.pop(f"pid:container:{number}", None)
        self.rootfs.let_go(number)
        self.of_pods.remove(number)
        del self.tables.containers[number]

    # --- looking
    def describe(self, record: Data) -> dict[str, Any]:
        """One container as the runtime shows it."""
        shown = ("id", "name", "attempt", "state", "created", "started", "finished", "exit_code", "reason", "message")
        more = ("image", "image_id", "termination_log", "sandbox", "uid", "pod", "namespace", "labels")
        limits = {name: record[f"{name}_limit"] for name in ("cpu", "memory")}
        return {name: record[name] for name in shown + more} | {"user": user_of(record), "limits": limits}

    def list(self, node: str, uid: str) -> list[dict[str, Any]]:
        """Containers of a node, of one Pod if *uid* is given."""
        return [self.describe(record) for record in self.of_pods.find(node, uid)]


def user_of(record: Data) -> dict[str, Any]:
    """Who process 1 runs as."""
    return {"uid": record["user"] or 0, "gid": record["group"] or 0, "groups": record["groups"]}
