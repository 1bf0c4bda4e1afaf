"""A cluster of one node with its API server, machine and kubelet, and without a scheduler: Pods name their node."""

from typing import Any

import yaml

from simulator.api.errors import NotFound
from simulator.apiserver.server import APIServer
from simulator.apiserver.watch import WatchEvent
from simulator.kernel.units import SECOND
from simulator.kernel.world import World
from simulator.kubelet.kubelet import Kubelet
from simulator.programs.table import ANSWERS, PROGRAMS
from simulator.runtime.gateway import NoGateway
from simulator.runtime.machines import Machines
from simulator.shell.table import SHELLS

EPOCH = 1_795_192_738_000_000
NODE = "node01"
Obj = dict[str, Any]


class OneNode:
    """The cluster; `run` lets virtual time pass and notes each STATUS that a Pod shows."""

    def __init__(self, seed: int = 1, world: World | None = None) -> None:
        self.world = world or World.create(seed=seed, epoch=EPOCH)
        self.api = APIServer(self.world)
        self.machines = Machines(self.world, PROGRAMS | SHELLS, ANSWERS, NoGateway())
        self.written: list[tuple[str, Obj]] = []
        if world is None:
            self.machines.add_host(NODE, "192.168.10.11")
        self.kubelet = Kubelet(self.world, self.api, self.machines.cri(NODE), NODE)
        self.api.subscribe(self.tell)
        if world is None:
            for name in ("default", "kube-node-lease"):
                self.api.create("namespaces", {"metadata": {"name": name}})
            meta = {"name": "kube-root-ca.crt", "namespace": "default"}
            self.api.create("configmaps", {"metadata": meta, "data": {"ca.crt": "a certificate"}})
            self.api.create("serviceaccounts", {"metadata": {"name": "default", "namespace": "default"}})
            self.kubelet.start()

    def again(self) -> "OneNode":
        """The same cluster, saved and restored."""
        return OneNode(world=World.from_bytes(self.world.to_bytes()))

    def tell(self, event: WatchEvent) -> None:
        if event.resource == "pods":
            self.written.append((event.type, event.object))
        self.kubelet.notice(event)

    def run(self, seconds: float = 1) -> "OneNode":
        until = self.world.now + int(seconds * SECOND)
        parts: dict[str, Any] = {"kube-apiserver": self.api, "machine": self.machines, self.kubelet.name: self.kubelet}
        while wakeup := self.world.agenda.pop_due(until):
            parts[wakeup.component].reconcile(wakeup.key)
        self.world.agenda.move_to(until)
        return self

    # --- what tests make and look at
    def apply(self, text: str) -> list[Obj]:
        """Create the objects of a YAML text; Pods are put on the node."""
        return [self.create(obj) for obj in yaml.safe_load_all(text)]

    def create(self, obj: Obj) -> Obj:
        kind = obj.get("kind", "Pod")
        if kind == "Pod":
            obj["spec"].setdefault("nodeName", NODE)
        resource = {"ConfigMap": "configmaps", "Secret": "secrets", "Service": "services", "Pod": "pods"}[kind]
        obj["metadata"].setdefault("namespace", "default")
        return self.api.create(resource, {"apiVersion": "v1", "kind": kind, **obj})

    def pod(self, name: str, container: Obj | None = None, **spec: Any) -> Obj:
        """Create a Pod of one container, `c`, of busybox, unless *container* says otherwise."""
        meant = {"name": "c", "image": "busybox:1.28", **(container or {})}
        return self.create({"metadata": {"name": name}, "spec": {"containers": [meant], **spec}})

    def bring(self, *images: str) -> "OneNode":
        """Have images on the node already."""
        self.machines.load_images(NODE, images)
        return self

    def get(self, name: str) -> Obj:
        return self.api.get("pods", "default", name)

    def gone(self, name: str) -> bool:
        try:
            self.get(name)
        except NotFound:
            return True
        return False

    def status(self, name: str, container: str = "") -> Obj:
        """The status of the first, or the named, container."""
        entries = [
            entry
            for key in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
            for entry in self.get(name)["status"].get(key) or ()
            if container in ("", entry["name"])
        ]
        return entries[0]

    def reason(self, name: str, container: str = "") -> str:
        """`Running`, or the reason for which the container waits or ended."""
        kind, detail = next(iter(self.status(name, container)["state"].items()))
        return "Running" if kind == "running" else str(detail.get("reason", ""))

    def events(self, name: str) -> list[tuple[str, str, int]]:
        """Reason, message and count of the Pod's events, in the order of their first time."""
        found = [each for each in self.api.list("events") if each["involvedObject"]["name"] == name]
        return [(each["reason"], each["message"], each["count"]) for each in found]

    def reasons(self, name: str) -> list[str]:
        return [reason for reason, _, _ in self.events(name)]

    def shown(self, name: str) -> list[str]:
        """What STATUS showed of a one-container Pod, one after the other, without repetitions."""
        seen: list[str] = []
        for type, obj in self.written:
            if obj["metadata"]["name"] == name:
                word = word_for(type, obj)
                if not seen or seen[-1] != word:
                    seen.append(word)
        return seen


def word_for(type: str, pod: Obj) -> str:
    """STATUS as `kubectl get pods` prints it, for Pods of one container."""
    status = pod.get("status") or {}
    if type == "DELETED":
        return "gone"
    if "deletionTimestamp" in pod["metadata"] and status.get("phase") not in ("Succeeded", "Failed"):
        return "Terminating"
    for entry in status.get("containerStatuses") or ():
        kind, detail = next(iter(entry["state"].items()))
        return "Running" if kind == "running" else str(detail.get("reason", ""))
    return str(status.get("reason") or status.get("phase", ""))
