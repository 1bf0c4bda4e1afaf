"""Rules for ephemeral containers (ValidatePodEphemeralContainersUpdate in pkg/apis/core/validation)."""

from typing import Any

from simulator.api import field, names
from simulator.api.field import FieldError

Obj = dict[str, Any]
PATH = "spec.ephemeralContainers"
MIRROR = "kubernetes.io/config.mirror"
WHOLE = "[]"  # how Go prints a path without a name
# What an ephemeral container cannot have.
BARRED = ("ports", "lifecycle", "livenessProbe", "readinessProbe", "startupProbe")


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    """What is wrong with a change of the ephemeral containers of a Pod."""
    if MIRROR in (old["metadata"].get("annotations") or {}):
        return [field.forbidden(WHOLE, "static pods do not support ephemeral containers")]
    errors = _validate(new["spec"])
    ours = {each.get("name"): each for each in new["spec"].get("ephemeralContainers") or ()}
    for before in old["spec"].get("ephemeralContainers") or ():
        name = before["name"]
        if name not in ours:
            errors.append(field.forbidden(PATH, f'existing ephemeral containers "{name}" may not be removed'))
        elif ours[name] != before:
            errors.append(field.forbidden(PATH, f'existing ephemeral containers "{name}" may not be changed'))
    return errors


def _validate(spec: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    regular = [each["name"] for kind in ("containers", "initContainers") for each in spec.get(kind) or ()]
    taken = set(regular)
    for at, container in enumerate(spec.get("ephemeralContainers") or ()):
        path, name = f"{PATH}[{at}]", container.get("name", "")
        if not name:
            errors.append(field.required(f"{path}.name"))
        else:
            errors += [field.invalid(f"{path}.name", name, problem) for problem in names.label(name)]
            errors += [field.duplicate(f"{path}.name", name)] if name in taken else []
        taken.add(name)
        if not container.get("image"):
            errors.append(field.required(f"{path}.image"))
        target = container.get("targetContainerName")
        if target and target not in regular:
            errors.append(field.not_found(f"{path}.targetContainerName", target))
        text = "cannot be set for an Ephemeral Container"
        errors += [field.forbidden(f"{path}.{each}", text) for each in BARRED if container.get(each)]
        if container.get("resources"):
            errors.append(field.forbidden(f"{path}.resources", text))
    return errors
