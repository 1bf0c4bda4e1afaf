"""The way of a path to a file: mounts, symbolic links, permissions (Linux fs/namei.c)."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

import re2

from simulator.runtime.limits import LINKS_MAX, NAME_MAX, PATH_MAX
from simulator.runtime.log_tree import ON_HOSTS, LogTree
from simulator.runtime.syscalls import UnixError
from simulator.runtime.tables import Data, Tables
from simulator.runtime.trees import ROOT, Base, Node, Space, Tree

READ, WRITE, EXECUTE = 4, 2, 1
DEFAULT_CAPABILITIES = (
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
)
# By their bit in the masks of /proc/<pid>/status (linux/capability.h).
ALL_CAPABILITIES = (
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
)


OTHER_ROOT = re2.compile(r"^/proc/([0-9]{1,9}|self)/root(/.*)?$")


class AnyTree(Protocol):
    """A file system to look at: a disk, or one whose files are made when they are read."""

    virtual: bool
    name: str
    device: str

    def node(self, ino: str) -> Node: ...
    def child(self, ino: str, name: str) -> str | None: ...
    def entries(self, ino: str) -> list[str]: ...


class Place(NamedTuple):
    """Where a path leads: the inode (empty if there is none), its canonical path, and the directory it is or would be in."""

    tree: AnyTree
    ino: str
    path: str
    parent: str
    name: str
    mount: Data

    @property
    def node(self) -> Node:
        """The node, to look at only."""
        return self.tree.node(self.ino)


class Walker:
    """Finds files for processes. A process brings its `space` (mounts by path), `cwd`, user and capabilities."""

    def __init__(
        self, tables: Tables, bases: Callable[[str], Base], virtual: Mapping[str, Callable[[Data], AnyTree]]
    ) -> None:
        self.tables = tables
        self.bases = bases
        self.virtual = virtual
        self.trees: dict[str, Tree] = {}
        self.root_of: Callable[[Data, str], tuple[str, int] | None] = lambda who, number: (
            None
        )  # the space of a process that *who* may look into
        self.space = Space(tables.disks)

    def disk(self, name: str) -> Tree:
        """The file system with this key in the table of disks."""
        tree = self.trees.get(name)
        if tree is None:
            state = self.tables.disks.get(name)
            if state is None:
                raise UnixError("EIO")  # it was taken away while somebody had a file of it open
            tree = self.trees[name] = Tree(name, state, self.space, self.bases(state["base"]))
        return tree

    def forget(self, name: str) -> None:
        """A disk is gone."""
        gone = self.tables.disks.pop(name, None)
        self.space.stored -= gone["stored"] if gone else 0
        self.trees.pop(name, None)

    def tree(self, mount: Data, who: Data) -> AnyTree:
        """The file system of a mount, as *who* sees it."""
        make = self.virtual.get(mount["disk"])
        return make(who) if make else self.disk(mount["disk"])

    def find(self, who: Data, path: str, *, follow: bool = True) -> Place:
        """Where *path* leads; ENOENT if nothing is there."""
        place = self.look(who, path, follow=follow)
        if not place.ino:
            raise UnixError("ENOENT")
        return place

    def look(self, who: Data, path: str, *, follow: bool = True) -> Place:
        """Where *path* leads; only the last component may be missing."""
        if not path:
            raise UnixError("ENOENT")
        if len(path) > PATH_MAX:
            raise UnixError("ENAMETOOLONG")
        place = self.elsewhere(who, path, follow=follow) if "/root" in path or "/root" in who["cwd"] else None
        return place or self.walked(who, path, follow=follow)

    def walked(self, who: Data, path: str, *, follow: bool) -> Place:
        """Where a path leads among the mounts of *who*, name by name."""
        mounts: dict[str, Data] = self.tables.spaces[who["space"]]
        everywhere = who["uid"] == 0 and capable(who, "DAC_OVERRIDE")
        must_be_folder = path.endswith(("/", "/."))
        trail = [self.entrance("/", mounts["/"], who)]
        node = trail[0].node
        todo = components(path if path[0] == "/" else f"{who['cwd']}/{path}")
        links = 0
        while todo:
            name = todo.pop()
            if name == "..":
                del trail[max(len(trail) - 1, 1) :]
                node = trail[-1].node
                continue
            check_entry(node, name)
            if not everywhere and not allowed(who, node, EXECUTE):
                raise UnixError("EACCES")
            place = self.step(who, trail[-1], node, name, mounts)
            if not place.ino:
                return self.missing(place, todo)
            below = place.node
            if below["k"] == "l" and "fd" not in below and (todo or follow or must_be_folder):
                links += 1
                self.redirect(below["d"], trail, todo, links)
                node = trail[-1].node
            else:
                trail.append(place)
                node = below
        if must_be_folder and node["k"] != "d":
            raise UnixError("ENOTDIR")
        return trail[-1]

    def elsewhere(self, who: Data, path: str, *, follow: bool) -> Place | None:
        """Where a path through /proc/PID/root leads, among the mounts of that process; None if it leads through none."""
        whole = path if path[0] == "/" else f"{who['cwd']}/{path}"
        match = OTHER_ROOT.match(whole)
        if match is None or not who["key"] or (match[2] is None and not follow):
            return None
        if whole.count("/root") > LINKS_MAX:
            raise UnixError("ELOOP")
        found = self.root_of(who, match[1])
        if found is None:
            return None
        space, first = found
        place = self.look(who | {"space": space, "cwd": "/"}, match[2] or "/", follow=follow)
        mount = place.mount | {"users": first} if first else place.mount
        return place._replace(path=f"/proc/{match[1]}/root{place.path.rstrip('/')}", mount=mount)

    def missing(self, place: Place, todo: list[str]) -> Place:
        """Nothing is there: fine for the last component, ENOENT before."""
        if todo:
            raise UnixError("ENOENT")
        return place

    def redirect(self, target: str, trail: list[Place], todo: list[str], links: int) -> None:
        """Go on where a symbolic link points to; ELOOP."""
        if links > LINKS_MAX or len(todo) > PATH_MAX:
            raise UnixError("ELOOP")
        if target.startswith("/"):
            del trail[1:]
        todo += components(target)

    def step(self, who: Data, here: Place, node: Node, name: str, mounts: dict[str, Data]) -> Place:
        """The entry *name* of a directory, whose *node* is at hand, through a mount if one is there."""
        path = f"{here.path}/{name}" if here.path != "/" else f"/{name}"
        mount = mounts.get(path)
        if mount is None and path in ON_HOSTS and mounts["/"]["disk"] in self.tables.hosts:
            mount = ON_HOSTS[path]
        if mount is not None:
            return self.entrance(path, mount, who)._replace(parent=here.ino, name=name)
        if isinstance(here.tree, LogTree) and (beside := here.tree.beside(here.ino, name)):
            disk, folder = beside
            return Place(disk, disk.child(folder, name) or "", path, folder, name, here.mount)
        ino = here.tree.child(here.ino, name) if here.tree.virtual else node["c"].get(name)
        return Place(here.tree, ino or "", path, here.ino, name, here.mount)

    def entrance(self, path: str, mount: Data, who: Data) -> Place:
        """The root of a mount."""
        return Place(self.tree(mount, who), mount.get("ino", ROOT), path, "", "", mount)


def check_entry(node: Node, name: str) -> None:
    """Raise UnixError unless *node* is a directory in which something could have that name."""
    if node["k"] != "d":
        raise UnixError("ENOTDIR")
    if len(name) > NAME_MAX:
        raise UnixError("ENAMETOOLONG")


def components(path: str) -> list[str]:
    """The names in *path*, the first one last."""
    return [name for name in reversed(path.split("/")) if name not in ("", ".")]


def capable(who: Data, capability: str) -> bool:
    """Whether a process may do what only *capability* allows."""
    caps = who.get("caps")
    return who["uid"] == 0 and (caps is None or capability in caps)


def allowed(who: Data, node: Node, bits: int) -> bool:
    """Whether *who* may do *bits* (of rwx) to the file."""
    mode = node["m"]
    if who["uid"] == 0 and capable(who, "DAC_OVERRIDE"):
        return bits & EXECUTE == 0 or node["k"] == "d" or bool(mode & 0o111)
    if node["u"] == who["uid"]:
        mode >>= 6
    elif node["g"] == who["gid"] or node["g"] in who["groups"]:
        mode >>= 3
    return int(mode) & bits == bits


def visitor(space: str) -> Data:
    """Root without a process, for what is done to a machine from outside."""
    return {"uid": 0, "gid": 0, "groups": [], "space": space, "cwd": "/", "umask": 0o022, "key": ""}
