"""Why a Pod has not the resources that its spec asks for now: put off, impossible on its node, or not in force yet."""

from simulator.api import meta
from simulator.api.requests import Obj
from simulator.kubelet.admission import shortages
from simulator.kubelet.allocation import resources_of, same
from simulator.kubelet.preemption import Shortage
from simulator.why.chain import Link, Path, Values
from simulator.why.inquiry import Inquiry, condition_evidence, describe, ref
from simulator.why.offers import amount_text, request_path

PENDING, PROGRESS = "PodResizePending", "PodResizeInProgress"
FIELDS = ("containers", "initContainers")


def links(inquiry: Inquiry, pod: Obj) -> list[Link]:
    """The links for a resize that is under way; none if none is."""
    if condition := meta.condition(pod, PENDING):
        return pending(inquiry, pod, str(condition.get("reason", "")))
    if (meta.condition(pod, PROGRESS) or {}).get("reason") == "Error":
        return [failed(inquiry, pod)]
    if meta.condition(pod, PROGRESS):
        return [Link("resize.progress", {}, ref("pods", pod), evidence=condition_evidence(pod, PROGRESS))]
    return []


def pending(inquiry: Inquiry, pod: Obj, reason: str) -> list[Link]:
    """The kubelet has not set the resources aside: what is wanted, what runs on, and what is too little."""
    about, node = ref("pods", pod), str(pod["spec"].get("nodeName", ""))
    evidence = condition_evidence(pod, PENDING)
    first = Link(
        "resize.pending", {"node": node, "reason": reason}, about, changed(inquiry, pod), evidence, (describe(about),)
    )
    kind = "resize.infeasible" if reason == "Infeasible" else "resize.deferred"
    return [first, *(lack(kind, pod, each, node) for each in short(inquiry, pod, reason == "Infeasible"))]


def changed(inquiry: Inquiry, pod: Obj) -> Path:
    """The resources of the container that are not what is set aside for it."""
    held, wanted = inquiry.worker(pod).get("allocated") or {}, resources_of(pod)
    for field in FIELDS:
        for at, container in enumerate(pod["spec"].get(field) or ()):
            name = container["name"]
            if name in held and not same(held[name], wanted[name]):
                return ("spec", field, at, "resources")
    return ("spec", "resources") if "" in held else ()


def short(inquiry: Inquiry, pod: Obj, alone: bool) -> list[Shortage]:
    """Of what the Pod's node has too little now; *alone*: even if there were no other Pods."""
    kubelet = inquiry.kubelet(str(pod["spec"].get("nodeName", "")))
    if kubelet is None:
        return []
    found = shortages(kubelet.deps, pod, kubelet.deps.node_object())
    return [each for each in found if each.requested > each.capacity] if alone else found


def lack(kind: str, pod: Obj, shortage: Shortage, node: str) -> Link:
    """One resource of which there is too little."""
    name = shortage.name
    values: Values = {
        "node": node,
        "resource": name,
        "wanted": amount_text(name, shortage.requested),
        "used": amount_text(name, shortage.used),
        "whole": amount_text(name, shortage.capacity),
    }
    return Link(kind, values, ref("pods", pod), request_path(pod, name), next=(f"kubectl describe node {node}",))


def no_room(inquiry: Inquiry, pod: Obj) -> list[Link]:
    """Why a kubelet did not take a Pod in: of what its node has too little now, if it still has."""
    node = str(pod["spec"].get("nodeName", ""))
    return [lack("pod.no_room", pod, each, node) for each in short(inquiry, pod, False)]


def failed(inquiry: Inquiry, pod: Obj) -> Link:
    """The resources are set aside and cannot be in force: a memory limit below what is in use."""
    actual, wanted, about = inquiry.worker(pod).get("actual") or {}, resources_of(pod), ref("pods", pod)
    place = next((at for at, each in enumerate(pod["spec"]["containers"]) if each["name"] in actual), None)
    evidence, look = condition_evidence(pod, PROGRESS), (f"kubectl top pod {about.name} --containers",)
    if place is None:
        return Link("resize.error_whole", {}, about, ("spec", "resources"), evidence, look)
    name = pod["spec"]["containers"][place]["name"]
    limit = str((wanted[name].get("limits") or {}).get("memory", "-"))
    path = ("spec", "containers", place, "resources", "limits", "memory")
    return Link("resize.error", {"container": name, "limit": limit}, about, path, evidence, look)
