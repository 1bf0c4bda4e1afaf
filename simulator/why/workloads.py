"""Why a controller has not as many Pods as it wants: what it could not make, what it waits for, and the Pod that is not well."""

from collections.abc import Callable

from simulator.api import meta, quantities
from simulator.api.requests import Obj
from simulator.api.resources import RESOURCES
from simulator.apiserver.admission import usage
from simulator.client.pods import is_ready
from simulator.controllers.daemonset import verdict
from simulator.why import pods
from simulator.why.chain import Chain, Link, Values
from simulator.why.inquiry import Inquiry, condition_evidence, describe, event_evidence, ref, within
from simulator.why.near import nearest

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
    if len(mine) < wanted(obj) and (refused := not_made(inquiry, SETS, obj)):
        return Chain([first, *refused])
    return pods.behind(inquiry, mine).after(first)


def not_made(inquiry: Inquiry, resource: str, obj: Obj) -> list[Link]:
    """The links for Pods that the API server did not let a controller make."""
    found = next((each for each in inquiry.events(obj) if each.get("reason") == "FailedCreate"), None)
    evidence = condition_evidence(obj, "ReplicaFailure") or ((event_evidence(found),) if found else ())
    if not evidence:
        return []
    about = ref(resource, obj)
    first = Link("workload.refused", {"name": about.name}, about, ("spec", "template"), evidence, (describe(about),))
    return [first, *refusals(inquiry, obj)]


def refusals(inquiry: Inquiry, obj: Obj) -> list[Link]:
    """Who refuses the Pods: looked up in the quotas and the service accounts of the namespace."""
    template, namespace = obj["spec"].get("template") or {}, meta.namespace(obj)
    links = [link for quota in inquiry.all("resourcequotas", namespace) for link in exceeded(quota, template)]
    account = (template.get("spec") or {}).get("serviceAccountName") or "default"
    if inquiry.find("serviceaccounts", namespace, account) is None:
        close = nearest(account, inquiry.names("serviceaccounts", namespace))
        path = ("spec", "template", "spec", "serviceAccountName")
        values, look = {"account": account}, (f"kubectl get serviceaccounts{within(namespace)}",)
        kind = "workload.account_near" if close else "workload.account"
        links.append(Link(kind, values | ({"near": close} if close else {}), None, path, next=look))
    return links


def exceeded(quota: Obj, template: Obj) -> list[Link]:
    """The links for what of a quota one more Pod of the template would exceed, or would have to name."""
    status = quota.get("status") or {}
    hard, used = status.get("hard") or {}, status.get("used") or {}
    needs = usage.of(RESOURCES["pods"], {"metadata": {}, "spec": {"containers": [], **(template.get("spec") or {})}})
    about, links = ref("resourcequotas", quota), []
    look = (f"kubectl describe quota {about.name}{within(about.namespace)}",)
    for name in [name for name in hard if name in needs]:
        more = quantities.nano(str(needs[name]))
        total = quantities.nano(str(used.get(name, "0"))) + more
        values = {"quota": about.name, "resource": name, "used": str(used.get(name, "0")), "hard": str(hard[name])}
        if more and total > quantities.nano(str(hard[name])):
            links.append(
                Link("quota.full", {**values, "needs": str(needs[name])}, about, ("spec", "hard", name), next=look)
            )
        elif not more and name not in ("pods", "count/pods"):
            links.append(
                Link("quota.unnamed", {"quota": about.name, "resource": name}, about, ("spec", "hard", name), next=look)
            )
    return links


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
            return Chain([first, *(not_made(inquiry, about.resource, obj) or [absent(obj, number)])])
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
    if len(mine) < len(fitting) and (refused := not_made(inquiry, about.resource, obj)):
        return Chain([first, *refused])
    return pods.behind(inquiry, mine).after(first)


def job(inquiry: Inquiry, obj: Obj) -> Chain:
    """The chain for a Job."""
    about, spec = ref(JOBS, obj), obj["spec"]
    failed = meta.condition(obj, "Failed") or {}
    if meta.is_true(obj, "Complete"):
        return Chain([Link("job.complete", {"done": count(obj, "succeeded")}, about)])
    mine = inquiry.owned("pods", obj)
    bad = [pod for pod in mine if (pod.get("status") or {}).get("phase") == "Failed"]
    newest = max(bad, key=lambda pod: str(pod["metadata"].get("creationTimestamp", "")), default=None)
    rest = pods.pod(inquiry, newest) if newest else pods.behind(inquiry, mine)
    if failed.get("status") == "True":
        kind, values, path = JOB_ENDS.get(str(failed.get("reason")), job_failed)(obj)
        return rest.after(Link(kind, values, about, path, condition_evidence(obj, "Failed"), (describe(about),)))
    if spec.get("suspend"):
        return Chain([Link("job.suspended", {}, about, ("spec", "suspend"))])
    if not mine and (refused := not_made(inquiry, JOBS, obj)):
        return Chain(refused)
    values = {
        "done": count(obj, "succeeded"),
        "wanted": int(spec.get("completions") or 1),
        "failed": count(obj, "failed"),
    }
    return rest.after(Link("job.runs", {**values, "limit": backoff_limit(obj)}, about, ("spec", "backoffLimit")))


Ended = tuple[str, dict[str, str | int], tuple[str, ...]]


def backoff_limit(obj: Obj) -> int:
    """How many failures the Job takes."""
    limit = obj["spec"].get("backoffLimit")
    return 6 if limit is None else int(limit)


def job_failed(obj: Obj) -> Ended:
    """For another reason."""
    return "job.failed", {"reason": str((meta.condition(obj, "Failed") or {}).get("reason", ""))}, ("spec",)


JOB_ENDS: dict[str, Callable[[Obj], Ended]] = {
    "BackoffLimitExceeded": lambda obj: (
        "job.backoff_limit",
        {"failed": count(obj, "failed"), "limit": backoff_limit(obj)},
        ("spec", "backoffLimit"),
    ),
    "DeadlineExceeded": lambda obj: (
        "job.deadline",
        {"seconds": int(obj["spec"].get("activeDeadlineSeconds") or 0)},
        ("spec", "activeDeadlineSeconds"),
    ),
}


def cron_job(inquiry: Inquiry, obj: Obj) -> Chain:
    """The chain for a CronJob: whether it is suspended, and its newest Job that has failed."""
    about = ref("cronjobs.batch", obj)
    if obj["spec"].get("suspend"):
        return Chain([Link("cronjob.suspended", {}, about, ("spec", "suspend"))])
    mine = sorted(inquiry.owned(JOBS, obj), key=lambda each: str(each["metadata"].get("creationTimestamp", "")))
    first = Link(
        "cronjob.plan", {"schedule": str(obj["spec"]["schedule"]), "jobs": len(mine)}, about, ("spec", "schedule")
    )
    return job(inquiry, mine[-1]).after(first) if mine else Chain([first])
