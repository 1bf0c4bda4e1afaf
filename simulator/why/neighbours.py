"""InterPodAffinity: which term which Pod meets, on which node; who is wanted and not there; and whose own wish keeps the Pod away."""

from collections.abc import Callable, Iterator
from shlex import quote
from typing import NamedTuple

from simulator.api import meta, selectors
from simulator.api.affinity import REQUIRED, terms
from simulator.client.pods import is_finished
from simulator.scheduler.cache import NodeInfo
from simulator.scheduler.framework import Cycle
from simulator.scheduler.plugins import neighbours
from simulator.scheduler.plugins.neighbours import place, wants
from simulator.why.affinity import nearest_label
from simulator.why.chain import Link, Path, Values
from simulator.why.inquiry import Inquiry, Obj, describe, listed, ref, within
from simulator.why.near import nearest
from simulator.why.offers import named


class Neighbour(NamedTuple):
    """A Pod that stands on a node."""

    pod: Obj
    info: NodeInfo


class Wish(NamedTuple):
    """A required term of a Pod, and where in its manifest it stands."""

    owner: Obj
    term: Obj
    path: Path

    @property
    def key(self) -> str:
        """The topologyKey."""
        return str(self.term["topologyKey"])

    @property
    def selector(self) -> str:
        """Of whom it speaks: `*` of all, `<none>` of nobody."""
        found = selectors.from_label_selector(self.term.get("labelSelector"))
        return "*" if found == () else selectors.render(found or ())


def wishes(pod: Obj, kind: str) -> list[Wish]:
    """The required terms of a Pod's `podAffinity` or `podAntiAffinity`."""
    path: Path = ("spec", "affinity", kind, REQUIRED)
    return [Wish(pod, term, (*path, at)) for at, term in enumerate(terms(pod["spec"], kind))]


def met_by(cycle: Cycle, wish: Wish) -> list[Neighbour]:
    """The Pods on nodes of which one of the Pod's own terms speaks, looked for once."""
    memo: dict[Path, list[Neighbour]] = cycle.memo.setdefault("met", {})
    if wish.path not in memo:
        here = (Neighbour(pod, info) for info in cycle.nodes for pod in info.pods.values())
        memo[wish.path] = [each for each in here if wants(cycle, wish.owner, wish.term, each.pod)]
    return memo[wish.path]


def near_to(info: NodeInfo, wish: Wish, found: list[Neighbour]) -> list[Neighbour]:
    """Those of them who stand in the same domain as a node."""
    where = place(info, wish.term)
    return [each for each in found if where is not None and place(each.info, wish.term) == where]


def repelling(cycle: Cycle) -> list[tuple[Neighbour, Wish]]:
    """The Pods on nodes that do not want this one near, each with the term that says so; looked for once."""
    memo: list[tuple[Neighbour, Wish]] | None = cycle.memo.get("repelling")
    if memo is not None:
        return memo
    here = [
        Neighbour(pod, info) for info in cycle.nodes for key, pod in info.pods.items() if key in cycle.cache.repelling
    ]
    found = ((each, wish) for each in here for wish in wishes(each.pod, "podAntiAffinity"))
    cycle.memo["repelling"] = memo = [pair for pair in found if wants(cycle, pair[0].pod, pair[1].term, cycle.pod)]
    return memo


def told(cycle: Cycle, found: list[Neighbour]) -> str:
    """Pods with their nodes: `web-1 (node01)`; those of another namespace with it."""
    return listed(f"{name_of(cycle, each.pod)} ({each.info.name})" for each in found)


def name_of(cycle: Cycle, pod: Obj) -> str:
    """A Pod's name, with the namespace if that is another."""
    return meta.name(pod) if meta.namespace(pod) == cycle.namespace else meta.key(pod)


def domain(info: NodeInfo, wish: Wish) -> str:
    """`zone=a`; `zone=∅` of a node without the label."""
    return f"{wish.key}={info.labels.get(wish.key, '∅')}"


# --- the cells ------------------------------------------------------------------------------------------------------------


def facts(cycle: Cycle, info: NodeInfo) -> list[str]:
    """What a node lacks, or who stands there, by the rule at which the scheduler stops."""
    rule = neighbours.broken(cycle, info)
    return [] if rule is None else FACTS[rule.breaks](cycle, info)


