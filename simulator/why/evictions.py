"""Who takes a Pod away, or will, and because of what: from the condition `DisruptionTarget` that everybody who does so writes first."""

from collections.abc import Callable, Mapping
from typing import Any

from simulator.api import meta
from simulator.api.requests import Obj
from simulator.client.tolerations import tolerated, tolerates
from simulator.controllers.tainteviction import TaintEvictionController, patience, taints_of
from simulator.kernel.units import SECOND
from simulator.scheduler.framework import priority
from simulator.why import nodes
from simulator.why.chain import Evidence, Link, Path, Values
from simulator.why.clock import clock_of, span
from simulator.why.inquiry import Inquiry, condition_evidence, describe, event_evidence, ref, within
from simulator.why.offers import taint_text

TARGET = "DisruptionTarget"
TOLERATIONS: Path = ("spec", "tolerations")
LAST_EVENTS = 4
# What the node life cycle controller puts on a node that is not well.
UNWELL = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


def taken(inquiry: Inquiry, pod: Obj) -> list[Link]:
    """The links behind a Pod that is being taken away, or was; none if nobody has said so."""
    reason = (meta.condition(pod, TARGET) or {}).get("reason")
    explain = REASONS.get(str(reason))
    return explain(inquiry, pod) if explain else []


def said(pod: Obj) -> tuple[Evidence, ...]:
    """The condition."""
    return condition_evidence(pod, TARGET)


def node_of(pod: Obj) -> str:
    """The node of the Pod."""
    return str(pod["spec"].get("nodeName", ""))


# --- NoExecute taints -----------------------------------------------------------------------------------------------------


def by_taint(inquiry: Inquiry, pod: Obj) -> list[Link]:
    """The taint that the Pod does not tolerate, or not for so long; and what is wrong with the node, if that is why it has it."""
    node = inquiry.find("nodes", None, node_of(pod)) or {"metadata": {"name": node_of(pod)}, "spec": {}}
    taints, about, values = taints_of(node), ref("pods", pod), {"node": node_of(pod)}
    mine = pod["spec"].get("tolerations") or ()
    for taint in [taint for taint in taints if not tolerated(mine, taint)]:
        facts: Values = {**values, "taint": taint_text(taint)}
        return [
            Link("evicted.taint", facts, about, TOLERATIONS, said(pod), tainted(node)),
            *behind(inquiry, taint, node),
        ]
    for taint in taints:
        if (at := shortest(pod, taint)) is not None:
            facts = {**values, "taint": taint_text(taint), "seconds": int(mine[at]["tolerationSeconds"])}
            path = (*TOLERATIONS, at, "tolerationSeconds")
            over = Link("evicted.patience", facts, about, path, said(pod), tainted(node))
            return [over, *behind(inquiry, taint, node)]
    return [Link("evicted.taint_gone", values, about, TOLERATIONS, said(pod), tainted(node))]


def tainted(node: Obj) -> tuple[str, ...]:
    """The commands that show a node's taints."""
    return (f"kubectl describe node {meta.name(node)}",)


def shortest(pod: Obj, taint: Obj) -> int | None:
    """Which of the Pod's tolerations of a taint ends first; None if none ends."""
    limited = [
        (max(int(each["tolerationSeconds"]), 0), at)
        for at, each in enumerate(pod["spec"].get("tolerations") or ())
        if tolerates(each, taint) and each.get("tolerationSeconds") is not None
    ]
    return min(limited)[1] if limited else None


def behind(inquiry: Inquiry, taint: Obj, node: Obj) -> list[Link]:
    """What is wrong with a node that has got a taint because it is not well."""
    return nodes.behind(inquiry, meta.name(node)) if taint["key"] in UNWELL else []


