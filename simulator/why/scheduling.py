"""Why a Pod has no node: the scheduler's filters asked afresh, node by node, and what in the Pod and on the nodes makes them refuse."""

from collections.abc import Callable, Iterator
from typing import Any

from simulator.api import quantities
from simulator.client.nodematch import REQUIRED
from simulator.client.tolerations import tolerated
from simulator.scheduler import amounts
from simulator.scheduler.cache import NodeInfo
from simulator.scheduler.framework import Cycle, Rejection
from simulator.scheduler.plugins import volumes
from simulator.scheduler.profile import FILTERS, HELPED_BY
from simulator.scheduler.scheduler import NAME, Scheduler
from simulator.why import storage
from simulator.why.chain import Chain, Link, Path
from simulator.why.inquiry import Inquiry, Obj, condition_evidence, describe, ref, typed, within
from simulator.why.near import nearest

# The filters by the names of their plugins: both tables are in the order of the profile.
NAMES = tuple(HELPED_BY)
MOST_NODES = 50
MOST_CAUSES = 4


def scheduler_of(inquiry: Inquiry) -> Scheduler:
    """The cluster's scheduler."""
    return next(part for part in inquiry.cluster.parts if isinstance(part, Scheduler))


def unscheduled(inquiry: Inquiry, pod: Obj) -> Chain:
    """The chain for a Pod without a node."""
    about, spec = ref("pods", pod), pod["spec"]
    if gates := spec.get("schedulingGates"):
        names = ", ".join(gate["name"] for gate in gates)
        gated = Link(
            "pod.gated",
            {"gates": names},
            about,
            ("spec", "schedulingGates"),
            condition_evidence(pod, "PodScheduled"),
            (f"kubectl get {typed(about)} -o yaml", f"kubectl edit {typed(about)}"),
        )
        return Chain([gated])
    if (name := spec.get("schedulerName") or NAME) != NAME:
        path: Path = ("spec", "schedulerName")
        return Chain([Link("pod.no_scheduler", {"scheduler": name, "known": NAME}, about, path)])
    return tried(inquiry, pod)


def tried(inquiry: Inquiry, pod: Obj) -> Chain:
    """The chain for a Pod that the scheduler tries to place."""
    scheduler, about = scheduler_of(inquiry), ref("pods", pod)
    cycle = Cycle(pod, scheduler.cache, scheduler.informers, scheduler.api, scheduler.cache.nodes())
    entry = scheduler.queue.entries.get(cycle.key) or {}
    evidence = inquiry.told(pod, "FailedScheduling") or condition_evidence(pod, "PodScheduled")
    if entry.get("state") == "binding":
        node = scheduler.queue.promised.get(cycle.key, "")
        return Chain([Link("pod.binding", {"node": node}, about, evidence=evidence), *claim_links(inquiry, cycle)])
    if not entry.get("attempts"):
        return Chain([Link("pod.queued", {}, about)])
    symptom = Link(
        "pod.unschedulable",
        {"nodes": len(cycle.nodes), "attempts": int(entry["attempts"])},
        about,
        evidence=evidence,
        next=(describe(about), "kubectl get nodes"),
    )
    if volumes.check_claims(cycle) is not None:
        return Chain([symptom, *claim_links(inquiry, cycle)])
    nominated = (pod.get("status") or {}).get("nominatedNodeName", "")
    waits = [Link("pod.nominated", {"node": nominated}, about)] if nominated else []
    return Chain([symptom, *waits, *causes(inquiry, cycle)], table(scheduler, cycle))


def claim_links(inquiry: Inquiry, cycle: Cycle) -> list[Link]:
    """What keeps the claims of a Pod from being bound."""
    found: list[Link] = []
    for name, claim in volumes.claims_of(cycle):
        path = claim_path(cycle.pod, name)
        if claim is None:
            close = nearest(name, inquiry.names("persistentvolumeclaims", cycle.namespace))
            kind = "claim.missing_near" if close else "claim.missing"
            values = {"claim": name, **({"near": close} if close else {})}
            commands = (f"kubectl get pvc{within(cycle.namespace)}",)
            found.append(Link(kind, values, ref("pods", cycle.pod), path, next=commands))
        else:
            found += [link for link in storage.claim(inquiry, claim).links if link.kind != "claim.bound"]
    return found


def claim_path(pod: Obj, name: str) -> Path:
    """Where a Pod names a claim."""
    for at, volume in enumerate(pod["spec"].get("volumes") or ()):
        if (volume.get("persistentVolumeClaim") or {}).get("claimName") == name:
            return ("spec", "volumes", at, "persistentVolumeClaim", "claimName")
    return ("spec", "volumes")


# --- the table ------------------------------------------------------------------------------------------------------------


def verdicts(cycle: Cycle, info: NodeInfo) -> list[Rejection | None]:
    """What each filter says of a node. A real cycle ends at the first that refuses; here all are asked."""
    return [ask(cycle, info) for ask in FILTERS]