def lacks(cycle: Cycle, info: NodeInfo) -> list[str]:
    """The domains of the node in which those do not stand who are wanted."""
    known = neighbours.prepared(cycle)["wanted"]
    mine = wishes(cycle.pod, "podAffinity")
    return [f"{domain(info, wish)}: {wish.selector} ∅" for wish in mine if place(info, wish.term) not in known]


def has(cycle: Cycle, info: NodeInfo) -> list[str]:
    """Who stands in the domains of the node and is not wanted there."""
    met = ((wish, near_to(info, wish, met_by(cycle, wish))) for wish in wishes(cycle.pod, "podAntiAffinity"))
    return [f"{domain(info, wish)}: {told(cycle, found)}" for wish, found in met if found]


def is_unwanted(cycle: Cycle, info: NodeInfo) -> list[str]:
    """Who stands in the domains of the node and does not want the Pod there."""
    found = [(each, wish) for each, wish in repelling(cycle) if near_to(info, wish, [each])]
    return [f"{domain(info, wish)}: {told(cycle, [each])}" for each, wish in found]


FACTS: dict[object, Callable[[Cycle, NodeInfo], list[str]]] = {
    neighbours.is_apart: lacks,
    neighbours.is_beside: has,
    neighbours.is_repelled: is_unwanted,
}


# --- the causes -----------------------------------------------------------------------------------------------------------


def explain(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo]) -> Iterator[Link]:
    """The rules that the nodes would break, each with the terms and the Pods behind it."""
    for rule, causes in CAUSES:
        breaking = [info for info in infos if (found := neighbours.broken(cycle, info)) and found.breaks is rule]
        if breaking:
            yield from causes(inquiry, cycle, breaking)


def apart(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo]) -> Iterator[Link]:
    """Terms of the affinity: nodes outside all domains, nobody who is meant, or somebody in another domain."""
    known = neighbours.prepared(cycle)["wanted"]
    for wish in wishes(cycle.pod, "podAffinity"):
        outside = [info for info in infos if wish.key not in info.labels]
        if outside:
            yield unplaced(cycle, outside, wish)
        if goes_first(cycle):
            continue
        inside = [info for info in infos if wish.key in info.labels and place(info, wish.term) not in known]
        if inside:
            yield wanted(inquiry, cycle, inside, wish)


def goes_first(cycle: Cycle) -> bool:
    """Whether the Pod waits for nobody: it is the first of a group that is of itself."""
    mine = wishes(cycle.pod, "podAffinity")
    itself = all(wants(cycle, cycle.pod, wish.term, cycle.pod) for wish in mine)
    return itself and not neighbours.prepared(cycle)["wanted"]


def unplaced(cycle: Cycle, infos: list[NodeInfo], wish: Wish) -> Link:
    """Nodes without the label of a term are near to nobody."""
    values, about, path = {"key": wish.key, "nodes": named(infos)}, ref("pods", cycle.pod), (*wish.path, "topologyKey")
    look = (f"kubectl get nodes -L {wish.key}",)
    if close := nearest_label(cycle, wish.key):
        return Link("near.no_key_near", {**values, "near": close}, about, path, next=look)
    return Link("near.no_key", values, about, path, next=look)


def wanted(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo], wish: Wish) -> Link:
    """Where those stand of whom a term speaks; or why none stands anywhere."""
    found, about = met_by(cycle, wish), ref("pods", cycle.pod)
    if not found:
        return nobody(inquiry, cycle, infos, wish)
    all_of_them = wishes(cycle.pod, "podAffinity")
    if not neighbours.prepared(cycle)["wanted"]:
        values: Values = {"terms": len(all_of_them), "pods": told(cycle, found), "selector": wish.selector}
        return Link("near.not_all", values, about, wish.path[:-1], next=looks(cycle, wish))
    values = {
        "selector": wish.selector,
        "pods": told(cycle, found),
        "domains": listed(domain(each.info, wish) for each in found),
        "nodes": named(infos),
    }
    return Link("near.apart", values, about, wish.path, next=looks(cycle, wish))


