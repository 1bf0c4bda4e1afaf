"""The wiring: makes all parts of a cluster over one world, connects them, and moves the world forward."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol

from simulator.api.errors import ApiError
from simulator.api.resources import RESOURCES
from simulator.apiserver.server import APIServer, WatchEvent
from simulator.cluster import node_files
from simulator.cluster.crashes import Crashes
from simulator.cluster.faults import Faults
from simulator.cluster.gateway import PORT, Gateway
from simulator.cluster.hosts import address, host_files
from simulator.cluster.kubeadm import AGE, KINDS, Installation, manifest_files
from simulator.cluster.metrics import Metrics
from simulator.cluster.refusals import standing
from simulator.cluster.remote import Remote
from simulator.cluster.resting import Resting
from simulator.cluster.scenario import NodeSpec, Scenario, ScenarioError
from simulator.controllers import rootca
from simulator.controllers.table import controllers
from simulator.kernel.units import SECOND
from simulator.kernel.world import World
from simulator.kubelet.kubelet import Kubelet
from simulator.proxy.kube_proxy import KubeProxy, Rulebook
from simulator.runtime.cri_api import CriError
from simulator.runtime.machines import Machines
from simulator.runtime.syscalls import Answer, Program, UnixError
from simulator.scheduler.scheduler import Scheduler

FILES = 1  # which files bring_files() brings


class Part(Protocol):
    """A component: it hears of each change of the resources that it watches, and is woken by the agenda."""

    @property
    def name(self) -> str: ...
    def start(self) -> None: ...
    def watches(self, resource: str) -> bool: ...
    def notice(self, event: WatchEvent) -> None: ...
    def reconcile(self, key: str) -> None: ...


class Woken(Protocol):
    """What the agenda wakes."""

    def reconcile(self, key: str) -> None: ...


class Cluster:
    """All parts of one learner's cluster, made from the world's value; nothing that stands here must be remembered."""

    def __init__(self, world: World, programs: Mapping[str, Program], answers: Mapping[str, Answer]) -> None:
        self.world = world
        self.state = world.section("cluster")
        self.api = APIServer(world)
        self.crashes = Crashes(world, self.api)
        self.gateway = Gateway(self.api, self.kubelet, self.listening)
        self.machines = Machines(world, programs, answers, self.gateway)
        self.gateway.open_watch = self.machines.open_watch
        self.kubelets: dict[str, Kubelet] = {}
        self.parts: list[Part] = []
        self.watchers: dict[str, list[Part]] = {}
        self.remote = Remote(world, self.machines, self.gateway)
        self.resting = Resting(world, self.api, self.state)
        self.faults = Faults(world, self.machines, self.kubelets, self.api)
        self.machines.machinery.ask_service = self.faults.service
        self.woken: dict[str, Woken] = {
            "kube-apiserver": self.api,
            "machine": self.machines,
            self.remote.name: self.remote,
            "faults": self.faults,
        }
        self.api.subscribe(self.spread)
        if self.state:
            self.connect()

    @classmethod
    def install(
        cls, world: World, programs: Mapping[str, Program], answers: Mapping[str, Answer], scenario: Scenario
    ) -> "Cluster":
        """A new cluster in an empty world, with the nodes of *scenario*, when it has been idle for long after kubeadm made it."""
        cluster = cls(world, programs, answers)
        home = next(node.name for node in scenario.nodes if node.control_plane)
        names = [node.name for node in scenario.nodes]
        cluster.state |= {"home": home, "nodes": names, "admission": list(scenario.admission_plugins)}
        for number, node in enumerate(scenario.nodes):
            cluster.add_host(number, node)
        with standing("registries"):
            cluster.machines.set_registries(scenario.registries)
        for number, node in enumerate(scenario.nodes):
            with standing("nodes", number, "images"):
                cluster.bring_images(node)
        cluster.connect()
        installation = Installation(world, cluster.api, cluster.kubelets)
        installation.namespaces(home, address(0))
        cluster.advance(SECOND)  # the controllers give each namespace its service account and root certificate
        for node in scenario.nodes:
            cluster.kubelets[node.name].configure(**node.kubelet)
            cluster.kubelets[node.name].start()
        installation.run(scenario, home, address(0))
        cluster.bring_files(home)
        cluster.bring_manifests(home)
        for part in cluster.parts:
            if part not in cluster.kubelets.values():
                part.start()
        cluster.advance(AGE)
        cluster.resting.begin()
        return cluster

    def begin(self, scenario: Scenario) -> None:
        """Put in what the scenario brings."""
        for path, text in scenario.files.items():
            self.machines.write_file(self.state["home"], path, text.encode())
        for number, manifest in enumerate(scenario.objects):
            with standing("objects", number):
                self.create(manifest)
        self.faults.plan(scenario.faults)
        self.world.drain()

    def create(self, manifest: Mapping[str, Any]) -> None:
        """An object that the scenario brings; raises ScenarioError."""
        kind, metadata = str(manifest.get("kind")), dict(manifest.get("metadata") or {})
        if kind not in KINDS:
            raise ScenarioError(f"objects: unknown kind {kind!r}")
        if RESOURCES[KINDS[kind]].namespaced:
            metadata.setdefault("namespace", "default")
        try:
            self.api.create(KINDS[kind], {**manifest, "metadata": metadata})
        except ApiError as error:
            raise ScenarioError(f"objects: {error}") from error

    def add_host(self, number: int, node: NodeSpec) -> None:
        """A machine of the cluster."""
        role = "control-plane" if node.control_plane else ""
        self.machines.add_host(node.name, address(number), role=role, facts={"cpus": node.cpu, "memory": node.memory})
        for path, text in host_files(role, address(0)).items():
            self.machines.write_file(node.name, path, text.encode(), mode=0o600)

    def take_over(self) -> None:
        """A cluster that an older release stored: put on its machines what has come since, as far as there is room."""
        if self.state.get("files") == FILES:
            return
        with suppress(UnixError):
            for name in self.state["nodes"]:
                self.machines.connect_node(name)
            self.bring_files(self.state["home"])

    def bring_files(self, home: str) -> None:
        """Put the files there that the machines have of their cluster."""
        self.state["files"] = FILES
        found = self.api.find("configmaps", "kube-system", rootca.NAME) or {}
        root = (found.get("data") or {}).get("ca.crt", "")
        for name in self.state["nodes"]:
            for file in node_files.of_node(self.machines.cri(name).node_facts()["ip"], root):
                self.machines.write_file(name, file.path, file.text.encode(), mode=file.mode)
        for file in node_files.of_control_plane(address(0)):
            self.machines.write_file(home, file.path, file.text.encode(), mode=file.mode)

    def bring_manifests(self, home: str) -> None:
        """Put the files of the static Pods there, as kubeadm leaves them."""
        for path, text in manifest_files(home, address(0)).items():
            self.machines.write_file(home, path, text.encode(), mode=0o600)
        self.kubelets[home].know_manifests()

    def bring_images(self, node: NodeSpec) -> None:
        """Put the images that the scenario wants on a node."""
        try:
            self.machines.load_images(node.name, node.images)
        except CriError as error:
            raise ScenarioError(f"node {node.name}: {error}") from error

    def connect(self) -> None:
        """Make the components, for the nodes that there are; raises ScenarioError for an admission plugin that is not there."""
        try:
            self.api.enable_admission(self.state["admission"])
        except ValueError as error:
            raise ScenarioError(str(error), ("admission_plugins",)) from error
        rulebook = Rulebook()
        for node in self.state["nodes"]:
            kubelet = Kubelet(self.world, self.api, self.machines.cri(node), node)
            self.kubelets[node] = kubelet
            self.parts += [kubelet, KubeProxy(self.world, self.api, self.machines, node, rulebook)]
        Metrics(self.world, self.api, self.machines, self.silent).serve()
        self.parts += [Scheduler(self.world, self.api, self.state["home"]), *controllers(self.world, self.api)]
        self.watchers.clear()
        self.woken |= {part.name: part for part in self.parts}

    def kubelet(self, node: str) -> Kubelet | None:
        """The kubelet of *node*."""
        return self.kubelets.get(node)

    def silent(self, node: str) -> bool:
        """Whether nobody answers as the kubelet of *node*."""
        kubelet = self.kubelets.get(node)
        return kubelet is None or kubelet.stopped

    def listening(self, server: str) -> bool:
        """Whether the API server answers at *server*."""
        return server.removeprefix("https://") == f"{address(0)}:{PORT}"

    def log_entries(self, namespace: str, name: str, container: str) -> list[tuple[int, str, str]]:
        """The log that a container's present run has left so far: (Unix microseconds, stream, text); empty if there is none."""
        pod = self.api.find("pods", namespace, name)
        id = container_id(pod, container) if pod else ""
        if not pod or not id:
            return []
        try:
            entries = self.machines.cri(pod["spec"]["nodeName"]).logs(id)
        except CriError:
            return []
        return [(at, stream, line.decode(errors="replace")) for at, stream, line in entries]

    def spread(self, event: WatchEvent) -> None:
        """Tell those who watch the resource of a change."""
        watchers = self.watchers.get(event.resource)
        if watchers is None:
            watchers = self.watchers[event.resource] = [part for part in self.parts if part.watches(event.resource)]
        for part in watchers:
            try:
                part.notice(event)
            except Exception as error:
                self.crashes.happened(part.name, f"{event.type} {event.resource}", error)
        if event.resource == "pods":
            self.resting.notice(event.object)
        self.machines.notify_watch(event.resource)

    def advance(self, until: int, steps: int | None = None) -> bool:
        """Wake whoever is due until virtual time *until*; False if *steps* wake-ups were not enough."""
        agenda = self.world.agenda
        left = -1 if steps is None else steps
        while left and (wakeup := agenda.pop_due(until)):
            try:
                if not self.resting.holds(wakeup.component, wakeup.key):
                    self.woken[wakeup.component].reconcile(wakeup.key)
            except Exception as error:
                self.crashes.happened(wakeup.component, wakeup.key, error)
            left -= 1
        due = agenda.next_at()
        if due is not None and due <= until:
            return False
        agenda.move_to(until)
        return True


def container_id(pod: dict[str, Any], container: str) -> str:
    """The runtime's id of a container of *pod*; empty if it has never been made."""
    status = pod.get("status") or {}
    for field in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"):
        for entry in status.get(field) or ():
            if entry["name"] == container:
                return str(entry.get("containerID", "")).rpartition("//")[2]
    return ""
