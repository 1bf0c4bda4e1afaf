"""The life of nodes (pkg/controller/nodelifecycle): who stopped reporting, and the taints that follow from conditions.

Heartbeats are no writes here: while a kubelet runs, its Lease reads as fresh. A kubelet that stops leaves in the Lease the
time of its last renewal, and that change is what sets the clock of this controller going.
"""

from simulator.api import meta
from simulator.api.errors import NotFound
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import Obj
from simulator.client.pods import is_ready
from simulator.controllers.controller import Controller, Keys
from simulator.kernel.units import MINUTE, SECOND

LEASES, LEASE_NAMESPACE = "leases.coordination.k8s.io", "kube-node-lease"
GRACE = 50 * SECOND  # node-monitor-grace-period
STARTUP_GRACE = MINUTE  # node-startup-grace-period
NEW = MINUTE  # how old a node may be to be greeted
NOT_READY, UNREACHABLE = "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"
REPORTED = ("MemoryPressure", "DiskPressure", "PIDPressure", "Ready")
# Which condition in which status puts which NoSchedule taint on a node.
TAINT_OF = {
    ("Ready", "False"): NOT_READY,
    ("Ready", "Unknown"): UNREACHABLE,
    ("MemoryPressure", "True"): "node.kubernetes.io/memory-pressure",
    ("DiskPressure", "True"): "node.kubernetes.io/disk-pressure",
    ("PIDPressure", "True"): "node.kubernetes.io/pid-pressure",
    ("NetworkUnavailable", "True"): "node.kubernetes.io/network-unavailable",
}
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
MANAGED = (*TAINT_OF.values(), UNSCHEDULABLE)


