"""The services of a node that systemd keeps: whether they run, and the journal of what they say (systemd, journald)."""

from typing import NamedTuple

from simulator.runtime.consoles import on_host
from simulator.runtime.machinery import Machinery
from simulator.runtime.tables import Data


class Unit(NamedTuple):
    """What systemd calls a service, the fault that stands for its being stopped, and the command line of its process."""

    description: str
    fault: str
    line: str


UNITS = {
    "kubelet": Unit(
        "kubelet: The Kubernetes Node Agent",
        "kubelet-down",
        "/usr/sbin/kubelet --config=/var/lib/kubelet/config.yaml --kubeconfig=/etc/kubernetes/kubelet.conf",
    ),
    "containerd": Unit("containerd container runtime", "container-runtime-down", "/usr/sbin/containerd"),
}


class Services:
    """Starts and stops the processes of services."""

    def __init__(self, machinery: Machinery) -> None:
        self.machinery = machinery

    def process(self, host: str, unit: str) -> Data | None:
        """The process of a service, if it runs."""
        words = UNITS[unit].line.split()
        found = (each for each in self.machinery.tables.processes.values() if each["host"] == host)
        return next((each for each in found if each["argv"] == words and each["end"] is None), None)

    def adjust(self, host: str) -> None:
        """Let those run that no fault keeps from it."""
        faults = self.machinery.tables.hosts[host]["faults"]
        for name, unit in UNITS.items():
            process, shall = self.process(host, name), unit.fault not in faults
            if process is not None and not shall:
                self.stop(host, name, process)
            elif process is None and shall:
                self.start(host, name)

    def restart(self, host: str, name: str) -> None:
        """Another process for a service that runs."""
        if process := self.process(host, name):
            self.stop(host, name, process)
            self.start(host, name)

    def stop(self, host: str, name: str, process: Data) -> None:
        """End the process of a service."""
        self.say(host, f"Stopping {name}.service - {UNITS[name].description}...")
        self.machinery.processes.end(process, 143, "TERM")
        self.say(host, f"Stopped {name}.service - {UNITS[name].description}.")

    def start(self, host: str, name: str) -> None:
        """A new process for a service."""
        words = UNITS[name].line.split()
        process = self.machinery.processes.born(on_host(host), quiet=True, program="daemon", path=words[0], argv=words)
        process |= {"group": process["npid"], "session": process["npid"], "parent": f"{host}/1"}
        self.machinery.tables.hosts[host]["units"][name] = process["pid"]
        self.say(host, f"Started {name}.service - {UNITS[name].description}.")

    def say(self, host: str, text: str) -> None:
        """What systemd writes into the journal."""
        unit = text.split()[1].partition(".")[0]
        self.machinery.note(host, unit, text, by="systemd")
