"""Why a controller has not as many Pods as it wants: what it could not make, what it waits for, and the Pod that is not well."""

from simulator.api import meta
from simulator.api.requests import Obj
from simulator.client.pods import is_ready
from simulator.controllers.daemonset import verdict
from simulator.why import admission, pods
from simulator.why.chain import Chain, Link, Values
from simulator.why.inquiry import Inquiry, condition_evidence, describe, ref, within

SETS, JOBS = "replicasets.apps", "jobs.batch"


def wanted(obj: Obj) -> int:
    """How many replicas there shall be."""
    value = obj["spec"].get("replicas")
    return 1 if value is None else int(value)


def count(obj: Obj, field: str) -> int:
    """A number of the status."""
    return int((obj.get("status") or {}).get(field) or 0)


# --- Deployments and ReplicaSets --------------------------------------------------------------------------------------------


def deployment(inquiry: Inquiry, obj: Obj) -> Chain:
    """The chain for a Deployment."""
    about = ref("deployments.apps", obj)
    sets = inquiry.owned(SETS, obj)
    newest = max(sets, key=revision, default=None)
    ready, updated = count(obj, "availableReplicas"), count(obj, "updatedReplicas")
    values = {"ready": ready, "updated": updated, "wanted": wanted(obj)}
    look = (describe(about), f"kubectl rollout status deployment/{about.name}{within(about.namespace)}")
    evidence = condition_evidence(obj, "Progressing")
    complete = min(ready, updated) >= wanted(obj) and count(obj, "replicas") == wanted(obj)
    if complete:
        return Chain(
            [Link("workload.well", {"ready": ready, "wanted": wanted(obj)}, about, evidence=evidence, next=look)]
        )
    links = [Link("deployment.short", values, about, ("spec", "replicas"), evidence, look)]
    if obj["spec"].get("paused"):
        cure = (f"kubectl rollout resume deployment/{about.name}{within(about.namespace)}",)
        links.append(Link("deployment.paused", {}, about, ("spec", "paused"), next=cure))
    if (meta.condition(obj, "Progressing") or {}).get("reason") == "ProgressDeadlineExceeded":
        seconds = {"seconds": int(obj["spec"].get("progressDeadlineSeconds") or 600)}
        undo = (f"kubectl rollout undo deployment/{about.name}{within(about.namespace)}",)
        links.append(Link("deployment.deadline", seconds, about, ("spec", "progressDeadlineSeconds"), evidence, undo))
    chain = of_set(inquiry, newest) if newest else Chain([])
    return chain.after(*links)


def revision(obj: Obj) -> int:
    """The number of a ReplicaSet's revision."""
    text = meta.annotations(obj).get("deployment.kubernetes.io/revision", "0")
    return int(text) if text.isdigit() else 0


def replica_set(inquiry: Inquiry, obj: Obj) -> Chain:
    """The chain for a ReplicaSet."""
    if count(obj, "readyReplicas") >= wanted(obj):
        values = {"ready": count(obj, "readyReplicas"), "wanted": wanted(obj)}
        return Chain([Link("workload.well", values, ref(SETS, obj))])
    return of_set(inquiry, obj)


def of_set(inquiry: Inquiry, obj: Obj) -> Chain:
    """The links of a ReplicaSet that is short of Pods."""
    about, ready = ref(SETS, obj), count(obj, "readyReplicas")
    values: Values = {"name": about.name, "ready": ready, "wanted": wanted(obj)}
    first = Link("replicaset.short", values, about, next=(describe(about),))
    mine = inquiry.owned("pods", obj)
    if len(mine) < wanted(obj) and (refused := admission.not_made(inquiry, SETS, obj)):
        return Chain([first, *refused])
    return pods.behind(inquiry, mine).after(first)


# --- the others -------------------------------------------------------------------------------------------------------------


def stateful_set(inquiry: Inquiry, obj: Obj) -> Chain:
    """The chain for a StatefulSet: it goes by number, and waits for the first that is not ready."""
    about, mine = ref("statefulsets.apps", obj), inquiry.owned("pods", obj)
    ready, size = count(obj, "readyReplicas"), wanted(obj)
    if ready >= size:
        return Chain([Link("workload.well", {"ready": ready, "wanted": size}, about)])
    first = Link(
        "statefulset.short", {"ready": ready, "wanted": size}, about, ("spec", "replicas"), next=(describe(about),)
    )
    start = int((obj["spec"].get("ordinals") or {}).get("start") or 0)
    by_name = {meta.name(pod): pod for pod in mine}
    for number in range(start, start + size):
        pod = by_name.get(f"{about.name}-{number}")
        if pod is None:
            return Chain([first, *(admission.not_made(inquiry, about.resource, obj) or [absent(obj, number)])])
        if not is_ready(pod):
            ordered = obj["spec"].get("podManagementPolicy") != "Parallel"
            kind = "statefulset.waits" if ordered else "statefulset.unready"
            waits = Link(kind, {"pod": meta.name(pod)}, about, ("spec", "podManagementPolicy"))
            return pods.pod(inquiry, pod).after(first, waits)
    return Chain([first])


def absent(obj: Obj, number: int) -> Link:
    """A Pod of a StatefulSet is not there yet."""
    return Link("statefulset.absent", {"pod": f"{meta.name(obj)}-{number}"}, ref("statefulsets.apps", obj))


def daemon_set(inquiry: Inquiry, obj: Obj) -> Chain:
    """The chain for a DaemonSet: which nodes want its Pod, and which Pod is not well."""
    about, nodes = ref("daemonsets.apps", obj), inquiry.all("nodes")
    fitting = [meta.name(node) for node in nodes if verdict(obj, node)[0]]
    ready = count(obj, "numberReady")
    if fitting and ready >= len(fitting):
        return Chain([Link("workload.well", {"ready": ready, "wanted": len(fitting)}, about)])
    spec = ("spec", "template", "spec")
    if not fitting:
        selector = obj["spec"]["template"]["spec"].get("nodeSelector") or {}
        text = ",".join(f"{key}={value}" for key, value in selector.items()) or "-"
        path = (*spec, "nodeSelector" if selector else "tolerations")
        look = ("kubectl get nodes --show-labels",)
        return Chain([Link("daemonset.no_nodes", {"nodes": len(nodes), "selector": text}, about, path, next=look)])
    first = Link("daemonset.short", {"ready": ready, "wanted": len(fitting)}, about, next=(describe(about),))
    mine = inquiry.owned("pods", obj)
    if len(mine) < len(fitting) and (refused := admission.not_made(inquiry, about.resource, obj)):
        return Chain([first, *refused])
    return pods.behind(inquiry, mine).after(first)
