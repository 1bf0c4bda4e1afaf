"""Why a node is not ready, or takes no Pods: its conditions, who wrote them, and what stands behind that on its machine."""

from simulator.api import meta
from simulator.api.requests import Obj
from simulator.kubelet import eviction
from simulator.kubelet.disruption import is_critical
from simulator.kubelet.ranking import ranked
from simulator.kubelet.thresholds import amount, shortages
from simulator.runtime.cri_api import CriError
from simulator.why.chain import Chain, Link
from simulator.why.clock import since, span
from simulator.why.inquiry import Inquiry, condition_evidence, describe, ref

PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure")


def node(inquiry: Inquiry, obj: Obj) -> Chain:
    """The chain for a node."""
    about, name = ref("nodes", obj), meta.name(obj)
    ready = meta.condition(obj, "Ready") or {}
    links: list[Link] = []
    look = (describe(about),)
    evidence = condition_evidence(obj, "Ready")
    if ready.get("status") == "Unknown":
        values = {"node": name, "since": since(inquiry, ready.get("lastHeartbeatTime"))}
        links = [Link("node.unknown", values, about, evidence=evidence, next=look), silent(inquiry, obj)]
    elif ready.get("status") != "True":
        links = [Link("node.not_ready", {"node": name}, about, evidence=evidence, next=look), *trouble(inquiry, obj)]
    links += [link for kind in PRESSURES if meta.is_true(obj, kind) for link in pressed(inquiry, obj, kind)]
    if obj["spec"].get("unschedulable"):
        links.append(cordoned(obj))
    return Chain(links or [Link("node.ready", {"node": name}, about, evidence=evidence, next=look)])


def cordoned(obj: Obj) -> Link:
    """Somebody has closed the node."""
    name = meta.name(obj)
    cure = (f"kubectl uncordon {name}",)
    return Link("node.cordoned", {"node": name}, ref("nodes", obj), ("spec", "unschedulable"), next=cure)


def is_silent(inquiry: Inquiry, name: str) -> bool:
    """Whether nobody speaks for a node now."""
    return inquiry.cluster.silent(name)


def silent(inquiry: Inquiry, obj: Obj) -> Link:
    """Why a node's kubelet says nothing: its machine is off, it does not run, or it will be heard again at once."""
    about, name = ref("nodes", obj), meta.name(obj)
    kubelet = inquiry.kubelet(name)
    if kubelet is None:
        return Link("node.no_machine", {"node": name}, about)
    if kubelet.deps.cri.is_off():
        return Link("node.off", {"node": name}, about, next=(f"ping -c 2 {name}", f"ssh {name}"))
    if kubelet.stopped:
        cure = (f"ssh {name} systemctl status kubelet", f"ssh {name} systemctl start kubelet")
        return Link("node.kubelet_down", {"node": name}, about, next=cure)
    return Link("node.coming", {"node": name}, about)


def trouble(inquiry: Inquiry, obj: Obj) -> list[Link]:
    """What the kubelet found on its machine."""
    about, name = ref("nodes", obj), meta.name(obj)
    kubelet = inquiry.kubelet(name)
    if kubelet is None:
        return []
    try:
        status = kubelet.deps.cri.status()
    except CriError:
        return [runtime_down(obj)]
    if not status["network"][0]:
        commands = (f"ssh {name} ls /etc/cni/net.d", "kubectl get pods -n kube-system -o wide")
        return [Link("node.no_network", {"node": name}, about, next=commands)]
    return [] if status.get("runtime", (True,))[0] else [runtime_down(obj)]


def runtime_down(obj: Obj) -> Link:
    """The container runtime does not answer."""
    name = meta.name(obj)
    commands = (f"ssh {name} systemctl status containerd", f"ssh {name} systemctl start containerd")
    return Link("node.no_runtime", {"node": name}, ref("nodes", obj), next=commands)


def pressure(obj: Obj, kind: str) -> Link:
    """Something runs short."""
    about = ref("nodes", obj)
    values, commands = {"node": about.name, "condition": kind}, (describe(about), f"kubectl top node {about.name}")
    return Link("node.pressure", values, about, evidence=condition_evidence(obj, kind), next=commands)


def pressed(inquiry: Inquiry, obj: Obj, kind: str) -> list[Link]:
    """What runs short on a node: the threshold that is met, and the Pod that would go next; or that the condition outlasts it."""
    about, name, first = ref("nodes", obj), meta.name(obj), pressure(obj, kind)
    kubelet = inquiry.kubelet(name)
    if kubelet is None or is_silent(inquiry, name):
        return [first]
    deps = kubelet.deps
    short = shortages(deps.cri.node_left(), deps.section.get("eviction_hard") or {})
    met = next((each for each in short if each.signal.condition == kind), None)
    if met is None:
        over = (deps.section.get("pressure") or {}).get(kind, inquiry.now) + eviction.TRANSITION
        return [
            first,
            Link("node.recovers", {"node": name, "condition": kind, "left": span(max(over - inquiry.now, 0))}, about),
        ]
    resource = met.signal.resource
    values = {"node": name, "signal": met.name, "available": amount(met.available), "limit": amount(met.limit)}
    found = [each for each in ranked(eviction.candidates(deps), resource) if not is_critical(each.pod)]
    facts = [
        Link(
            "node.next",
            {
                "pod": f"{meta.namespace(each.pod)}/{meta.name(each.pod)}",
                "used": amount(each.total(resource)),
                "asked": amount(each.request(resource)),
                "resource": resource,
            },
            ref("pods", each.pod),
            ("spec", "containers"),
        )
        for each in found[:1]
    ]
    return [first, Link("node.short", values, about, next=(f"ssh {name} free -m",)), *facts]


def behind(inquiry: Inquiry, name: str) -> list[Link]:
    """The links about a node that keep its Pods from going on; none if it is well."""
    found = inquiry.find("nodes", None, name)
    if found is None:
        return []
    if is_silent(inquiry, name) or not meta.is_true(found, "Ready"):
        links = [link for link in node(inquiry, found).links if link.kind not in ("node.ready", "node.cordoned")]
        return links or [silent(inquiry, found)]
    return []
