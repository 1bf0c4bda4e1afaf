"""Why a claim has no volume: its class, what provisions it, and each volume that does not suit."""

from simulator.api import meta
from simulator.client import claims
from simulator.why.chain import Chain, Link, Ref
from simulator.why.inquiry import Inquiry, Obj, describe, ref
from simulator.why.near import nearest

CLAIMS, VOLUMES, CLASSES = "persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io"
MOST_VOLUMES = 30


def claim(inquiry: Inquiry, obj: Obj) -> Chain:
    """The chain for a claim."""
    about, volume = ref(CLAIMS, obj), str(obj["spec"].get("volumeName") or "")
    phase = (obj.get("status") or {}).get("phase")
    if phase == "Bound":
        return Chain([Link("claim.bound", {"volume": volume}, about, next=(describe(about),))])
    if phase == "Lost":
        return Chain(
            [Link("claim.lost", {"volume": volume}, about, ("spec", "volumeName"), inquiry.told(obj, "ClaimLost"))]
        )
    evidence = inquiry.told(obj, "ProvisioningFailed", "WaitForFirstConsumer", "FailedBinding", "ExternalProvisioning")
    waits = Link("claim.pending", {"claim": meta.name(obj)}, about, evidence=evidence, next=(describe(about),))
    return Chain([waits, cause(inquiry, obj, about, volume)], table(inquiry, obj))


def cause(inquiry: Inquiry, obj: Obj, about: Ref, volume: str) -> Link:
    """What keeps the claim from being bound."""
    name = claims.class_name(obj)
    found = inquiry.find(CLASSES, None, name) if name else None
    commands = ("kubectl get storageclass", "kubectl get pv")
    path = ("spec", "storageClassName")
    if volume:
        gone = inquiry.find(VOLUMES, None, volume) is None
        kind = "claim.volume_missing" if gone else "claim.volume_taken"
        return Link(kind, {"volume": volume}, about, ("spec", "volumeName"), next=commands[1:])
    if not name:
        return Link("claim.no_class", {}, about, path, next=commands)
    if found is None:
        close = nearest(name, inquiry.names(CLASSES))
        kind = "claim.class_near" if close else "claim.class_missing"
        return Link(kind, {"class": name, **({"near": close} if close else {})}, about, path, next=commands)
    if found.get("volumeBindingMode") == "WaitForFirstConsumer" and not claims.selected_node(obj):
        return Link(
            "claim.no_consumer", {"class": name, "claim": about.name}, Ref(CLASSES, "", name), ("volumeBindingMode",)
        )
    if found.get("provisioner") == claims.NO_PROVISIONER:
        return Link("claim.no_provisioner", {"class": name}, Ref(CLASSES, "", name), ("provisioner",), next=commands)
    return Link("claim.provisioning", {"class": name, "provisioner": str(found.get("provisioner"))}, about, path)


def table(inquiry: Inquiry, obj: Obj) -> dict[str, object]:
    """Each volume with what of it does not suit the claim; {} where there are none."""
    rows = [
        {"name": meta.name(volume), "cells": misfits(volume, obj), "first": None}
        for volume in inquiry.all(VOLUMES)[:MOST_VOLUMES]
    ]
    return {"kind": "volumes", "columns": COLUMNS, "rows": rows, "more": 0} if rows else {}


COLUMNS = ["claimRef", "storageClassName", "capacity", "accessModes"]


def misfits(volume: Obj, obj: Obj) -> list[dict[str, object]]:
    """The cells of one volume: what it has, and whether that suits."""
    spec, wanted = volume["spec"], obj["spec"]
    holder = spec.get("claimRef") or {}
    modes = list(spec.get("accessModes") or ())
    held = f"{holder.get('namespace', '')}/{holder.get('name', '')}" if holder else "-"
    facts = [
        (claims.is_free(volume) or claims.claimed_by(volume, obj), held),
        (claims.class_name(volume) == claims.class_name(obj), claims.class_name(volume) or "-"),
        (claims.capacity(volume) >= claims.requested(obj), str((spec.get("capacity") or {}).get("storage", "0"))),
        (all(mode in modes for mode in wanted.get("accessModes") or ()), ", ".join(modes)),
    ]
    return [{"passes": good, "reasons": [text], "facts": []} for good, text in facts]
