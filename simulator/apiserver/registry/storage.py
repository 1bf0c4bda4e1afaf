"""The rules of volumes, claims and storage classes (pkg/registry/core/persistentvolume*, pkg/registry/storage)."""

from typing import Any

from simulator.api import field, names, quantities
from simulator.api.field import FieldError
from simulator.apiserver.backend import Backend
from simulator.apiserver.registry.strategy import Strategy
from simulator.apiserver.validation.claims import VOLUME_MODES, access_modes, claim_spec
from simulator.apiserver.validation.common import label_key, maybe_one_of, no_upwards, problems, shown_map
from simulator.apiserver.validation.scheduling import node_term

Obj = dict[str, Any]
Errors = list[FieldError]
PVC_FINALIZER, PV_FINALIZER = "kubernetes.io/pvc-protection", "kubernetes.io/pv-protection"
CLAIM_IMMUTABLE = (
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
)
# What of a PersistentVolume's spec is no source of storage.
NO_SOURCE = (
    "accessModes",
    "capacity",
    "claimRef",
    "mountOptions",
    "nodeAffinity",
    "persistentVolumeReclaimPolicy",
    "storageClassName",
    "volumeAttributesClassName",
    "volumeMode",
)


def _protected(obj: Obj, finalizer: str) -> None:
    """Objects in use must not vanish: a controller takes the finalizer away when nobody uses them."""
    finalizers = obj["metadata"].get("finalizers") or []
    if finalizer not in finalizers:
        obj["metadata"]["finalizers"] = [*finalizers, finalizer]


def _claim_default(obj: Obj) -> None:
    obj.setdefault("spec", {}).setdefault("volumeMode", "Filesystem")


def _claim_create(backend: Backend, obj: Obj) -> None:
    obj["status"] = {"phase": "Pending"}
    _protected(obj, PVC_FINALIZER)


def _claim(obj: Obj) -> Errors:
    return claim_spec("spec", obj["spec"])


def _fixed(spec: Obj) -> Obj:
    resources = {key: value for key, value in (spec.get("resources") or {}).items() if key != "requests"}
    changing = ("resources", "volumeAttributesClassName", "volumeName")
    return {key: value for key, value in spec.items() if key not in changing} | {"resources": resources}


def _requested(spec: Obj) -> str:
    return str(((spec.get("resources") or {}).get("requests") or {}).get("storage", "0"))


def _claim_update(new: Obj, old: Obj) -> Errors:
    ours, before = new["spec"], old["spec"]
    had_volume = before.get("volumeName")
    bound = (old.get("status") or {}).get("phase") == "Bound"
    moved = had_volume and ours.get("volumeName") != had_volume
    given_class = "storageClassName" not in before and "storageClassName" in ours
    fixed = _fixed(before) | ({"storageClassName": ours["storageClassName"]} if given_class else {})
    resized = _requested(ours) != _requested(before)
    if moved or _fixed(ours) != fixed or (resized and not bound):
        return [field.forbidden("spec", CLAIM_IMMUTABLE)]
    if resized and quantities.compare(_requested(ours), _requested(before)) < 0:
        return [field.forbidden("spec.resources.requests.storage", "field can not be less than status.capacity")]
    return []


