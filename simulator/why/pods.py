"""Why a Pod is as it is: going, without a node, on a silent node, refused, waiting for volumes or a sandbox, or by its containers."""

from simulator.api import meta
from simulator.api.requests import Obj
from simulator.client.pods import is_finished, is_ready
from simulator.why import configuration, containers, ending, evictions, nodes, resizing, scheduling
from simulator.why.chain import Chain, Evidence, Link, Path, Values
from simulator.why.inquiry import Inquiry, condition_evidence, describe, ref, typed, within

POD = "pods"
# Reasons with which a kubelet, or somebody in its place, has ended a Pod, and where the manifest says what led to it.
VERDICTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "DeadlineExceeded": ("pod.deadline", ("spec", "activeDeadlineSeconds")),
    "SysctlForbidden": ("pod.refused", ("spec", "securityContext", "sysctls")),
    "NodeAffinity": ("pod.refused", ("spec", "nodeSelector")),
    "NodeName": ("pod.refused", ("spec", "nodeName")),
    "NodePorts": ("pod.refused", ("spec", "containers")),
}


def pod(inquiry: Inquiry, obj: Obj) -> Chain:
    """The chain for a Pod."""
    if meta.deleting(obj):
        return Chain(ending.links(inquiry, POD, obj))
    if scheduling.is_waiting(obj):
        return scheduling.unscheduled(inquiry, obj)
    status = obj.get("status") or {}
    phase = status.get("phase", "Pending")
    if phase in ("Succeeded", "Failed"):
        return Chain(over(inquiry, obj, phase))
    name = obj["spec"].get("nodeName", "")
    if inquiry.find("nodes", None, name) is None:
        values, look = {"node": name}, ("kubectl get nodes",)
        return Chain([Link("pod.node_missing", values, ref(POD, obj), ("spec", "nodeName"), next=look)])
    leaves = evictions.to_come(inquiry, obj)
    if held := nodes.behind(inquiry, name):
        trouble = Link("pod.node_trouble", {"node": name}, ref(POD, obj), evidence=ready_evidence(obj))
        return Chain([trouble, *leaves, *held])
    return alive(inquiry, obj)


def ready_evidence(obj: Obj) -> tuple[Evidence, ...]:
    """The condition that says whether the Pod is ready."""
    return condition_evidence(obj, "Ready")


def alive(inquiry: Inquiry, obj: Obj) -> Chain:
    """The chain for a Pod that a kubelet takes care of."""
    places = containers.places(obj)
    links = [link for place in places for link in containers.trouble(inquiry, obj, place)]
    if not links and (waiting := not_begun(inquiry, obj, places)) is not None:
        return waiting
    if links and not is_ready(obj):
        return Chain([unready(obj, places), *links])
    if not is_ready(obj):
        rest = [*gates(obj), *during_init(inquiry, obj, places)] or ending.taken_down(inquiry, obj)
        return Chain([unready(obj, places), *rest])
    again = [link for place in places for link in containers.restarted(inquiry, obj, place)]
    values = {"node": str(obj["spec"].get("nodeName", ""))}
    leaves = [*evictions.to_come(inquiry, obj), *resizing.links(inquiry, obj)]
    kind = "pod.ready" if leaves else "pod.well"
    return Chain([Link(kind, values, ref(POD, obj), evidence=ready_evidence(obj)), *again, *leaves])


def unready(obj: Obj, places: list[containers.Place]) -> Link:
    """The symptom: how many of the containers are ready."""
    mine = [status for _, path, status in places if path[1] == "containers"]
    good = sum(bool(status.get("ready")) for status in mine)
    about = ref(POD, obj)
    values = {"ready": good, "containers": len(mine)}
    return Link("pod.not_ready", values, about, evidence=ready_evidence(obj), next=(describe(about),))


def gates(obj: Obj) -> list[Link]:
    """Readiness gates whose condition nobody has set to True."""
    found: list[Link] = []
    for at, gate in enumerate(obj["spec"].get("readinessGates") or ()):
        kind = gate["conditionType"]
        if not meta.is_true(obj, kind):
            path = ("spec", "readinessGates", at, "conditionType")
            found.append(
                Link("pod.readiness_gate", {"condition": kind}, ref(POD, obj), path, condition_evidence(obj, kind))
            )
    return found


