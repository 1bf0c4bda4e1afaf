"""Why an object that was deleted is still there: its finalizers, and of a Pod its grace period, its hook, its node."""

from simulator.api import meta
from simulator.api.requests import Obj
from simulator.api.timestamps import parse
from simulator.kernel.units import SECOND
from simulator.kubelet.naming import find_container
from simulator.why import nodes
from simulator.why.chain import Link, Path
from simulator.why.clock import span
from simulator.why.inquiry import Inquiry, ref, typed

# Which controller takes a finalizer away; whose is not here is somebody else's.
FINALIZERS = {
    "kubernetes.io/pvc-protection": "pvc-protection-controller",
    "kubernetes.io/pv-protection": "pv-protection-controller",
    "foregroundDeletion": "garbage-collector",
    "orphan": "garbage-collector",
    "batch.kubernetes.io/job-tracking": "job-controller",
    "kubernetes": "namespace-controller",
}


def links(inquiry: Inquiry, resource: str, obj: Obj) -> list[Link]:
    """The links for an object that is being deleted."""
    about, metadata = ref(resource, obj), obj["metadata"]
    first = Link("ending.deleted", {"since": asked_since(inquiry, obj)}, about, ("metadata", "deletionTimestamp"))
    finalizers = [*(metadata.get("finalizers") or ()), *(obj.get("spec", {}).get("finalizers") or ())]
    held = [finalizer(inquiry, resource, obj, name) for name in finalizers]
    pods = of_pod(inquiry, obj) if resource == "pods" else []
    return [first, *pods, *held]


def asked_since(inquiry: Inquiry, obj: Obj) -> str:
    """How long ago it was deleted; the stamp of a Pod lies its grace period ahead of that."""
    grace = int(obj["metadata"].get("deletionGracePeriodSeconds") or 0) * SECOND
    return span(max(inquiry.unix - parse(obj["metadata"]["deletionTimestamp"]) + grace, 0))


def finalizer(inquiry: Inquiry, resource: str, obj: Obj, name: str) -> Link:
    """A finalizer, and who is to take it away."""
    about = ref(resource, obj)
    by, path = FINALIZERS.get(name, ""), ("metadata", "finalizers")
    users = used_by(inquiry, obj) if name.endswith("/pvc-protection") else ""
    look = (f"kubectl get {typed(about)} -o yaml",)
    if users:
        commands = (f"kubectl describe {typed(about)}",)
        return Link("ending.in_use", {"finalizer": name, "pods": users}, about, path, next=commands, component=by)
    kind = "ending.finalizer" if by else "ending.foreign_finalizer"
    return Link(kind, {"finalizer": name, **({"by": by} if by else {})}, about, path, next=look, component=by)


def used_by(inquiry: Inquiry, claim: Obj) -> str:
    """The Pods that use a claim."""
    names = [
        meta.name(pod)
        for pod in inquiry.all("pods", meta.namespace(claim))
        for volume in pod["spec"].get("volumes") or ()
        if (volume.get("persistentVolumeClaim") or {}).get("claimName") == meta.name(claim)
    ]
    return ", ".join(names[:5])


def of_pod(inquiry: Inquiry, pod: Obj) -> list[Link]:
    """What the kubelet waits for before the Pod can go."""
    node = pod["spec"].get("nodeName", "")
    if node and (held := nodes.behind(inquiry, node)):
        force = f"kubectl delete {typed(ref('pods', pod))} --grace-period=0 --force"
        return [Link("ending.no_kubelet", {"node": node}, ref("pods", pod), next=(force,)), *held]
    op = inquiry.worker(pod).get("op") or {}
    return [link for item in (op.get("items") or {}).values() if (link := step(inquiry, pod, item))]


def step(inquiry: Inquiry, pod: Obj, item: Obj) -> Link | None:
    """How far the end of one container is."""
    about, name, grace = ref("pods", pod), item["name"], span(item["grace"])
    left = span(max(item["grace"] - (inquiry.now - item.get("began", inquiry.now)), 0))
    found = find_container(pod, name)
    values = {"container": name, "grace": grace, "left": left}
    path: Path = ("spec", "terminationGracePeriodSeconds")
    if item["step"] == "hook" and found:
        number = pod["spec"][found[0]].index(found[1])
        return Link("ending.hook", values, about, ("spec", found[0], number, "lifecycle", "preStop"))
    if item["step"] == "stop":
        return Link("ending.signal", values, about, path, inquiry.log(pod, name))
    if item["step"] == "wait":
        return Link("ending.order", {"container": name}, about)
    return None
