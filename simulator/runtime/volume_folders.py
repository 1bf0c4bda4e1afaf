"""/var/lib/kubelet/pods of a node: the folders in which the kubelet has the volumes of Pods (pkg/kubelet/kubelet_getters.go).

A volume is a disk of its own; the node has it mounted where the kubelet keeps it. Those in memory are mounts that everybody sees,
the others just folders of the node's disk.
"""

from simulator.runtime.machinery import Machinery
from simulator.runtime.syscalls import UnixError
from simulator.runtime.tables import Data
from simulator.runtime.trees import directory
from simulator.runtime.walk import visitor

PODS = "/var/lib/kubelet/pods"
MODE, PLUGIN_MODE = 0o750, 0o755


class VolumeFolders:
    """Makes and removes the folders; the record of a volume knows its own as "shown"."""

    def __init__(self, machinery: Machinery) -> None:
        self.machinery = machinery
        self.tables = machinery.tables

    def show(self, volume: str, folder: str) -> None:
        """Have a volume stand in the *folder* of its Pod, if the node's disk has room for that."""
        record = self.tables.volumes[volume]
        path = f"{PODS}/{record['uid']}/volumes/{folder}/{record['name']}"
        if "shown" in record:
            return
        try:
            self.make_folders(visitor(record["node"]), path)
        except UnixError:
            return
        mount = dict(self.tables.spaces[record["disk"]]["/"])
        hidden = {} if mount["type"] == "tmpfs" else {"hidden": True}
        self.tables.spaces[record["node"]][path] = mount | hidden
        record["shown"] = path

    def make_folders(self, who: Data, path: str) -> None:
        """mkdir -p."""
        names = path.strip("/").split("/")
        for depth in range(1, len(names) + 1):
            place = self.machinery.walker.look(who, "/" + "/".join(names[:depth]))
            if not place.ino:
                mode = PLUGIN_MODE if "~" in names[depth - 1] else MODE
                self.machinery.files.create(who, place, directory(mode))

    def hide(self, volume: str) -> None:
        """A volume goes, and with the last one the folder of its Pod."""
        record = self.tables.volumes.get(volume, {})
        path = record.get("shown", "")
        if self.tables.spaces.get(record.get("node", ""), {}).pop(path, None) is None:
            return
        while path != PODS:
            try:
                self.machinery.files.rmdir(visitor(record["node"]), path)
            except UnixError:
                return
            path = path.rpartition("/")[0]


def volumes_of(space: Data) -> Data:
    """The volumes that are mounted among the mounts of a node."""
    return {path: mount for path, mount in space.items() if mount["disk"].startswith("volume:")}
