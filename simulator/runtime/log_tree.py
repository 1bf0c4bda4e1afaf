"""/var/log/pods and /var/log/containers of a node: the logs of its containers as files (kubelet: kuberuntime/logs, CRI logging).

The files are made when they are looked at, from the entries that are kept (see logs.py): one for each container and attempt,
as long as the runtime has it, with a symbolic link whose name says whose it is. What else somebody puts beside them is on the disk.
"""

from collections.abc import Callable, Iterator
from typing import Any

from simulator.api.timestamps import rfc3339_nano
from simulator.runtime.tables import Data, Tables
from simulator.runtime.trees import ROOT, Node, Tree, directory, regular

PODS, CONTAINERS = "/var/log/pods", "/var/log/containers"
# What stands on every host at these paths, though its table of mounts does not have it: it is a part of the disk.
ON_HOSTS: dict[str, Data] = {
    path: {"disk": path, "type": "ext4", "device": "/dev/vda1", "hidden": True} for path in (PODS, CONTAINERS)
}
NOWHERE = Node()


class LogTree:
    """One of the two folders, as it is on the node in whose *space* (a host's or a container's) it is seen. *disk*(host) is the
    file system of that node."""

    virtual = True
    device = "/dev/vda1"

    def __init__(self, tables: Tables, space: str, name: str, disk: Callable[[str], Tree]) -> None:
        self.name = name
        node = tables.machine_of(space)
        self.disk = disk(node)
        self.records = [record for record in tables.containers.values() if record["node"] == node]

    def node(self, ino: str) -> Node:
        """A folder, a file or a link."""
        if ino == ROOT:
            return self.disk.node(self.folder())
        found = next((record for path, record in self.files() if path == ino), None)
        if found is None:
            below = any(path.startswith(f"{ino}/") for path, _ in self.files())
            return directory(0o755) if below else NOWHERE
        if self.name == CONTAINERS:
            return regular(b"", 0o777) | {"k": "l", "d": f"{PODS}/{file_of(found)}"}
        entries = found["log"]["entries"]
        text = b"".join(line_of(entry) for entry in entries)
        time = entries[-1][0] if entries else found["started"] or found["created"]
        return regular(text, 0o640, time=time) | {"log": found["id"]}

    def child(self, ino: str, name: str) -> str | None:
        """The path of an entry, if there is one."""
        path = name if ino == ROOT else f"{ino}/{name}"
        return path if any(each == path or each.startswith(f"{path}/") for each, _ in self.files()) else None

    def entries(self, ino: str) -> list[str]:
        """The names in a folder."""
        start = "" if ino == ROOT else f"{ino}/"
        names = {path[len(start) :].partition("/")[0] for path, _ in self.files() if path.startswith(start)}
        return sorted(names.union(self.disk.entries(self.folder()) if ino == ROOT else ()))

    def beside(self, ino: str, name: str) -> tuple[Tree, str] | None:
        """File system and inode of the folder in which *name* stands, or could, if it is no log: logs' own folders take nothing."""
        return (self.disk, self.folder()) if ino == ROOT and self.child(ino, name) is None else None

    def folder(self) -> str:
        """The inode of this folder on the disk."""
        ino = ROOT
        for name in self.name.strip("/").split("/"):
            ino = self.disk.child(ino, name) or ""
        return ino

    def files(self) -> Iterator[tuple[str, Data]]:
        """The path of each file in this folder, and its container."""
        name = file_of if self.name == PODS else link_of
        return ((name(record), record) for record in self.records)


def file_of(record: Data) -> str:
    """`NAMESPACE_POD_UID/CONTAINER/ATTEMPT.log`"""
    return f"{record['namespace']}_{record['pod']}_{record['uid']}/{record['name']}/{record['attempt']}.log"


def link_of(record: Data) -> str:
    """`POD_NAMESPACE_CONTAINER-ID.log`"""
    return f"{record['pod']}_{record['namespace']}_{record['name']}-{record['id']}.log"


def line_of(entry: list[Any]) -> bytes:
    """An entry as the runtime writes it: time, stream, whether the line is full, text."""
    tag = "P" if len(entry) > 3 else "F"
    return f"{rfc3339_nano(entry[0])} {entry[1]} {tag} ".encode() + bytes(entry[2]) + b"\n"


def read_on(tables: Tables, opened: Data, limit: int) -> bytes:
    """What follows in a file that is read: *opened* knows the `next` entry, and the `rest` of those that were begun."""
    record = tables.containers.get(opened["container"])
    if not opened["rest"] and record is not None:
        log = record["log"]
        start = max(opened["next"] - log["first"], 0)
        opened["next"] = log["first"] + len(log["entries"])
        opened["rest"] = b"".join(line_of(entry) for entry in log["entries"][start:])
    data, opened["rest"] = bytes(opened["rest"][:limit]), opened["rest"][limit:]
    return data