def _volume_default(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    spec.setdefault("persistentVolumeReclaimPolicy", "Retain")
    spec.setdefault("volumeMode", "Filesystem")
    if spec.get("hostPath") is not None:
        spec["hostPath"].setdefault("type", "")


def _volume_create(backend: Backend, obj: Obj) -> None:
    obj["status"] = {"phase": "Pending"}
    _protected(obj, PV_FINALIZER)


def _path(spec: Obj) -> Errors:
    """Of the sources that are a path on a node, and of which node."""
    errors: Errors = []
    if spec.get("hostPath") is not None:
        place = spec["hostPath"].get("path", "")
        errors += no_upwards("spec.hostPath.path", place) if place else [field.required("spec.hostPath.path")]
        if place == "/" and spec.get("persistentVolumeReclaimPolicy") == "Recycle":
            text = "may not be 'recycle' for a hostPath mount of '/'"
            errors.append(field.forbidden("spec.persistentVolumeReclaimPolicy", text))
    if spec.get("local") is not None:
        errors += [] if spec["local"].get("path") else [field.required("spec.local.path")]
        if not (spec.get("nodeAffinity") or {}).get("required"):
            errors.append(field.required("spec.nodeAffinity", "Local volume requires node affinity"))
    return errors


def _node_affinity(affinity: Obj | None) -> Errors:
    if affinity is None:
        return []
    path = "spec.nodeAffinity.required"
    if affinity.get("required") is None:
        return [field.required(path, "must specify required node constraints")]
    terms = affinity["required"].get("nodeSelectorTerms") or []
    if not terms:
        return [field.required(f"{path}.nodeSelectorTerms", "must have at least one node selector term")]
    return [error for at, term in enumerate(terms) for error in node_term(f"{path}.nodeSelectorTerms[{at}]", term)]


def _volume(obj: Obj) -> Errors:
    spec = obj["spec"]
    modes, capacity = spec.get("accessModes") or [], spec.get("capacity") or {}
    errors = access_modes("spec.accessModes", modes) if modes else [field.required("spec.accessModes")]
    if not capacity:
        errors.append(field.required("spec.capacity"))
    if list(capacity) != ["storage"]:
        errors.append(field.not_supported("spec.capacity", shown_map(capacity), ("storage",)))
    elif quantities.nano(capacity["storage"]) <= 0:
        errors.append(field.invalid("spec.capacity[storage]", capacity["storage"], "must be greater than zero"))
    sources = [name for name in spec if name not in NO_SOURCE and spec[name] is not None]
    if not sources:
        errors.append(field.required("spec", "must specify a volume type"))
    text = "may not specify more than 1 volume type"
    errors += [field.forbidden(f"spec.{name}", text) for name in sources[1:]]
    policies = ("Delete", "Recycle", "Retain")
    errors += _path(spec) + _node_affinity(spec.get("nodeAffinity"))
    errors += maybe_one_of("spec.persistentVolumeReclaimPolicy", spec.get("persistentVolumeReclaimPolicy"), policies)
    named = spec.get("storageClassName") or ""
    errors += problems("spec.storageClassName", named, names.subdomain(named)) if named else []
    return errors + maybe_one_of("spec.volumeMode", spec.get("volumeMode"), VOLUME_MODES)


def _volume_update(new: Obj, old: Obj) -> Errors:
    changed = [
        name
        for name in {**new["spec"], **old["spec"]}
        if name not in NO_SOURCE and new["spec"].get(name) != old["spec"].get(name)
    ]
    return (
        [field.forbidden("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation")]
        if changed
        else []
    )


def _class_default(obj: Obj) -> None:
    obj.setdefault("reclaimPolicy", "Delete")
    obj.setdefault("volumeBindingMode", "Immediate")


def _class(obj: Obj) -> Errors:
    provisioner = obj.get("provisioner", "")
    errors = label_key("provisioner", provisioner.lower()) if provisioner else [field.required("provisioner")]
    errors += maybe_one_of("reclaimPolicy", obj.get("reclaimPolicy"), ("Delete", "Retain"))
    modes = ("Immediate", "WaitForFirstConsumer")
    return errors + maybe_one_of("volumeBindingMode", obj.get("volumeBindingMode"), modes)


def _class_update(new: Obj, old: Obj) -> Errors:
    text = "updates to {} are forbidden."
    fixed = ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode")
    return [field.forbidden(name, text.format(name)) for name in fixed if new.get(name) != old.get(name)]


STRATEGIES: dict[str, Strategy] = {
    "persistentvolumeclaims": Strategy(_claim_default, _claim_create, validate=_claim, validate_update=_claim_update),
    "persistentvolumes": Strategy(_volume_default, _volume_create, validate=_volume, validate_update=_volume_update),
    "storageclasses.storage.k8s.io": Strategy(_class_default, validate=_class, validate_update=_class_update),
}
