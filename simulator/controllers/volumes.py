"""Binding claims to volumes, and what becomes of both (pkg/controller/volume/persistentvolume, pvcprotection, pvprotection).

Keys are `claim|namespace/name` and `volume|name`.
"""

import re

from simulator.api import meta
from simulator.api.errors import NotFound
from simulator.apiserver.watch import WatchEvent
from simulator.client import claims
from simulator.client.api import Obj
from simulator.client.informer import key_of
from simulator.client.pods import is_finished
from simulator.controllers.controller import Controller, Keys
from simulator.kernel.units import SECOND

CLAIMS, VOLUMES, CLASSES = "persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io"
PROTECTION = {"claim": "kubernetes.io/pvc-protection", "volume": "kubernetes.io/pv-protection"}
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
PROVISIONER_NOTES = ("volume.beta.kubernetes.io/storage-provisioner", "volume.kubernetes.io/storage-provisioner")
RESYNC = 15 * SECOND
SHOWN_RESYNCS = 3  # how often a waiting claim is told of again before its controller falls silent
WAITS_FOR_CONSUMER = "waiting for first consumer to be created before binding"
NOTHING_FITS = "no persistent volumes available for this claim and no storage class is set"


def _undeletable(volume: Obj) -> str:
    """Why nobody can delete what is in a volume; empty if it can be done. Of folders of nodes only those in /tmp are touched."""
    path = (volume["spec"].get("hostPath") or {}).get("path")
    if path is None:
        reason = "no deletable volume plugin matched"
        return f'error getting deleter volume plugin for volume "{meta.name(volume)}": {reason}'
    if re.search("/tmp/.+", path):
        return ""
    return f"host_path deleter only supports /tmp/.+ but received provided {path}"