def to_come(inquiry: Inquiry, pod: Obj) -> list[Link]:
    """The eviction that waits until a toleration's seconds are over; none if none does."""
    node = inquiry.find("nodes", None, node_of(pod))
    taints = taints_of(node) if node else []
    seconds = patience(pod, taints) if taints else None
    began = inquiry.cluster.world.section(TaintEvictionController.name).get(f"{meta.namespace(pod)}/{meta.name(pod)}")
    if not seconds or began is None or began["uid"] != meta.uid(pod):
        return []
    limits = [(taint, at) for taint in taints if (at := shortest(pod, taint)) is not None]
    tolerations = pod["spec"]["tolerations"]
    taint, at = next(each for each in limits if int(tolerations[each[1]]["tolerationSeconds"]) == seconds)
    due = began["at"] + seconds * SECOND
    values: Values = {
        "node": node_of(pod),
        "taint": taint_text(taint),
        "seconds": seconds,
        "next": clock_of(inquiry, due),
        "left": span(max(due - inquiry.now, 0)),
    }
    path = (*TOLERATIONS, at, "tolerationSeconds")
    return [Link("evicted.later", values, ref("pods", pod), path, next=tainted(node or {}))]


# --- the API, the scheduler, the garbage collector ------------------------------------------------------------------------


def by_api(inquiry: Inquiry, pod: Obj) -> list[Link]:
    """Somebody has asked the eviction API, as `kubectl drain` does."""
    about, node = ref("pods", pod), node_of(pod)
    first = Link("evicted.api", {}, about, evidence=said(pod), next=(f"kubectl get node {node}",))
    found = inquiry.find("nodes", None, node) or {"spec": {}}
    return [first, nodes.cordoned(found)] if found["spec"].get("unschedulable") else [first]


def by_scheduler(inquiry: Inquiry, pod: Obj) -> list[Link]:
    """A more important Pod needs the place: which one, and by how much."""
    about, node, mine = ref("pods", pod), node_of(pod), priority(pod)
    evidence = (*said(pod), *inquiry.told(pod, "Preempted"))
    text = " ".join(piece.text for piece in evidence)
    first = Link("evicted.preempted", {"node": node}, about, evidence=evidence, next=(describe(about),))
    for other in inquiry.all("pods"):
        nominated = (other.get("status") or {}).get("nominatedNodeName") == node and priority(other) > mine
        if meta.uid(other) in text or nominated:
            return [first, outranked(pod, other)]
    return [first]


def outranked(pod: Obj, other: Obj) -> Link:
    """The Pod for which another had to go."""
    about, winner = ref("pods", pod), ref("pods", other)
    values: Values = {
        "pod": f"{winner.namespace}/{winner.name}",
        "priority": priority(other),
        "mine": priority(pod),
        "class": str(other["spec"].get("priorityClassName") or "-"),
    }
    look = (f"kubectl get pods{within(about.namespace)} -o custom-columns=NAME:.metadata.name,PRIORITY:.spec.priority",)
    return Link(
        "evicted.outranked", values, about, ("spec", "priorityClassName"), next=(*look, "kubectl get priorityclasses")
    )


def by_collector(inquiry: Inquiry, pod: Obj) -> list[Link]:
    """The node is not there any more."""
    values, look = {"node": node_of(pod)}, ("kubectl get nodes",)
    return [Link("evicted.node_gone", values, ref("pods", pod), ("spec", "nodeName"), said(pod), look)]


# --- the kubelet ----------------------------------------------------------------------------------------------------------


def by_kubelet(inquiry: Inquiry, pod: Obj) -> list[Link]:
    """The kubelet needed what the Pod used: by what it has kept with its verdict."""
    facts = (inquiry.worker(pod).get("verdict") or {}).get("facts") or {}
    about, node = ref("pods", pod), node_of(pod)
    look = (describe(about), f"kubectl describe node {node}")
    evidence = (*said(pod), *inquiry.told(pod, "Evicted", "Preempting"))[:2]
    if "for" in facts:
        first = Link("evicted.critical", {"node": node, "pod": str(facts["for"])}, about, evidence=evidence, next=look)
        other = inquiry.find("pods", *str(facts["for"]).split("/"))
        return [first, *([outranked(pod, other)] if other else [])]
    first = Link("pod.evicted", {"node": node}, about, evidence=evidence, next=look)
    return [first, *(short(inquiry, pod, facts) if "signal" in facts else too_much(pod, facts))]


