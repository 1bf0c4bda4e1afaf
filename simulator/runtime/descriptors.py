"""Open files of every kind, and how each is read, written, waited for and let go (Linux struct file_operations).

A record in `open` is {"k": kind, "refs": how many descriptors share it, ...}:
file (disk, ino, pos, r, w, a, path), dev (name), text (data, pos: a file made when it was opened), pipe (io, end),
tty (io), master (io: the other side of a tty), log (container, stream), sock (io, side), listen, watch, follow (io).
"""

from collections.abc import Callable

from simulator.kernel.world import World
from simulator.runtime import sysctls
from simulator.runtime.files import Files
from simulator.runtime.limits import DESCRIPTORS_MAX, FILE_MAX, MIB, PIPE_CAPACITY
from simulator.runtime.log_tree import read_on
from simulator.runtime.logs import Logs
from simulator.runtime.proc_fd import pipe_number
from simulator.runtime.sockets import Sockets
from simulator.runtime.streams import Streams, unread
from simulator.runtime.syscalls import UnixError
from simulator.runtime.tables import Data, Tables
from simulator.runtime.trees import piece, size_of
from simulator.runtime.ttys import Ttys
from simulator.runtime.walk import READ, WRITE, Place, allowed


class Descriptors:
    """The table `open`."""

    def __init__(
        self,
        tables: Tables,
        files: Files,
        streams: Streams,
        ttys: Ttys,
        logs: Logs,
        sockets: Sockets,
        watch_ready: Callable[[Data], bool],
    ) -> None:
        self.tables = tables
        self.world: World = tables.world
        self.files = files
        self.streams = streams
        self.ttys = ttys
        self.logs = logs
        self.sockets = sockets
        self.watch_ready = watch_ready
        self.readers: dict[str, Callable[[Data, int], bytes | None]] = {
            "file": self.read_file,
            "text": self.read_text,
            "log": lambda opened, limit: read_on(tables, opened, limit),
            "dev": self.read_device,
            "pipe": lambda opened, limit: streams.read(self.io(opened), limit),
            "tty": lambda opened, limit: ttys.read(self.io(opened), limit),
            "sock": lambda opened, limit: sockets.read(self.io(opened), opened["side"], limit),
            "follow": lambda opened, limit: logs.read(self.io(opened), limit),
        }
        self.writers: dict[str, Callable[[Data, bytes], int]] = {
            "file": self.write_file,
            "dev": self.write_device,
            "pipe": lambda opened, data: streams.write(self.io(opened), data),
            "tty": lambda opened, data: ttys.write(self.io(opened), data),
            "master": self.write_master,
            "sysctl": self.write_setting,
            "log": self.write_log,
            "sock": lambda opened, data: sockets.write(self.io(opened), opened["side"], data),
        }

    def io(self, opened: Data) -> Data:
        """The record that an open file stands for; EIO if it is gone."""
        io = self.tables.io.get(opened["io"])
        if io is None:
            raise UnixError("EIO")
        return io

    # --- numbers
    def of(self, process: Data, fd: int) -> Data:
        """The open file behind a descriptor; EBADF."""
        key = process["fds"].get(str(fd))
        if key is None:
            raise UnixError("EBADF")
        return self.tables.open[key]

    def enter(self, record: Data) -> str:
        """A new open file, held once; its key."""
        key = str(self.tables.number("open"))
        self.tables.open[key] = {**record, "refs": 1}
        return key

    def share(self, key: str) -> str:
        """One more descriptor for an open file."""
        self.tables.open[key]["refs"] += 1
        return key

    def give(self, process: Data, key: str, first: int = 0) -> int:
        """Put an open file on the lowest free descriptor."""
        fds = process["fds"]
        for fd in range(first, DESCRIPTORS_MAX):
            if str(fd) not in fds:
                fds[str(fd)] = key
                return fd
        self.release(key)
        raise UnixError("EMFILE")

    def close(self, process: Data, fd: int) -> None:
        """Let go of a descriptor; EBADF."""
        key = process["fds"].pop(str(fd), None)
        if key is None:
            raise UnixError("EBADF")
        self.release(key)

    def release(self, key: str) -> None:
        """One holder of an open file lets go; with the last it is closed."""
        opened = self.tables.open[key]
        opened["refs"] -= 1
        if opened["refs"] > 0:
            return
        del self.tables.open[key]
        kind = opened["k"]
        if kind == "file" and opened["disk"] in self.tables.disks:
            self.files.walker.disk(opened["disk"]).opened(opened["ino"], -1)
        elif kind in ("pipe", "master", "sock", "listen", "watch", "follow") and opened["io"] in self.tables.io:
            self.let_go(opened, self.tables.io[opened["io"]])

    def let_go(self, opened: Data, io: Data) -> None:
        """The last descriptor of a stream is closed."""
        kind = opened["k"]
        if kind == "pipe":
            self.streams.leave(opened["io"], opened["end"])
        elif kind == "master":
            self.ttys.hang_up(io)
        elif kind == "sock":
            self.sockets.close(opened["io"], opened["side"])
        elif kind == "listen":
            self.sockets.stop_listening(opened["io"])
        elif kind == "follow":
            self.logs.unfollow(opened["io"])
        else:
            self.tables.watches[io["watch"]["resource"]].remove(opened["io"])
            del self.tables.io[opened["io"]]

    # --- opening
    def open(self, who: Data, path: str, flags: str, mode: int) -> str:
        """Open a file by its path; the key in `open`."""
        writes = any(letter in flags for letter in "wax+")
        place = (
            self.files.for_writing(who, path, mode, exclusive="x" in flags)
            if any(letter in flags for letter in "wax")
            else self.files.walker.find(who, path)
        )
        node = place.node
        if "fd" in node:
            return self.again(node["fd"])
        if node["k"] == "d" and writes:
            raise UnixError("EISDIR")
        reads = "+" in flags or not writes
        if not allowed(who, node, READ * reads + WRITE * writes):
            raise UnixError("EACCES")
        if node["k"] == "c":
            return self.open_device(who, node["d"])
        if node["k"] == "p":
            return self.open_fifo(place, writes)
        if place.tree.virtual:
            return self.open_virtual(who, place, writes)
        return self.open_file(who, place, flags, reads=reads, writes=writes)

    def open_file(self, who: Data, place: Place, flags: str, *, reads: bool, writes: bool) -> str:
        """Open a regular file (or a directory, to hold it)."""
        tree = self.files.writable(who, place) if writes else self.files.walker.disk(place.tree.name)
        if "w" in flags:
            tree.store(place.ino, b"", self.world.unix)
        record = {
            "k": "file",
            "disk": tree.name,
            "ino": place.ino,
            "pos": 0,
            "r": reads,
            "w": writes,
            "a": "a" in flags,
            "path": place.path,
        }
        tree.opened(place.ino, 1)
        return self.enter(record)

    def open_virtual(self, who: Data, place: Place, writes: bool) -> str:
        """Open a file of /proc or /sys: its text as it is now."""
        if writes and "sysctl" in place.node:
            place_of = {"container": who.get("container", ""), "host": who["host"]}
            return self.enter({"k": "sysctl", "name": place.node["sysctl"], "path": place.path} | place_of)
        if writes:
            raise UnixError("EACCES")
        if "log" in place.node:
            return self.enter({"k": "log", "container": place.node["log"], "next": 0, "rest": b"", "path": place.path})
        return self.enter({"k": "text", "data": bytes(place.node.get("d") or b""), "pos": 0, "path": place.path})

    def again(self, where: list[str]) -> str:
        """Open what a process has open (/proc/self/fd/1)."""
        process = self.tables.processes.get(where[0])
        key = process["fds"].get(where[1]) if process else None
        if key is None:
            raise UnixError("ENOENT")
        return self.share(key)

    def open_device(self, who: Data, name: str) -> str:
        """Open a character device."""
        if name == "tty":
            io = who["tty"]
            if not io or io not in self.tables.io:
                raise UnixError("ENXIO", "No such device or address")
            return self.enter({"k": "tty", "io": io})
        return self.enter({"k": "dev", "name": name})

    def open_fifo(self, place: Place, writes: bool) -> str:
        """Open a named pipe. Unlike a real one it does not wait for the other end: who reads or writes does."""
        number = place.node["d"]
        if number not in self.tables.io:
            number = self.streams.new("pipe", buf=b"", readers=0, writers=0, named=True)
            self.files.walker.disk(place.tree.name).own(place.ino)["d"] = number
        io = self.tables.io[number]
        end = "writers" if writes else "readers"
        io[end] += 1
        io["used"] = io.get("used", False) or writes
        io["read"] = io.get("read", False) or not writes
        self.streams.stir(io)
        return self.enter({"k": "pipe", "io": number, "end": end})

    # --- reading and writing
    def read(self, process: Data, fd: int, limit: int) -> bytes | None:
        """What there is to read; b"" at the end; None if nothing is there yet."""
        opened = self.of(process, fd)
        reader = self.readers.get(opened["k"])
        if reader is None or opened.get("end") == "writers":
            raise UnixError("EBADF")
        return reader(opened, limit)

    def write(self, process: Data, fd: int, data: bytes) -> int:
        """How much of *data* was taken."""
        opened = self.of(process, fd)
        writer = self.writers.get(opened["k"])
        if writer is None or opened.get("end") == "readers":
            raise UnixError("EBADF")
        return writer(opened, data)

    def read_file(self, opened: Data, limit: int) -> bytes:
        """From the position on."""
        if not opened["r"]:
            raise UnixError("EBADF")
        node = self.files.walker.disk(opened["disk"]).node(opened["ino"])
        if node["k"] == "d":
            raise UnixError("EISDIR")
        data = piece(node, opened["pos"], min(limit, FILE_MAX))
        opened["pos"] += len(data)
        return data

    def read_text(self, opened: Data, limit: int) -> bytes:
        """From the position on."""
        data: bytes = opened["data"][opened["pos"] : opened["pos"] + limit]
        opened["pos"] += len(data)
        return data

    def write_file(self, opened: Data, data: bytes) -> int:
        """At the position, or at the end when appending."""
        if not opened["w"]:
            raise UnixError("EBADF")
        tree = self.files.walker.disk(opened["disk"])
        at = size_of(tree.node(opened["ino"])) if opened["a"] else opened["pos"]
        tree.write_at(opened["ino"], at, data, self.world.unix)
        opened["pos"] = at + len(data)
        return len(data)

    def read_device(self, opened: Data, limit: int) -> bytes:
        """What /dev has to say."""
        name = opened["name"]
        if name in ("zero", "full"):
            return bytes(min(limit, MIB))
        if name in ("random", "urandom"):
            count = min(limit, 4096)
            return b"".join(self.world.dice.bits().to_bytes(8, "little") for _ in range((count + 7) // 8))[:count]
        return b""

    def write_device(self, opened: Data, data: bytes) -> int:
        """/dev/full is full, the others swallow all."""
        if opened["name"] == "full":
            raise UnixError("ENOSPC")
        return len(data)

    def write_setting(self, opened: Data, data: bytes) -> int:
        """A kernel parameter takes its value at once."""
        sysctls.store(self.tables, opened, opened["name"], data)
        return len(data)

    def write_master(self, opened: Data, data: bytes) -> int:
        """Type on a terminal from its other side."""
        self.ttys.keys(self.io(opened), data)
        return len(data)

    def write_log(self, opened: Data, data: bytes) -> int:
        """Standard output of a container without a terminal."""
        self.logs.write(opened["container"], opened["stream"], data)
        return len(data)

    # --- waiting
    def readable(self, opened: Data) -> bool:
        """Whether a read (an accept, a read_event) would have an answer."""
        kind = opened["k"]
        io = self.tables.io.get(opened.get("io", ""))
        if io is None:
            return True
        if kind == "pipe":
            return bool(io["buf"]) or (io["writers"] == 0 and not (io.get("named") and not io["used"]))
        if kind == "tty":
            return bool(io["in"]) or io["hup"]
        if kind == "sock":
            return self.sockets.readable(io, opened["side"])
        if kind == "listen":
            return bool(io["queue"])
        if kind == "watch":
            return self.watch_ready(io)
        return self.logs.more(io) if kind == "follow" else True

    def writable(self, opened: Data) -> bool:
        """Whether a write would take something (or a connection is decided)."""
        kind = opened["k"]
        io = self.tables.io.get(opened.get("io", ""))
        if io is None:
            return True
        if kind == "pipe":
            return not unread(io) and (len(io["buf"]) < PIPE_CAPACITY or io["readers"] == 0)
        if kind == "tty":
            return self.ttys.room(io) > 0 or io["hup"]
        return self.sockets.writable(io, opened["side"]) if kind == "sock" else True

    def wait_on(self, process: Data, fd: int) -> None:
        """Wake *process* when something happens behind a descriptor."""
        io = self.tables.io.get(self.of(process, fd).get("io", ""))
        if io is not None and process["key"] not in io["wait"]:
            io["wait"].append(process["key"])

    def name(self, opened: Data) -> str:
        """What /proc/self/fd shows."""
        kind = opened["k"]
        if kind in ("file", "text"):
            return str(opened["path"])
        if kind == "dev":
            return f"/dev/{opened['name']}"
        if kind == "tty":
            return f"/dev/pts/{self.io(opened)['pts']}"
        if kind in ("log", "pipe", "follow", "master"):
            return f"pipe:[{pipe_number(opened)}]"
        return f"socket:[{opened['io']}]"
