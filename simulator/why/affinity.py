"""NodeAffinity: which label of which node is not the one that a Pod's selector, or a term of its required affinity, asks for."""

from collections.abc import Iterator

from simulator.api.affinity import REQUIRED
from simulator.client.nodematch import meets
from simulator.scheduler.cache import NodeInfo
from simulator.scheduler.framework import Cycle
from simulator.why.chain import Link, Path
from simulator.why.inquiry import Inquiry, Obj, listed, ref
from simulator.why.near import nearest
from simulator.why.offers import named

TERMS: Path = ("spec", "affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms")
LABELS = "kubectl get nodes --show-labels"
# How a value stands to those that an operator wants, if it does not meet it.
SIGNS = {"In": "∉", "NotIn": "∈", "Exists": "", "DoesNotExist": "≠ ∅", "Gt": "≯", "Lt": "≮"}
Unmet = tuple[Path, Obj]  # where in its term a requirement stands, and the requirement


# --- requirements of nodes ------------------------------------------------------------------------------------------------


def wanted(requirement: Obj) -> str:
    """A requirement as `kubectl describe` writes it, with the operator's own name: `disk In [ssd nvme]`."""
    values = f" [{' '.join(requirement['values'])}]" if requirement.get("values") else ""
    return f"{requirement['key']} {requirement['operator']}{values}"


def unmet(term: Obj, info: NodeInfo) -> list[Unmet]:
    """The requirements of a term that a node does not meet."""
    sides = (("matchExpressions", info.labels), ("matchFields", {"metadata.name": info.name}))
    return [
        ((side, at), requirement)
        for side, has in sides
        for at, requirement in enumerate(term.get(side) or ())
        if not meets(requirement, has)
    ]


def is_empty(term: Obj) -> bool:
    """Whether a term asks for nothing: such a one matches no node."""
    return not term.get("matchExpressions") and not term.get("matchFields")


def value_on(requirement: Obj, info: NodeInfo) -> str:
    """What a node has of that for which a requirement asks; `∅` if it has nothing."""
    fields = {"metadata.name": info.name}
    return info.labels.get(requirement["key"], fields.get(requirement["key"], "∅"))


def difference(requirement: Obj, info: NodeInfo) -> str:
    """What a node has beside what a requirement wants: `disk=hdd ∉ ssd`."""
    values = ", ".join(requirement.get("values") or ())
    return f"{requirement['key']}={value_on(requirement, info)} {SIGNS[requirement['operator']]} {values}".strip()


# --- a Pod and a node -----------------------------------------------------------------------------------------------------


def selector(cycle: Cycle) -> dict[str, str]:
    """The Pod's nodeSelector."""
    return cycle.spec.get("nodeSelector") or {}


def terms(cycle: Cycle) -> list[Obj]:
    """The terms of the Pod's required affinity, of which one has to match."""
    required = (cycle.affinity.get("nodeAffinity") or {}).get(REQUIRED) or {}
    return required.get("nodeSelectorTerms") or []


def unselected(cycle: Cycle, info: NodeInfo) -> list[str]:
    """The keys of the selector that a node has not, or not with that value."""
    return [key for key, value in selector(cycle).items() if info.labels.get(key) != value]


def facts(cycle: Cycle, info: NodeInfo) -> list[str]:
    """What a node has instead of what the selector wants; if that is well, instead of what each term wants."""
    of_selector = [f"{key}={info.labels.get(key, '∅')} ≠ {selector(cycle)[key]}" for key in unselected(cycle, info)]
    return of_selector or [
        difference(missed[0][1], info) if (missed := unmet(term, info)) else f"nodeSelectorTerms[{at}]: ∅"
        for at, term in enumerate(terms(cycle))
    ]


def explain(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo]) -> Iterator[Link]:
    """The labels that the selector asks for in vain; and on nodes that it suits, each term that does not match."""
    for key in selector(cycle):
        without = [info for info in infos if key in unselected(cycle, info)]
        if without:
            yield label(cycle, without, key)
    suited = [info for info in infos if not unselected(cycle, info)]
    for at, term in enumerate(terms(cycle) if suited else ()):
        yield of_term(cycle, suited, at, term)


def label(cycle: Cycle, infos: list[NodeInfo], key: str) -> Link:
    """A label of the selector: none of these nodes has it, or not with that value."""
    path: Path = ("spec", "nodeSelector", key)
    values = sorted({info.labels[key] for info in infos if key in info.labels})
    said = {"key": key, "value": selector(cycle)[key], "nodes": named(infos)}
    about, look = ref("pods", cycle.pod), (f"kubectl get nodes -L {key}", LABELS)
    if values:
        return Link("filter.label_value", {**said, "found": ", ".join(values)}, about, path, next=look)
    if close := nearest_label(cycle, key):
        return Link("filter.label_near", {**said, "near": close}, about, path, next=look)
    return Link("filter.label", said, about, path, next=look)


def nearest_label(cycle: Cycle, key: str) -> str:
    """The label of nodes that is most like *key*, if no node has that one."""
    known = {each for info in cycle.nodes for each in info.labels}
    return "" if key in known else nearest(key, known)


def of_term(cycle: Cycle, infos: list[NodeInfo], at: int, term: Obj) -> Link:
    """A term that matches none of these nodes, by the requirement that most of them do not meet."""
    about, path = ref("pods", cycle.pod), (*TERMS, at)
    said: dict[str, str | int] = {"term": at + 1, "terms": len(terms(cycle)), "nodes": named(infos)}
    if is_empty(term):
        return Link("affinity.empty", said, about, path, next=(LABELS,))
    missed = [each for info in infos for each in unmet(term, info)]
    where, requirement = max(missed, key=lambda each: sum(each[0] == other for other, _ in missed))
    holds = [info for info in infos if not meets(requirement, info.labels | {"metadata.name": info.name})]
    key = str(requirement["key"])
    said |= {"nodes": named(holds), "wants": wanted(requirement)}
    if where[0] == "matchFields":
        return Link("affinity.field", said, about, (*path, *where), next=("kubectl get nodes",))
    said["key"] = key
    look = (f"kubectl get nodes -L {key}", LABELS)
    if close := nearest_label(cycle, key):
        return Link("affinity.near", {**said, "near": close}, about, (*path, *where), next=look)
    found = listed(sorted({value_on(requirement, info) for info in holds}))
    return Link("affinity.label", {**said, "found": found}, about, (*path, *where), next=look)
