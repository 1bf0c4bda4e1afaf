"""Changing what containers of a running Pod ask for and may use (ValidatePodResize in pkg/apis/core/validation)."""

from typing import Any

from simulator.api import field, meta
from simulator.api.field import FieldError
from simulator.api.quantities import compare
from simulator.apiserver.registry.pods import qos_class

Obj = dict[str, Any]
MUTABLE = ("cpu", "memory")
KINDS = ("containers", "initContainers")
CHANGED = ("resources", "resizePolicy")
MIRROR = "kubernetes.io/config.mirror"
WHOLE = "[]"  # how Go prints a path without a name


def wanted(old: Obj, new: Obj) -> Obj:
    """*old* with the resources of *new*; all else that *new* says is none of this subresource's.

    Containers that come, go or change places are left for `validate` to see."""
    said, spec = new.get("spec") or {}, dict(old["spec"])
    for kind in KINDS:
        if spec.get(kind) or said.get(kind):
            spec[kind] = _merged(said.get(kind) or [], spec.get(kind) or [])
    spec.pop("resources", None)
    if said.get("resources") is not None:
        spec["resources"] = said["resources"]
    changed: Obj = meta.copy({**old, "spec": spec})
    return changed


def _merged(said: list[Obj], before: list[Obj]) -> list[Obj]:
    if _names(said) != _names(before):
        return said
    return [_with_resources(old, new) for old, new in zip(before, said, strict=True)]


def _names(containers: list[Obj]) -> list[Any]:
    return [each.get("name") for each in containers]


def _with_resources(container: Obj, said: Obj) -> Obj:
    changed = {key: value for key, value in container.items() if key not in CHANGED}
    return changed | {key: said[key] for key in CHANGED if said.get(key) is not None}


def problems(new: Obj, old: Obj, general: list[FieldError]) -> list[FieldError]:
    """What is wrong with new resources of a Pod; *general* is what would be wrong with any Pod like *new*."""
    if MIRROR in (old["metadata"].get("annotations") or {}):
        return [field.forbidden(WHOLE, "static pods cannot be resized")]
    if (old["spec"].get("os") or {}).get("name") == "windows":
        return [field.forbidden(WHOLE, "windows pods cannot be resized")]
    errors = list(general)
    quality = (old.get("status") or {}).get("qosClass") or qos_class(old["spec"])
    if quality != qos_class(new["spec"]):
        errors.append(field.invalid("spec", quality, "Pod QOS Class may not change as a result of resizing"))
    moved = [
        error for kind in KINDS for error in _moved(kind, new["spec"].get(kind) or [], old["spec"].get(kind) or [])
    ]
    return errors + (moved or _changes(new["spec"], old["spec"]))


def _moved(kind: str, ours: list[Obj], before: list[Obj]) -> list[FieldError]:
    if len(ours) != len(before):
        return [field.forbidden(f"spec.{kind}", f"{kind} may not be added or removed on resize")]
    pairs = enumerate(zip(_names(ours), _names(before), strict=True))
    text = f"{kind} may not be renamed or reordered on resize"
    return [field.forbidden(f"spec.{kind}[{at}].name", text) for at, (name, was) in pairs if name != was]


def _changes(ours: Obj, before: Obj) -> list[FieldError]:
    """Resources that went, and changes of anything but processor and memory."""
    errors = _removed("spec.resources", ours, before)
    for kind in reversed(KINDS):
        for at, (new, old) in enumerate(_pairs(kind, ours, before)):
            if kind == "containers" or _is_sidecar(old):
                errors += _removed(f"spec.{kind}[{at}].resources", new, old)
    for kind in KINDS:
        errors += [error for new, old in _pairs(kind, ours, before) if (error := _immutable(kind, new, old))]
    return errors


def _pairs(kind: str, ours: Obj, before: Obj) -> list[tuple[Obj, Obj]]:
    return list(zip(ours.get(kind) or (), before.get(kind) or (), strict=True))


def _is_sidecar(container: Obj) -> bool:
    return container.get("restartPolicy") == "Always"


def _removed(path: str, ours: Obj, before: Obj) -> list[FieldError]:
    lost = [part for part in ("requests", "limits") if set(_part(before, part)) - set(_part(ours, part))]
    return [field.forbidden(f"{path}.{part}", f"resource {part} cannot be removed") for part in lost]


def _part(container: Obj, part: str) -> Obj:
    return (container.get("resources") or {}).get(part) or {}


def _immutable(kind: str, ours: Obj, before: Obj) -> FieldError | None:
    if kind == "containers":
        text = "only cpu and memory resources are mutable"
    elif _is_sidecar(before):
        text = "only cpu and memory resources for sidecar containers are mutable"
    else:
        text = "resources for non-sidecar init containers are immutable"
        return None if _same(ours, before, ()) else field.forbidden("spec", text)
    return None if _same(ours, before, MUTABLE) else field.forbidden("spec", text)


def _same(ours: Obj, before: Obj, mutable: tuple[str, ...]) -> bool:
    """Whether nothing but the amounts of *mutable* resources differs."""
    if (ours.get("resizePolicy") or []) != (before.get("resizePolicy") or []):
        return False
    for part in ("limits", "requests"):
        new, old = ({k: v for k, v in _part(each, part).items() if k not in mutable} for each in (ours, before))
        if set(new) != set(old) or any(compare(value, old[name]) for name, value in new.items()):
            return False
    return True
