"""Rules for the volumes of a Pod and where they are mounted (ValidateVolumes in pkg/apis/core/validation)."""

from collections.abc import Callable

from simulator.api import field, names, quantities
from simulator.apiserver.validation.common import (
    Errors,
    Obj,
    local_path,
    maybe_one_of,
    no_upwards,
    problems,
)
from simulator.apiserver.validation.environment import VOLUME_FIELDS, field_ref, resource_ref

MAX_MODE = 0o777
PATH_TYPES = (
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
)
MODE_TEXT = "must be a number between 0 and 0777 (octal), both inclusive"


def _mode(path: str, value: int | None) -> Errors:
    return [] if value is None or 0 <= value <= MAX_MODE else [field.invalid(path, value, MODE_TEXT)]


def _empty_dir(path: str, source: Obj) -> Errors:
    limit = source.get("sizeLimit")
    if limit is not None and quantities.nano(limit) < 0:
        return [field.forbidden(f"{path}.sizeLimit", "SizeLimit field must be a valid resource quantity")]
    return []


def _host_path(path: str, source: Obj) -> Errors:
    if not source.get("path"):
        return [field.required(f"{path}.path")]
    errors = no_upwards(f"{path}.path", source["path"])
    kind = source.get("type") or ""
    return errors + ([] if kind in PATH_TYPES else [field.not_supported(f"{path}.type", kind, PATH_TYPES)])


def _items(path: str, items: list[Obj] | None) -> Errors:
    errors: Errors = []
    for at, each in enumerate(items or ()):
        inner = f"{path}[{at}]"
        errors += [] if each.get("key") else [field.required(f"{inner}.key")]
        errors += local_path(f"{inner}.path", each["path"]) if each.get("path") else [field.required(f"{inner}.path")]
        errors += _mode(f"{inner}.mode", each.get("mode"))
    return errors


def _named(name_field: str) -> Callable[[str, Obj], Errors]:
    def check(path: str, source: Obj) -> Errors:
        errors = [] if source.get(name_field) else [field.required(f"{path}.{name_field}")]
        return (
            errors
            + _mode(f"{path}.defaultMode", source.get("defaultMode"))
            + _items(f"{path}.items", source.get("items"))
        )

    return check


def _claim(path: str, source: Obj) -> Errors:
    return [] if source.get("claimName") else [field.required(f"{path}.claimName")]


def _downward_items(path: str, items: list[Obj] | None) -> Errors:
    errors: Errors = []
    for at, each in enumerate(items or ()):
        inner = f"{path}[{at}]"
        errors += local_path(f"{inner}.path", each["path"]) if each.get("path") else [field.required(f"{inner}.path")]
        if each.get("fieldRef") is not None:
            errors += field_ref(f"{inner}.fieldRef", each["fieldRef"], VOLUME_FIELDS)
            if each.get("resourceFieldRef") is not None:
                errors.append(
                    field.invalid(
                        inner, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"
                    )
                )
        elif each.get("resourceFieldRef") is not None:
            errors += resource_ref(f"{inner}.resourceFieldRef", each["resourceFieldRef"], volume=True)
        else:
            errors.append(field.required(f"{inner}.fieldRef", "one of fieldRef and resourceFieldRef is required"))
        errors += _mode(f"{inner}.mode", each.get("mode"))
    return errors


def _downward(path: str, source: Obj) -> Errors:
    return _mode(f"{path}.defaultMode", source.get("defaultMode")) + _downward_items(
        f"{path}.items", source.get("items")
    )


def _token(path: str, source: Obj) -> Errors:
    errors = [] if source.get("path") else [field.required(f"{path}.path")]
    if source.get("expirationSeconds", 3600) < 600:
        text = "may not specify a duration less than 10 minutes"
        errors.append(field.invalid(f"{path}.expirationSeconds", source["expirationSeconds"], text))
    return errors


PROJECTIONS: dict[str, Callable[[str, Obj], Errors]] = {
    "secret": _named("name"),
    "configMap": _named("name"),
    "downwardAPI": _downward,
    "serviceAccountToken": _token,
}