class NodeLifecycleController(Controller):
    """Marks nodes that are lost, taints those in trouble, and tells their Pods."""

    name = "node-lifecycle"
    source = "node-controller"

    def watches(self) -> dict[str, Keys]:
        return {"nodes": self.changed, LEASES: self.lease_changed}

    def changed(self, event: WatchEvent) -> list[str]:
        """A node came, or changed in a way that matters here; when one becomes ready, all are looked at."""
        if event.type != "DELETED" and event.old is not None and outlook(event.old) == outlook(event.object):
            return []
        return [meta.name(event.object)]

    def lease_changed(self, event: WatchEvent) -> list[str]:
        """A lease was really written: see whether it is kept fresh from then on."""
        if event.type == "MODIFIED" and meta.namespace(event.object) == LEASE_NAMESPACE:
            self.queue.add(meta.name(event.object), after=GRACE + SECOND)
        return []

    def sync(self, key: str) -> None:
        try:
            node = self.api.get("nodes", None, key)
        except NotFound:
            self.part_with(key)
            return
        self.greet(node)
        node = self.watch_lease(node)
        self.taint(node)
        if not meta.is_true(node, "Ready"):
            self.mark_pods(node)

    def greet(self, node: Obj) -> None:
        """Tell of a new node, once."""
        known = self.world.section("node-lifecycle").setdefault("known", {})
        name = meta.name(node)
        if known.get(name) == meta.uid(node):
            return
        known[name] = meta.uid(node)
        if self.since(node["metadata"]["creationTimestamp"]) < NEW:
            self.recorder.event(
                node, "Normal", "RegisteredNode", f"Node {name} event: Registered Node {name} in Controller"
            )

    def part_with(self, name: str) -> None:
        """Tell of a node that is gone."""
        uid = self.world.section("node-lifecycle").setdefault("known", {}).pop(name, None)
        if uid is not None:
            node = {"apiVersion": "v1", "kind": "Node", "name": name, "uid": uid}
            text = f"Node {name} event: Removing Node {name} from Controller"
            self.recorder.event(node, "Normal", "RemovingNode", text)

    def watch_lease(self, node: Obj) -> Obj:
        """Mark the node as lost if its kubelet has not renewed its lease for too long; the node as it is then."""
        conditions = (node.get("status") or {}).get("conditions") or []
        if meta.condition(node, "Ready") is None:
            return self.await_first(node, conditions)
        if self.silence(node) < GRACE or any(
            each["status"] == "Unknown" for each in conditions if each["type"] == "Ready"
        ):
            return node
        return self.lose(node, conditions)

    def silence(self, node: Obj) -> int:
        """For how long the kubelet has been silent; 0 if it never had a lease."""
        try:
            lease = self.api.get(LEASES, LEASE_NAMESPACE, meta.name(node))
        except NotFound:
            return 0
        renewed = (lease.get("spec") or {}).get("renewTime")
        return self.since(renewed) if renewed else 0

    def await_first(self, node: Obj, conditions: list[Obj]) -> Obj:
        """Give a kubelet that has never reported its time; after that, nobody knows how its node is. The node as it is then."""
        born = node["metadata"]["creationTimestamp"]
        if self.since(born) < STARTUP_GRACE:
            self.queue.add(meta.name(node), after=STARTUP_GRACE - self.since(born) + SECOND)
            return node
        now = self.now()
        said = {"status": "Unknown", "reason": "NodeStatusNeverUpdated", "message": "Kubelet never posted node status."}
        there = {each["type"] for each in conditions}
        times = {"lastHeartbeatTime": born, "lastTransitionTime": now}
        new = [{"type": kind, **said, **times} for kind in REPORTED if kind not in there]
        return self.api.update_status("nodes", meta.with_status(node, conditions=[*conditions, *new]))

    def lose(self, node: Obj, conditions: list[Obj]) -> Obj:
        """Nobody knows how the node is."""
        now = self.now()
        unknown = {
            "status": "Unknown",
            "reason": "NodeStatusUnknown",
            "message": "Kubelet stopped posting node status.",
            "lastTransitionTime": now,
        }
        new = [{**each, **unknown} if each["type"] in REPORTED else each for each in conditions]
        self.recorder.event(node, "Normal", "NodeNotReady", f"Node {meta.name(node)} status is now: NodeNotReady")
        return self.api.update_status("nodes", meta.with_status(node, conditions=new))

    # --- taints and Pods

    def taint(self, node: Obj) -> None:
        """Put on the taints that the conditions call for, and take off the others of this controller's."""
        old = node["spec"].get("taints") or []
        wanted = self.wanted(node)
        kept = [each for each in old if each["key"] not in MANAGED or (each["key"], each["effect"]) in wanted]
        there = [(each["key"], each["effect"]) for each in kept]
        new = [self.made(*place) for place in wanted if place not in there]
        if new or len(kept) != len(old):
            taints = [*kept, *new]
            spec = {part: value for part, value in node["spec"].items() if part != "taints"}
            self.api.update("nodes", {**node, "spec": spec | ({"taints": taints} if taints else {})})

    def made(self, key: str, effect: str) -> Obj:
        """A new taint; those that evict carry their time, as does the one of a cordon."""
        timed = effect == "NoExecute" or key == UNSCHEDULABLE
        return {"key": key, "effect": effect} | ({"timeAdded": self.now()} if timed else {})

    def wanted(self, node: Obj) -> list[tuple[str, str]]:
        """The taints that the node should have from this controller."""
        conditions = (node.get("status") or {}).get("conditions") or []
        states = [(each["type"], each["status"]) for each in conditions]
        keys = [TAINT_OF[state] for state in states if state in TAINT_OF]
        found = [(key, "NoSchedule") for key in keys]
        if node["spec"].get("unschedulable"):
            found.append((UNSCHEDULABLE, "NoSchedule"))
        if any(meta.is_true(other, "Ready") for other in self.informers.of("nodes").all()):
            found += [(key, "NoExecute") for key in keys if key in (NOT_READY, UNREACHABLE)]
        return found

    def mark_pods(self, node: Obj) -> None:
        """Pods on a node in trouble are not ready."""
        for pod in self.informers.of("pods").by("node", meta.name(node)):
            if not is_ready(pod):
                continue
            conditions = [
                {**each, "status": "False", "lastTransitionTime": self.now()} if each["type"] == "Ready" else each
                for each in pod["status"]["conditions"]
            ]
            self.api.update_status("pods", meta.with_status(pod, conditions=conditions))
            self.recorder.event(pod, "Warning", "NodeNotReady", "Node is not ready")


def outlook(node: Obj) -> object:
    """All of a node that this controller goes by."""
    conditions = (node.get("status") or {}).get("conditions") or []
    spec = node["spec"]
    return [(each["type"], each["status"]) for each in conditions], spec.get("unschedulable"), spec.get("taints")
