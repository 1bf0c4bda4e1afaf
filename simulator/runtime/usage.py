"""What containers and hosts use of processor, memory, disk and process numbers (models cAdvisor, and the kubelet's summary of it).

Processor time is counted in windows of fifteen seconds of the calendar, as metrics-server looks: a container's `window` is
[when it began (Unix microseconds), its processor time then, and when the one before began].
"""

from typing import Any

from simulator.kernel.units import SECOND
from simulator.runtime.limits import NODE_COST, NOMINAL_DISK
from simulator.runtime.proc_process import resident
from simulator.runtime.processes import Processes
from simulator.runtime.tables import Data, Tables

WINDOW = 15 * SECOND
# What a machine takes for itself: thousandths of a core, bytes, processes. The control plane's programs count as containers.
OWN_CPU, OWN_MEMORY, OWN_PROCESSES = 35, 620 << 20, 96
LARGEST_SHARE = 4  # of a small machine's memory: a quarter
MOST_PROCESSES = 32_768
SYSTEM_SHARE = 8  # of a disk: an eighth
PAGE = 4096
# What the containers of the system take, whose work is not done by processes here: millicores, MiB.
SYSTEM = {
    "etcd": (21, 46),
    "kube-apiserver": (44, 252),
    "kube-controller-manager": (14, 51),
    "kube-scheduler": (4, 22),
    "kube-proxy": (1, 15),
    "coredns": (3, 13),
}


class Usage:
    """Reckons from the tables of containers, processes and disks; remembers nothing but the windows."""

    def __init__(self, tables: Tables, processes: Processes) -> None:
        self.tables = tables
        self.processes = processes

    def window(self) -> int:
        """When the present window began."""
        return self.tables.world.unix // WINDOW * WINDOW

    # --- containers
    def account(self, record: Data, busy: int) -> None:
        """A container has used so many microseconds of a processor."""
        begin, window = self.window(), record["window"]
        if begin != window[0]:
            before = window[1] if begin == window[0] + WINDOW else record["cpu"]
            record["window"] = [begin, record["cpu"], before]
        record["cpu"] += busy

    def of_container(self, record: Data) -> dict[str, int]:
        """cpu (millicores), memory, disk (bytes), inodes and processes of one container that runs."""
        living = [each for each in self.processes.of_container(record["id"]) if each["end"] is None]
        layer = self.tables.disks.get(record["id"], {"used": 0, "nodes": {}})
        disk = int(layer["used"]) + NODE_COST * len(layer["nodes"])
        found = {"cpu": self.cpu_of(record), "memory": sum(resident(each) for each in living)}
        if record["namespace"] == "kube-system" and record["name"] in SYSTEM:
            cpu, mebibytes = SYSTEM[record["name"]]
            found = {"cpu": cpu, "memory": mebibytes << 20}
        return found | {"disk": -(-disk // PAGE) * PAGE, "inodes": len(layer["nodes"]), "processes": len(living)}

    def cpu_of(self, record: Data) -> int:
        """Millicores: what was used in the last whole window, or what is wanted where that is more."""
        begin, (last, begun, before) = self.window(), record["window"]
        used = begun - before if begin == last else record["cpu"] - begun if begin == last + WINDOW else 0
        most = int(self.tables.hosts[record["node"]]["cpus"]) * 1000
        return min(max(used * 1000 // WINDOW, self.wanted(record)), record["cpu_limit"] or most, most)

    def wanted(self, record: Data) -> int:
        """What a container would use (millicores) if it were not slowed for the simulator's sake: a core for each process
        that waits for the end of a pause."""
        sessions = [key for key, each in self.tables.execs.items() if each["container"] == record["id"]]
        hungry = self.hungry(f"container:{record['id']}") + sum(self.hungry(f"exec:{key}") for key in sessions)
        return 1000 * hungry

    def hungry(self, bucket: str) -> int:
        """How many processes of a bucket have computed without a pause up to now."""
        found = self.tables.buckets.get(bucket)
        if found is None or not found["strikes"] or self.tables.world.now > found["seen"] + SECOND:
            return 0
        return max(len(found["parked"]), 1)

    # --- hosts
    def of_host(self, name: str) -> dict[str, int]:
        """cpu (millicores) and memory (bytes) that are used on a host, in containers or else."""
        each = [self.of_container(record) for record in self.running(name)]
        cpu = OWN_CPU + sum(found["cpu"] for found in each)
        return {"cpu": cpu, "memory": self.own_memory(name) + sum(found["memory"] for found in each)}

    def running(self, name: str) -> list[Data]:
        """The containers that run on a host."""
        return [each for each in self.tables.containers.values() if each["node"] == name and each["state"] == "running"]

    def own_memory(self, name: str) -> int:
        """What the machine takes for itself, and what a fault takes."""
        total = int(self.tables.hosts[name]["memory"])
        return max(min(OWN_MEMORY, total // LARGEST_SHARE), self.taken(name, "memory-short", total))

    def taken(self, name: str, fault: str, total: int) -> int:
        """What a fault takes of a *total*."""
        found = self.tables.hosts[name]["faults"].get(fault)
        return total * int(found["percent"]) // 100 if found else 0

    def disk_used(self, name: str) -> int:
        """Bytes on a host's disk: the system, images, and what containers wrote."""
        written = sum(int(self.tables.disks.get(key, {}).get("used", 0)) for key in self.disks_of(name))
        return max(written + NOMINAL_DISK // SYSTEM_SHARE, self.taken(name, "disk-full", NOMINAL_DISK))

    def disks_of(self, name: str) -> list[str]:
        """What lies on a host's disk: its own files, the layers of containers, volumes that are not held in memory."""
        layers = [number for number, each in self.tables.containers.items() if each["node"] == name]
        volumes = [each["disk"] for each in self.tables.volumes.values() if each["node"] == name]
        kept = [disk for disk in volumes if self.tables.disks[disk]["device"] != "tmpfs"]
        return [name, *layers, *kept]

    def left(self, name: str) -> dict[str, dict[str, int]]:
        """capacity and available of a host's `memory`, `disk` (bytes) and `pids`."""
        memory = int(self.tables.hosts[name]["memory"])
        processes = OWN_PROCESSES + self.processes.by_host.get(name, 0)
        pids = max(processes, self.taken(name, "processes-short", MOST_PROCESSES))
        used = (
            ("memory", memory, self.of_host(name)["memory"]),
            ("disk", NOMINAL_DISK, self.disk_used(name)),
            ("pids", MOST_PROCESSES, pids),
        )
        return {what: {"capacity": total, "available": rest(what, total - taken)} for what, total, taken in used}

    def of_volumes(self, uid: str) -> dict[str, dict[str, int]]:
        """What a Pod's empty volumes hold: disk or memory (bytes), by their names."""
        found = {}
        for record in self.tables.volumes.values():
            if record["uid"] == uid:
                disk = self.tables.disks[record["disk"]]
                found[str(record["name"])] = {"memory" if disk["device"] == "tmpfs" else "disk": int(disk["used"])}
        return found

    def of_pod(self, node: str, uid: str) -> dict[str, Any]:
        """What the containers of a Pod use, by container id."""
        records = [each for each in self.running(node) if uid in ("", each["uid"])]
        return {record["id"]: self.of_container(record) for record in records}


def rest(what: str, left: int) -> int:
    """What is left, as it is counted: bytes in whole pages."""
    return max(left, 0) // (1 if what == "pids" else PAGE) * (1 if what == "pids" else PAGE)