def not_begun(inquiry: Inquiry, obj: Obj, places: list[containers.Place]) -> Chain | None:
    """The chain for a Pod whose containers could not even be tried: volumes, the sandbox, a pull that goes on; None if they were."""
    waiting = [((status.get("state") or {}).get("waiting") or {}).get("reason") for _, _, status in places]
    if any(status.get("state") for _, _, status in places) and not any(why in containers.BEFORE for why in waiting):
        return None
    if chain := configuration.not_mounted(inquiry, obj):
        return chain
    about, worker = ref(POD, obj), inquiry.worker(obj)
    if evidence := inquiry.told(obj, "FailedCreatePodSandBox", "NetworkNotReady"):
        named: Path = ("spec", "runtimeClassName") if obj["spec"].get("runtimeClassName") else ()
        return Chain([Link("sandbox.failed", {}, about, named, evidence, (describe(about),))])
    if (op := worker.get("op") or {}).get("kind") == "pull":
        container, path, _ = next(place for place in places if place[0]["name"] == op["name"])
        evidence = inquiry.told(obj, "Pulling")
        values = {"container": op["name"], "image": container["image"]}
        return Chain([Link("image.pulling", values, about, (*path, "image"), evidence)])
    if not any(status for _, _, status in places) or (any(not each[2].get("state") for each in places) and not worker):
        return Chain([Link("pod.unseen", {"node": str(obj["spec"].get("nodeName", ""))}, about)])
    return None


def during_init(inquiry: Inquiry, obj: Obj, places: list[containers.Place]) -> list[Link]:
    """The init container that has not ended yet and holds the others up."""
    initial = [place for place in places if place[1][1] == "initContainers"]
    for number, (container, path, status) in enumerate(initial):
        state = status.get("state") or {}
        done = (state.get("terminated") or {}).get("exitCode") == 0
        if done or (container.get("restartPolicy") == "Always" and status.get("started")):
            continue
        about, name = ref(POD, obj), container["name"]
        values = {"container": name, "done": number, "all": len(initial)}
        logs = (f"kubectl logs {about.name}{within(about.namespace)} -c {name}",)
        ran = state.get("terminated") or (status.get("lastState") or {}).get("terminated")
        kind = "init.runs" if "running" in state else "init.fails" if ran else "init.waits"
        return [Link(kind, values, about, path, inquiry.log(obj, name), logs)]
    creating = any("waiting" in (status.get("state") or {}) for _, _, status in places)
    return [Link("container.starting", {}, ref(POD, obj))] if creating else []


def over(inquiry: Inquiry, obj: Obj, phase: str) -> list[Link]:
    """The links for a Pod that has ended."""
    about, status = ref(POD, obj), obj.get("status") or {}
    reason, message = str(status.get("reason") or ""), str(status.get("message") or "")
    said = (Evidence("state", reason, message),) if reason else ()
    if links := evictions.taken(inquiry, obj):
        return links
    if reason:
        kind, path = VERDICTS.get(reason, ("pod.refused", ()))
        node = str(obj["spec"].get("nodeName", ""))
        look = (describe(about), f"kubectl describe node {node}") if node else (describe(about),)
        values = {"reason": reason, "node": node}
        first = Link(kind, values if kind != "pod.deadline" else {}, about, path, said, look)
        return [first, *(resizing.no_room(inquiry, obj) if reason.startswith("OutOf") else [])]
    policy = str(obj["spec"].get("restartPolicy", "Always"))
    kind = "pod.succeeded" if phase == "Succeeded" else "pod.failed"
    first = Link(
        kind,
        {"policy": policy},
        about,
        ("spec", "restartPolicy"),
        next=(f"kubectl logs {about.name}{within(about.namespace)}",),
    )
    places = containers.places(obj)
    return [first, *(link for place in places if failed(place[2]) for link in containers.trouble(inquiry, obj, place))]


def failed(status: Obj) -> bool:
    """Whether a container has not ended well."""
    return bool(((status.get("state") or {}).get("terminated") or {}).get("exitCode"))


def unwell(found: list[Obj]) -> list[Obj]:
    """Those of several Pods that are not ready; those that have failed only if all the others are: they never run again."""
    bad = [each for each in found if not is_ready(each) and (each.get("status") or {}).get("phase") != "Succeeded"]
    return [each for each in bad if not is_finished(each)] or bad


def behind(inquiry: Inquiry, found: list[Obj]) -> Chain:
    """The chain of the Pod to ask about, the oldest of those that are not well, behind a link that names it; empty if all are."""
    bad = unwell(found)
    if not bad:
        return Chain([])
    oldest = min(bad, key=lambda each: str(each["metadata"].get("creationTimestamp", "")))
    about = ref(POD, oldest)
    values: Values = {"pod": about.name, "count": len(bad)}
    first = Link("pods.first_bad", values, about, next=(f"kubectl describe {typed(about)}",))
    return pod(inquiry, oldest).after(first)
