"""System calls on paths and file descriptors."""

from typing import Any

from simulator.runtime.calls import Calls
from simulator.runtime.limits import NOMINAL_DISK, WRITE_COST, WRITE_DRAWN
from simulator.runtime.mount_table import Row, mount_table
from simulator.runtime.syscalls import Stat, UnixError


class FileCalls(Calls):
    """Files by path, and descriptors."""

    def dirty(self, path: str) -> None:
        """A file of the host was changed: the page may want to know."""
        if not self.process["container"]:
            place = self.machinery.walker.look(self.process, path, follow=False)
            if not place.tree.virtual:
                self.machinery.dirty[self.machine, place.path] = None

    # --- by path
    def read_file(self, path: str) -> bytes:
        """The whole content; of what is open already (/dev/fd/63) as much as can be read now."""
        place = self.machinery.walker.find(self.who(), path)
        if "fd" not in place.node:
            return self.machinery.files.read(self.who(), path)
        fd, parts = self.open(path, "r"), []
        while data := self.read(fd):
            parts.append(data)
        self.close(fd)
        return b"".join(parts)

    def write_file(self, path: str, data: bytes, *, append: bool = False, mode: int = 0o666) -> None:
        """Replace the content, or add to it."""
        place = self.machinery.walker.look(self.who(), path)
        if place.ino and place.node["k"] != "f":
            fd = self.open(path, "a")
            self.write(fd, data)
            self.close(fd)
            return
        self.machinery.files.write(self.who(), path, data, append=append, mode=mode)
        self.dirty(path)

    def stat(self, path: str, *, follow: bool = True) -> Stat:
        """What stat(2) tells."""
        return self.machinery.files.stat(self.who(), path, follow)

    def exists(self, path: str) -> bool:
        """Whether something is there."""
        try:
            self.machinery.walker.find(self.who(), path)
        except UnixError:
            return False
        return True

    def access(self, path: str, mode: str) -> bool:
        """Whether I may."""
        return self.machinery.files.access(self.who(), path, mode)

    def listdir(self, path: str) -> list[str]:
        """Sorted names."""
        return self.machinery.files.listdir(self.who(), path)

    def realpath(self, path: str) -> str:
        """The canonical path."""
        return self.machinery.walker.find(self.who(), path).path

    def mkdir(self, path: str, mode: int = 0o777) -> None:
        """Make a directory."""
        self.machinery.files.mkdir(self.who(), path, mode)
        self.dirty(path)

    def rmdir(self, path: str) -> None:
        """Take an empty directory away."""
        self.machinery.files.rmdir(self.who(), path)
        self.dirty(path)

    def unlink(self, path: str) -> None:
        """Take a file away."""
        self.machinery.files.unlink(self.who(), path)
        self.dirty(path)

    def rename(self, old: str, new: str) -> None:
        """Move."""
        self.machinery.files.rename(self.who(), old, new)
        self.dirty(old)
        self.dirty(new)

    def symlink(self, target: str, path: str) -> None:
        """Make a symbolic link."""
        self.machinery.files.symlink(self.who(), target, path)
        self.dirty(path)

    def link(self, old: str, new: str) -> None:
        """Give a file one more name."""
        self.machinery.files.link(self.who(), old, new)
        self.dirty(new)

    def mkfifo(self, path: str, mode: int = 0o666) -> None:
        """Make a named pipe."""
        self.machinery.files.mkfifo(self.who(), path, mode)
        self.dirty(path)

    def truncate(self, path: str, size: int) -> None:
        """Cut a file off, or let zeros follow."""
        self.machinery.files.truncate(self.who(), path, size)
        self.dirty(path)

    def chmod(self, path: str, mode: int) -> None:
        """Change permission bits."""
        self.machinery.files.chmod(self.who(), path, mode)

    def chown(self, path: str, uid: int, gid: int) -> None:
        """Change owner and group."""
        self.machinery.files.chown(self.who(), path, uid, gid)

    def utime(self, path: str, mtime: int | None = None) -> None:
        """Set the time of the last change."""
        self.machinery.files.utime(self.who(), path, mtime)

    def mounts(self) -> list[dict[str, Any]]:
        """What is mounted here."""
        tables, space = self.machinery.tables, self.process["space"]
        memory = int(tables.hosts[self.process["host"]]["memory"])
        rows = mount_table(tables.spaces[space], tables.disks, tables.containers.get(space), memory)
        return [self.mount_row(row) for row in rows]

    def mount_row(self, row: Row) -> dict[str, Any]:
        """One mount, with nominal sizes."""
        size, used = row.size, 0
        if row.mount:
            size = size or (NOMINAL_DISK if row.device.startswith("/dev/") else 0)
            disk = self.machinery.tables.disks.get(row.mount.get("disk", ""), {})
            of_node = size >= NOMINAL_DISK
            used = self.machinery.usage.disk_used(self.process["host"]) if of_node else disk.get("used", 0)
        return {
            "device": row.device,
            "path": row.path,
            "type": row.type,
            "options": row.options,
            "size": size,
            "used": used,
        }

    # --- file descriptors
    def open(self, path: str, flags: str, mode: int = 0o666) -> int:
        """Open a file; its descriptor."""
        descriptors = self.machinery.descriptors
        fd = descriptors.give(self.process, descriptors.open(self.who(), path, flags, mode))
        if "w" in flags or "a" in flags or "x" in flags:
            self.dirty(path)
        return fd

    def read(self, fd: int, limit: int = 65536) -> bytes | None:
        """What there is; b"" at the end; None if nothing is there yet."""
        descriptors = self.machinery.descriptors
        opened = descriptors.of(self.process, fd)
        if opened["k"] == "tty" and self.in_background(opened["io"]):
            self.machinery.processes.signal_group(self.process["ns"], self.process["group"], "TTIN")
            self.survive()
            return None
        return descriptors.read(self.process, fd, limit)

    def in_background(self, io: str) -> bool:
        """Whether another group of my session has the terminal."""
        tty = self.machinery.tables.io.get(io)
        if tty is None or io != self.process["tty"] or tty["ns"] != self.process["ns"]:
            return False
        return tty["foreground"] not in (0, self.process["group"])

    def write(self, fd: int, data: bytes) -> int:
        """How many bytes were taken."""
        opened = self.machinery.descriptors.of(self.process, fd)
        self.charge(WRITE_COST)
        self.drawn += WRITE_DRAWN
        if opened["k"] == "file" and not self.process["container"]:
            self.machinery.dirty[self.machine, opened["path"]] = None
        try:
            return self.machinery.descriptors.write(self.process, fd, data)
        except UnixError as error:
            if error.name == "EPIPE":
                self.machinery.processes.signal(self.process, "PIPE")
                self.survive()
            raise

    def close(self, fd: int) -> None:
        """Let go of a descriptor, and of what was still to be sent to it."""
        self.process["out"].pop(str(fd), None)
        self.machinery.descriptors.close(self.process, fd)

    def dup(self, fd: int, onto: int | None = None) -> int:
        """A second descriptor for the same open file."""
        descriptors = self.machinery.descriptors
        descriptors.of(self.process, fd)
        key = descriptors.share(self.process["fds"][str(fd)])
        if onto is None:
            return descriptors.give(self.process, key)
        if not 0 <= onto < 1024:
            descriptors.release(key)
            raise UnixError("EBADF")
        if str(onto) in self.process["fds"]:
            descriptors.close(self.process, onto)
        self.process["fds"][str(onto)] = key
        return onto

    def pipe(self) -> tuple[int, int]:
        """A pipe: the end to read from, the end to write to."""
        descriptors = self.machinery.descriptors
        io = self.machinery.streams.pipe()
        reader = descriptors.give(self.process, descriptors.enter({"k": "pipe", "io": io, "end": "readers"}))
        writer = descriptors.give(self.process, descriptors.enter({"k": "pipe", "io": io, "end": "writers"}))
        return reader, writer

    def fds(self) -> dict[int, str]:
        """My descriptors."""
        descriptors = self.machinery.descriptors
        names = {int(fd): descriptors.name(self.machinery.tables.open[key]) for fd, key in self.process["fds"].items()}
        return dict(sorted(names.items()))

    def out(self, text: str) -> None:
        """Write to standard output, all of it."""
        self.send(1, text.encode("utf-8", "surrogateescape"))

    def err(self, text: str) -> None:
        """Write to standard error, all of it."""
        self.send(2, text.encode("utf-8", "surrogateescape"))

    def send(self, fd: int, data: bytes) -> None:
        """Write what goes, keep the rest for later; a closed descriptor swallows it, as a program that does not look would.

        What comes after an answer of the network is seen when that answer would have come."""
        if str(fd) not in self.process["fds"] or not data:
            return
        if self.waited or self.process.get("late"):
            self.process.setdefault("late", []).append([str(fd), data])
            return
        waiting = self.process["out"].get(str(fd))
        if waiting is not None:
            self.process["out"][str(fd)] = waiting + data
            return
        taken = self.write(fd, data)
        if taken < len(data):
            self.process["out"][str(fd)] = data[taken:]
