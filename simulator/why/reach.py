"""VolumeRestrictions, VolumeBinding, VolumeZone: the volume that another node has, the claim that another Pod has, the zone elsewhere."""

from collections.abc import Iterator

from simulator.api import meta
from simulator.client import claims
from simulator.scheduler.cache import NodeInfo
from simulator.scheduler.framework import Cycle
from simulator.scheduler.plugins import volumes
from simulator.why import ending, storage
from simulator.why.affinity import difference, unmet, wanted
from simulator.why.chain import Link, Path
from simulator.why.inquiry import Inquiry, Obj, describe, listed, ref, within
from simulator.why.offers import named
from simulator.why.verdicts import first

TERMS: Path = ("spec", "nodeAffinity", "required", "nodeSelectorTerms")
CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"
BINDING, ZONE = "VolumeBinding", "VolumeZone"


# --- wherever the Pod goes ------------------------------------------------------------------------------------------------


def claim_links(inquiry: Inquiry, cycle: Cycle) -> list[Link]:
    """What keeps the claims of a Pod from being bound, or used at all."""
    found: list[Link] = []
    for name, claim in volumes.claims_of(cycle):
        if claim is None:
            found.append(storage.missing(inquiry, cycle.pod, name, claim_path(cycle.pod, name)))
        elif meta.deleting(claim):
            found += ending.links(inquiry, CLAIMS, claim)
        else:
            found += [link for link in storage.claim(inquiry, claim).links if link.kind != "claim.bound"]
    return found


def claim_path(pod: Obj, name: str) -> Path:
    """Where a Pod names a claim."""
    for at, volume in enumerate(pod["spec"].get("volumes") or ()):
        if (volume.get("persistentVolumeClaim") or {}).get("claimName") == name:
            return ("spec", "volumes", at, "persistentVolumeClaim", "claimName")
    return ("spec", "volumes")


def bound(cycle: Cycle) -> Iterator[tuple[Obj, Obj]]:
    """The claims that have their volume, each with it."""
    for _, claim in volumes.claims_of(cycle):
        if claim is not None and claims.is_bound(claim):
            volume = cycle.informers.of(VOLUMES).get(claim["spec"]["volumeName"])
            if volume is not None:
                yield claim, volume


def unbound(cycle: Cycle) -> list[Obj]:
    """The claims that wait for the Pod's node before they are given a volume."""
    return [claim for _, claim in volumes.claims_of(cycle) if claim is not None and not claims.is_bound(claim)]


def elsewhere(inquiry: Inquiry, cycle: Cycle, near: list[NodeInfo], about: Obj) -> Iterator[Link]:
    """The nodes that could use a volume, and what keeps the Pod from them; or that there is no such node."""
    refusing = listed(sorted({plugin for info in near if (plugin := first(cycle, info))}))
    volume = ref(VOLUMES, about)
    if refusing:
        values = {"nodes": named(near), "volume": volume.name, "filters": refusing}
        yield Link("filter.volume_home", values, next=(f"kubectl describe node {near[0].name}",))
    elif not near:
        yield Link(
            "filter.volume_nowhere", {"volume": volume.name}, volume, TERMS, next=("kubectl get nodes --show-labels",)
        )


# --- VolumeBinding --------------------------------------------------------------------------------------------------------


def terms(volume: Obj) -> list[Obj]:
    """The terms of a volume's node affinity, of which one has to match."""
    required = (volume["spec"].get("nodeAffinity") or {}).get("required") or {}
    return required.get("nodeSelectorTerms") or []


def asked_of_nodes(volume: Obj) -> str:
    """What a volume wants of its nodes: the requirements of a term joined by `,`, the terms by `|`."""
    every = [[*(term.get("matchExpressions") or ()), *(term.get("matchFields") or ())] for term in terms(volume)]
    return " | ".join(", ".join(wanted(each) for each in each_term) for each_term in every)


def line_of(volume: Obj, infos: list[NodeInfo]) -> Path:
    """Where the first requirement of a volume stands that these nodes do not meet."""
    found = ((at, where) for at, term in enumerate(terms(volume)) for info in infos for where, _ in unmet(term, info))
    at, where = next(found, (0, ()))
    return (*TERMS, at, *where)


def binding_facts(cycle: Cycle, info: NodeInfo) -> list[str]:
    """What a node has beside what a volume wants; of claims without one, the node that was chosen for them."""
    missed = [
        (volume, requirement)
        for _, volume in bound(cycle)
        if not volumes.reaches(volume, info)
        for _, requirement in [each for term in terms(volume) for each in unmet(term, info)[:1]]
    ]
    waiting = [claim for claim in unbound(cycle) if volumes.impossible(cycle, claim, info)]
    return [f"{meta.name(volume)}: {difference(requirement, info)}" for volume, requirement in missed] + [
        f"{meta.name(claim)}: {claims.selected_node(claim) or '∅'}" for claim in waiting
    ]


