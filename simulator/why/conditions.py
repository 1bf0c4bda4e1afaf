"""Why one condition of an object stands as it does: what it is made of, and the part of the object's chain that decides it."""

from collections.abc import Callable, Mapping

from simulator.api import meta
from simulator.api.requests import Obj
from simulator.api.resources import RESOURCES
from simulator.why import containers, evictions, nodes, pods, resizing, scheduling
from simulator.why.chain import Chain, Link
from simulator.why.inquiry import Inquiry, condition_evidence, describe, ref

Explain = Callable[[Inquiry, Obj], Chain]


def condition(
    inquiry: Inquiry, resource: str, obj: Obj, kind: str, whole: Callable[[Inquiry, str, Obj], Chain]
) -> Chain:
    """The chain for the condition *kind* of an object; *whole* makes that of the object, for those that sum it up."""
    about, known = ref(resource, obj), RESOURCES.get(resource)
    named = f"{known.kind if known else resource}/{about.name}"
    found = meta.condition(obj, kind)
    if found is None:
        return Chain([Link("condition.absent", {"condition": kind, "object": named}, about, next=(describe(about),))])
    values = {"condition": kind, "status": str(found.get("status", "")), "object": named}
    first = Link("condition.seen", values, about, evidence=condition_evidence(obj, kind), next=(describe(about),))
    explain = TABLE.get(resource, {}).get(kind)
    if explain is None and resource == "pods":
        gates = [link for link in pods.gates(obj) if link.values.get("condition") == kind]
        return Chain([first, *(gates or [Link("condition.foreign", {"condition": kind}, about)])])
    return (explain(inquiry, obj) if explain else whole(inquiry, resource, obj)).after(first)


# --- of Pods --------------------------------------------------------------------------------------------------------------


def scheduled(inquiry: Inquiry, obj: Obj) -> Chain:
    """PodScheduled: the node, or why there is none."""
    if scheduling.is_waiting(obj):
        return scheduling.unscheduled(inquiry, obj)
    return Chain([Link("pod.placed", {"node": str(obj["spec"].get("nodeName", ""))}, ref("pods", obj))])


def initialized(inquiry: Inquiry, obj: Obj) -> Chain:
    """Initialized: the init container that is not through, and what is wrong with it."""
    if not obj["spec"].get("nodeName"):
        return scheduled(inquiry, obj)
    count = len(obj["spec"].get("initContainers") or ())
    if meta.is_true(obj, "Initialized"):
        return Chain([Link("init.done", {"all": count}, ref("pods", obj), ("spec", "initContainers") if count else ())])
    places = containers.places(obj)
    links = pods.during_init(inquiry, obj, places)
    mine = [place for place in places if place[1][1] == "initContainers"]
    return Chain([*links, *(link for place in mine for link in containers.trouble(inquiry, obj, place))])


def sandboxed(inquiry: Inquiry, obj: Obj) -> Chain:
    """PodReadyToStartContainers: the sandbox with its network is there, or what it waits for."""
    if not obj["spec"].get("nodeName"):
        return scheduled(inquiry, obj)
    if meta.is_true(obj, "PodReadyToStartContainers"):
        return Chain(
            [Link("sandbox.ready", {"address": str((obj.get("status") or {}).get("podIP") or "-")}, ref("pods", obj))]
        )
    if meta.deleting(obj) or (obj.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
        return Chain([Link("sandbox.gone", {}, ref("pods", obj))])
    return pods.pod(inquiry, obj)


def resized(inquiry: Inquiry, obj: Obj) -> Chain:
    """PodResizePending and PodResizeInProgress."""
    return Chain(resizing.links(inquiry, obj))


def disrupted(inquiry: Inquiry, obj: Obj) -> Chain:
    """DisruptionTarget."""
    return Chain(evictions.taken(inquiry, obj))


# --- of nodes -------------------------------------------------------------------------------------------------------------


def pressed(kind: str) -> Explain:
    """MemoryPressure, DiskPressure and PIDPressure."""

    def explain(inquiry: Inquiry, obj: Obj) -> Chain:
        if meta.is_true(obj, kind):
            return Chain(nodes.pressed(inquiry, obj, kind))
        if (meta.condition(obj, kind) or {}).get("status") == "Unknown":
            return nodes.node(inquiry, obj)
        return Chain([Link("node.enough", {"node": meta.name(obj), "condition": kind}, ref("nodes", obj))])

    return explain


TABLE: Mapping[str, Mapping[str, Explain]] = {
    "pods": {
        "PodScheduled": scheduled,
        "Initialized": initialized,
        "PodReadyToStartContainers": sandboxed,
        "ContainersReady": pods.pod,
        "Ready": pods.pod,
        "PodResizePending": resized,
        "PodResizeInProgress": resized,
        "DisruptionTarget": disrupted,
    },
    "nodes": {"Ready": nodes.node, **{kind: pressed(kind) for kind in nodes.PRESSURES}},
}
