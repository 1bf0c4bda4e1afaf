"""Hosts: their disks, the files that differ from one to the other, and the files of a host as the editor pane sees them."""

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.kernel.units import DAY
from simulator.runtime import cni
from simulator.runtime.consoles import on_host
from simulator.runtime.limits import HOST_BUDGET, NOMINAL_DISK
from simulator.runtime.machinery import Machinery
from simulator.runtime.outside import Outside
from simulator.runtime.services import UNITS
from simulator.runtime.syscalls import Stat, UnixError
from simulator.runtime.tables import Data
from simulator.runtime.trees import new_disk
from simulator.runtime.walk import visitor

FACTS = {
    "kernel": "6.12.0-podlab",
    "os": "Podlab Linux 12",
    "arch": "amd64",
    "cpus": 2,
    "memory": 4 << 30,
    "runtime": "containerd://2.3.4",
}
UP_BEFORE = DAY
DAEMONS = (
    ("/sbin/init", "init"),
    (UNITS["containerd"].line, "daemon"),
    (UNITS["kubelet"].line, "daemon"),
    ("/usr/sbin/sshd -D", "daemon"),
)
VIRTUAL = {"/proc": "proc", "/sys": "sysfs"}


class Hosts:
    """The table `hosts`: facts, "ip", "role", "pod_range", "services", "host_ports", "images", "editors", "faults" (each by its type), ..."""

    def __init__(self, machinery: Machinery) -> None:
        self.machinery = machinery
        self.tables = machinery.tables

    def add(self, name: str, ip: str, *, role: str = "", facts: Mapping[str, Any] | None = None) -> None:
        """A new host with its system processes; *facts* go over those of every host (cpus, memory in bytes, kernel, os ...)."""
        world = self.machinery.world
        self.tables.hosts[name] = {
            **FACTS,
            "name": name,
            "ip": ip,
            "role": role,
            "boot": world.unix - UP_BEFORE,
            "pod_range": f"10.244.{len(self.tables.hosts)}",
            "next_ip": 2,
            "services": {},
            "host_ports": {},
            "images": {},
            "pulling": [],
            "editors": {},
            "faults": {},
            "units": {},
        } | dict(facts or {})
        self.tables.disks[name] = new_disk("host", budget=HOST_BUDGET, device="/dev/vda1", nominal=NOMINAL_DISK)
        root: Data = {"disk": name, "type": "ext4", "device": "/dev/vda1"}
        space = {path: {"disk": kind, "type": kind, "device": kind} for path, kind in VIRTUAL.items()}
        self.tables.spaces[name] = {"/": root} | space
        self.machinery.networks.add(name, name, ip)
        if not self.tables.outside:
            Outside(self.tables).begin(ip.rpartition(".")[0] + ".1")
        self.configure(name)
        self.start_daemons(name)

    def write_network_file(self, name: str) -> None:
        """Say how the Pods of a host are connected."""
        pods = f"{self.tables.hosts[name]['pod_range']}.0/24"
        self.write_file(name, cni.FILE, cni.config(pods).encode(), mode=0o600)

    def configure(self, name: str) -> None:
        """Write the files in /etc that say who a host is, and its name into those of all others."""
        self.make_folders(visitor(name), "/etc/kubernetes/manifests")
        self.write_network_file(name)
        self.write_file(name, "/etc/hostname", f"{name}\n".encode())
        self.write_file(name, "/etc/resolv.conf", f"nameserver {self.tables.outside['dns']}\n".encode())
        names = "".join(f"{host['ip']}\t{host['name']}\n" for host in self.tables.hosts.values())
        text = f"127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n{names}"
        for host in self.tables.hosts:
            self.write_file(host, "/etc/hosts", text.encode())

    def start_daemons(self, name: str) -> None:
        """The processes that run on every node."""
        for line, program in DAEMONS:
            words = line.split()
            process = self.machinery.processes.born(
                on_host(name), quiet=True, program=program, path=words[0], argv=words
            )
            process |= {"group": process["npid"], "session": process["npid"], "started": -UP_BEFORE}
            self.tables.hosts[name]["units"][words[0].rpartition("/")[2]] = process["pid"]
            if process["npid"] != 1:
                process["parent"] = f"{name}/1"

    # --- files, for the editor pane
    def read_file(self, host: str, path: str) -> bytes:
        """The content of a file; UnixError."""
        return self.machinery.files.read(visitor(host), path)

    def write_file(self, host: str, path: str, data: bytes, *, mode: int = 0o644) -> None:
        """Put a file there, with the directories on the way; UnixError."""
        who = visitor(host)
        self.make_folders(who, path.rpartition("/")[0])
        self.machinery.files.write(who, path, data, mode=mode)

    def make_folders(self, who: Data, path: str) -> None:
        """mkdir -p."""
        parts = path.strip("/").split("/") if path.strip("/") else []
        for depth in range(1, len(parts) + 1):
            place = "/" + "/".join(parts[:depth])
            if not self.machinery.walker.look(who, place).ino:
                self.machinery.files.mkdir(who, place, 0o755)

    def listdir(self, host: str, path: str) -> Sequence[str]:
        """The sorted names in a directory; UnixError."""
        return self.machinery.files.listdir(visitor(host), path)

    def stat(self, host: str, path: str, *, follow: bool = True) -> Stat | None:
        """What stat tells of a file; None if there is none."""
        try:
            return self.machinery.files.stat(visitor(host), path, follow)
        except UnixError:
            return None

    def editor_closed(self, host: str, path: str) -> None:
        """The learner has closed the editor pane; who waits for that goes on."""
        key = self.tables.hosts[host]["editors"].pop(path, None)
        process = self.machinery.processes.live(key) if key else None
        if process is not None:
            process["poked"] = True
            self.tables.wake(process["key"])
            self.machinery.world.tell("editor", host=host, path=path, terminal="", open=False)
