"""Rules for the volumes of a Pod and where they are mounted (ValidateVolumes in pkg/apis/core/validation)."""

from collections.abc import Callable

from simulator.api import field, names, quantities
from simulator.apiserver.validation.claims import claim_spec
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
PROPAGATION = ("Bidirectional", "HostToContainer", "None")
RECURSIVE = ("Disabled", "Enabled", "IfPossible")
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
    place = source.get("path", "")
    errors = local_path(f"{path}.path", place) if place else [field.required(f"{path}.path")]
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


def _git(path: str, source: Obj) -> Errors:
    errors = [] if source.get("repository") else [field.required(f"{path}.repository")]
    return errors + local_path(f"{path}.directory", source.get("directory", ""))


def _csi(path: str, source: Obj) -> Errors:
    return [] if source.get("driver") else [field.required(f"{path}.driver")]


def _image(path: str, source: Obj) -> Errors:
    of_pod = path.startswith("spec.volumes")  # a template may leave the image to whoever makes Pods of it
    errors = [] if source.get("reference") or not of_pod else [field.required(f"{path}.reference")]
    return errors + maybe_one_of(f"{path}.pullPolicy", source.get("pullPolicy"), ("Always", "IfNotPresent", "Never"))


def _ephemeral(path: str, source: Obj) -> Errors:
    template = source.get("volumeClaimTemplate")
    inner = f"{path}.volumeClaimTemplate"
    return [field.required(inner)] if template is None else claim_spec(f"{inner}.spec", template.get("spec") or {})


def _anything(path: str, source: Obj) -> Errors:
    return []


def _nfs(path: str, source: Obj) -> Errors:
    return [field.required(f"{path}.{name}") for name in ("server", "path") if not source.get(name)]


# The kinds of volumes in the order in which they are looked at.
SOURCES: dict[str, Callable[[str, Obj], Errors]] = {
    "emptyDir": _empty_dir,
    "hostPath": _host_path,
    "gitRepo": _git,
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
    "csi": _csi,
    "ephemeral": _ephemeral,
    "image": _image,
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


def mounts(path: str, container: Obj, declared: set[str]) -> Errors:
    """What is wrong with a container's mounts; *declared* are the names of the Pod's volumes."""
    errors: Errors = []
    places: set[str] = set()
    devices = container.get("volumeDevices") or ()
    for at, each in enumerate(container.get("volumeMounts") or ()):
        inner, name, place = f"{path}[{at}]", each.get("name", ""), each.get("mountPath", "")
        errors += [] if name else [field.required(f"{inner}.name")]
        errors += [] if name in declared else [field.not_found(f"{inner}.name", name)]
        errors += [] if place else [field.required(f"{inner}.mountPath")]
        errors += [field.invalid(f"{inner}.mountPath", place, "must be unique")] if place in places else []
        places.add(place)
        if any(device.get("name") == name for device in devices):
            errors.append(field.invalid(f"{inner}.name", name, "must not already exist in volumeDevices"))
        if any(device.get("devicePath") == place for device in devices):
            text = "must not already exist as a path in volumeDevices"
            errors.append(field.invalid(f"{inner}.mountPath", place, text))
        errors += _below(path, inner, each) + _sharing(path, each, container)
    return errors


def _below(path: str, inner: str, mount: Obj) -> Errors:
    """Of a part of a volume; the real messages leave the index out of most of this."""
    errors = local_path(f"{path}.subPath", mount["subPath"]) if mount.get("subPath") else []
    expression = mount.get("subPathExpr")
    if expression and mount.get("subPath"):
        text = "subPathExpr and subPath are mutually exclusive"
        errors.append(field.invalid(f"{inner}.subPathExpr", expression, text))
    return errors + (local_path(f"{path}.subPathExpr", expression) if expression else [])


def _sharing(path: str, mount: Obj, container: Obj) -> Errors:
    """Of mounts that others see, and of those that are read-only all the way down."""
    errors = maybe_one_of(f"{path}.mountPropagation", mount.get("mountPropagation"), PROPAGATION)
    privileged = (container.get("securityContext") or {}).get("privileged")
    if mount.get("mountPropagation") == "Bidirectional" and not privileged:
        text = "Bidirectional mount propagation is available only to privileged containers"
        errors.append(field.forbidden(f"{path}.mountPropagation", text))
    recursive, inner = mount.get("recursiveReadOnly"), f"{path}.recursiveReadOnly"
    errors += maybe_one_of(inner, recursive, RECURSIVE)
    if recursive in ("Enabled", "IfPossible"):
        if not mount.get("readOnly"):
            errors.append(field.forbidden(inner, "may only be specified when readOnly is true"))
        if mount.get("mountPropagation") not in (None, "None"):
            text = "may only be specified when mountPropagation is None or not specified"
            errors.append(field.forbidden(inner, text))
    return errors


def devices(path: str, container: Obj, declared: list[Obj] | None) -> Errors:
    """What is wrong with the raw devices of a container; *declared* are the Pod's volumes."""
    errors: Errors = []
    sources = {each.get("name", ""): each for each in declared or ()}
    names_seen: set[str] = set()
    for at, each in enumerate(container.get("volumeDevices") or ()):
        inner, name, place = f"{path}[{at}]", each.get("name", ""), each.get("devicePath", "")
        errors += [] if name else [field.required(f"{inner}.name")]
        errors += [field.invalid(f"{inner}.name", name, "must be unique")] if name in names_seen else []
        names_seen.add(name)
        if name not in sources:
            errors.append(field.not_found(f"{inner}.name", name))
        elif not any(sources[name].get(kind) is not None for kind in ("persistentVolumeClaim", "ephemeral")):
            text = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
            errors.append(field.invalid(f"{inner}.name", name, text))
        errors += [] if place else [field.required(f"{inner}.devicePath")]
    return errors
