"""How objects go: at once, after a grace period, or when their finalizers are done (rest/delete.go, store.go)."""

from typing import Any

from simulator.api import meta, timestamps
from simulator.api.custom import CLEANUP, DEFINITIONS
from simulator.api.resources import Resource
from simulator.kernel.units import SECOND
from simulator.kernel.world import World

Obj = dict[str, Any]
FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
MARKERS = {"Foreground": FOREGROUND, "Orphan": ORPHAN}


def finished(obj: Obj) -> bool:
    """Whether nothing keeps the object any more though it is being deleted."""
    metadata = obj["metadata"]
    if "deletionTimestamp" not in metadata or metadata.get("finalizers") or metadata.get("deletionGracePeriodSeconds"):
        return False
    return not (obj["kind"] == "Namespace" and (obj.get("spec") or {}).get("finalizers"))


def begin(world: World, resource: Resource, obj: Obj, grace: int | None, propagation: str) -> Obj | None:
    """The object as a request to delete leaves it; the same object if it stays as it is; None if it goes at once."""
    metadata = {**obj["metadata"]}
    finalizers = _finalizers(metadata, propagation)
    seconds = _grace(resource, obj, grace)
    if resource.name == "namespaces":
        return _terminating(world, obj)
    if resource.name == DEFINITIONS and not meta.deleting(obj):
        return _leaving(world, obj)
    if seconds == 0 and not finalizers:
        return None
    if finalizers != metadata.get("finalizers", []):
        metadata["finalizers"] = finalizers
    if "deletionTimestamp" not in metadata or seconds < metadata.get("deletionGracePeriodSeconds", 0):
        _mark(world, metadata, seconds)
    return obj if metadata == obj["metadata"] else {**obj, "metadata": metadata}


def farewell(world: World, resource: Resource, obj: Obj) -> Obj:
    """The object as it is stored once more before it goes at once; the same object if it just goes. A Pod's grace is over then."""
    metadata = {**obj["metadata"]}
    if resource.name != "pods" or metadata.get("deletionGracePeriodSeconds") == 0:
        return obj
    _mark(world, metadata, 0)
    return {**obj, "metadata": metadata}


def _mark(world: World, metadata: Obj, seconds: int) -> None:
    if "generation" in metadata and "deletionTimestamp" not in metadata:
        metadata["generation"] += 1
    metadata["deletionTimestamp"] = timestamps.rfc3339(world.unix + seconds * SECOND)
    metadata["deletionGracePeriodSeconds"] = seconds


def _finalizers(metadata: Obj, propagation: str) -> list[str]:
    """The finalizers with the marker for the garbage collector that *propagation* asks for, and without the other one."""
    kept = list(metadata.get("finalizers", []))
    if not propagation:
        return kept
    kept = [each for each in kept if each not in (FOREGROUND, ORPHAN)]
    return [*kept, MARKERS[propagation]] if propagation in MARKERS else kept


def _grace(resource: Resource, obj: Obj, asked: int | None) -> int:
    """How many seconds the object has; only Pods that a node runs have any."""
    if resource.name != "pods":
        return 0
    spec = obj.get("spec") or {}
    if not spec.get("nodeName") or (obj.get("status") or {}).get("phase") in (
        "Succeeded",
        "Failed",
    ):
        return 0
    seconds = spec.get("terminationGracePeriodSeconds", 30) if asked is None else asked
    return 1 if seconds < 0 else int(seconds)


def _terminating(world: World, obj: Obj) -> Obj | None:
    if "deletionTimestamp" in obj["metadata"]:
        return None if finished(obj) else obj
    metadata = {**obj["metadata"], "deletionTimestamp": timestamps.rfc3339(world.unix)}
    doomed = {
        **obj,
        "metadata": metadata,
        "status": {**(obj.get("status") or {}), "phase": "Terminating"},
    }
    return None if finished(doomed) else doomed


def _leaving(world: World, obj: Obj) -> Obj:
    """A CustomResourceDefinition waits until its objects have gone (registry/customresourcedefinition/etcd.go)."""
    now = timestamps.rfc3339(world.unix)
    finalizers = dict.fromkeys([*(obj["metadata"].get("finalizers") or ()), CLEANUP])
    pending = {
        "type": "Terminating",
        "status": "True",
        "lastTransitionTime": now,
        "reason": "InstanceDeletionPending",
        "message": "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
    }
    conditions = meta.with_condition((obj.get("status") or {}).get("conditions") or [], pending)
    doomed = meta.with_metadata(obj, deletionTimestamp=now, deletionGracePeriodSeconds=0, finalizers=list(finalizers))
    return meta.with_status(doomed, conditions=conditions)