def binding(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo]) -> Iterator[Link]:
    """Volumes that these nodes cannot use, and claims for which there is none there."""
    for claim, volume in bound(cycle):
        away = [info for info in infos if not volumes.reaches(volume, info)]
        if away:
            about = ref(VOLUMES, volume)
            values = {
                "nodes": named(away),
                "claim": meta.name(claim),
                "volume": about.name,
                "wants": asked_of_nodes(volume),
            }
            look = (describe(about), "kubectl get nodes --show-labels")
            yield Link("filter.volume_node", values, about, line_of(volume, away), next=look)
            yield from elsewhere(
                inquiry, cycle, [info for info in cycle.nodes if volumes.reaches(volume, info)], volume
            )
    for claim in unbound(cycle):
        without = [info for info in infos if volumes.impossible(cycle, claim, info)]
        if without:
            yield from unserved(inquiry, cycle, claim, without)


def unserved(inquiry: Inquiry, cycle: Cycle, claim: Obj, infos: list[NodeInfo]) -> Iterator[Link]:
    """A claim that can get no volume on these nodes: it is promised to another, or what suits it is elsewhere, or nothing suits."""
    about, name = ref(CLAIMS, claim), claims.class_name(claim)
    values = {"claim": about.name, "nodes": named(infos)}
    if chosen := claims.selected_node(claim):
        path = ("metadata", "annotations", claims.SELECTED_NODE)
        yield Link("binding.chosen", {**values, "node": chosen}, about, path, next=(describe(about),))
        return
    every = cycle.informers.of(VOLUMES).all()
    fitting = next((each for each in every if claims.is_free(each) and claims.suits(each, claim)), None)
    if fitting is None:
        yield Link(
            "binding.none", {**values, "class": name}, about, ("spec", "storageClassName"), next=storage.COMMANDS
        )
        yield from storage.nearest_volume(inquiry, claim)
        return
    place = ref(VOLUMES, fitting)
    said = {**values, "volume": place.name, "wants": asked_of_nodes(fitting)}
    yield Link("binding.elsewhere", said, place, line_of(fitting, infos), next=(describe(place), "kubectl get pv"))
    yield from elsewhere(inquiry, cycle, [info for info in cycle.nodes if volumes.reaches(fitting, info)], fitting)


# --- VolumeZone -----------------------------------------------------------------------------------------------------------


def zones(volume: Obj, info: NodeInfo) -> list[tuple[str, str, str]]:
    """The labels of a volume that name another place than its node's: key, the volume's value, the node's (`∅` for none)."""
    has = meta.labels(volume)
    found = [
        (key, has[key], info.labels.get(key, info.labels.get(other, "")))
        for key, other in volumes.PLACES.items()
        if key in has
    ]
    return [(key, zone, there or "∅") for key, zone, there in found if there not in zone.split(volumes.BETWEEN_ZONES)]


def zone_facts(cycle: Cycle, info: NodeInfo) -> list[str]:
    """Where a node stands, beside where a volume does."""
    found = [each for _, volume in bound(cycle) for each in zones(volume, info)]
    return [f"{key}={there} ∉ {zone.replace(volumes.BETWEEN_ZONES, ', ')}" for key, zone, there in found]


def zone(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo]) -> Iterator[Link]:
    """Volumes whose labels name another zone or region."""
    for claim, volume in bound(cycle):
        away = [info for info in infos if not volumes.stands_near(volume, info)]
        if not away:
            continue
        about, (key, value, _) = ref(VOLUMES, volume), zones(volume, away[0])[0]
        values = {
            "nodes": named(away),
            "claim": meta.name(claim),
            "volume": about.name,
            "key": key,
            "zone": value.replace(volumes.BETWEEN_ZONES, ", "),
            "found": listed(sorted({each[2] for info in away for each in zones(volume, info) if each[0] == key})),
        }
        look = (f"kubectl get pv {about.name} --show-labels", f"kubectl get nodes -L {key}")
        yield Link("filter.volume_zone", values, about, ("metadata", "labels", key), next=look)
        yield from elsewhere(
            inquiry, cycle, [info for info in cycle.nodes if volumes.stands_near(volume, info)], volume
        )


# --- VolumeRestrictions ---------------------------------------------------------------------------------------------------


def exclusive(cycle: Cycle) -> list[Obj]:
    """The claims that one Pod only may use."""
    found = (claim for _, claim in volumes.claims_of(cycle) if claim is not None)
    return [claim for claim in found if volumes.EXCLUSIVE in (claim["spec"].get("accessModes") or ())]


def users(cycle: Cycle, claim: Obj) -> list[Obj]:
    """The Pods on nodes that use a claim."""
    here = (pod for info in cycle.nodes for pod in info.pods.values())
    return [pod for pod in here if volumes.shares(cycle, pod, [meta.name(claim)])]


def in_use_facts(cycle: Cycle, info: NodeInfo) -> list[str]:
    """Who has the claim."""
    found = ((claim, users(cycle, claim)) for claim in exclusive(cycle))
    return [f"{meta.name(claim)}: {listed(meta.name(pod) for pod in pods)}" for claim, pods in found if pods]


def in_use(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo]) -> Iterator[Link]:
    """A claim for one Pod only, which another has."""
    for claim in exclusive(cycle):
        for pod in users(cycle, claim)[:1]:
            about, holder = ref(CLAIMS, claim), ref("pods", pod)
            values = {"claim": about.name, "pod": holder.name, "node": str(pod["spec"].get("nodeName", ""))}
            look = (f"kubectl get pod {holder.name}{within(holder.namespace)} -o wide", describe(about))
            yield Link("filter.volume_in_use", values, about, ("spec", "accessModes"), next=look)
