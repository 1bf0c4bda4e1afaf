"""The parts of the container runtime that the nodes share, put together; and what breaks in them."""

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.runtime import cni
from simulator.runtime.containers import Containers
from simulator.runtime.cri import NodeCri
from simulator.runtime.execs import Execs
from simulator.runtime.image_volumes import ImageVolumes
from simulator.runtime.images import Images
from simulator.runtime.machinery import Machinery
from simulator.runtime.power import Power
from simulator.runtime.rootfs import Rootfs
from simulator.runtime.sandboxes import Sandboxes
from simulator.runtime.services import Services
from simulator.runtime.syscalls import UnixError
from simulator.runtime.volume_folders import VolumeFolders
from simulator.runtime.volumes import Volumes
from simulator.runtime.walk import visitor


class Parts:
    """What all nodes share of the runtime."""

    def __init__(self, machinery: Machinery) -> None:
        self.images = Images(machinery)
        self.volumes = Volumes(machinery)
        self.volume_folders = VolumeFolders(machinery)
        self.sandboxes = Sandboxes(machinery)
        self.rootfs = Rootfs(machinery, self.volumes, ImageVolumes(machinery, self.images))
        self.containers = Containers(machinery, self.images, self.rootfs)
        self.execs = Execs(machinery, self.containers)
        self.services = Services(machinery)
        self.power = Power(machinery, self.containers)
        self.machinery = machinery
        self.nodes: dict[str, NodeCri] = {}
        on_end = machinery.processes.on_end
        on_end["container"] = self.containers.ended
        on_end["exec"] = self.execs.ended
        on_end["pause"] = self.sandboxes.pause_ended
        machinery.stream_taken = self.execs.taken
        machinery.log_in = self.execs.log_in
        machinery.cri = self.cri

    def cri(self, node: str) -> NodeCri:
        """The runtime of a node; KeyError."""
        if node not in self.nodes:
            self.machinery.tables.hosts[node]
            self.nodes[node] = NodeCri(node, self.machinery, self)
        return self.nodes[node]

    def tell_exceeded(self) -> None:
        """Have kubelets look at the nodes on which a disk has come to hold more than it may."""
        exceeded = self.machinery.walker.space.exceeded
        for disk in exceeded:
            record = self.machinery.tables.containers.get(disk)
            record = record or self.machinery.tables.volumes.get(disk.removeprefix("volume:"))
            if record:
                self.machinery.notify(record["node"], "")
        exceeded.clear()

    def tell(self, key: str) -> None:
        """`node/uid`: something of the Pod changed."""
        node, _, uid = key.partition("/")
        for listener in self.cri(node).listeners:
            listener(uid)

    def set_faults(self, faults: Sequence[Mapping[str, Any]]) -> None:
        """These faults hold now, and no others; a host that was switched off or comes back does so now."""
        tables = self.machinery.tables
        tables.outside["faults"] = [dict(fault) for fault in faults]
        for name, host in tables.hosts.items():
            mine = {fault["type"]: dict(fault) for fault in faults if fault.get("node") == name}
            before, host["faults"] = host["faults"], mine
            if mine == before:
                continue
            if "node-down" in mine and "node-down" not in before:
                self.power.off(name)
            if "node-down" in before and "node-down" not in mine:
                self.power.on(name)
            self.fill_disks(name)
            self.hide_network(name)
            self.services.adjust(name)
            self.tell(f"{name}/")

    def hide_network(self, name: str) -> None:
        """A network plug-in that is not ready has not put its file there; once it is, it does so."""
        host, files, who = self.machinery.tables.hosts[name], self.machinery.files, visitor(name)
        gone = "network-plugin-not-ready" in host["faults"]
        try:
            if gone and "network_file" not in host:
                host["network_file"] = files.read(who, cni.FILE)
                files.unlink(who, cni.FILE)
            elif not gone and "network_file" in host:
                files.write(who, cni.FILE, host["network_file"], mode=0o600)
                del host["network_file"]
        except UnixError:
            return  # the learner has taken it away before, or the disk is full

    def fill_disks(self, name: str) -> None:
        """Let nothing more be written to the disks of a host that is wholly full, or let it again."""
        full = self.machinery.usage.taken(name, "disk-full", 100) == 100
        tables = self.machinery.tables
        records = [*tables.containers.items(), *((f"volume:{key}", each) for key, each in tables.volumes.items())]
        for disk in [name, *(key for key, record in records if record["node"] == name)]:
            if disk in tables.disks:
                tables.disks[disk].pop("full", None)
                tables.disks[disk] |= {"full": True} if full else {}
