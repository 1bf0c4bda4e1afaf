"""A file system: an immutable base tree shared by all (an image, a host's installation) under a layer of changes (overlayfs).

A node is {"k": kind letter, "m": mode, "u": uid, "g": gid, "t": mtime (Unix microseconds), "n": links, "d": content}:
`f` file (bytes; with "p" a program's name), `d` directory ("c": name -> inode), `l` link (target), `c` device (name),
`p` fifo (id of its pipe). An inode number of the base is copied up, under the same number, when it is first changed.
Every Pod has a token of its own, of which only the claims are kept (`f` with "j" instead of "d") until it is changed.
"""

from collections.abc import Mapping
from typing import Any

from simulator.api import tokens
from simulator.runtime.limits import ALL_DISKS_BUDGET, FILES_PER_DISK, NODE_COST
from simulator.runtime.syscalls import UnixError
from simulator.runtime.tables import Data

Node = dict[str, Any]
Base = Mapping[str, Node]
ROOT = "0"
NO_BASE: Base = {}


def new_disk(base: str, *, budget: int, device: str, nominal: int) -> Data:
    """The record of a file system: base is the key of its base tree, empty for none; budget and nominal size in bytes.

    Later it may be given a "limit", of which somebody wants to know when it is exceeded, or be "full" for another's sake."""
    return {"base": base, "nodes": {}, "next": 1, "used": 0, "budget": budget, "device": device, "nominal": nominal}


def directory(mode: int = 0o755, uid: int = 0, gid: int = 0, time: int = 0) -> Node:
    """An empty directory."""
    return {"k": "d", "m": mode, "u": uid, "g": gid, "t": time, "n": 1, "c": {}}


def regular(content: bytes, mode: int = 0o644, uid: int = 0, gid: int = 0, time: int = 0) -> Node:
    """A file with *content*."""
    return {"k": "f", "m": mode, "u": uid, "g": gid, "t": time, "n": 1, "d": content}


def shortened(node: Node) -> Node:
    """A file that holds a token without what follows from its claims; others as they are."""
    claims = tokens.claims_in(node["d"])
    return node if claims is None else {**{key: node[key] for key in node if key != "d"}, "j": claims}


def whole(node: Node) -> Node:
    """A file as it is read."""
    return {**{key: node[key] for key in node if key != "j"}, "d": tokens.signed(node["j"])} if "j" in node else node


GONE: Node = {**regular(b""), "n": 0}


def mount_options(mount: Data, disk: Data) -> str:
    """How a file system is mounted, as mount and /proc/mounts say it."""
    options = f"{'ro' if mount.get('ro') else 'rw'},relatime"
    return f"{options},size={disk['nominal'] // 1024}k,noswap" if mount["type"] == "tmpfs" and disk else options


def weight(node: Node) -> int:
    """What a node of the upper layer counts against the budget, in bytes."""
    return NODE_COST + len(whole(node).get("d") or b"")


class Space:
    """What the disks of a cluster hold together, in bytes: they share what there is."""

    def __init__(self, disks: Mapping[str, Data]) -> None:
        self.used = sum(disk["used"] for disk in disks.values())
        self.exceeded: dict[str, None] = {}  # disks that have come to hold more than somebody allowed, in this step


class Tree:
    """One file system: reads look through to the base, writes stay in the layer of changes."""

    virtual = False

    def __init__(self, name: str, state: Data, space: Space, base: Base) -> None:
        self.name = name
        self.space = space
        self.state = state
        self.base = base
        self.nodes: dict[str, Node] = state["nodes"]
        self.device = str(state["device"])

    def node(self, ino: str) -> Node:
        """The node with this inode number, to look at only; an empty file if it was removed meanwhile."""
        found = self.nodes.get(ino)
        if found is None:
            return self.base.get(ino, GONE)
        return whole(found) if "j" in found else found

    def child(self, ino: str, name: str) -> str | None:
        """The inode number of an entry of a directory."""
        entry: str | None = self.node(ino)["c"].get(name)
        return entry

    def entries(self, ino: str) -> list[str]:
        """The names in a directory, sorted."""
        return sorted(self.node(ino)["c"])

    def own(self, ino: str) -> Node:
        """The node, in the layer of changes, to be changed."""
        node = self.nodes.get(ino)
        if node is None:
            below = self.base.get(ino)
            if below is None:
                raise UnixError("EIO")
            node = {**below, "c": dict(below["c"])} if below["k"] == "d" else dict(below)
            self.charge(weight(node))
            self.nodes[ino] = node
        elif "j" in node:
            node = self.nodes[ino] = whole(node)
        return node

    def charge(self, amount: int) -> None:
        """Take *amount* bytes (negative: give back) of the budget; ENOSPC."""
        if amount > 0 and (self.state["used"] + amount > self.state["budget"] or len(self.nodes) >= FILES_PER_DISK):
            raise UnixError("ENOSPC")
        if amount > 0 and self.space.used + amount > ALL_DISKS_BUDGET:
            raise UnixError("ENOSPC")
        if amount > 0 and self.state.get("full"):
            raise UnixError("ENOSPC")
        self.state["used"] += amount
        self.space.used += amount
        if amount > 0 and self.state.get("limit") is not None and self.state["used"] > self.state["limit"]:
            self.space.exceeded[self.name] = None

    def add(self, parent: str, name: str, node: Node) -> str:
        """Enter a new node under *parent*; its inode number."""
        self.charge(weight(node))
        ino = str(self.state["next"])
        self.state["next"] += 1
        self.nodes[ino] = node
        self.enter(parent, name, ino, node["t"])
        return ino

    def enter(self, parent: str, name: str, ino: str, time: int) -> None:
        """Make *name* in *parent* point to an inode."""
        folder = self.own(parent)
        folder["c"][name] = ino
        folder["t"] = time

    def leave(self, parent: str, name: str, time: int) -> str:
        """Take *name* out of *parent*; the inode it pointed to."""
        folder = self.own(parent)
        folder["t"] = time
        entry: str = folder["c"].pop(name)
        return entry

    def drop_link(self, ino: str) -> None:
        """One name of the inode is gone; with the last name and the last open file it goes itself."""
        node = self.nodes.get(ino)
        if node is None:
            return
        node["n"] -= 1
        self.forget_unused(ino)

    def opened(self, ino: str, change: int) -> None:
        """Count the open files of an inode of this layer."""
        node = self.nodes.get(ino)
        if node is not None:
            node["o"] = node.get("o", 0) + change
            if node["o"] <= 0:
                node.pop("o")
                self.forget_unused(ino)

    def forget_unused(self, ino: str) -> None:
        """Free what has neither a name nor an open file."""
        node = self.nodes[ino]
        if node["n"] <= 0 and not node.get("o"):
            self.charge(-weight(node))
            del self.nodes[ino]

    def store(self, ino: str, content: bytes, time: int) -> None:
        """Replace the content of a file; ENOSPC leaves it as it was."""
        node = self.own(ino)
        self.charge(len(content) - len(node["d"]))
        node["d"] = content
        node["t"] = time
        node.pop("p", None)


def ensure_root(tree: Tree, node: Node) -> None:
    """Give a file system without a base its root directory."""
    if ROOT not in tree.base and ROOT not in tree.nodes:
        tree.nodes[ROOT] = node
