"""Having a Pod's volumes bound before the Pod is (volumebinding Reserve and PreBind)."""

from simulator.api import meta
from simulator.client import claims
from simulator.client.api import Obj
from simulator.scheduler.cache import NodeInfo
from simulator.scheduler.framework import Cycle
from simulator.scheduler.plugins.volumes import claims_of, volume_for


def reserve(cycle: Cycle, info: NodeInfo) -> None:
    """Promise the Pod's unbound claims a volume, or ask for one to be made on the node; raises ApiError."""
    for _, claim in claims_of(cycle):
        if claim is None or claims.is_bound(claim):
            continue
        volume = volume_for(cycle, claim, info)
        if volume is None:
            ask_for_volume(cycle, claim, info.name)
        elif not claims.claimed_by(volume, claim):
            promise(cycle, volume, claim)


def ask_for_volume(cycle: Cycle, claim: Obj, node: str) -> None:
    """Note on the claim where its volume is to be."""
    if claims.selected_node(claim) != node:
        notes = {**claims.annotations(claim), claims.SELECTED_NODE: node}
        cycle.api.update("persistentvolumeclaims", meta.with_metadata(claim, annotations=notes))


def promise(cycle: Cycle, volume: Obj, claim: Obj) -> None:
    """Reserve a volume for a claim; the volume controller binds the two."""
    notes = {**claims.annotations(volume), claims.BOUND_BY_CONTROLLER: "yes"}
    reserved = meta.with_metadata(volume, annotations=notes)
    reserved["spec"] = {**volume["spec"], "claimRef": meta.object_reference(claim)}
    cycle.api.update("persistentvolumes", reserved)


def all_bound(cycle: Cycle) -> bool:
    """Whether every claim of the Pod has its volume."""
    cycle.memo.pop("claims", None)
    return all(claim is not None and claims.is_bound(claim) for _, claim in claims_of(cycle))
