"""Volumes of Pods: empty directories, and files that are swapped all at once (pkg/volume/util/atomic_writer.go)."""

from simulator.api.timestamps import strftime
from simulator.runtime.cri_api import CriError
from simulator.runtime.limits import MIB, NOMINAL_DISK, VOLUME_BUDGET
from simulator.runtime.machinery import Machinery
from simulator.runtime.syscalls import UnixError
from simulator.runtime.trees import ROOT, Tree, directory, ensure_root, new_disk, regular, shortened

DATA = "..data"
KUBELETS_SHARE = 100 * MIB  # what a node does not give to Pods


def _handing_on(gid: int | None) -> int:
    """The mode of a directory: where files have a group of their own, what is made in it gets that group (setgid)."""
    return 0o755 if gid is None else 0o2755


class Volumes:
    """The table `volumes`: {"uid", "name", "disk", "node"}, by `<uid>/<name>`. Each has a disk and a space of its own."""

    def __init__(self, machinery: Machinery) -> None:
        self.machinery = machinery
        self.tables = machinery.tables

    def create(
        self, node: str, uid: str, name: str, medium: str, size_limit: int | None, mode: int, gid: int | None
    ) -> str:
        """An empty volume; the same one if it is there already."""
        number = f"{uid}/{name}"
        if number in self.tables.volumes:
            return number
        disk, memory = f"volume:{number}", medium == "Memory"
        nominal = (
            size_limit
            if memory and size_limit
            else self.tables.hosts[node]["memory"] - KUBELETS_SHARE
            if memory
            else NOMINAL_DISK
        )
        kind = "tmpfs" if memory else "ext4"
        device = "tmpfs" if memory else "/dev/vda1"
        self.tables.disks[disk] = new_disk("", budget=VOLUME_BUDGET, device=device, nominal=nominal)
        if size_limit is not None and not memory:
            self.tables.disks[disk]["limit"] = size_limit
        root = directory(mode | (0o2000 if gid is not None else 0), gid=gid or 0, time=self.machinery.world.unix)
        ensure_root(self.machinery.walker.disk(disk), root)
        self.tables.spaces[disk] = {"/": {"disk": disk, "type": kind, "device": device}}
        self.tables.volumes[number] = {"uid": uid, "name": name, "disk": disk, "node": node}
        return number

    def tree(self, volume: str) -> Tree:
        """The disk of a volume; CriError if there is no such volume."""
        record = self.tables.volumes.get(volume)
        if record is None:
            raise CriError(f"volume {volume} not found")
        return self.machinery.walker.disk(record["disk"])

    def write(self, volume: str, files: dict[str, tuple[bytes, int]], gid: int | None, owners: dict[str, int]) -> None:
        """Put exactly *files* there by a new directory and the swap of `..data`, unless they are there."""
        tree, now = self.tree(volume), self.machinery.world.unix
        if tree.child(ROOT, DATA) and {path: content for path, (content, _) in files.items()} == self.payload(tree):
            return
        stamp = f"..{strftime(now, '%Y_%m_%d_%H_%M_%S')}.{self.machinery.world.dice.between(10**8, 4 * 10**9)}"
        try:
            folder = tree.add(ROOT, stamp, directory(_handing_on(gid), gid=gid or 0, time=now))
            for path, (content, mode) in files.items():
                self.put(tree, folder, path, content, mode, gid, owners.get(path, 0))
            self.swap(tree, stamp, sorted({path.partition("/")[0] for path in files}), gid or 0)
        except UnixError as error:
            raise CriError(error.message) from None
        for name in tree.entries(ROOT):
            if name.startswith("..") and name not in (DATA, stamp):
                self.clear(tree, name)

    def payload(self, tree: Tree) -> dict[str, bytes]:
        """The files to which `..data` leads, by their paths below it."""
        found: dict[str, bytes] = {}
        todo = [("", tree.child(ROOT, tree.node(tree.child(ROOT, DATA) or ROOT)["d"]) or ROOT)]
        while todo:
            path, ino = todo.pop()
            for name, inner in tree.node(ino)["c"].items():
                node = tree.node(inner)
                if node["k"] == "d":
                    todo.append((f"{path}{name}/", inner))
                else:
                    found[path + name] = node["d"]
        return found

    def put(self, tree: Tree, folder: str, path: str, content: bytes, mode: int, gid: int | None, uid: int) -> None:
        """One file, with the directories on its way."""
        *parents, name = path.split("/")
        now = self.machinery.world.unix
        for parent in parents:
            folder = tree.child(folder, parent) or tree.add(
                folder, parent, directory(_handing_on(gid), gid=gid or 0, time=now)
            )
        bits = mode | (0o440 if gid is not None else 0)
        tree.add(folder, name, shortened(regular(content, bits, uid=uid, gid=gid or 0, time=now)))

    def swap(self, tree: Tree, stamp: str, names: list[str], gid: int) -> None:
        """Let `..data` point to the new directory, and the visible names through it."""
        now = self.machinery.world.unix
        wanted = {DATA: stamp} | {name: f"{DATA}/{name}" for name in names}
        for name in tree.entries(ROOT):
            node = tree.node(tree.child(ROOT, name) or ROOT)
            if node["k"] == "l" and node["d"] != wanted.get(name):
                tree.drop_link(tree.leave(ROOT, name, now))
        for name, target in wanted.items():
            if tree.child(ROOT, name) is None:
                tree.add(ROOT, name, {**regular(b"", 0o777, gid=gid, time=now), "k": "l", "d": target})

    def clear(self, tree: Tree, name: str) -> None:
        """Remove an old directory with all that is in it."""
        ino = tree.leave(ROOT, name, self.machinery.world.unix)
        todo = [ino]
        while todo:
            ino = todo.pop()
            node = tree.node(ino)
            if node["k"] == "d":
                todo += node["c"].values()
            tree.drop_link(ino)

    def remove(self, volume: str) -> None:
        """The volume and all in it are gone."""
        record = self.tables.volumes.pop(volume, None)
        if record is not None:
            self.tables.spaces.pop(record["disk"], None)
            self.machinery.walker.forget(record["disk"])
