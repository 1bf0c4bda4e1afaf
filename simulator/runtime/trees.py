"""A file system: an immutable base tree shared by all (an image, a host's installation) under a layer of changes (overlayfs).

A node is {"k": kind letter, "m": mode, "u": uid, "g": gid, "t": mtime (Unix microseconds), "n": links, "d": content}:
`f` file (bytes; with "p" a program's name), `d` directory ("c": name -> inode), `l` link (target), `c` device (name),
`p` fifo (id of its pipe). An inode number of the base is copied up, under the same number, when it is first changed.
Every Pod has a token of its own, of which only the claims are kept (`f` with "j" instead of "d") until it is changed.
Zeros at the end of a file are counted ("h"), not kept: so a disk can be filled as learners do it, from /dev/zero.
"""

from collections.abc import Mapping
from typing import Any

from simulator.api import tokens
from simulator.runtime.limits import ALL_DISKS_BUDGET, FILE_MAX, FILES_PER_DISK, NODE_COST
from simulator.runtime.syscalls import UnixError
from simulator.runtime.tables import Data

Node = dict[str, Any]
Base = Mapping[str, Node]
ROOT = "0"
NO_BASE: Base = {}


def new_disk(base: str, *, budget: int, device: str, nominal: int) -> Data:
    """The record of a file system: base is the key of its base tree, empty for none. What df shows is used of the nominal size,
    what it costs here is stored, within the budget; all in bytes.

    Later it may be given a "limit", of which somebody wants to know when it is exceeded, or be "full" for another's sake."""
    sizes = {"used": 0, "nominal": nominal, "stored": 0, "budget": budget}
    return {"base": base, "nodes": {}, "next": 1, "device": device, **sizes}


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


def kept_size(node: Node) -> int:
    """How many bytes of a file are kept."""
    return len(whole(node).get("d") or b"")


def size_of(node: Node) -> int:
    """How long a file is, in bytes: what is kept of it, and the zeros behind that."""
    return kept_size(node) + int(node.get("h", 0))


def piece(node: Node, at: int, limit: int) -> bytes:
    """At most *limit* bytes of a file from *at* on."""
    head: bytes = node["d"][at : at + limit]
    zeros = min(limit, size_of(node) - at) - len(head)
    return head + bytes(zeros) if zeros > 0 else head


def only_zeros(data: bytes) -> bool:
    """Whether *data* holds nothing else."""
    return data.count(0) == len(data)


class Space:
    """What the disks of a cluster hold together, in bytes: they share what there is."""

    def __init__(self, disks: Mapping[str, Data]) -> None:
        self.stored = sum(disk["stored"] for disk in disks.values())
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
            self.charge_node(node)
            self.nodes[ino] = node
        elif "j" in node:
            node = self.nodes[ino] = whole(node)
        return node

    def charge(self, shown: int, stored: int) -> None:
        """Take bytes (negative: give back) of what the disk shows to have, and of the budget; ENOSPC."""
        state = self.state
        if (shown > 0 or stored > 0) and not self.has_room(shown, stored):
            raise UnixError("ENOSPC")
        state["used"] += shown
        state["stored"] += stored
        self.space.stored += stored
        if shown > 0 and state.get("limit") is not None and state["used"] > state["limit"]:
            self.space.exceeded[self.name] = None

    def has_room(self, shown: int, stored: int) -> bool:
        """Whether so much more can be written."""
        state = self.state
        fits = state["stored"] + stored <= state["budget"] and self.space.stored + stored <= ALL_DISKS_BUDGET
        room = not state["nominal"] or state["used"] + shown <= state["nominal"]
        return fits and room and len(self.nodes) < FILES_PER_DISK and not state.get("full")

    def charge_node(self, node: Node) -> None:
        """Take what a new node needs."""
        self.charge(size_of(node), NODE_COST + kept_size(node))

    def add(self, parent: str, name: str, node: Node) -> str:
        """Enter a new node under *parent*; its inode number."""
        self.charge_node(node)
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
            self.charge(-size_of(node), -NODE_COST - kept_size(node))
            del self.nodes[ino]

    def store(self, ino: str, content: bytes, time: int) -> None:
        """Replace the content of a file; ENOSPC leaves it as it was."""
        self.put(ino, content, len(content), time)

    def write_at(self, ino: str, at: int, data: bytes, time: int) -> None:
        """Write into a file, which grows where it is too short; ENOSPC and EFBIG leave it as it was."""
        node = self.own(ino)
        head: bytes = node["d"]
        if at < len(head) or not only_zeros(data):
            gap = bytes(min(max(at - len(head), 0), FILE_MAX))
            head = head[:at] + gap + data + head[at + len(data) :]
        self.put(ino, head, max(size_of(node), at + len(data)), time)

    def resize(self, ino: str, size: int, time: int) -> None:
        """Cut a file off, or let zeros follow; ENOSPC leaves it as it was."""
        self.put(ino, self.own(ino)["d"][:size], size, time)

    def put(self, ino: str, head: bytes, size: int, time: int) -> None:
        """Let a file hold *head* and then zeros, up to *size*."""
        node = self.own(ino)
        if len(head) > FILE_MAX:
            raise UnixError("EFBIG")
        self.charge(size - size_of(node), len(head) - len(node["d"]))
        node |= {"d": head, "h": size - len(head), "t": time}
        if not node["h"]:
            del node["h"]
        node.pop("p", None)


def ensure_root(tree: Tree, node: Node) -> None:
    """Give a file system without a base its root directory."""
    if ROOT not in tree.base and ROOT not in tree.nodes:
        tree.nodes[ROOT] = node
