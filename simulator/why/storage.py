"""Why a claim has no volume: its class, what provisions it, the Pod that it waits for, and each volume that does not suit."""

from simulator.api import meta
from simulator.client import claims
from simulator.client.pods import is_finished
from simulator.why import volumes
from simulator.why.chain import Chain, Link, Path, Ref
from simulator.why.inquiry import Inquiry, Obj, describe, ref, typed, within
from simulator.why.near import nearest

CLAIMS, VOLUMES, CLASSES = "persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io"
COMMANDS = ("kubectl get storageclass", "kubectl get pv")


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
    evidence = inquiry.told(obj, *REASONS)
    waits = Link("claim.pending", {"claim": meta.name(obj)}, about, evidence=evidence, next=(describe(about),))
    return Chain([waits, *causes(inquiry, obj, about, volume)], volumes.table(inquiry, obj))


REASONS = ("ProvisioningFailed", "WaitForFirstConsumer", "WaitForPodScheduled", "FailedBinding", "ExternalProvisioning")


def causes(inquiry: Inquiry, obj: Obj, about: Ref, volume: str) -> list[Link]:
    """What keeps the claim from being bound."""
    name = claims.class_name(obj)
    found = inquiry.find(CLASSES, None, name) if name else None
    path: Path = ("spec", "storageClassName")
    if volume:
        return named(inquiry, obj, about, volume)
    if not name:
        kind = "claim.class_empty" if obj["spec"].get("storageClassName") == "" else "claim.no_class"
        return [Link(kind, {}, about, path, next=COMMANDS), *nearest_volume(inquiry, obj)]
    if found is None:
        close = nearest(name, inquiry.names(CLASSES))
        kind = "claim.class_near" if close else "claim.class_missing"
        return [Link(kind, {"class": name, **({"near": close} if close else {})}, about, path, next=COMMANDS)]
    if found.get("volumeBindingMode") == "WaitForFirstConsumer" and not claims.selected_node(obj):
        return [consumer(inquiry, obj, about, name)]
    if found.get("provisioner") == claims.NO_PROVISIONER:
        first = Link("claim.no_provisioner", {"class": name}, Ref(CLASSES, "", name), ("provisioner",), next=COMMANDS)
        return [first, *nearest_volume(inquiry, obj)]
    return [Link("claim.provisioning", {"class": name, "provisioner": str(found.get("provisioner"))}, about, path)]


def nearest_volume(inquiry: Inquiry, obj: Obj) -> list[Link]:
    """What does not suit of the volume that comes nearest, or that there is none at all."""
    found = inquiry.all(VOLUMES)
    return volumes.misfits(inquiry, obj, found) if found else [Link("claim.no_volumes", {}, ref(CLAIMS, obj))]


def named(inquiry: Inquiry, obj: Obj, about: Ref, volume: str) -> list[Link]:
    """The claim names its volume, which is not there or does not suit."""
    found = inquiry.find(VOLUMES, None, volume)
    kind = "claim.volume_missing" if found is None else "claim.volume_taken"
    first = Link(kind, {"volume": volume}, about, ("spec", "volumeName"), next=COMMANDS[1:])
    return [first, *(volumes.misfits(inquiry, obj, [found]) if found else [])]


def consumer(inquiry: Inquiry, obj: Obj, about: Ref, name: str) -> Link:
    """The class waits for a Pod: there is none yet, or one that has no node."""
    mine = [pod for pod in inquiry.all("pods", about.namespace) if about.name in claims.names(pod)]
    waiting = [pod for pod in mine if not pod["spec"].get("nodeName") and not is_finished(pod)]
    values = {"class": name, "claim": about.name}
    if waiting:
        pod = ref("pods", waiting[0])
        look = (f"kubectl describe {typed(pod)}",)
        return Link("claim.consumer_waits", {**values, "pod": pod.name}, pod, ("spec", "volumes"), next=look)
    placed = next((pod for pod in mine if pod["spec"].get("nodeName") and not is_finished(pod)), None)
    if placed is not None:  # whoever names the node passes the scheduler by, and nobody else asks for the volume
        pod = ref("pods", placed)
        return Link("claim.consumer_placed", {**values, "pod": pod.name}, pod, ("spec", "nodeName"))
    return Link("claim.no_consumer", values, Ref(CLASSES, "", name), ("volumeBindingMode",))


def missing(inquiry: Inquiry, pod: Obj, name: str, path: Path) -> Link:
    """A Pod names a claim that is not there."""
    namespace = meta.namespace(pod)
    close = nearest(name, inquiry.names(CLAIMS, namespace))
    kind = "claim.missing_near" if close else "claim.missing"
    values = {"claim": name, **({"near": close} if close else {})}
    return Link(kind, values, ref("pods", pod), path, next=(f"kubectl get pvc{within(namespace)}",))