def table(scheduler: Scheduler, cycle: Cycle) -> dict[str, Any]:
    """Nodes × filters: `first` marks the filter at which the scheduler stopped, the words are those of its message."""
    rows = []
    for info in cycle.nodes[:MOST_NODES]:
        found = verdicts(cycle, info)
        cells = [cell(cycle, info, rejection) for rejection in found]
        first = next((at for at, rejection in enumerate(found) if rejection), None)
        rows.append({"name": info.name, "cells": cells, "first": first})
    return {"kind": "filters", "columns": list(NAMES), "rows": rows, "more": max(len(cycle.nodes) - MOST_NODES, 0)}


def cell(cycle: Cycle, info: NodeInfo, rejection: Rejection | None) -> dict[str, Any]:
    """One cell: whether the filter lets the Pod pass, its words, and what exactly it met."""
    if rejection is None:
        return {"passes": True, "reasons": [], "facts": []}
    facts = FACTS.get(rejection.plugin)
    return {"passes": False, "reasons": list(rejection.reasons), "facts": facts(cycle, info)[:3] if facts else []}


def taint_text(taint: Obj) -> str:
    """`key=value:effect`."""
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint['key']}{value}:{taint['effect']}"


def untolerated(cycle: Cycle, info: NodeInfo) -> list[Obj]:
    """The taints of a node that keep the Pod out."""
    hard = [taint for taint in info.taints if taint["effect"] in ("NoSchedule", "NoExecute")]
    return [taint for taint in hard if not tolerated(cycle.tolerations, taint)]


def lacking(cycle: Cycle, info: NodeInfo) -> list[tuple[str, int, int]]:
    """The resources of which too little is free on a node: name, wanted, free."""
    free = {name: info.allocatable.get(name, 0) - info.requested.get(name, 0) for name in cycle.requests}
    return [(name, wanted, free[name]) for name, wanted in cycle.requests.items() if wanted > free[name]]


def amount_text(name: str, value: int) -> str:
    """An amount as manifests write it."""
    if name == "cpu":
        return f"{value}m" if value % 1000 else f"{value // 1000}"
    return (
        quantities.render(value * quantities.NANO, "binary") if name in ("memory", "ephemeral-storage") else f"{value}"
    )


def label_facts(cycle: Cycle, info: NodeInfo) -> list[str]:
    """The labels that the selector wants and the node has not, with what it has instead."""
    wanted = (cycle.spec.get("nodeSelector") or {}).items()
    return [f"{key}={info.labels.get(key, '∅')} ≠ {value}" for key, value in wanted if info.labels.get(key) != value]


FACTS: dict[str, Callable[[Cycle, NodeInfo], list[str]]] = {
    "TaintToleration": lambda cycle, info: [taint_text(taint) for taint in untolerated(cycle, info)],
    "NodeAffinity": label_facts,
    "NodeResourcesFit": lambda cycle, info: [
        f"{name}: {amount_text(name, wanted)} > {amount_text(name, max(free, 0))}"
        for name, wanted, free in lacking(cycle, info)
    ],
    "NodePorts": lambda cycle, info: [str(port[2]) for port in amounts.host_ports(cycle.pod) if info.port_taken(port)],
}


# --- the causes -----------------------------------------------------------------------------------------------------------


def causes(inquiry: Inquiry, cycle: Cycle) -> list[Link]:
    """What refuses, the commonest first: each filter that stopped some node, with what in the Pod it looked at."""
    stopped: dict[str, list[NodeInfo]] = {}
    for info in cycle.nodes:
        first = next((rejection for rejection in verdicts(cycle, info) if rejection), None)
        if first:
            stopped.setdefault(first.plugin, []).append(info)
    order = sorted(stopped.items(), key=lambda item: (-len(item[1]), NAMES.index(item[0])))
    links = [link for plugin, infos in order for link in explained(inquiry, cycle, plugin, infos)]
    return links or ([Link("scheduling.none_left", {}, ref("pods", cycle.pod))] if cycle.nodes else no_nodes(cycle))


def no_nodes(cycle: Cycle) -> list[Link]:
    """There is not a single node."""
    return [Link("scheduling.no_nodes", {}, ref("pods", cycle.pod), next=("kubectl get nodes",))]


def explained(inquiry: Inquiry, cycle: Cycle, plugin: str, infos: list[NodeInfo]) -> list[Link]:
    """The links for one filter and the nodes that it refused."""
    explain = EXPLAIN.get(plugin)
    named = ", ".join(info.name for info in infos[:5]) + (", …" if len(infos) > 5 else "")
    if explain is None:
        return [Link("filter.other", {"filter": plugin, "nodes": named}, ref("pods", cycle.pod), PATHS.get(plugin, ()))]
    return list(explain(inquiry, cycle, infos, named))[:MOST_CAUSES]


Explain = Callable[[Inquiry, Cycle, list[NodeInfo], str], Iterator[Link]]


def cordoned(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo], named: str) -> Iterator[Link]:
    """Nodes that somebody has closed."""
    commands = tuple(f"kubectl uncordon {info.name}" for info in infos[:2])
    node = ref("nodes", infos[0].node or {})
    yield Link(
        "filter.cordoned", {"nodes": named}, node, ("spec", "unschedulable"), next=("kubectl get nodes", *commands)
    )


