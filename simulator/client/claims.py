"""Which volume suits which claim (component-helpers storage/volume): shared by the scheduler and the volume controllers."""

from functools import lru_cache

from simulator.api import quantities, selectors
from simulator.client.api import Obj
from simulator.client.informer import Informers

BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
NO_PROVISIONER = "kubernetes.io/no-provisioner"


def ephemeral_names(pod: Obj) -> list[str]:
    """The claims that are made for the Pod itself."""
    name = pod["metadata"].get("name", "")
    return [f"{name}-{volume['name']}" for volume in pod["spec"].get("volumes") or () if volume.get("ephemeral")]


def names(pod: Obj) -> list[str]:
    """The claims that the Pod uses."""
    volumes = pod["spec"].get("volumes") or ()
    named = [volume["persistentVolumeClaim"]["claimName"] for volume in volumes if volume.get("persistentVolumeClaim")]
    return named + ephemeral_names(pod)


def annotations(obj: Obj) -> dict[str, str]:
    """The object's annotations."""
    return obj["metadata"].get("annotations") or {}


def is_bound(claim: Obj) -> bool:
    """Whether the claim has its volume for good."""
    return bool(claim["spec"].get("volumeName")) and BIND_COMPLETED in annotations(claim)


def selected_node(claim: Obj) -> str:
    """The node for which the scheduler asks a volume to be made."""
    return annotations(claim).get(SELECTED_NODE, "")


def class_name(obj: Obj) -> str:
    """The storage class of a claim or a volume, "" for none."""
    return obj["spec"].get("storageClassName") or annotations(obj).get("volume.beta.kubernetes.io/storage-class", "")


def class_of(informers: Informers, claim: Obj) -> Obj | None:
    """The StorageClass of a claim."""
    name = class_name(claim)
    return informers.of("storageclasses.storage.k8s.io").get(name) if name else None


def waits_for_consumer(informers: Informers, claim: Obj) -> bool:
    """Whether the claim is not bound before a Pod that uses it has a node."""
    found = class_of(informers, claim)
    return found is not None and found.get("volumeBindingMode") == "WaitForFirstConsumer"


def can_be_provisioned(informers: Informers, claim: Obj) -> bool:
    """Whether somebody makes volumes of the claim's class."""
    found = class_of(informers, claim)
    return found is not None and found.get("provisioner") != NO_PROVISIONER


@lru_cache(maxsize=1024)
def size(text: str) -> int:
    """Bytes of a quantity of storage."""
    return quantities.units(text)


def requested(claim: Obj) -> int:
    """The bytes that a claim asks for."""
    return size(str(((claim["spec"].get("resources") or {}).get("requests") or {}).get("storage", "0")))


def capacity(volume: Obj) -> int:
    """The bytes that a volume has."""
    return size(str((volume["spec"].get("capacity") or {}).get("storage", "0")))


def claimed_by(volume: Obj, claim: Obj) -> bool:
    """Whether a volume is reserved for the claim."""
    ref = volume["spec"].get("claimRef") or {}
    meta = claim["metadata"]
    return (ref.get("namespace"), ref.get("name")) == (
        meta["namespace"],
        meta["name"],
    ) and ref.get("uid") in (
        None,
        "",
        meta["uid"],
    )


def suits(volume: Obj, claim: Obj) -> bool:
    """Whether a volume has what the claim asks for."""
    spec = claim["spec"]
    if capacity(volume) < requested(claim) or class_name(volume) != class_name(claim):
        return False
    if not set(spec.get("accessModes") or ()) <= set(volume["spec"].get("accessModes") or ()):
        return False
    if (volume["spec"].get("volumeMode") or "Filesystem") != (spec.get("volumeMode") or "Filesystem"):
        return False
    selector = spec.get("selector")
    return selector is None or selectors.selects(selector, volume["metadata"].get("labels"))


def is_free(volume: Obj) -> bool:
    """Whether a volume is nobody's and not on its way out."""
    return (
        not volume["spec"].get("claimRef")
        and (volume.get("status") or {}).get("phase") in ("Available", None, "Pending")
        and "deletionTimestamp" not in volume["metadata"]
    )


def best_volume(claim: Obj, volumes: list[Obj]) -> Obj | None:
    """The volume reserved for the claim, or else the smallest free one that suits it."""
    for volume in volumes:
        if claimed_by(volume, claim) and suits(volume, claim):
            return volume
    fitting = [volume for volume in volumes if is_free(volume) and suits(volume, claim)]
    return min(fitting, key=capacity, default=None)
