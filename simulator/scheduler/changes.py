"""What a watch event means for Pods that wait to be scheduled (pkg/scheduler/eventhandlers.go)."""

from simulator.api.counted import counted
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import Obj
from simulator.client.pods import is_finished

VOLUMES = (
    "persistentvolumeclaims",
    "persistentvolumes",
    "storageclasses.storage.k8s.io",
)


def meaning(event: WatchEvent) -> list[str]:
    """The kinds of change (see profile.HELPED_BY) that an event is."""
    if event.resource == "nodes":
        return of_node(event)
    if event.resource == "pods":
        return of_pod(event)
    return ["volume-changed"] if event.resource in VOLUMES else []


def of_node(event: WatchEvent) -> list[str]:
    """A node came, or something of it changed that matters."""
    if event.type == "ADDED":
        return ["node-added"]
    if event.type == "DELETED" or event.old is None:
        return []
    new, old = event.object, event.old
    found = {
        "node-labels": (new["metadata"].get("labels"), old["metadata"].get("labels")),
        "node-taints": (new["spec"].get("taints"), old["spec"].get("taints")),
        "node-unschedulable": (
            new["spec"].get("unschedulable"),
            old["spec"].get("unschedulable"),
        ),
        "node-allocatable": (allocatable(new), allocatable(old)),
    }
    return [kind for kind, (now, before) in found.items() if now != before]


def allocatable(node: Obj) -> Obj | None:
    """What the node has to give."""
    found: Obj | None = (node.get("status") or {}).get("allocatable")
    return found


def of_pod(event: WatchEvent) -> list[str]:
    """A Pod took a place, left it, or changed there."""
    new, old = event.object, event.old
    if not new["spec"].get("nodeName"):
        return []
    if event.type == "DELETED" or (is_finished(new) and old is not None and not is_finished(old)):
        return ["pod-left", "ports-left"] if has_host_ports(new) else ["pod-left"]
    if old is None or not old["spec"].get("nodeName"):
        return ["pod-placed"]
    found = []
    if new["metadata"].get("labels") != old["metadata"].get("labels"):
        found.append("pod-labels")
    if (new["spec"] is not old["spec"] and new["spec"] != old["spec"]) or counted(new) != counted(old):
        found.append("pod-shrunk")
    return found


def has_host_ports(pod: Obj) -> bool:
    """Whether the Pod took ports of its node."""
    return any(port.get("hostPort") for entry in pod["spec"]["containers"] for port in entry.get("ports") or ())


def concerns_scheduling(new: Obj, old: Obj | None) -> bool:
    """Whether a Pod without a node changed in a way that may let it fit."""
    if old is None:
        return True
    return bool(new["spec"] != old["spec"]) or new["metadata"].get("labels") != old["metadata"].get("labels")
