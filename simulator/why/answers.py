"""Why something in a cluster is as it is: the way from a question to its chain.

A question is one of
    {"about": "object", "resource": "pods", "namespace": "default", "name": "web"}
    {"about": "event", "namespace": "default", "name": "web.18a..."}       the object that the event is about, and why
    {"about": "condition", "resource": ..., "namespace": ..., "name": ..., "condition": "Ready"}
    {"about": "command", "terminal": "t1"}                                 the last line there that failed
and its answer {"links": [link], "table": {} or {kind, columns, rows, more}} (simulator/why/chain.py).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from simulator.api import meta
from simulator.api.requests import Obj
from simulator.api.resources import RESOURCES, by_kind
from simulator.cluster.cluster import Cluster
from simulator.why import (
    autoscaling,
    budgets,
    commands,
    conditions,
    ending,
    evictions,
    jobs,
    manifests,
    nodes,
    pods,
    services,
    storage,
    volumes,
    workloads,
)
from simulator.why.chain import MOST_LINKS, Chain, Evidence, Link, Ref
from simulator.why.inquiry import Inquiry, describe, event_evidence, ref
from simulator.why.kinds import KINDS, SYMPTOMS, WORDS_ONLY

EXPLAIN: Mapping[str, Callable[[Inquiry, Obj], Chain]] = {
    "pods": pods.pod,
    "nodes": nodes.node,
    "services": services.service,
    "endpoints": services.of_endpoints,
    "endpointslices.discovery.k8s.io": services.of_endpoints,
    "persistentvolumeclaims": storage.claim,
    "persistentvolumes": volumes.volume,
    "deployments.apps": workloads.deployment,
    "replicasets.apps": workloads.replica_set,
    "statefulsets.apps": workloads.stateful_set,
    "daemonsets.apps": workloads.daemon_set,
    "jobs.batch": jobs.job,
    "cronjobs.batch": jobs.cron_job,
    "horizontalpodautoscalers.autoscaling": autoscaling.autoscaler,
    "poddisruptionbudgets.policy": budgets.budget,
}


def answer(cluster: Cluster, mishaps: Mapping[str, Any], question: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to *question*; raises KeyError or TypeError for what is none."""
    inquiry = Inquiry(cluster, mishaps)
    chain = ABOUT[str(question["about"])](inquiry, question)
    links = [manifests.with_place(inquiry, link) for link in honest(chain.links[:MOST_LINKS])]
    return Chain(links, chain.table).plain()


def honest(links: Sequence[Link]) -> list[Link]:
    """The links, and, where they end before a cause, one that says so."""
    if links and links[-1].kind in SYMPTOMS:
        return [*links, Link("unknown.cause")]
    if links and links[-1].kind in WORDS_ONLY:
        return [*links, Link("unknown.words", {"component": component(links[-1])})]
    return list(links)


def component(link: Link) -> str:
    """Who decided what a link says."""
    return link.component or KINDS[link.kind].component or "-"


def of_object(inquiry: Inquiry, question: Mapping[str, Any]) -> Chain:
    """Why an object is as it is."""
    about = named(question)
    found = inquiry.find(*about)
    return gone(about) if found is None else explained(inquiry, about.resource, found)


def named(question: Mapping[str, Any]) -> Ref:
    """The object that a question names."""
    resource, namespace = str(question["resource"]), str(question["namespace"])
    known = RESOURCES.get(resource)
    return Ref(resource, namespace if known is None or known.namespaced else "", str(question["name"]))


def gone(about: Ref, evidence: tuple[Evidence, ...] = ()) -> Chain:
    """There is no such object any more; what was told of it last may still be known."""
    resource = RESOURCES.get(about.resource)
    values = {"kind": resource.kind if resource else about.resource, "name": about.name}
    return Chain([Link("object.gone", values, evidence=evidence)])


def explained(inquiry: Inquiry, resource: str, obj: Obj) -> Chain:
    """The chain for an object of any resource."""
    if meta.deleting(obj):
        return Chain(ending.links(inquiry, resource, obj))
    if explain := EXPLAIN.get(resource):
        return explain(inquiry, obj)
    about = ref(resource, obj)
    known = RESOURCES.get(resource)
    values = {"kind": known.kind if known else resource, "name": about.name}
    events = tuple(event_evidence(event) for event in inquiry.events(obj)[:2])
    return Chain([Link("object.plain", values, about, evidence=events, next=(describe(about),))])


def of_event(inquiry: Inquiry, question: Mapping[str, Any]) -> Chain:
    """Why an event happened: what it is about, as it stands now."""
    found = inquiry.find("events", str(question["namespace"]), str(question["name"]))
    if found is None:
        return gone(Ref("events", str(question["namespace"]), str(question["name"])))
    about = found.get("involvedObject") or {}
    resource = by_kind(str(about.get("apiVersion", "v1")), str(about.get("kind", "")))
    named = f"{about.get('kind', '')}/{about.get('name', '')}"
    component = str(found.get("reportingComponent") or (found.get("source") or {}).get("component") or "")
    values = {"reason": str(found.get("reason", "")), "object": named}
    first = Link("event.seen", values, evidence=(event_evidence(found),), component=component)
    if resource is None:
        return Chain([first])
    place = Ref(
        resource.name, str(about.get("namespace", "")) if resource.namespaced else "", str(about.get("name", ""))
    )
    obj = inquiry.find(*place)
    if obj is None or meta.uid(obj) != about.get("uid", meta.uid(obj)):
        evidence, links = evictions.gone(inquiry, found)
        return Chain([first, *gone(place, evidence).links, *links])
    return explained(inquiry, resource.name, obj).after(first)


def of_condition(inquiry: Inquiry, question: Mapping[str, Any]) -> Chain:
    """Why one condition of an object is as it is."""
    about = named(question)
    found = inquiry.find(*about)
    if found is None:
        return gone(about)
    return conditions.condition(inquiry, about.resource, found, str(question["condition"]), explained)


def of_command(inquiry: Inquiry, question: Mapping[str, Any]) -> Chain:
    """Why the last line that failed did so."""
    return commands.command(inquiry, str(question["terminal"])) or Chain([Link("command.none")])


ABOUT: Mapping[str, Callable[[Inquiry, Mapping[str, Any]], Chain]] = {
    "object": of_object,
    "event": of_event,
    "condition": of_condition,
    "command": of_command,
}
