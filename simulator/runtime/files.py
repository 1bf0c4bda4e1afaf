"""Operations on files by path, with the checks of a Unix kernel."""

from typing import cast

from simulator.runtime import sysctls
from simulator.runtime.limits import FILE_MAX, PATH_MAX
from simulator.runtime.syscalls import Stat, UnixError
from simulator.runtime.tables import Data
from simulator.runtime.trees import Node, Tree, directory, piece, regular, size_of
from simulator.runtime.walk import EXECUTE, READ, WRITE, Place, Walker, allowed, capable

KINDS = {"f": "file", "d": "dir", "l": "link", "c": "char", "b": "block", "p": "fifo", "s": "socket"}
BITS = {"r": READ, "w": WRITE, "x": EXECUTE}
STICKY, SETGID, SETUID = 0o1000, 0o2000, 0o4000


class Files:
    """What `Sys` offers on paths; *who* is the asking process."""

    def __init__(self, walker: Walker) -> None:
        self.walker = walker
        self.world = walker.tables.world

    # --- looking
    def stat(self, who: Data, path: str, follow: bool = True) -> Stat:
        """What stat(2) tells."""
        return describe(self.walker.find(who, path, follow=follow))

    def access(self, who: Data, path: str, mode: str) -> bool:
        """Whether all letters of *mode* are allowed."""
        try:
            place = self.walker.find(who, path)
        except UnixError:
            return False
        if "w" in mode and place.mount.get("ro"):
            return False
        return allowed(who, place.node, sum(BITS[letter] for letter in set(mode) if letter in BITS))

    def listdir(self, who: Data, path: str) -> list[str]:
        """The sorted names in a directory, mount points without an entry included."""
        place = self.walker.find(who, path)
        if place.node["k"] != "d":
            raise UnixError("ENOTDIR")
        if not allowed(who, place.node, READ):
            raise UnixError("EACCES")
        return place.tree.entries(place.ino)

    def read(self, who: Data, path: str) -> bytes:
        """The whole content of a file."""
        place = self.walker.find(who, path)
        node = place.node
        if node["k"] == "d":
            raise UnixError("EISDIR")
        if not allowed(who, node, READ):
            raise UnixError("EACCES")
        if node["k"] != "f":
            raise UnixError("EINVAL")
        if size_of(node) > FILE_MAX:
            raise UnixError("ENOMEM")
        return piece(node, 0, FILE_MAX)

    # --- changing
    def writable(self, who: Data, place: Place) -> Tree:
        """The disk on which *place* lies, if it can be written to at all."""
        if place.tree.virtual:
            raise UnixError("EACCES" if place.ino else "ENOENT")
        if place.mount.get("ro"):
            raise UnixError("EROFS")
        return cast(Tree, place.tree)

    def folder_of(self, who: Data, place: Place) -> Tree:
        """The disk, if *who* may change the directory in which *place* is."""
        if not place.parent or self.is_mount(who, place):
            raise UnixError("EBUSY")
        tree = self.writable(who, place)
        if not allowed(who, tree.node(place.parent), WRITE | EXECUTE):
            raise UnixError("EACCES")
        return tree

    def is_mount(self, who: Data, place: Place) -> bool:
        """Whether something is mounted at this very place."""
        return place.path in self.walker.tables.spaces[who["space"]]

    def may_remove(self, who: Data, place: Place) -> Tree:
        """The disk, if *who* may take the entry away (sticky directories included)."""
        tree = self.folder_of(who, place)
        folder = tree.node(place.parent)
        owner = who["uid"] in (folder["u"], place.node["u"])
        if folder["m"] & STICKY and not owner and not capable(who, "FOWNER"):
            raise UnixError("EPERM")
        return tree

    def create(self, who: Data, place: Place, node: Node) -> str:
        """Enter a new node at *place*, owned by *who*; its inode number."""
        tree = self.folder_of(who, place)
        folder = tree.node(place.parent)
        node["u"], node["g"] = who["uid"], who["gid"]
        if folder["m"] & SETGID:
            node["g"] = folder["g"]
            if node["k"] == "d":
                node["m"] |= SETGID
        node["t"] = self.world.unix
        return tree.add(place.parent, place.name, node)

    def vacant(self, who: Data, path: str) -> Place:
        """A place where nothing is yet."""
        place = self.walker.look(who, path.rstrip("/") or "/", follow=False)
        if place.ino:
            raise UnixError("EEXIST")
        return place

    def for_writing(self, who: Data, path: str, mode: int, *, exclusive: bool = False) -> Place:
        """The file at *path*, made if it is not there."""
        place = self.walker.look(who, path)
        if place.ino:
            if exclusive:
                raise UnixError("EEXIST")
            if place.node["k"] == "d":
                raise UnixError("EISDIR")
            if not allowed(who, place.node, WRITE):
                raise UnixError("EACCES")
            if "sysctl" in place.node:
                sysctls.check_writable(self.walker.tables, who, place.node["sysctl"])
            elif place.node["k"] == "f":
                self.writable(who, place)
            return place
        if path.endswith("/"):
            raise UnixError("EISDIR")
        return place._replace(ino=self.create(who, place, regular(b"", mode & ~who["umask"])))

    def write(self, who: Data, path: str, data: bytes, *, append: bool = False, mode: int = 0o666) -> Place:
        """Replace a file's content, or add to it."""
        place = self.for_writing(who, path, mode)
        node = place.node
        if node["k"] != "f":
            raise UnixError("EINVAL")
        if append and not place.tree.virtual:
            cast(Tree, place.tree).write_at(place.ino, size_of(node), data, self.world.unix)
        else:
            self.store(who, place, data)
        return place

    def truncate(self, who: Data, path: str, size: int) -> Place:
        """Cut a file off at *size*, or let zeros follow up to there; it is made if it is not there."""
        place = self.for_writing(who, path, 0o666)
        if place.node["k"] != "f":
            raise UnixError("EINVAL")
        self.writable(who, place).resize(place.ino, size, self.world.unix)
        return place

    def store(self, who: Data, place: Place, content: bytes) -> None:
        """Give a file its content."""
        if "sysctl" in place.node:
            return sysctls.store(self.walker.tables, who, place.node["sysctl"], content)
        if place.tree.virtual:
            raise UnixError("EACCES")
        return cast(Tree, place.tree).store(place.ino, content, self.world.unix)

    def mkdir(self, who: Data, path: str, mode: int) -> None:
        """Make a directory."""
        self.create(who, self.vacant(who, path), directory(mode & ~who["umask"] & 0o7777))

    def symlink(self, who: Data, target: str, path: str) -> None:
        """Make a symbolic link."""
        if len(target) > PATH_MAX:
            raise UnixError("ENAMETOOLONG")
        if not target:
            raise UnixError("ENOENT")
        self.create(who, self.vacant(who, path), {**regular(b"", 0o777), "k": "l", "d": target})

    def mkfifo(self, who: Data, path: str, mode: int) -> None:
        """Make a named pipe."""
        self.create(who, self.vacant(who, path), {**regular(b"", mode & ~who["umask"]), "k": "p", "d": ""})

    def link(self, who: Data, old: str, new: str) -> None:
        """Give a file one more name."""
        source, place = self.walker.find(who, old, follow=False), self.vacant(who, new)
        if source.node["k"] == "d":
            raise UnixError("EPERM")
        tree = self.folder_of(who, place)
        if source.tree is not tree:
            raise UnixError("EXDEV")
        tree.own(source.ino)["n"] += 1
        tree.enter(place.parent, place.name, source.ino, self.world.unix)

    def unlink(self, who: Data, path: str) -> None:
        """Take a name away."""
        place = self.walker.find(who, path, follow=False)
        if place.node["k"] == "d":
            raise UnixError("EISDIR")
        self.remove(self.may_remove(who, place), place)

    def rmdir(self, who: Data, path: str) -> None:
        """Take an empty directory away."""
        place = self.walker.find(who, path, follow=False)
        if place.node["k"] != "d":
            raise UnixError("ENOTDIR")
        tree = self.may_remove(who, place)
        if place.node["c"]:
            raise UnixError("ENOTEMPTY")
        self.remove(tree, place)

    def remove(self, tree: Tree, place: Place) -> None:
        """Take the entry out of its directory."""
        tree.drop_link(tree.leave(place.parent, place.name, self.world.unix))

    def rename(self, who: Data, old: str, new: str) -> None:
        """Move a file or directory within its file system, over what is at *new*."""
        source = self.walker.find(who, old.rstrip("/") or "/", follow=False)
        target = self.walker.look(who, new.rstrip("/") or "/", follow=False)
        if source.path == target.path:
            return
        tree = self.may_remove(who, source)
        if target.path.startswith(source.path + "/"):
            raise UnixError("EINVAL")
        if self.folder_of(who, target) is not tree:
            raise UnixError("EXDEV")
        if target.ino:
            self.replaceable(who, source, target)
            self.remove(tree, target)
        tree.leave(source.parent, source.name, self.world.unix)
        tree.enter(target.parent, target.name, source.ino, self.world.unix)

    def replaceable(self, who: Data, source: Place, target: Place) -> None:
        """Whether rename may put *source* over *target*."""
        self.may_remove(who, target)
        kinds = source.node["k"] == "d", target.node["k"] == "d"
        if kinds == (True, False):
            raise UnixError("ENOTDIR")
        if kinds == (False, True):
            raise UnixError("EISDIR")
        if target.node["k"] == "d" and target.node["c"]:
            raise UnixError("ENOTEMPTY")

    def chmod(self, who: Data, path: str, mode: int) -> None:
        """Change permission bits."""
        self.owned(who, path)["m"] = mode & 0o7777

    def chown(self, who: Data, path: str, uid: int, gid: int) -> None:
        """Change owner and group; -1 leaves one as it is."""
        place = self.walker.find(who, path)
        tree = self.writable(who, place)
        mine = place.node["u"] == who["uid"]
        group_only = uid in (-1, place.node["u"]) and gid in (-1, who["gid"], *who["groups"])
        if not capable(who, "CHOWN") and not (mine and group_only):
            raise UnixError("EPERM")
        node = tree.own(place.ino)
        node["u"] = node["u"] if uid == -1 else uid
        node["g"] = node["g"] if gid == -1 else gid

    def utime(self, who: Data, path: str, mtime: int | None) -> None:
        """Set the time of the last change."""
        place = self.walker.find(who, path)
        tree = self.writable(who, place)
        mine = place.node["u"] == who["uid"] or capable(who, "FOWNER")
        if not mine and not (mtime is None and allowed(who, place.node, WRITE)):
            raise UnixError("EPERM" if mtime is not None else "EACCES")
        tree.own(place.ino)["t"] = self.world.unix if mtime is None else mtime

    def owned(self, who: Data, path: str) -> Node:
        """The node, to be changed, of a file that belongs to *who*."""
        place = self.walker.find(who, path)
        tree = self.writable(who, place)
        if place.node["u"] != who["uid"] and not capable(who, "FOWNER"):
            raise UnixError("EPERM")
        return tree.own(place.ino)


