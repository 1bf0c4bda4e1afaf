"""Changing what containers of a running Pod ask for and may use (ValidatePodResize in pkg/apis/core/validation)."""

from typing import Any

from simulator.api import field, meta
from simulator.api.field import FieldError
from simulator.apiserver.registry.pods import qos_class

Obj = dict[str, Any]
MUTABLE = ("cpu", "memory")
KINDS = ("containers", "initContainers")


def wanted(old: Obj, new: Obj) -> Obj:
    """*old* with the resources and resize policies of *new*; all else that *new* says is none of this subresource's."""
    spec = dict(old["spec"])
    for kind in KINDS:
        said = {each.get("name"): each for each in (new.get("spec") or {}).get(kind) or ()}
        if spec.get(kind):
            spec[kind] = [_with_resources(each, said.get(each["name"], each)) for each in spec[kind]]
    changed: Obj = meta.copy({**old, "spec": spec})
    return changed


def _with_resources(container: Obj, said: Obj) -> Obj:
    changed = {key: value for key, value in container.items() if key not in ("resources", "resizePolicy")}
    return changed | {key: said[key] for key in ("resources", "resizePolicy") if said.get(key) is not None}


def validate(new: Obj, old: Obj) -> list[FieldError]:
    """What is wrong with new resources of a Pod."""
    errors: list[FieldError] = []
    for kind in KINDS:
        for at, (after, before) in enumerate(
            zip(new["spec"].get(kind) or (), old["spec"].get(kind) or (), strict=True)
        ):
            errors += _changes(f"spec.{kind}[{at}].resources", after, before)
            if kind == "initContainers" and after != before and after.get("restartPolicy") != "Always":
                text = "resources for non-sidecar init containers are immutable"
                errors.append(field.forbidden(f"spec.{kind}[{at}]", text))
    before, after = qos_class(old["spec"]), qos_class(new["spec"])
    if before != after:
        errors.append(field.invalid("spec", after, "Pod QOS Class may not change as a result of resizing"))
    return errors


def _changes(path: str, after: Obj, before: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    for part in ("limits", "requests"):
        ours, theirs = ((each.get("resources") or {}).get(part) or {} for each in (after, before))
        if set(theirs) - set(ours):
            errors.append(field.forbidden(f"{path}.{part}", f"resource {part} cannot be removed"))
        if any(ours.get(name) != theirs.get(name) for name in {**ours, **theirs} if name not in MUTABLE):
            errors.append(field.forbidden(f"{path}.{part}", "only cpu and memory resources are mutable"))
    return errors
