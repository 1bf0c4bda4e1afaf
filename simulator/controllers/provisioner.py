"""What makes volumes when a claim asks for one: the local-path provisioner, or whichever a StorageClass names.

Models rancher.io/local-path and, for every other provisioner of a scenario, an external one that always succeeds.
"""

from simulator.api import meta
from simulator.api.errors import AlreadyExists
from simulator.apiserver.watch import WatchEvent
from simulator.client import claims
from simulator.client.api import Obj
from simulator.client.informer import key_of
from simulator.client.recorder import Recorder
from simulator.controllers.controller import Controller, Keys
from simulator.controllers.volumes import CLAIMS, PROVISIONED_BY, PROVISIONER_NOTES, VOLUMES
from simulator.kernel.units import MILLISECOND

LOCAL_PATH = "rancher.io/local-path"
ROOT = "/opt/local-path-provisioner"
QUICKEST, SLOWEST = 1500 * MILLISECOND, 3000 * MILLISECOND  # a helper Pod makes the directory


class Provisioner(Controller):
    """Makes a volume for each claim whose class names a provisioner, when it is asked to."""

    name = "provisioner"
    source = "provisioner"

    def watches(self) -> dict[str, Keys]:
        return {CLAIMS: self.asked}

    def asked(self, event: WatchEvent) -> list[str]:
        """A claim that the volume controller has handed over."""
        if event.type != "DELETED" and self.is_due(event.object):
            key = key_of(event.object)
            self.queue.add(key, after=self.world.dice.between(QUICKEST, SLOWEST))
        return []

    def is_due(self, claim: Obj) -> bool:
        """Whether a volume is wanted now."""
        if (
            claim["spec"].get("volumeName")
            or PROVISIONER_NOTES[1] not in claims.annotations(claim)
            or meta.deleting(claim)
        ):
            return False
        return bool(claims.selected_node(claim)) or not claims.waits_for_consumer(self.informers, claim)

    def sync(self, key: str) -> None:
        claim = self.find(CLAIMS, key)
        found = claims.class_of(self.informers, claim) if claim is not None else None
        if claim is None or found is None or not self.is_due(claim):
            return
        recorder = Recorder(self.world, self.api, component_of(found["provisioner"]))
        recorder.event(
            claim, "Normal", "Provisioning", f'External provisioner is provisioning volume for claim "{key}"'
        )
        volume = volume_for(claim, found)
        try:
            self.api.create(VOLUMES, volume)
        except AlreadyExists:
            return
        message = f"Successfully provisioned volume {meta.name(volume)}"
        recorder.event(claim, "Normal", "ProvisioningSucceeded", message)


def component_of(provisioner: str) -> str:
    """What a provisioner's events say they come from: its name and the Pod that runs it."""
    return f"{provisioner}_local-path-provisioner" if provisioner == LOCAL_PATH else provisioner


def volume_for(claim: Obj, found: Obj) -> Obj:
    """The volume for a claim, bound to it from the start."""
    name = f"pvc-{meta.uid(claim)}"
    node = claims.selected_node(claim)
    local = found["provisioner"] == LOCAL_PATH
    place = {"nodeSelectorTerms": [{"matchExpressions": [hostname_is(node)]}]}
    spec = {
        "accessModes": claim["spec"].get("accessModes"),
        "capacity": {"storage": claim["spec"]["resources"]["requests"]["storage"]},
        "claimRef": meta.object_reference(claim),
        **source(found["provisioner"], name, claim),
        **({"nodeAffinity": {"required": place}} if local and node else {}),
        "persistentVolumeReclaimPolicy": found.get("reclaimPolicy") or "Delete",
        "storageClassName": meta.name(found),
        "volumeMode": claim["spec"].get("volumeMode") or "Filesystem",
    }
    notes = {PROVISIONED_BY: found["provisioner"]}
    if node:
        notes["local.path.provisioner/selected-node"] = node
    return {"metadata": {"name": name, "annotations": notes}, "spec": spec}


def source(provisioner: str, name: str, claim: Obj) -> Obj:
    """Where a volume lies: on its node, or, of any other provisioner, somewhere that all nodes reach."""
    if provisioner == LOCAL_PATH:
        path = f"{ROOT}/{name}_{meta.namespace(claim)}_{meta.name(claim)}"
        return {"hostPath": {"path": path, "type": "DirectoryOrCreate"}}
    return {"csi": {"driver": provisioner, "volumeHandle": name, "fsType": "ext4"}}


def hostname_is(node: str) -> Obj:
    """The requirement that ties a volume to its node."""
    return {"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}
