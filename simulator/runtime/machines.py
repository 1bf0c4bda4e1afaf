"""All machines of a cluster: hosts, processes, terminals, networks, containers. The part of the agenda named `machine`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from simulator.kernel.units import MILLISECOND
from simulator.kernel.world import World
from simulator.runtime.clients import Clients
from simulator.runtime.consoles import Consoles
from simulator.runtime.cri_api import Cri
from simulator.runtime.gateway import Gateway
from simulator.runtime.hosts import Hosts
from simulator.runtime.machinery import Machinery
from simulator.runtime.network_calls import Calls
from simulator.runtime.parts import Parts
from simulator.runtime.proc_process import seen_inside
from simulator.runtime.registries import Registries
from simulator.runtime.runner import Runner
from simulator.runtime.syscalls import Answer, Program, Seen, Stat, Sys
from simulator.runtime.tables import COMPONENT, Data

PAUSE_IMAGE = "registry.k8s.io/pause:3.10.1"  # what kubeadm 1.36 tells containerd to make sandboxes of
WATCHED_FOLDER = "/etc/kubernetes/manifests"
WATCH_LATENCY = 3 * MILLISECOND


class Machines:
    """The runtime's public face. All that it remembers is in the world's section `machines`."""

    name = COMPONENT

    def __init__(
        self, world: World, programs: Mapping[str, Program], answers: Mapping[str, Answer], gateway: Gateway
    ) -> None:
        self.world = world
        self.machinery = Machinery(world, programs, answers, gateway)
        self.runner = Runner(self.machinery)
        self.hosts = Hosts(self.machinery)
        self.consoles = Consoles(self.machinery)
        self.tables = self.machinery.tables
        self.clients = Clients(self.tables, self.machinery.descriptors, self.machinery.fairness)
        self.parts = Parts(self.machinery)
        self.handlers: dict[str, Callable[[str], None]] = {
            "process": self.runner.step,
            "connect": self.machinery.sockets.decide,
            "tty": self.tty_again,
            "notify": self.parts.tell,
            "sandbox": self.parts.sandboxes.begin,
            "pull": self.parts.images.finish,
            "kill": self.parts.containers.grace_over,
            "pause": self.machinery.fairness.pause_over,
        }

    def reconcile(self, key: str) -> None:
        """Do what the agenda asks for: `kind:name`."""
        kind, _, name = key.partition(":")
        self.handlers[kind](name)
        self.settle()

    def settle(self) -> None:
        """Tell the outside what this step has changed."""
        self.consoles.tell_modes()
        self.parts.tell_exceeded()
        if self.machinery.dirty:
            for host, path in self.machinery.dirty:
                self.tell_kubelet(host, path)
                self.world.tell("file", host=host, path=path)
            self.machinery.dirty.clear()

    def tty_again(self, number: str) -> None:
        """A terminal takes output again."""
        tty = self.tables.io.get(number)
        if tty is not None:
            self.machinery.streams.stir(tty)

    # --- hosts
    def add_host(self, name: str, ip: str, *, role: str = "", facts: Mapping[str, Any] | None = None) -> None:
        """A new host at *ip*; *role* is `control-plane` or empty. Facts: cpus, memory (bytes), kernel, os, arch."""
        self.hosts.add(name, ip, role=role, facts=facts)
        self.parts.images.bring(name, PAUSE_IMAGE)

    def set_registries(self, registries: Mapping[str, Any]) -> None:
        """The registries of the scenario: host (with port) -> kind, private, users, images (see simulator/cluster/scenario.py)."""
        self.parts.images.registries.set(registries)

    def registries(self) -> list[dict[str, Any]]:
        """The images in those registries, as their own pages show them."""
        return self.parts.images.registries.shown()

    def load_images(self, host: str, images: Sequence[str]) -> None:
        """Put images on a host that need no pull; CriError if no registry has one (call `set_registries` before)."""
        for image in images:
            self.parts.images.bring(host, image)

    @property
    def pullable(self) -> Registries:
        """What can be pulled, for looking."""
        return self.parts.images.registries

    def last_pull(self, node: str, uid: str, image: str) -> Mapping[str, Any] | None:
        """The record of a Pod's last pull of an image (see Images.last_pull)."""
        return self.parts.images.last_pull(node, uid, image)

    def ports_of(self, container: str) -> list[int]:
        """The TCP ports on which somebody listens where a container is; none if there is no such container."""
        record = self.tables.containers.get(container)
        sandbox = self.tables.sandboxes.get(record["sandbox"]) if record else None
        there = self.tables.networks.get(sandbox["net"]) if sandbox else None
        return sorted(int(port) for port in there["listeners"]) if there else []

    def cri(self, node: str) -> Cri:
        """The container runtime of a node; KeyError."""
        return self.parts.cri(node)

    def program_services(self, host: str, rules: list[Data]) -> None:
        """Replace the Service rules of a host: {"ip", "port", "protocol", "node_port"?, "backends": [[ip, port], ...],
        "sticky"?: for how long a client keeps its backend}."""
        self.machinery.networks.program(self.tables.hosts[host], rules)

    def set_faults(self, faults: Sequence[Mapping[str, Any]]) -> None:
        """These faults hold now and no others: {"type", "node" | "registry" | "image", "message", "seconds", ...}, of the types
        in simulator/cluster/fault_kinds.py that last. Kubelets hear of a change of their node (uid "")."""
        self.parts.set_faults(faults)
        self.settle()

    def restart_service(self, host: str, unit: str) -> None:
        """Let systemd put another process in the place of a service's, if it runs."""
        self.parts.services.restart(host, unit)
        self.settle()

    def kill_container(self, container: str) -> None:
        """KILL a container's process 1; nothing happens if there is no such container."""
        if container in self.tables.containers:
            self.parts.containers.kill(container)
            self.settle()

    def read_file(self, host: str, path: str) -> bytes:
        """The content of a host's file; UnixError."""
        return self.hosts.read_file(host, path)

    def connect_node(self, name: str) -> None:
        """Have the network plug-in of a host put its file there, as far as it is ready."""
        self.hosts.write_network_file(name)
        self.parts.hide_network(name)

    def write_file(self, host: str, path: str, data: bytes, *, mode: int = 0o644) -> None:
        """Write a host's file, as root, with the directories on the way; UnixError."""
        self.hosts.write_file(host, path, data, mode=mode)
        self.tell_kubelet(host, path)

    def tell_kubelet(self, host: str, path: str) -> None:
        """A host's file has changed: its kubelet hears of it if that lies where manifests are."""
        if path.startswith(WATCHED_FOLDER):
            self.machinery.notify(host, "")

    def listdir(self, host: str, path: str) -> Sequence[str]:
        """The sorted names in a directory of a host; UnixError."""
        return self.hosts.listdir(host, path)

    def stat(self, host: str, path: str, *, follow: bool = True) -> Stat | None:
        """What stat tells of a host's file; None if there is none."""
        return self.hosts.stat(host, path, follow=follow)

    def read_file_in(self, container: str, path: str) -> bytes:
        """The content of a file as its container sees it; UnixError, CriError where there is no such container."""
        return self.parts.containers.read_file(container, path)

    def list_in(self, container: str, path: str, most: int) -> list[tuple[str, Stat]]:
        """Path and stat of what is in a folder as its container sees it, at most *most*; UnixError, CriError."""
        return self.parts.containers.list_folder(container, path, most)

    def processes_in(self, container: str) -> list[Seen]:
        """The processes in a container, by their numbers there."""
        return self.seen(self.machinery.processes.of_container(container))

    def processes_on(self, host: str) -> list[Seen]:
        """Those in a host's own namespace."""
        return self.seen(self.machinery.processes.of_host(host))

    def seen(self, found: list[Data]) -> list[Seen]:
        """Processes by their numbers in their own namespaces."""
        return [seen_inside(self.machinery.processes, one) for one in sorted(found, key=lambda one: int(one["npid"]))]

    def visit(self, container: str, argv: tuple[str, ...]) -> str:
        """Start a program in a container that need not have it; the id for `Cri.exec_status`, or CriError."""
        return self.parts.execs.visit(container, argv)

    def editor_closed(self, host: str, path: str) -> None:
        """The learner has closed the editor pane of a file."""
        self.hosts.editor_closed(host, path)
        self.settle()

    # --- terminals
    def open_terminal(self, terminal: str, host: str, columns: int, rows: int) -> None:
        """Start a login shell; KeyError: no such host, ValueError: it is open already."""
        self.consoles.open(terminal, host, columns, rows)
        self.settle()

    def close_terminal(self, terminal: str) -> None:
        """Hang up; nothing happens if there is no such terminal."""
        self.consoles.close(terminal)
        self.settle()

    def resize(self, terminal: str, columns: int, rows: int) -> None:
        """The window has another size; KeyError."""
        self.consoles.resize(terminal, columns, rows)
        self.settle()

    def type_line(self, terminal: str, text: str) -> None:
        """A whole line, edited and echoed where it was typed; KeyError."""
        self.consoles.line(terminal, text)
        self.settle()

    def type_keys(self, terminal: str, data: str) -> None:
        """Keys, raw; KeyError."""
        self.consoles.keys(terminal, data)
        self.settle()

    def terminals(self) -> dict[str, dict[str, Any]]:
        """Each open terminal: host, mode, prompt, echo, columns, rows, cwd."""
        return self.consoles.all()

    def sys(self, terminal: str) -> Sys:
        """The system calls as the terminal's login shell has them, for looking only (completion); KeyError, UnixError."""
        return Calls(self.machinery, self.consoles.process_at(terminal))

    # --- clients from outside
    def hold(self, client: str, channel: str, io: str) -> str:
        """Take the client's end of a stream that `Gateway.open` has opened (see `clients`)."""
        self.machinery.stream_taken(io)
        return self.clients.hold(client, channel, io)

    def resize_client(self, end: str, columns: int, rows: int) -> None:
        """The window of a client has another size."""
        tty = self.clients.resize(end, columns, rows)
        if tty is not None:
            self.machinery.signal_tty(tty, "WINCH")

    # --- watches
    def open_watch(self, watch: dict[str, Any]) -> str:
        """A stream of events for `Gateway.open`; *watch* is plain data with at least "resource"."""
        number = self.machinery.streams.new("watch", watch=watch, events=[])
        self.tables.watches.setdefault(watch["resource"], []).append(number)
        return number

    def notify_watch(self, resource: str) -> None:
        """Something was committed: who watches *resource* hears of it a few milliseconds later."""
        for number in self.tables.watches.get(resource, ()):
            for key in self.tables.io[number]["wait"]:
                self.tables.wake(key, WATCH_LATENCY)