class PersistentVolumeController(Controller):
    """Finds volumes for claims, asks provisioners for new ones, and takes back what claims leave behind."""

    name = "persistentvolume-binder"
    source = "persistentvolume-controller"

    def watches(self) -> dict[str, Keys]:
        return {
            CLAIMS: self.claim_changed,
            VOLUMES: self.volume_changed,
            CLASSES: self.waiting,
            "pods": self.pod_changed,
        }

    # --- what concerns whom

    def claim_changed(self, event: WatchEvent) -> list[str]:
        """The claim, and its volume when it goes."""
        volume = event.object["spec"].get("volumeName")
        gone = [f"volume|{volume}"] if event.type == "DELETED" and volume else []
        return [f"claim|{key_of(event.object)}", *gone]

    def volume_changed(self, event: WatchEvent) -> list[str]:
        """The volume, its claim, and, where it is free, all claims that wait for one."""
        ref = event.object["spec"].get("claimRef")
        keys = [f"volume|{meta.name(event.object)}"]
        if ref:
            return [*keys, f"claim|{ref['namespace']}/{ref['name']}"]
        return [*keys, *self.waiting(event)]

    def waiting(self, event: WatchEvent) -> list[str]:
        """The claims that have no volume."""
        return [f"claim|{key_of(each)}" for each in self.informers.of(CLAIMS).all() if not claims.is_bound(each)]

    def pod_changed(self, event: WatchEvent) -> list[str]:
        """The claims of a Pod that came, ended or went."""
        ended = event.old is not None and is_finished(event.object) and not is_finished(event.old)
        if event.type == "MODIFIED" and not ended:
            return []
        return [f"claim|{meta.namespace(event.object)}/{name}" for name in claims.names(event.object)]

    def sync(self, key: str) -> None:
        kind, _, rest = key.partition("|")
        obj = self.find(CLAIMS if kind == "claim" else VOLUMES, rest)
        if obj is None:
            return
        if kind == "claim":
            self.sync_claim(obj)
        else:
            self.sync_volume(obj)

    # --- claims

    def sync_claim(self, claim: Obj) -> None:
        """Protect the claim, or let it go; bind it, or see to its binding."""
        if meta.deleting(claim):
            self.release_protection(CLAIMS, "claim", claim, in_use=self.used(claim))
            return
        claim = self.protect(CLAIMS, "claim", claim)
        if claims.is_bound(claim):
            self.check_bound(claim)
        elif claim["spec"].get("volumeName"):
            self.bind_named(claim)
        else:
            self.find_volume(claim)

    def used(self, claim: Obj) -> bool:
        """Whether a Pod that has not ended uses the claim."""
        pods = self.in_namespace("pods", meta.namespace(claim))
        return any(
            meta.name(claim) in claims.names(pod) and pod["spec"].get("nodeName") and not is_finished(pod)
            for pod in pods
        )

    def check_bound(self, claim: Obj) -> None:
        """A claim whose volume is gone is lost."""
        volume = self.find(VOLUMES, claim["spec"]["volumeName"])
        if volume is not None:
            self.complete(claim, volume)
        elif (claim.get("status") or {}).get("phase") != "Lost":
            self.recorder.event(
                claim, "Warning", "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
            )
            self.api.update_status(CLAIMS, meta.with_status(claim, phase="Lost"))

    def bind_named(self, claim: Obj) -> None:
        """The claim names its volume: bind it when that is there and free."""
        volume = self.find(VOLUMES, claim["spec"]["volumeName"])
        if volume is None:
            self.set_phase(CLAIMS, claim, "Pending")
        elif not volume["spec"].get("claimRef") or claims.claimed_by(volume, claim):
            self.bind(claim, volume)
        else:
            self.set_phase(CLAIMS, claim, "Pending")

    def find_volume(self, claim: Obj) -> None:
        """Take the smallest volume that suits, or have one made, or wait."""
        delayed = claims.waits_for_consumer(self.informers, claim) and not claims.selected_node(claim)
        volumes = self.informers.of(VOLUMES).all()
        if delayed:
            volumes = [each for each in volumes if claims.claimed_by(each, claim)]
        volume = claims.best_volume(claim, volumes)
        if volume is not None:
            self.bind(claim, volume)
            return
        self.set_phase(CLAIMS, claim, "Pending")
        if delayed:
            self.tell_delay(claim)
        elif claims.class_name(claim):
            self.provision(claim)
        else:
            self.repeat(claim, "Normal", "FailedBinding", NOTHING_FITS)

    def tell_delay(self, claim: Obj) -> None:
        """Say for what the claim waits."""
        pods = [
            pod for pod in self.in_namespace("pods", meta.namespace(claim)) if meta.name(claim) in claims.names(pod)
        ]
        unplaced = [meta.name(pod) for pod in pods if not pod["spec"].get("nodeName") and not is_finished(pod)]
        if unplaced:
            self.repeat(claim, "Normal", "WaitForPodScheduled", f"waiting for pod {','.join(unplaced)} to be scheduled")
        else:
            self.repeat(claim, "Normal", "WaitForFirstConsumer", WAITS_FOR_CONSUMER)

    def repeat(self, claim: Obj, type: str, reason: str, message: str) -> None:
        """Record an event about a claim that waits. A real controller tells again every 15 seconds for as long as it waits;
        here it does so a few times, as nothing may happen for ever."""
        told = self.world.section("volumes").setdefault("told", {})
        entry = told.get(meta.uid(claim))
        if entry is None or entry["reason"] != reason:
            entry = {"reason": reason, "count": 0, "next": 0}
        if entry["count"] > SHOWN_RESYNCS or entry["next"] > self.world.now:
            return
        self.recorder.event(claim, type, reason, message)
        told[meta.uid(claim)] = {"reason": reason, "count": entry["count"] + 1, "next": self.world.now + RESYNC}
        if entry["count"] < SHOWN_RESYNCS:
            self.queue.add(f"claim|{key_of(claim)}", after=RESYNC)

    def provision(self, claim: Obj) -> None:
        """Ask the provisioner of the claim's class for a volume."""
        found = claims.class_of(self.informers, claim)
        if found is None:
            name = claims.class_name(claim)
            self.repeat(claim, "Warning", "ProvisioningFailed", f'storageclass.storage.k8s.io "{name}" not found')
            return
        provisioner = found["provisioner"]
        if provisioner == claims.NO_PROVISIONER:
            self.repeat(claim, "Normal", "FailedBinding", NOTHING_FITS)
            return
        if claims.annotations(claim).get(PROVISIONER_NOTES[1]) != provisioner:
            notes = {**claims.annotations(claim), **dict.fromkeys(PROVISIONER_NOTES, provisioner)}
            claim = self.api.update(CLAIMS, meta.with_metadata(claim, annotations=notes))
        self.recorder.event(
            claim,
            "Normal",
            "ExternalProvisioning",
            f"Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the"
            " system administrator. If volume creation is delayed, please verify that the provisioner is running and"
            " correctly registered.",
        )

    def bind(self, claim: Obj, volume: Obj) -> None:
        """Tie volume and claim to each other."""
        if not (volume["spec"].get("claimRef") or {}).get("uid"):
            notes = {**claims.annotations(volume), claims.BOUND_BY_CONTROLLER: "yes"}
            reserved = meta.with_metadata(volume, annotations=notes)
            reference = meta.object_reference(claim)
            volume = self.api.update(VOLUMES, {**reserved, "spec": {**volume["spec"], "claimRef": reference}})
        volume = self.set_phase(VOLUMES, volume, "Bound")
        notes = {**claims.annotations(claim), claims.BIND_COMPLETED: "yes"}
        if not claim["spec"].get("volumeName"):
            notes[claims.BOUND_BY_CONTROLLER] = "yes"
        named = {
            **meta.with_metadata(claim, annotations=notes),
            "spec": {**claim["spec"], "volumeName": meta.name(volume)},
        }
        self.complete(self.api.update(CLAIMS, named), volume)

    def complete(self, claim: Obj, volume: Obj) -> None:
        """Show in the claim's status what it has."""
        spec = volume["spec"]
        status = {
            **(claim.get("status") or {}),
            "phase": "Bound",
            "accessModes": spec.get("accessModes"),
            "capacity": {"storage": spec["capacity"]["storage"]},
        }
        if status != claim.get("status"):
            self.api.update_status(CLAIMS, {**claim, "status": status})

    # --- volumes

    def sync_volume(self, volume: Obj) -> None:
        """Available, bound, or left behind by its claim."""
        ref = volume["spec"].get("claimRef")
        if meta.deleting(volume):
            claim = self.claim_of(ref) if ref else None
            self.release_protection(VOLUMES, "volume", volume, in_use=claim is not None)
            return
        volume = self.protect(VOLUMES, "volume", volume)
        if not ref or not ref.get("uid"):
            self.set_phase(VOLUMES, volume, "Available")
        elif self.claim_of(ref) is not None:
            self.set_phase(VOLUMES, volume, "Bound")
        elif (volume.get("status") or {}).get("phase") == "Failed":
            self.reclaim(volume)
        else:
            self.reclaim(self.set_phase(VOLUMES, volume, "Released"))

    def claim_of(self, ref: Obj) -> Obj | None:
        """The claim that a volume is bound to, if it is still the same."""
        claim = self.find(CLAIMS, f"{ref['namespace']}/{ref['name']}")
        return claim if claim is not None and meta.uid(claim) == ref.get("uid", meta.uid(claim)) else None

    def reclaim(self, volume: Obj) -> None:
        """Delete a volume that was made for its claim; keep one that is to be retained."""
        if volume["spec"].get("persistentVolumeReclaimPolicy") != "Delete":
            return
        problem = "" if PROVISIONED_BY in claims.annotations(volume) else _undeletable(volume)
        if not problem:
            self.api.delete(VOLUMES, None, meta.name(volume))
        elif (volume.get("status") or {}).get("phase") != "Failed":
            self.api.update_status(VOLUMES, meta.with_status(volume, phase="Failed", message=problem))
            self.recorder.event(volume, "Warning", "VolumeFailedDelete", problem)

    # --- both

    def protect(self, resource: str, kind: str, obj: Obj) -> Obj:
        """Put on the finalizer that keeps what is in use."""
        finalizers = obj["metadata"].get("finalizers") or []
        if PROTECTION[kind] in finalizers:
            return obj
        return self.api.update(resource, meta.with_metadata(obj, finalizers=[*finalizers, PROTECTION[kind]]))

    def release_protection(self, resource: str, kind: str, obj: Obj, *, in_use: bool) -> None:
        """Let go of what is being deleted and not in use."""
        finalizers = obj["metadata"].get("finalizers") or []
        if in_use or PROTECTION[kind] not in finalizers:
            return
        rest = [each for each in finalizers if each != PROTECTION[kind]]
        try:
            self.api.update(resource, meta.with_metadata(obj, finalizers=rest or None))
        except NotFound:
            return

    def set_phase(self, resource: str, obj: Obj, phase: str) -> Obj:
        """Write a phase; the object as it is then."""
        if (obj.get("status") or {}).get("phase") == phase:
            return obj
        return self.api.update_status(resource, meta.with_status(obj, phase=phase))
