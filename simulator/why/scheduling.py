"""Why a Pod has no node: the scheduler's filters asked afresh, node by node, and what in the Pod and on the nodes makes them refuse."""

from typing import Any

from simulator.scheduler.cache import NodeInfo
from simulator.scheduler.framework import Cycle, Rejection
from simulator.scheduler.plugins import volumes
from simulator.scheduler.scheduler import NAME, Scheduler
from simulator.why.chain import Chain, Link, Path, cut
from simulator.why.filters import FILTERS
from simulator.why.inquiry import Inquiry, Obj, condition_evidence, describe, ref, typed
from simulator.why.reach import claim_links
from simulator.why.verdicts import NAMES, first, verdicts

MOST_NODES = 50
MOST_CAUSES = 4
MOST_FACTS = 3  # in a cell


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


# --- the table ------------------------------------------------------------------------------------------------------------


def table(scheduler: Scheduler, cycle: Cycle) -> dict[str, Any]:
    """Nodes × filters: `first` marks the filter at which the scheduler stopped, the words are those of its message."""
    rows = []
    for info in cycle.nodes[:MOST_NODES]:
        found = verdicts(cycle, info)
        cells = [cell(cycle, info, name, rejection) for name, rejection in zip(NAMES, found, strict=True)]
        stopped = next((at for at, rejection in enumerate(found) if rejection), None)
        rows.append({"name": info.name, "cells": cells, "first": stopped})
    return {"kind": "filters", "columns": list(NAMES), "rows": rows, "more": max(len(cycle.nodes) - MOST_NODES, 0)}


def cell(cycle: Cycle, info: NodeInfo, name: str, rejection: Rejection | None) -> dict[str, Any]:
    """One cell: whether the filter lets the Pod pass, its words, and what exactly it met."""
    told = FILTERS.get(name)
    shown = told.facts(cycle, info) if told and (rejection or told.always) else []
    reasons = list(rejection.reasons) if rejection else []
    return {"passes": rejection is None, "reasons": reasons, "facts": [cut(text) for text in shown[:MOST_FACTS]]}


# --- the causes -----------------------------------------------------------------------------------------------------------


def causes(inquiry: Inquiry, cycle: Cycle) -> list[Link]:
    """What refuses, the commonest first: each filter that stopped some node, with what in the Pod it looked at."""
    stopped: dict[str, list[NodeInfo]] = {}
    for info in cycle.nodes:
        if plugin := first(cycle, info):
            stopped.setdefault(plugin, []).append(info)
    order = sorted(stopped.items(), key=lambda item: (-len(item[1]), NAMES.index(item[0])))
    links = [link for plugin, infos in order for link in explained(inquiry, cycle, plugin, infos)]
    return links or ([Link("scheduling.none_left", {}, ref("pods", cycle.pod))] if cycle.nodes else no_nodes(cycle))


def no_nodes(cycle: Cycle) -> list[Link]:
    """There is not a single node."""
    return [Link("scheduling.no_nodes", {}, ref("pods", cycle.pod), next=("kubectl get nodes",))]


def explained(inquiry: Inquiry, cycle: Cycle, plugin: str, infos: list[NodeInfo]) -> list[Link]:
    """The links for one filter and the nodes that it refused."""
    told = FILTERS.get(plugin)
    return list(told.explain(inquiry, cycle, infos))[:MOST_CAUSES] if told else []


def is_waiting(pod: Obj) -> bool:
    """Whether a Pod has no node yet and has not ended."""
    return not pod["spec"].get("nodeName") and (pod.get("status") or {}).get("phase", "Pending") == "Pending"