def describe(place: Place) -> Stat:
    """The Stat of a place."""
    node = place.node
    content = node.get("d") or b""
    link = node["k"] == "l"
    size = node.get("z", 0) or (0 if node["k"] in "cp" else len(content) + node.get("h", 0))
    links = node["n"]
    if place.tree.device == "proc":
        # What is made when it is read has no size before; links to open files have always 64.
        size = 64 if "fd" in node else 0
    elif node["k"] == "d":
        size, links = folder_facts(place)
    return Stat(
        kind=KINDS[node["k"]],
        mode=node["m"],
        uid=node["u"] + place.mount.get("users", 0),
        gid=node["g"] + place.mount.get("users", 0),
        size=size,
        mtime=node["t"],
        inode=number_of(place.ino),
        links=links,
        target=str(content) if link else "",
        device=place.tree.device,
    )


def folder_facts(place: Place) -> tuple[int, int]:
    """Size and links of a directory; a tmpfs counts what is in it."""
    if place.tree.device != "tmpfs":
        return 4096, 2
    children = place.node["c"].values()
    return 20 * (2 + len(children)), 2 + sum(place.tree.node(each)["k"] == "d" for each in children)


def number_of(ino: str) -> int:
    """A whole number for an inode's key."""
    digits = "".join(letter for letter in ino if letter.isdecimal())
    return int(digits or "1") + (1 << 20 if ino.startswith("b") else 2)
