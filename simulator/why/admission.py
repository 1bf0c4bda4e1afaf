"""Why the API server does not let a Pod in: the quotas, limits, security levels and accounts of its namespace, asked afresh."""

from collections.abc import Iterator
from typing import Any

from simulator.api import meta, quantities
from simulator.api.requests import Obj
from simulator.api.resources import RESOURCES
from simulator.apiserver.admission import limits, pod_security, usage
from simulator.why import ending
from simulator.why.chain import Evidence, Link, Path, Ref, Values
from simulator.why.inquiry import Inquiry, condition_evidence, describe, event_evidence, ref, within
from simulator.why.near import nearest

ENFORCE = f"{pod_security.PREFIX}enforce"
MOST = 6
# Where a controller's manifest says what its Pods are like.
TEMPLATES: dict[str, Path] = {"cronjobs.batch": ("spec", "jobTemplate", "spec", "template", "spec"), "pods": ("spec",)}
TEMPLATE: Path = ("spec", "template", "spec")


def not_made(inquiry: Inquiry, resource: str, obj: Obj) -> list[Link]:
    """The links for what the API server did not let a controller make; none if it has refused nothing."""
    found = next((each for each in inquiry.events(obj) if each.get("reason") == "FailedCreate"), None)
    evidence = condition_evidence(obj, "ReplicaFailure") or ((event_evidence(found),) if found else ())
    if not evidence:
        return []
    about = ref(resource, obj)
    path = TEMPLATES.get(resource, TEMPLATE)
    first = Link("workload.refused", {"name": about.name}, about, path[:-1], evidence, (describe(about),))
    return [first, *rules(inquiry, about, path, at(obj, path), refused_kind(resource))]


def refused_kind(resource: str) -> str:
    """What a controller makes, by its resource."""
    return "jobs.batch" if resource == "cronjobs.batch" else "pods"


def at(obj: Obj, path: Path) -> Obj:
    """The part of an object at a path of names; {} where there is none."""
    found: Any = obj
    for step in path:
        found = (found or {}).get(step) if isinstance(found, dict) else None
    return found or {}


def rules(inquiry: Inquiry, about: Ref, path: Path, spec: Obj, makes: str = "pods") -> list[Link]:
    """The rules of the namespace that a Pod with this *spec* breaks; *path*: where the spec stands in the object *about*."""
    namespace = about.namespace
    filled = meta.copy({"metadata": {}, "kind": "Pod", "spec": {"containers": [], **spec}})
    bounds = limits_of(inquiry, namespace)
    for limit in bounds:
        limits.fill(filled["spec"], limit)
    links = [
        link
        for quota in inquiry.all("resourcequotas", namespace)
        for link in exceeded(quota, filled, about, path, makes)
    ]
    if makes == "pods":
        links += [breached(about, path, filled["spec"], breach) for breach in limits.breaches(bounds, filled["spec"])]
        links += insecure(inquiry, about, path, spec)
        links += nameless(inquiry, about, path, spec)
    return links[:MOST]


def limits_of(inquiry: Inquiry, namespace: str) -> list[Obj]:
    """The limits of all LimitRanges of a namespace."""
    ranges = inquiry.all("limitranges", namespace)
    return [limit for each in ranges for limit in (each.get("spec") or {}).get("limits") or ()]


# --- quotas ---------------------------------------------------------------------------------------------------------------


def exceeded(quota: Obj, pod: Obj, about: Ref, path: Path, makes: str) -> Iterator[Link]:
    """What of a quota one more would exceed, or would have to name."""
    if not usage.in_scope(quota, pod):
        return
    status, place = quota.get("status") or {}, ref("resourcequotas", quota)
    hard, used = status.get("hard") or (quota.get("spec") or {}).get("hard") or {}, status.get("used") or {}
    needs = usage.of(RESOURCES["pods"], pod) if makes == "pods" else {f"count/{makes}": "1"}
    look = (f"kubectl describe quota {place.name}{within(place.namespace)}",)
    for name in [name for name in hard if name in needs]:
        more = quantities.nano(str(needs[name]))
        total = quantities.nano(str(used.get(name, "0"))) + more
        values: Values = {
            "quota": place.name,
            "resource": name,
            "used": str(used.get(name, "0")),
            "hard": str(hard[name]),
        }
        if silent := unnamed(pod, name):
            field, resource = usage.COMPUTE[name]
            where = (*path, "containers", silent[0], "resources", field, resource)
            named = pod["spec"]["containers"][silent[0]]["name"]
            yield Link(
                "quota.unnamed", {"quota": place.name, "resource": name, "container": named}, about, where, next=look
            )
        elif more and total > quantities.nano(str(hard[name])):
            yield Link("quota.full", {**values, "needs": str(needs[name])}, place, ("spec", "hard", name), next=look)


def unnamed(pod: Obj, name: str) -> list[int]:
    """Which of the containers do not say what a quota counts."""
    field, resource = usage.COMPUTE.get(name, ("", ""))
    containers = pod["spec"].get("containers") or () if field else ()
    return [
        at for at, each in enumerate(containers) if resource not in ((each.get("resources") or {}).get(field) or {})
    ]


