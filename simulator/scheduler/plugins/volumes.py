"""VolumeBinding, VolumeZone and VolumeRestrictions: a Pod goes where its volumes are, or can be made (plugins/volume*)."""

from simulator.client import claims
from simulator.client.api import Obj
from simulator.client.nodematch import term_matches
from simulator.scheduler.cache import NodeInfo
from simulator.scheduler.framework import Cycle, Rejection

EXCLUSIVE = "ReadWriteOncePod"
IN_USE = (
    "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod"
)

# Labels of volumes and of nodes that say where they stand, each beside the older one for the same.
PLACES = {
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region": "topology.kubernetes.io/region",
}
BETWEEN_ZONES = "__"  # in the label of a volume that stands in several


def claims_of(cycle: Cycle) -> list[tuple[str, Obj | None]]:
    """The Pod's claims by name; None where there is none."""
    found: list[tuple[str, Obj | None]] | None = cycle.memo.get("claims")
    if found is None:
        informer = cycle.informers.of("persistentvolumeclaims") if claims.names(cycle.pod) else None
        found = [
            (name, informer.get(f"{cycle.namespace}/{name}") if informer else None) for name in claims.names(cycle.pod)
        ]
        cycle.memo["claims"] = found
    return found


def check_claims(cycle: Cycle) -> Rejection | None:
    """What is wrong with the Pod's claims wherever it goes (PreFilter)."""
    for name, claim in claims_of(cycle):
        if trouble := problem(cycle, name, claim):
            return Rejection("VolumeBinding", (trouble,), helpless=True)
    unbound = (claim for _, claim in claims_of(cycle) if claim is not None and not claims.is_bound(claim))
    if not all(claims.waits_for_consumer(cycle.informers, claim) for claim in unbound):
        return Rejection(
            "VolumeBinding",
            ("pod has unbound immediate PersistentVolumeClaims",),
            helpless=True,
        )
    return None


def problem(cycle: Cycle, name: str, claim: Obj | None) -> str:
    """Why a claim cannot be used, or empty."""
    if claim is None and name in claims.ephemeral_names(cycle.pod):
        return f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{name}"'
    if claim is None:
        return f'persistentvolumeclaim "{name}" not found'
    if "deletionTimestamp" in claim["metadata"]:
        return f'persistentvolumeclaim "{name}" is being deleted'
    if (claim.get("status") or {}).get("phase") == "Lost":
        volume = claim["spec"].get("volumeName", "")
        return f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{volume}"'
    return ""


def volume_binding(cycle: Cycle, info: NodeInfo) -> Rejection | None:
    """Volumes that are bound must be within reach of the node; for those that are not, there must be a way."""
    for _, claim in claims_of(cycle):
        if claim is None:
            continue
        reason = unreachable(cycle, claim, info) if claims.is_bound(claim) else impossible(cycle, claim, info)
        if reason:
            return Rejection("VolumeBinding", (reason,), helpless=True)
    return None


def unreachable(cycle: Cycle, claim: Obj, info: NodeInfo) -> str:
    """Why a bound volume cannot be used on a node, or empty."""
    volume = cycle.informers.of("persistentvolumes").get(claim["spec"]["volumeName"])
    if volume is None:
        return "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"
    return "" if reaches(volume, info) else "node(s) didn't match PersistentVolume's node affinity"


def reaches(volume: Obj, info: NodeInfo) -> bool:
    """Whether a volume can be used on a node."""
    required = (volume["spec"].get("nodeAffinity") or {}).get("required")
    return required is None or any(
        term_matches(term, info.node or {}) for term in required.get("nodeSelectorTerms") or ()
    )


def impossible(cycle: Cycle, claim: Obj, info: NodeInfo) -> str:
    """Why no volume can be had for a claim on a node, or empty."""
    chosen = claims.selected_node(claim)
    if chosen and chosen != info.name:
        return "node(s) didn't find available persistent volumes to bind"
    if volume_for(cycle, claim, info) is not None or claims.can_be_provisioned(cycle.informers, claim):
        return ""
    return "node(s) didn't find available persistent volumes to bind"


def volume_for(cycle: Cycle, claim: Obj, info: NodeInfo) -> Obj | None:
    """The smallest free volume for a claim that can be used on a node."""
    volumes = [volume for volume in cycle.informers.of("persistentvolumes").all() if reaches(volume, info)]
    return claims.best_volume(claim, volumes)


def volume_zone(cycle: Cycle, info: NodeInfo) -> Rejection | None:
    """A volume with a zone is used in that zone, on nodes that say where they stand."""
    if not any(key in info.labels for key in PLACES):
        return None
    bound = [
        claim["spec"]["volumeName"] for _, claim in claims_of(cycle) if claim is not None and claims.is_bound(claim)
    ]
    volumes = [cycle.informers.of("persistentvolumes").get(name) for name in bound]
    if all(stands_near(volume, info) for volume in volumes if volume is not None):
        return None
    return Rejection("VolumeZone", ("node(s) had no available volume zone",), helpless=True)


def stands_near(volume: Obj, info: NodeInfo) -> bool:
    """Whether a node is in every zone and region that the volume's labels name."""
    labels = volume["metadata"].get("labels") or {}
    return all(
        info.labels.get(key, info.labels.get(PLACES[key])) in labels[key].split(BETWEEN_ZONES)
        for key in PLACES
        if key in labels
    )


def volume_restrictions(cycle: Cycle, info: NodeInfo) -> Rejection | None:
    """A claim for one Pod only is used by one Pod only."""
    exclusive = [
        name for name, claim in claims_of(cycle) if claim and EXCLUSIVE in (claim["spec"].get("accessModes") or ())
    ]
    if exclusive and any(shares(cycle, pod, exclusive) for other in cycle.nodes for pod in other.pods.values()):
        return Rejection("VolumeRestrictions", (IN_USE,))
    return None


def shares(cycle: Cycle, pod: Obj, exclusive: list[str]) -> bool:
    """Whether another Pod uses one of the claims."""
    return pod["metadata"]["namespace"] == cycle.namespace and any(name in exclusive for name in claims.names(pod))
