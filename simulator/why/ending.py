"""Why an object that was deleted is still there: its finalizers, and of a Pod its grace period, its hook, its node."""

from simulator.api import meta
from simulator.api.requests import Obj
from simulator.api.timestamps import parse
from simulator.kernel.units import SECOND
from simulator.kubelet.naming import find_container
from simulator.why import evictions, hooks, nodes
from simulator.why.chain import Evidence, Link, Path
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
    if resource == "namespaces":
        return [first, *held, *contents(inquiry, obj)]
    pods = [*evictions.taken(inquiry, obj), *of_pod(inquiry, obj)] if resource == "pods" else []
    return [first, *pods, *held]


def contents(inquiry: Inquiry, namespace: Obj) -> list[Link]:
    """What is still in a namespace that is being deleted, and what keeps the first of it that something keeps."""
    name, found = meta.name(namespace), []
    for resource in inquiry.cluster.api.catalogue.all():
        if resource.namespaced and "delete" in resource.verbs and resource.name != "events":
            found += [(resource.name, obj) for obj in inquiry.all(resource.name, name)]
    stuck = next((each for each in found if meta.deleting(each[1])), None)
    return [left(name, *stuck, len(found)), *links(inquiry, *stuck)[1:]] if stuck else []


def left(namespace: str, resource: str, obj: Obj, count: int) -> Link:
    """How much is left in a namespace, and the object to ask about."""
    about = ref(resource, obj)
    look = (f"kubectl get {resource} {about.name} -n {namespace} -o yaml",)
    return Link(
        "namespace.holds",
        {"namespace": namespace, "count": count, "object": f"{resource}/{about.name}"},
        about,
        next=look,
    )


def asked_since(inquiry: Inquiry, obj: Obj) -> str:
    """How long ago it was deleted; the stamp of a Pod lies its grace period ahead of that."""
    grace = int(obj["metadata"].get("deletionGracePeriodSeconds") or 0) * SECOND
    return span(max(inquiry.unix - parse(obj["metadata"]["deletionTimestamp"]) + grace, 0))


def finalizer(inquiry: Inquiry, resource: str, obj: Obj, name: str) -> Link:
    """A finalizer, and who is to take it away."""
    about = ref(resource, obj)
    by, path = FINALIZERS.get(name, ""), ("metadata", "finalizers")
    if name == "foregroundDeletion" and (names := dependents(inquiry, obj)):
        return Link("ending.dependents", {"finalizer": name, "objects": names}, about, path, component=by)
    if name.endswith("/pv-protection") and (holder := obj["spec"].get("claimRef")):
        claim = f"{holder.get('namespace', '')}/{holder.get('name', '')}"
        return Link("ending.bound", {"finalizer": name, "claim": claim}, about, path, component=by)
    users = used_by(inquiry, obj) if name.endswith("/pvc-protection") else ""
    look = (f"kubectl get {typed(about)} -o yaml",)
    if users:
        commands = (f"kubectl describe {typed(about)}",)
        return Link("ending.in_use", {"finalizer": name, "pods": users}, about, path, next=commands, component=by)
    kind = "ending.finalizer" if by else "ending.foreign_finalizer"
    return Link(kind, {"finalizer": name, **({"by": by} if by else {})}, about, path, next=look, component=by)


def dependents(inquiry: Inquiry, owner: Obj) -> str:
    """The objects that hold up the foreground deletion of their owner."""
    namespace, names = owner["metadata"].get("namespace"), []
    for resource in inquiry.cluster.api.catalogue.all():
        if resource.namespaced or not namespace:
            for obj in inquiry.all(resource.name, namespace):
                holds = (each["uid"] == meta.uid(owner) and each.get("blockOwnerDeletion") for each in meta.owners(obj))
                names += [f"{resource.singular}/{meta.name(obj)}"] if any(holds) else []
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")


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
    steps = [link for item in (op.get("items") or {}).values() for link in step(inquiry, pod, item)]
    cleans = inquiry.worker(pod).get("stage", "finished") != "finished"
    return steps or ([Link("ending.cleanup", {"node": node}, ref("pods", pod))] if cleans else [])


def taken_down(inquiry: Inquiry, pod: Obj) -> list[Link]:
    """A Pod at its end, of which the API does not say so yet: the kubelet takes it down; none if it does not."""
    worker = inquiry.worker(pod)
    if worker.get("stage", "syncing") == "syncing" and worker.get("ending") is None:
        return []
    verdict = worker.get("verdict") or {}
    said = (Evidence("state", str(verdict["reason"]), str(verdict["message"])),) if verdict else ()
    return [Link("pod.ends", {}, ref("pods", pod), evidence=said), *of_pod(inquiry, pod)]


def step(inquiry: Inquiry, pod: Obj, item: Obj) -> list[Link]:
    """How far the end of one container is."""
    about, name, grace = ref("pods", pod), item["name"], span(item["grace"])
    left = span(max(item["grace"] - (inquiry.now - item.get("began", inquiry.now)), 0))
    found = find_container(pod, name)
    values = {"container": name, "grace": grace, "left": left}
    path: Path = ("spec", "terminationGracePeriodSeconds")
    if found is None:
        return []
    here: Path = ("spec", found[0], pod["spec"][found[0]].index(found[1]))
    if item["step"] == "hook":
        return [Link("ending.hook", values, about, (*here, "lifecycle", "preStop"), next=hooks.logs(pod, name))]
    if item["step"] == "stop":
        late = hooks.before_the_end(pod, found[1], here, item)
        return [*late, Link("ending.signal", values, about, path, inquiry.log(pod, name), hooks.logs(pod, name))]
    return [Link("ending.order", {"container": name}, about)] if item["step"] == "wait" else []