def nobody(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo], wish: Wish) -> Link:
    """None stands on a node: they wait themselves, are in another namespace, or are called almost like that."""
    about, look = ref("pods", cycle.pod), looks(cycle, wish)
    values: Values = {"selector": wish.selector, "nodes": named(infos)}
    others = [pod for pod in inquiry.all("pods") if not is_finished(pod) and meta.uid(pod) != meta.uid(cycle.pod)]
    waiting = next((pod for pod in others if wants(cycle, cycle.pod, wish.term, pod)), None)
    if waiting is not None:
        also = (describe(ref("pods", waiting)),)
        return Link("near.waits", {**values, "pod": name_of(cycle, waiting)}, about, wish.path, next=also)
    away = next((pod for pod in others if selectors.selects(wish.term.get("labelSelector"), meta.labels(pod))), None)
    if away is not None:
        said = {**values, "namespace": meta.namespace(away), "pod": meta.name(away), "own": cycle.namespace}
        return Link(
            "near.elsewhere", said, about, wish.path, next=(f"kubectl get pods -n {said['namespace']} -o wide",)
        )
    path: Path = (*wish.path, "labelSelector")
    if close := alike(cycle, wish, others):
        return Link("near.nobody_near", {**values, "near": close}, about, path, next=look)
    return Link("near.nobody", values, about, path, next=look)


def alike(cycle: Cycle, wish: Wish, pods: list[Obj]) -> str:
    """A label of Pods that is most like one that a term names and none has: another value, or another key."""
    there = [
        meta.labels(pod) for pod in pods if neighbours.in_namespaces(cycle, cycle.pod, wish.term, meta.namespace(pod))
    ]
    for key, value in ((wish.term.get("labelSelector") or {}).get("matchLabels") or {}).items():
        values = {labels[key] for labels in there if key in labels}
        if value not in values and (close := nearest(value, values)):
            return f"{key}={close}"
        if close := nearest(key, {each for labels in there for each in labels if not values}):
            return f"{close}={next(labels[close] for labels in there if close in labels)}"
    return ""


def looks(cycle: Cycle, wish: Wish) -> tuple[str, ...]:
    """The commands that show those of whom a term speaks, and the domains of nodes."""
    chosen = "" if wish.selector in ("*", "<none>") else f" -l {quote(wish.selector)}"
    spread_out = wish.term.get("namespaces") or wish.term.get("namespaceSelector") is not None
    where = " -A" if spread_out else within(meta.namespace(wish.owner))
    return (f"kubectl get pods{where} -o wide{chosen}", f"kubectl get nodes -L {wish.key}")


def beside(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo]) -> Iterator[Link]:
    """Terms of the anti-affinity, with the Pods that keep this one away."""
    for wish in wishes(cycle.pod, "podAntiAffinity"):
        met = met_by(cycle, wish)
        taken = [info for info in infos if near_to(info, wish, met)]
        if taken:
            there = [each for each in met if any(near_to(info, wish, [each]) for info in taken)]
            values = {"key": wish.key, "selector": wish.selector, "pods": told(cycle, there), "nodes": named(taken)}
            yield Link("far.taken", values, ref("pods", cycle.pod), wish.path, next=looks(cycle, wish))


def repelled(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo]) -> Iterator[Link]:
    """The anti-affinity of Pods that run, of which this one would be another: the term that Pods of one kind share, told once."""
    groups: dict[str, list[tuple[Neighbour, Wish]]] = {}
    for each, wish in repelling(cycle):
        if any(near_to(info, wish, [each]) for info in infos):
            owner = (meta.controller_of(each.pod) or {}).get("uid") or meta.uid(each.pod)
            groups.setdefault(f"{owner} {wish.path[-1]}", []).append((each, wish))
    for group in groups.values():
        pods, wish = [each for each, _ in group], group[0][1]
        kept = [info for info in infos if near_to(info, wish, pods)]
        about = ref("pods", wish.owner)
        values = {"key": wish.key, "selector": wish.selector, "pods": told(cycle, pods), "nodes": named(kept)}
        look = (describe(about), f"kubectl get pod {meta.name(cycle.pod)}{within(cycle.namespace)} --show-labels")
        yield Link("far.repelled", values, about, wish.path, next=look)


CAUSES = ((neighbours.is_apart, apart), (neighbours.is_beside, beside), (neighbours.is_repelled, repelled))
