"""PodTopologySpread: no domain shall have many more of the Pods than another (plugins/podtopologyspread)."""

from math import log
from typing import Any

from simulator.api import selectors
from simulator.client.api import Obj
from simulator.client.nodematch import selected
from simulator.scheduler.cache import NodeInfo
from simulator.scheduler.framework import HIGHEST, Cycle, Rejection
from simulator.scheduler.plugins.nodes import taint_toleration

HOSTNAME = "kubernetes.io/hostname"
MISMATCH = "node(s) didn't match pod topology spread constraints"
# What the scheduler spreads by where a Pod of a controller or Service says nothing.
BY_DEFAULT = (
    {"maxSkew": 3, "topologyKey": HOSTNAME, "whenUnsatisfiable": "ScheduleAnyway"},
    {
        "maxSkew": 5,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "ScheduleAnyway",
    },
)
OWNERS = {
    "ReplicaSet": "replicasets.apps",
    "StatefulSet": "statefulsets.apps",
    "ReplicationController": "replicationcontrollers",
}


def constraints(cycle: Cycle, action: str) -> list[Obj]:
    """The Pod's own constraints for which *action* stands, their selectors ready."""
    return [
        {**entry, "selector": selector_of(entry, cycle)}
        for entry in cycle.spec.get("topologySpreadConstraints") or ()
        if entry.get("whenUnsatisfiable") == action
    ]


def selector_of(entry: Obj, cycle: Cycle) -> selectors.Selector | None:
    """A constraint's selector, narrowed by those of the Pod's labels that it names."""
    selector = selectors.from_label_selector(entry.get("labelSelector"))
    keys = [key for key in entry.get("matchLabelKeys") or () if key in cycle.labels]
    if selector is None or not keys:
        return selector
    return selector + selectors.from_map({key: cycle.labels[key] for key in keys})


def eligible(entry: Obj, cycle: Cycle, info: NodeInfo) -> bool:
    """Whether a node counts as part of a domain."""
    if entry["topologyKey"] not in info.labels:
        return False
    if entry.get("nodeAffinityPolicy") != "Ignore" and not selected(cycle.spec, info.node or {}):
        return False
    return entry.get("nodeTaintsPolicy") != "Honor" or taint_toleration(cycle, info) is None


def matching(entry: Obj, cycle: Cycle, info: NodeInfo) -> int:
    """How many of the Pods on a node count."""
    selector = entry["selector"]
    return 0 if selector is None else info.matching((cycle.namespace, selector))


def domains(entry: Obj, cycle: Cycle) -> dict[str, int]:
    """How many of the Pods stand in each domain."""
    found: dict[str, int] = {}
    for info in cycle.nodes:
        if eligible(entry, cycle, info):
            value = info.labels[entry["topologyKey"]]
            found[value] = found.get(value, 0) + matching(entry, cycle, info)
    return found


def hard(cycle: Cycle) -> list[tuple[Obj, dict[str, int]]]:
    """The hard constraints and the counts in their domains, worked out once."""
    found: list[tuple[Obj, dict[str, int]]] | None = cycle.memo.get("spread")
    if found is None:
        found = [(entry, domains(entry, cycle)) for entry in constraints(cycle, "DoNotSchedule")]
        cycle.memo["spread"] = found
    return found


def topology_spread(cycle: Cycle, info: NodeInfo) -> Rejection | None:
    """The Pod goes only where no hard constraint would be broken."""
    for entry, counts in hard(cycle):
        value = info.labels.get(entry["topologyKey"])
        if value is None:
            return Rejection(
                "PodTopologySpread",
                (f"{MISMATCH} (missing required label)",),
                helpless=True,
            )
        if value in counts and skew(entry, cycle, counts, value) > entry["maxSkew"]:
            return Rejection("PodTopologySpread", (MISMATCH,))
    return None


def skew(entry: Obj, cycle: Cycle, counts: dict[str, int], value: str) -> int:
    """How far a domain would be ahead of the emptiest one with the Pod in it."""
    return counts.get(value, 0) + counts_itself(entry, cycle) - emptiest(entry, counts)


def counts_itself(entry: Obj, cycle: Cycle) -> bool:
    """Whether the Pod is one of those that its constraint counts."""
    return entry["selector"] is not None and selectors.matches(entry["selector"], cycle.labels)


def emptiest(entry: Obj, counts: dict[str, int]) -> int:
    """How many of the Pods stand in the emptiest domain; none, as long as there are fewer domains than there should be."""
    return min(counts.values(), default=0) if len(counts) >= (entry.get("minDomains") or 1) else 0


def soft(cycle: Cycle) -> list[Obj]:
    """The constraints that only count in scores: the Pod's own, or the scheduler's."""
    if cycle.spec.get("topologySpreadConstraints"):
        return constraints(cycle, "ScheduleAnyway")
    selector = default_selector(cycle)
    return [{**entry, "selector": selector} for entry in BY_DEFAULT] if selector else []


def default_selector(cycle: Cycle) -> selectors.Selector:
    """What the Pod's Services and its controller select, together."""
    pairs: dict[str, str] = {}
    for service in cycle.informers.of("services").by("namespace", cycle.namespace):
        wanted = service["spec"].get("selector") or {}
        if wanted and all(cycle.labels.get(key) == value for key, value in wanted.items()):
            pairs.update(wanted)
    return selectors.from_map(pairs) + owner_selector(cycle)


def owner_selector(cycle: Cycle) -> selectors.Selector:
    """What the controller of the Pod selects."""
    for owner in cycle.pod["metadata"].get("ownerReferences") or ():
        if owner.get("controller") and owner["kind"] in OWNERS:
            found = cycle.informers.of(OWNERS[owner["kind"]]).get(f"{cycle.namespace}/{owner['name']}")
            return selectors.from_label_selector((found or {}).get("spec", {}).get("selector")) or ()
    return ()


def score_spread(cycle: Cycle, infos: list[NodeInfo]) -> list[int]:
    """The fewer of the Pods stand in a node's domains, the better."""
    entries = soft(cycle)
    if not entries:
        return [0 for _ in infos]
    strict = bool(cycle.spec.get("topologySpreadConstraints"))
    counted = [info for info in infos if not strict or all(entry["topologyKey"] in info.labels for entry in entries)]
    tables = [(entry, domains(entry, cycle), weight(entry, counted)) for entry in entries]
    raw = {info.name: round(sum(crowd(cycle, info, *table) for table in tables)) for info in counted}
    most, least = max(raw.values(), default=0), min(raw.values(), default=0)
    return [turned(raw.get(info.name), most, least) for info in infos]


def weight(entry: Obj, infos: list[NodeInfo]) -> float:
    """Constraints with many domains weigh more."""
    key = entry["topologyKey"]
    return log(len(infos if key == HOSTNAME else {info.labels.get(key): 1 for info in infos if key in info.labels}) + 2)


def crowd(cycle: Cycle, info: NodeInfo, entry: Obj, counts: dict[str, int], factor: Any) -> float:
    """How crowded a node's domain is already."""
    value = info.labels.get(entry["topologyKey"])
    if value is None:
        return 0
    count = matching(entry, cycle, info) if entry["topologyKey"] == HOSTNAME else counts.get(value, 0)
    return float(count * factor + entry["maxSkew"] - 1)


def turned(score: int | None, most: int, least: int) -> int:
    """The less crowded, the higher; a node outside all domains comes last."""
    if score is None:
        return 0
    return HIGHEST * (most + least - score) // most if most else HIGHEST