def _projected(path: str, source: Obj) -> Errors:
    errors = _mode(f"{path}.defaultMode", source.get("defaultMode"))
    for at, each in enumerate(source.get("sources") or ()):
        inner = f"{path}.sources[{at}]"
        given = [name for name in each if each[name] is not None]
        if not given:
            errors.append(field.required(inner, "must specify a volume type"))
        for count, name in enumerate(given):
            if count:
                errors.append(field.forbidden(f"{inner}.{name}", "may not specify more than 1 volume type"))
            elif name in PROJECTIONS:
                errors += PROJECTIONS[name](f"{inner}.{name}", each[name])
    return errors


def _anything(path: str, source: Obj) -> Errors:
    return []


def _nfs(path: str, source: Obj) -> Errors:
    return [field.required(f"{path}.{name}") for name in ("server", "path") if not source.get(name)]


# The kinds of volumes in the order in which they are looked at.
SOURCES: dict[str, Callable[[str, Obj], Errors]] = {
    "emptyDir": _empty_dir,
    "hostPath": _host_path,
    "gitRepo": _anything,
    "gcePersistentDisk": _anything,
    "awsElasticBlockStore": _anything,
    "secret": _named("secretName"),
    "nfs": _nfs,
    "iscsi": _anything,
    "glusterfs": _anything,
    "flocker": _anything,
    "persistentVolumeClaim": _claim,
    "rbd": _anything,
    "cinder": _anything,
    "cephfs": _anything,
    "quobyte": _anything,
    "downwardAPI": _downward,
    "fc": _anything,
    "flexVolume": _anything,
    "configMap": _named("name"),
    "azureFile": _anything,
    "vsphereVolume": _anything,
    "photonPersistentDisk": _anything,
    "portworxVolume": _anything,
    "azureDisk": _anything,
    "storageos": _anything,
    "projected": _projected,
    "scaleIO": _anything,
    "csi": _anything,
    "ephemeral": _anything,
    "image": _anything,
}


def volumes(path: str, found: list[Obj] | None) -> Errors:
    """What is wrong with a Pod's volumes."""
    errors: Errors = []
    seen: set[str] = set()
    for at, each in enumerate(found or ()):
        inner, name = f"{path}[{at}]", each.get("name", "")
        errors += _source(inner, each)
        if not name:
            errors.append(field.required(f"{inner}.name"))
        else:
            errors += problems(f"{inner}.name", name, names.label(name))
            errors += [field.duplicate(f"{inner}.name", name)] if name in seen else []
        seen.add(name)
    return errors


def _source(path: str, volume: Obj) -> Errors:
    given = [kind for kind in SOURCES if volume.get(kind) is not None]
    if not given:
        return [field.required(path, "must specify a volume type")]
    errors = SOURCES[given[0]](f"{path}.{given[0]}", volume[given[0]])
    return errors + [field.forbidden(f"{path}.{kind}", "may not specify more than 1 volume type") for kind in given[1:]]


def mounts(path: str, found: list[Obj] | None, declared: set[str]) -> Errors:
    """What is wrong with a container's mounts; *declared* are the names of the Pod's volumes."""
    errors: Errors = []
    places: set[str] = set()
    for at, each in enumerate(found or ()):
        inner, name, place = f"{path}[{at}]", each.get("name", ""), each.get("mountPath", "")
        if not name:
            errors.append(field.required(f"{inner}.name"))
        elif name not in declared:
            errors.append(field.not_found(f"{inner}.name", name))
        if not place:
            errors.append(field.required(f"{inner}.mountPath"))
        elif place in places:
            errors.append(field.invalid(f"{inner}.mountPath", place, "must be unique"))
        places.add(place)
        # The real messages leave the index out here.
        errors += local_path(f"{path}.subPath", each["subPath"]) if each.get("subPath") else []
        if each.get("subPathExpr"):
            errors += local_path(f"{path}.subPathExpr", each["subPathExpr"])
            if each.get("subPath"):
                errors.append(
                    field.invalid(
                        f"{path}.subPathExpr", each["subPathExpr"], "subPathExpr and subPath are mutually exclusive"
                    )
                )
        modes = ("Bidirectional", "HostToContainer", "None")
        errors += maybe_one_of(f"{inner}.mountPropagation", each.get("mountPropagation"), modes)
    return errors
