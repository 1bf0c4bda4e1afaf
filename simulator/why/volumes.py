"""Which volume comes nearest to a claim and what of it does not suit; how a volume stands; and what a volume finds on its node."""

from typing import NamedTuple

from simulator.api import meta, selectors
from simulator.client import claims
from simulator.why.chain import Chain, Evidence, Link, Path, Ref, Values
from simulator.why.inquiry import Inquiry, Obj, describe, ref

VOLUMES = "persistentvolumes"
MOST_VOLUMES = 30
COLUMNS = ("claimRef", "storageClassName", "capacity", "accessModes", "volumeMode", "selector")
# What of a claim's spec each of the columns is held against, and the kind of link for one that does not suit.
WANTS: tuple[tuple[str, Path], ...] = (
    ("misfit.held", ("spec",)),
    ("misfit.class", ("spec", "storageClassName")),
    ("misfit.size", ("spec", "resources", "requests", "storage")),
    ("misfit.modes", ("spec", "accessModes")),
    ("misfit.mode", ("spec", "volumeMode")),
    ("misfit.labels", ("spec", "selector")),
)


class Trait(NamedTuple):
    """One thing of a volume beside what a claim wants of it."""

    suits: bool
    has: str
    wants: str


def traits(volume: Obj, claim: Obj) -> list[Trait]:
    """The traits of a volume for a claim, in the order of the columns."""
    spec, wanted = volume["spec"], claim["spec"]
    holder = spec.get("claimRef") or {}
    held = f"{holder.get('namespace', '')}/{holder.get('name', '')}" if holder else "-"
    free = claims.is_free(volume) or claims.claimed_by(volume, claim)
    modes, asked = list(spec.get("accessModes") or ()), list(wanted.get("accessModes") or ())
    mode, mode_asked = spec.get("volumeMode") or "Filesystem", wanted.get("volumeMode") or "Filesystem"
    size = str((spec.get("capacity") or {}).get("storage", "0"))
    size_asked = str(((wanted.get("resources") or {}).get("requests") or {}).get("storage", "0"))
    selector, labels = wanted.get("selector"), meta.labels(volume)
    fits = selector is None or selectors.selects(selector, labels)
    return [
        Trait(free, held, "-"),
        Trait(claims.class_name(volume) == claims.class_name(claim), *class_names(volume, claim)),
        Trait(claims.capacity(volume) >= claims.requested(claim), size, size_asked),
        Trait(set(asked) <= set(modes), ", ".join(modes), ", ".join(asked)),
        Trait(mode == mode_asked, mode, mode_asked),
        Trait(fits, text_of(labels), selectors.render(selectors.from_label_selector(selector) or ()) or "-"),
    ]


def class_names(volume: Obj, claim: Obj) -> tuple[str, str]:
    """The storage classes of both; `""` for none."""
    return claims.class_name(volume) or '""', claims.class_name(claim) or '""'


def text_of(labels: dict[str, str]) -> str:
    """Labels as a selector writes them."""
    return ",".join(f"{key}={value}" for key, value in labels.items()) or "-"


def misfits(inquiry: Inquiry, claim: Obj, volumes: list[Obj]) -> list[Link]:
    """What does not suit of the volume that comes nearest; none if there is no volume."""
    if not volumes:
        return []
    best = min(volumes, key=lambda each: (sum(not trait.suits for trait in traits(each, claim)), meta.name(each)))
    about, found = ref("persistentvolumeclaims", claim), []
    for (kind, path), trait in zip(WANTS, traits(best, claim), strict=True):
        if trait.suits:
            continue
        values: Values = {"volume": meta.name(best), "has": trait.has}
        if kind == "misfit.held":
            found.append(held(inquiry, best, values))
        else:
            found.append(Link(kind, {**values, "wants": trait.wants}, about, path, next=("kubectl get pv",)))
    return found


def held(inquiry: Inquiry, volume: Obj, values: Values) -> Link:
    """The volume belongs to another claim, or to one that is not there any more."""
    holder = volume["spec"].get("claimRef") or {}
    about, look = ref(VOLUMES, volume), (f"kubectl describe pv {meta.name(volume)}",)
    there = inquiry.find("persistentvolumeclaims", holder.get("namespace"), str(holder.get("name", "")))
    kind = "misfit.held" if there and holder.get("uid") in (None, meta.uid(there)) else "misfit.released"
    return Link(kind, values, about, ("spec", "claimRef"), next=look)


def table(inquiry: Inquiry, claim: Obj) -> dict[str, object]:
    """Each volume with what of it does not suit the claim; {} where there are none."""
    found = inquiry.all(VOLUMES)
    rows = [
        {
            "name": meta.name(volume),
            "cells": [{"passes": trait.suits, "reasons": [trait.has], "facts": []} for trait in traits(volume, claim)],
            "first": None,
        }
        for volume in found[:MOST_VOLUMES]
    ]
    more = max(len(found) - MOST_VOLUMES, 0)
    return {"kind": "volumes", "columns": list(COLUMNS), "rows": rows, "more": more} if rows else {}


def volume(inquiry: Inquiry, obj: Obj) -> Chain:
    """The chain for a volume: free, bound, left behind, or impossible to delete."""
    about, status = ref(VOLUMES, obj), obj.get("status") or {}
    holder = obj["spec"].get("claimRef") or {}
    policy = str(obj["spec"].get("persistentVolumeReclaimPolicy") or "Retain")
    claim = f"{holder.get('namespace', '')}/{holder.get('name', '')}"
    look = (describe(about),)
    match status.get("phase"):
        case "Bound":
            return Chain(
                [Link("pv.bound", {"volume": about.name, "claim": claim}, about, ("spec", "claimRef"), next=look)]
            )
        case "Released":
            path: Path = ("spec", "persistentVolumeReclaimPolicy")
            values = {"volume": about.name, "claim": claim, "policy": policy}
            return Chain([Link("pv.released", values, about, path, next=look)])
        case "Failed":
            said = (Evidence("state", "Failed", str(status.get("message", ""))),)
            path = ("spec", "persistentVolumeReclaimPolicy")
            return Chain([Link("pv.failed", {"volume": about.name, "policy": policy}, about, path, said, look)])
    return Chain([Link("pv.free", {"volume": about.name}, about, ("spec", "capacity"), next=("kubectl get pvc -A",))])


# --- on the node ----------------------------------------------------------------------------------------------------------

# What the types of a hostPath volume want to find, as files are called (runtime/syscalls.py); others take what is there.
TYPES = {"Directory": "dir", "File": "file", "Socket": "socket", "CharDevice": "char", "BlockDevice": "block"}


def on_node(
    inquiry: Inquiry, node: str, source: Obj, about: Ref, path: Path, evidence: tuple[Evidence, ...]
) -> Link | None:
    """What a path of a node is instead of what a volume wants there; None if it is that. *source*: {path, type?}."""
    wanted, place = str(source.get("type") or ""), str(source.get("path", ""))
    if wanted not in TYPES or node not in inquiry.cluster.state["nodes"]:
        return None
    found = inquiry.cluster.machines.stat(node, place)
    if found is not None and found.kind == TYPES[wanted]:
        return None
    look = (f"ssh {node} ls -ld {place}",) if place.replace("/", "").replace("-", "").replace(".", "").isalnum() else ()
    values: Values = {"node": node, "path": place, "type": wanted}
    if found is None:
        return Link("volume.no_path", values, about, path, evidence, look)
    return Link("volume.path_type", {**values, "found": found.kind}, about, path, evidence, look)