def tainted(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo], named: str) -> Iterator[Link]:
    """Taints that the Pod does not tolerate, each with the nodes that have it."""
    holders: dict[str, list[str]] = {}
    for info in infos:
        for taint in untolerated(cycle, info)[:1]:
            holders.setdefault(taint_text(taint), []).append(info.name)
    for text, nodes in holders.items():
        values = {"taint": text, "nodes": ", ".join(nodes)}
        commands = (f"kubectl describe node {nodes[0]}", f"kubectl get node {nodes[0]} -o jsonpath='{{.spec.taints}}'")
        yield Link("filter.taint", values, ref("pods", cycle.pod), ("spec", "tolerations"), next=commands)


def unselected(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo], named: str) -> Iterator[Link]:
    """Labels that no node has, or not with that value; else what the required affinity asks for."""
    about, selector = ref("pods", cycle.pod), cycle.spec.get("nodeSelector") or {}
    missing = [key for key, value in selector.items() if any(info.labels.get(key) != value for info in infos)]
    for key in missing:
        values = sorted({info.labels[key] for info in infos if key in info.labels})
        facts = {"key": key, "value": selector[key], "nodes": named}
        commands = (f"kubectl get nodes -L {key}", "kubectl get nodes --show-labels")
        path: Path = ("spec", "nodeSelector", key)
        if values:
            yield Link("filter.label_value", {**facts, "found": ", ".join(values)}, about, path, next=commands)
        elif close := nearest(key, (label for info in cycle.nodes for label in info.labels)):
            yield Link("filter.label_near", {**facts, "near": close}, about, path, next=commands)
        else:
            yield Link("filter.label", facts, about, path, next=commands)
    if not missing:
        path = ("spec", "affinity", "nodeAffinity", REQUIRED)
        yield Link("filter.affinity", {"nodes": named}, about, path, next=("kubectl get nodes --show-labels",))


def unfit(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo], named: str) -> Iterator[Link]:
    """Resources of which too little is left, with the node that has the most of it."""
    about = ref("pods", cycle.pod)
    names = list(dict.fromkeys(name for info in infos for name, _, _ in lacking(cycle, info)))
    for name in names:
        best = max(infos, key=lambda info: info.allocatable.get(name, 0) - info.requested.get(name, 0))
        free = best.allocatable.get(name, 0) - best.requested.get(name, 0)
        whole = best.allocatable.get(name, 0)
        values = {
            "resource": name,
            "wanted": amount_text(name, cycle.requests[name]),
            "free": amount_text(name, max(free, 0)),
            "node": best.name,
            "whole": amount_text(name, whole),
            "nodes": named,
        }
        kind = "filter.too_large" if cycle.requests[name] > whole else "filter.full"
        yield Link(kind, values, about, request_path(cycle.pod, name), next=(f"kubectl describe node {best.name}",))
    if not names:
        yield Link("filter.pods", {"nodes": named}, about, next=(f"kubectl describe node {infos[0].name}",))


def request_path(pod: Obj, name: str) -> Path:
    """Where the container that asks for most of a resource says so."""
    containers = list(enumerate(pod["spec"]["containers"]))
    most = max(containers, key=lambda entry: amounts.container(entry[1], False).get(name, 0))
    return ("spec", "containers", most[0], "resources", "requests", name)


def ports_taken(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo], named: str) -> Iterator[Link]:
    """Ports of the nodes that are in use, with a Pod that has one."""
    for wanted in amounts.host_ports(cycle.pod):
        taken = [info for info in infos if info.port_taken(wanted)]
        holder = next(
            (key for info in taken for key, pod in info.pods.items() if wanted in amounts.host_ports(pod)), ""
        )
        if taken:
            path = port_path(cycle.pod, wanted[2])
            yield Link(
                "filter.port", {"port": wanted[2], "nodes": named, "holder": holder}, ref("pods", cycle.pod), path
            )


def port_path(pod: Obj, number: int) -> Path:
    """Where a Pod asks for a port of its node."""
    for at, container in enumerate(pod["spec"]["containers"]):
        for index, port in enumerate(container.get("ports") or ()):
            if port.get("hostPort") == number:
                return ("spec", "containers", at, "ports", index, "hostPort")
    return ("spec", "containers")


EXPLAIN: dict[str, Explain] = {
    "NodeUnschedulable": cordoned,
    "TaintToleration": tainted,
    "NodeAffinity": unselected,
    "NodeResourcesFit": unfit,
    "NodePorts": ports_taken,
}
# What of the Pod the other filters look at.
PATHS: dict[str, Path] = {
    "NodeName": ("spec", "nodeName"),
    "VolumeRestrictions": ("spec", "volumes"),
    "VolumeBinding": ("spec", "volumes"),
    "PodTopologySpread": ("spec", "topologySpreadConstraints"),
    "InterPodAffinity": ("spec", "affinity"),
}


def is_waiting(pod: Obj) -> bool:
    """Whether a Pod has no node yet and has not ended."""
    return not pod["spec"].get("nodeName") and (pod.get("status") or {}).get("phase", "Pending") == "Pending"