def short(inquiry: Inquiry, pod: Obj, facts: Mapping[str, Any]) -> list[Link]:
    """What the node ran short of, and why this Pod went first."""
    about, node, resource = ref("pods", pod), node_of(pod), str(facts["resource"])
    values: Values = {"node": node, **{key: str(facts[key]) for key in ("signal", "resource", "limit", "available")}}
    links = [Link("evicted.threshold", values, about, next=(f"kubectl top node {node}",)), *pressures(inquiry, node)]
    for at, container in enumerate(pod["spec"]["containers"]):
        if found := facts["above"].get(container["name"]):
            about_it = {"container": container["name"], "resource": resource, "used": found[0], "asked": found[1]}
            path: Path = ("spec", "containers", at, "resources", "requests", resource)
            links.append(Link("evicted.above", about_it, about, path))
    if not facts["above"]:
        path = ("spec", "priorityClassName")
        links.append(Link("evicted.rank", {"resource": resource, "priority": priority(pod)}, about, path))
    return links


def too_much(pod: Obj, facts: Mapping[str, Any]) -> list[Link]:
    """The Pod wrote more than it may: into a volume, in a container, or as a whole."""
    about, limit = ref("pods", pod), str(facts.get("limit", ""))
    for at, volume in enumerate(pod["spec"].get("volumes") or ()):
        if volume["name"] == facts.get("volume"):
            path: Path = ("spec", "volumes", at, "emptyDir", "sizeLimit")
            return [Link("evicted.volume", {"volume": volume["name"], "limit": limit}, about, path)]
    for at, container in enumerate(pod["spec"]["containers"]):
        if container["name"] == facts.get("container"):
            path = ("spec", "containers", at, "resources", "limits", "ephemeral-storage")
            return [Link("evicted.disk", {"container": container["name"], "limit": limit}, about, path)]
    return [Link("evicted.disk_whole", {"limit": limit}, about, ("spec", "containers"))] if limit else []


def pressures(inquiry: Inquiry, node: str) -> list[Link]:
    """What runs short on a node now."""
    found = inquiry.find("nodes", None, node) or {}
    return [nodes.pressure(found, kind) for kind in nodes.PRESSURES if found and meta.is_true(found, kind)]


REASONS: Mapping[str, Callable[[Inquiry, Obj], list[Link]]] = {
    "DeletionByTaintManager": by_taint,
    "EvictionByEvictionAPI": by_api,
    "PreemptionByScheduler": by_scheduler,
    "DeletionByPodGC": by_collector,
    "TerminationByKubelet": by_kubelet,
}


# --- Pods that are gone ---------------------------------------------------------------------------------------------------


def gone(inquiry: Inquiry, event: Obj) -> tuple[tuple[Evidence, ...], list[Link]]:
    """What is still known of a Pod that is not there any more, of which *event* tells: its last events, and who took it away."""
    about = event.get("involvedObject") or {}
    found = inquiry.events_of(str(about.get("namespace", "")), str(about.get("uid", "")))
    evidence = tuple(event_evidence(each) for each in found[:LAST_EVENTS])
    hosts = [str(each["source"]["host"]) for each in found if (each.get("source") or {}).get("host")]
    explain = EVENTS.get(str(event.get("reason", "")))
    return evidence, explain(inquiry, event, hosts[0] if hosts else "") if explain else []


def drove_out(inquiry: Inquiry, event: Obj, host: str) -> list[Link]:
    """The taints of the node on which the Pod was."""
    node = inquiry.find("nodes", None, host)
    taints = taints_of(node) if node else []
    if node is None or not taints:
        return []
    values = {"node": host, "taints": ", ".join(map(taint_text, taints))}
    first = Link("evicted.taints", values, ref("nodes", node), ("spec", "taints"), next=tainted(node))
    return [first, *behind(inquiry, taints[0], node)]


def made_room(inquiry: Inquiry, event: Obj, host: str) -> list[Link]:
    """The Pod that needed the place: the scheduler names it by its uid."""
    winner = next(
        (each for each in inquiry.all("pods") if meta.uid(each) in str(event.get("note") or event["message"])), None
    )
    if winner is None:
        return []
    about = ref("pods", winner)
    values: Values = {"pod": f"{about.namespace}/{about.name}", "priority": priority(winner)}
    return [Link("evicted.for", values, about, ("spec", "priorityClassName"), next=("kubectl get priorityclasses",))]


EVENTS: Mapping[str, Callable[[Inquiry, Obj, str], list[Link]]] = {
    "TaintManagerEviction": drove_out,
    "Preempted": made_room,
}