# --- limits, security, names ----------------------------------------------------------------------------------------------


def breached(about: Ref, path: Path, spec: Obj, breach: limits.Breach) -> Link:
    """A LimitRange does not allow what a container, or the whole Pod, asks for."""
    field = "requests" if breach.rule == "min" else "limits"
    number = next((at for at, each in enumerate(spec["containers"]) if each["name"] == breach.container), None)
    here: Path = (*path, "containers", number) if number is not None else (*path, "containers")
    where = (*here, "resources", field, breach.resource) if number is not None else here
    values: Values = {
        "who": breach.container or "Pod",
        "resource": breach.resource,
        "bound": breach.bound,
        "given": breach.given or "-",
    }
    return Link(
        f"limits.{breach.rule}", values, about, where, next=(f"kubectl describe limitrange{within(about.namespace)}",)
    )


def insecure(inquiry: Inquiry, about: Ref, path: Path, spec: Obj) -> list[Link]:
    """What the security level of the namespace does not allow."""
    namespace = inquiry.find("namespaces", None, about.namespace) or {"metadata": {}}
    asked = pod_security.asked(meta.labels(namespace), "enforce")
    broken = asked.broken(spec) if asked.level != "privileged" else []
    if not broken:
        return []
    values: Values = {"namespace": about.namespace, "level": asked.name}
    look = (f"kubectl get namespace {about.namespace} --show-labels",)
    first = Link(
        "security.level", values, Ref("namespaces", "", about.namespace), ("metadata", "labels", ENFORCE), next=look
    )
    found = [
        Link(
            "security.rule",
            {"rule": each.title, "detail": each.detail},
            about,
            (*path, *culprit(asked, spec, each.title)),
        )
        for each in broken[: MOST - 1]
    ]
    return [first, *found]


def culprit(asked: pod_security.Asked, spec: Obj, title: str) -> Path:
    """Which field breaks a rule: the one without which it would be kept; the containers where something is missing."""

    def kept(trial: Obj) -> bool:
        return all(each.title != title for each in asked.broken(trial))

    containers = list(spec.get("containers") or ())
    for key in spec:
        if key != "containers" and kept({name: value for name, value in spec.items() if name != key}):
            return (key,)
    for number, container in enumerate(containers):
        for key in container:
            bare = {name: value for name, value in container.items() if name != key}
            if kept({**spec, "containers": [*containers[:number], bare, *containers[number + 1 :]]}):
                return ("containers", number, key)
    return ("containers",)


def nameless(inquiry: Inquiry, about: Ref, path: Path, spec: Obj) -> list[Link]:
    """The service account or the priority class that the Pod names and that is not there."""
    namespace, links = about.namespace, []
    account, priority = str(spec.get("serviceAccountName") or "default"), str(spec.get("priorityClassName") or "")
    if inquiry.find("serviceaccounts", namespace, account) is None:
        close = nearest(account, inquiry.names("serviceaccounts", namespace))
        kind = "workload.account_near" if close else "workload.account"
        values = {"account": account, **({"near": close} if close else {})}
        look = (f"kubectl get serviceaccounts{within(namespace)}",)
        links.append(Link(kind, values, about, (*path, "serviceAccountName"), next=look))
    if priority and inquiry.find("priorityclasses.scheduling.k8s.io", None, priority) is None:
        values, look = {"class": priority}, ("kubectl get priorityclasses",)
        links.append(Link("workload.priority", values, about, (*path, "priorityClassName"), next=look))
    return links


# --- what somebody was refused at the prompt ------------------------------------------------------------------------------


def answered(inquiry: Inquiry, namespace: str, said: tuple[Evidence, ...], text: str) -> list[Link]:
    """The rules of a namespace that a refusal repeats: each rule's own words are looked for in it, it is not taken apart."""
    links: list[Link] = []
    for quota in inquiry.all("resourcequotas", namespace):
        if f"quota: {meta.name(quota)}" in text:
            place = ref("resourcequotas", quota)
            look = (f"kubectl describe quota {place.name}{within(namespace)}",)
            links.append(
                Link("quota.refuses", {"quota": place.name, "namespace": namespace}, place, ("spec", "hard"), next=look)
            )
    for each in inquiry.all("limitranges", namespace):
        bounds = [words for limit in (each.get("spec") or {}).get("limits") or () for words in limits.words(limit)]
        if any(words in text for words in bounds):
            place = ref("limitranges", each)
            links.append(
                Link("limits.refuses", {"range": place.name}, place, ("spec", "limits"), next=(describe(place),))
            )
    found = inquiry.find("namespaces", None, namespace)
    if found and meta.deleting(found):
        going = Link("namespace.going", {"namespace": namespace}, ref("namespaces", found), evidence=said)
        return [going, *ending.contents(inquiry, found)]
    level = pod_security.asked(meta.labels(found), "enforce") if found else None
    if found and level and f'PodSecurity "{level.name}"' in text:
        values: Values = {"namespace": namespace, "level": level.name}
        place = ref("namespaces", found)
        links.append(Link("security.level", values, place, ("metadata", "labels", ENFORCE), next=(describe(place),)))
    return [Link("answer.admission", {}, evidence=said), *links]
