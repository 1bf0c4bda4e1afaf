"""Compiles what a YAML file says of an image or a host installation into an immutable base tree."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from simulator.kernel.units import SECOND
from simulator.runtime.trees import ROOT, Base, Node, directory, regular

BUILT = 1_700_000_000  # Unix seconds: when the files of an image were made, if it does not say
PROGRAM_SIZE = 68_104
FOLDERS = {
    "/tmp": 0o1777,
    "/var/tmp": 0o1777,
    "/root": 0o700,
    "/dev": 0o755,
    "/dev/mqueue": 0o1777,
    "/dev/pts": 0o755,
    "/dev/shm": 0o1777,
    "/proc": 0o555,
    "/sys": 0o555,
}
# What every container has something mounted on, or writes to.
MOUNT_POINTS = ("/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/dev/termination-log")
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
DEVICE_LINKS = {
    "/dev/stdin": "/proc/self/fd/0",
    "/dev/stdout": "/proc/self/fd/1",
    "/dev/stderr": "/proc/self/fd/2",
    "/dev/fd": "/proc/self/fd",
    "/dev/ptmx": "pts/ptmx",
}


class Builder:
    """A base tree in the making."""

    def __init__(self, time: int) -> None:
        self.time = time
        self.nodes: dict[str, Node] = {ROOT: directory(time=time)}

    def folder(self, path: str, mode: int = 0o755) -> str:
        """The inode of a directory, made with its parents if it is not there."""
        ino = ROOT
        for name in path.strip("/").split("/") if path.strip("/") else ():
            node = self.nodes[ino]
            below: str | None = node["c"].get(name)
            if below is None:
                below = self.enter(ino, name, directory(mode, time=self.time))
            elif self.nodes[below]["k"] == "l":
                below = self.folder(self.nodes[below]["d"])
            ino = below
        return ino

    def enter(self, parent: str, name: str, node: Node) -> str:
        """Add a node to a directory; its inode."""
        ino = f"b{len(self.nodes)}"
        self.nodes[ino] = node
        self.nodes[parent]["c"][name] = ino
        return ino

    def put(self, path: str, node: Node) -> None:
        """Add a node at *path*."""
        parent, _, name = path.rpartition("/")
        node["t"] = self.time
        self.enter(self.folder(parent), name, node)

    def remove(self, path: str) -> None:
        """Take a name away again; no other node gets another number by that."""
        parent, _, name = path.rpartition("/")
        del self.nodes[self.folder(parent)]["c"][name]


def compile_tree(spec: Mapping[str, Any], *, furnished: bool = True) -> Base:
    """The tree of *spec*: folders (path: mode; their owners stand in users), links (path: target), files (path: text or {text, mode, uid, gid}),
    programs (directory: names; a name is `ls`, or `ls=busybox:ls` where the program's own name differs), built (Unix seconds),
    added (in order, path: as in files, or {program: name}, or {folder: mode}: what came later, so that nothing before it gets another number than
    stored clusters know it by), absent (paths that are not there after all), static (there is no distribution below).

    *furnished*: with all that a runtime puts into a container; else as the image itself is."""
    builder = Builder((spec.get("built") or BUILT) * SECOND)
    for path, target in (spec.get("links_first") or {}).items():
        builder.put(path, {**regular(b"", 0o777), "k": "l", "d": target})
    for path, mode in {**folders_of(spec, furnished), **(spec.get("folders") or {})}.items():
        builder.nodes[builder.folder(path)]["m"] = mode
    for user in (spec.get("users") or {}).values():
        for path in user.get("owns") or ():
            builder.nodes[builder.folder(path)] |= {"u": user["uid"], "g": user["gid"]}
    for name in DEVICES if furnished else ():
        builder.put(f"/dev/{name}", {**regular(b"", 0o666), "k": "c", "d": name})
    for path, target in {**(DEVICE_LINKS if furnished else {}), **(spec.get("links") or {})}.items():
        builder.put(path, {**regular(b"", 0o777), "k": "l", "d": target})
    points = MOUNT_POINTS if furnished else ()
    for path, entry in {**dict.fromkeys(points, ""), **(spec.get("files") or {})}.items():
        builder.put(path, file_node(entry))
    programs = spec.get("programs") or {}
    for folder, name in ((folder, str(name)) for folder, names in programs.items() for name in names):
        builder.put(*program_entry(folder, name))
    correct(builder, spec)
    return MappingProxyType(builder.nodes)


def folders_of(spec: Mapping[str, Any], furnished: bool) -> dict[str, int]:
    """The folders, with their modes, that nobody has to name."""
    if furnished:
        return FOLDERS
    return {} if spec.get("static") else {path: mode for path, mode in FOLDERS.items() if not path.startswith("/dev/")}


def correct(builder: Builder, spec: Mapping[str, Any]) -> None:
    """Add what came later, and take away what is not there after all."""
    for path, entry in (spec.get("added") or {}).items():
        builder.put(path, file_node(entry))
    for path in spec.get("absent") or ():
        builder.remove(path)


def file_node(entry: Any) -> Node:
    """A file as the YAML has it, or the program that it names."""
    if isinstance(entry, str):
        return regular(entry.encode())
    if "folder" in entry:
        return directory(entry["folder"])
    if "program" in entry:
        return program_node(str(entry["program"]))
    return regular(
        str(entry.get("text", "")).encode(), entry.get("mode", 0o644), entry.get("uid", 0), entry.get("gid", 0)
    )


def program_entry(folder: str, name: str) -> tuple[str, Node]:
    """Path and node of a program."""
    shown, _, program = name.partition("=")
    return f"{folder}/{shown}", program_node(program or shown)


def program_node(program: str) -> Node:
    """The file of a program."""
    return regular(b"", 0o755) | {"p": program, "z": PROGRAM_SIZE}
