"""PodTopologySpread: which constraint a node would break, and by how much; and what keeps the emptiest domain empty."""

from collections.abc import Iterator
from shlex import quote

from simulator.api import selectors
from simulator.scheduler.cache import NodeInfo
from simulator.scheduler.framework import Cycle
from simulator.scheduler.plugins import spread
from simulator.why.affinity import nearest_label
from simulator.why.chain import Link, Path, Values
from simulator.why.inquiry import Inquiry, Obj, listed, ref, within
from simulator.why.offers import named
from simulator.why.verdicts import first

MOST_DOMAINS = 8
TAINTS = "TaintToleration"
Counts = dict[str, int]


def facts(cycle: Cycle, info: NodeInfo) -> list[str]:
    """The reckoning of each constraint for a node: the Pods of its domain, and the Pod itself, less those of the emptiest."""
    return [reckoned(cycle, info, entry, counts) for entry, counts in spread.hard(cycle)]


def reckoned(cycle: Cycle, info: NodeInfo, entry: Obj, counts: Counts) -> str:
    """`zone=a: 2 + 1 − 0 = 3 > 1`; a domain that does not count breaks nothing."""
    key = entry["topologyKey"]
    value = info.labels.get(key)
    if value not in counts:
        return f"{key}={value or '∅'}"
    itself, least = int(spread.counts_itself(entry, cycle)), spread.emptiest(entry, counts)
    found = spread.skew(entry, cycle, counts, value)
    sign = ">" if found > entry["maxSkew"] else "≤"
    return f"{key}={value}: {counts[value]} + {itself} − {least} = {found} {sign} {entry['maxSkew']}"


def explain(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo]) -> Iterator[Link]:
    """Each constraint that some of the nodes would break."""
    places = [
        at
        for at, entry in enumerate(cycle.spec.get("topologySpreadConstraints") or ())
        if entry.get("whenUnsatisfiable") == "DoNotSchedule"
    ]
    for at, (entry, counts) in zip(places, spread.hard(cycle), strict=True):
        path: Path = ("spec", "topologySpreadConstraints", at)
        outside = [info for info in infos if entry["topologyKey"] not in info.labels]
        if outside:
            yield unplaced(cycle, outside, entry["topologyKey"], path)
        ahead = [info for info in infos if breaks(cycle, info, entry, counts)]
        if ahead:
            yield skewed(cycle, ahead, entry, counts, path)
            yield from behind(cycle, entry, counts, path)


def breaks(cycle: Cycle, info: NodeInfo, entry: Obj, counts: Counts) -> bool:
    """Whether the domain of a node would be too far ahead."""
    value = info.labels.get(entry["topologyKey"])
    return value in counts and spread.skew(entry, cycle, counts, value) > entry["maxSkew"]


def unplaced(cycle: Cycle, infos: list[NodeInfo], key: str, path: Path) -> Link:
    """Nodes without the label are in no domain."""
    values, about = {"key": key, "nodes": named(infos)}, ref("pods", cycle.pod)
    look, path = (f"kubectl get nodes -L {key}",), (*path, "topologyKey")
    if close := nearest_label(cycle, key):
        return Link("spread.no_key_near", {**values, "near": close}, about, path, next=look)
    return Link("spread.no_key", values, about, path, next=look)


def skewed(cycle: Cycle, infos: list[NodeInfo], entry: Obj, counts: Counts, path: Path) -> Link:
    """Nodes of domains that would be too far ahead, with what each domain has."""
    key, chosen = entry["topologyKey"], selectors.render(entry["selector"] or ())
    domains = [f"{value}: {count}" for value, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))]
    values = {
        "key": key,
        "selector": chosen,
        "domains": listed(domains, MOST_DOMAINS),
        "skew": min(spread.skew(entry, cycle, counts, info.labels[key]) for info in infos),
        "max": int(entry["maxSkew"]),
        "nodes": named(infos),
    }
    pods = f"kubectl get pods{within(cycle.namespace)} -o wide"
    look = (f"{pods} -l {quote(chosen)}" if entry["selector"] else pods, f"kubectl get nodes -L {key}")
    return Link("spread.skew", values, ref("pods", cycle.pod), (*path, "maxSkew"), next=look)


def behind(cycle: Cycle, entry: Obj, counts: Counts, path: Path) -> Iterator[Link]:
    """Why the emptiest domain counts so little, and why the Pod does not go there."""
    about = ref("pods", cycle.pod)
    if not spread.counts_itself(entry, cycle):
        selector = selectors.render(entry["selector"] or ())
        yield Link("spread.stranger", {"selector": selector}, about, (*path, "labelSelector"))
    wanted = int(entry.get("minDomains") or 1)
    if len(counts) < wanted:
        yield Link("spread.few", {"domains": len(counts), "wanted": wanted}, about, (*path, "minDomains"))
        return
    key, least = entry["topologyKey"], min(counts.values())
    value = min(value for value, count in counts.items() if count == least)
    infos = [info for info in cycle.nodes if info.labels.get(key) == value and spread.eligible(entry, cycle, info)]
    refusing = {plugin for info in infos if (plugin := first(cycle, info))}
    values: Values = {
        "domain": f"{key}={value}",
        "count": least,
        "nodes": named(infos),
        "filters": listed(sorted(refusing)),
    }
    look = tuple(f"kubectl describe node {info.name}" for info in infos[:1])
    if refusing == {TAINTS}:
        yield Link("spread.tainted", values, about, (*path, "nodeTaintsPolicy"), next=look)
    elif refusing:
        yield Link("spread.emptiest", values, about, path, next=look)
