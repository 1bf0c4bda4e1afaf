"""Rules for metadata (apimachinery/pkg/api/validation/objectmeta.go)."""

from collections.abc import Callable
from typing import Any

from simulator.api import field, names
from simulator.api.field import FieldError
from simulator.api.resources import Resource

Obj = dict[str, Any]
MAX_ANNOTATIONS = 256 * 1024

# Kinds whose names are not RFC 1123 subdomains.
NAME_RULES: dict[str, Callable[[str], names.Problems]] = {
    "services": names.label,
    "namespaces": names.label,
    # Their Pods are called after them, and the names of those are the names of hosts.
    "statefulsets.apps": names.label,
}
FREE_NAMES = frozenset(
    f"{plural}.rbac.authorization.k8s.io" for plural in ("roles", "rolebindings", "clusterroles", "clusterrolebindings")
)


def validate(resource: Resource, obj: Obj) -> list[FieldError]:
    """What is wrong with the metadata of a new object."""
    metadata = obj["metadata"]
    errors = _name(resource, metadata)
    errors += labels("metadata.labels", metadata.get("labels"))
    errors += _annotations(metadata.get("annotations"))
    errors += _finalizers(metadata)
    return errors + _owners(metadata)


def _name(resource: Resource, metadata: Obj) -> list[FieldError]:
    name = metadata.get("name", "")
    if not name:
        return [field.required("metadata.name", "name or generateName is required")]
    if resource.name in FREE_NAMES:
        return _path_segment(name)
    rule = NAME_RULES.get(resource.name, names.subdomain)
    return [field.invalid("metadata.name", name, problem) for problem in rule(name)]


def _path_segment(name: str) -> list[FieldError]:
    if name in (".", ".."):
        return [field.invalid("metadata.name", name, f"may not be '{name}'")]
    return [field.invalid("metadata.name", name, f"may not contain '{char}'") for char in "/%" if char in name]


def labels(path: str, pairs: dict[str, str] | None) -> list[FieldError]:
    """What is wrong with labels at *path*."""
    errors: list[FieldError] = []
    for key, value in sorted((pairs or {}).items()):
        errors += [field.invalid(path, key, problem) for problem in names.qualified_name(key)]
        errors += [field.invalid(path, value, problem) for problem in names.label_value(value)]
    return errors


def _annotations(pairs: dict[str, str] | None) -> list[FieldError]:
    errors: list[FieldError] = []
    for key in sorted(pairs or {}):
        errors += [field.invalid("metadata.annotations", key, problem) for problem in names.qualified_name(key.lower())]
    if sum(len(key) + len(value) for key, value in (pairs or {}).items()) > MAX_ANNOTATIONS:
        errors.append(field.too_long("metadata.annotations", MAX_ANNOTATIONS))
    return errors


def _finalizers(metadata: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    for at, name in enumerate(metadata.get("finalizers") or []):
        path = f"metadata.finalizers[{at}]"
        errors += [field.invalid(path, name, problem) for problem in names.qualified_name(name)]
        if "/" not in name and name not in (
            "kubernetes",
            "orphan",
            "foregroundDeletion",
        ):
            errors.append(
                field.invalid(
                    path,
                    name,
                    "name is neither a standard finalizer name nor is it fully qualified",
                )
            )
    return errors


def _owners(metadata: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    owners = metadata.get("ownerReferences") or []
    for at, owner in enumerate(owners):
        path = f"metadata.ownerReferences[{at}]"
        missing = [part for part in ("apiVersion", "kind", "name", "uid") if not owner.get(part)]
        errors += [
            field.invalid(f"{path}.{part}", "", f"{MUST_NOT_BE_EMPTY[part]} must not be empty") for part in missing
        ]
    controllers = [owner for owner in owners if owner.get("controller")]
    if len(controllers) > 1:
        first, second = (f"{owner.get('kind')}/{owner.get('name')}" for owner in controllers[:2])
        text = f"Only one reference can have Controller set to true. Found {field.quoted('true')} in references for"
        errors.append(field.invalid("metadata.ownerReferences", owners, f"{text} {first} and {second}"))
    return errors


MUST_NOT_BE_EMPTY = {
    "apiVersion": "version",
    "kind": "kind",
    "name": "name",
    "uid": "uid",
}


def validate_update(resource: Resource, new: Obj, old: Obj) -> list[FieldError]:
    """What is wrong with the metadata of a changed object."""
    ours, before = new["metadata"], old["metadata"]
    errors = labels("metadata.labels", ours.get("labels")) + _annotations(ours.get("annotations"))
    errors += _finalizers(ours) + _owners(ours)
    if "deletionTimestamp" in before:
        added = sorted(set(ours.get("finalizers") or []) - set(before.get("finalizers") or []))
        if added:
            text = "no new finalizers can be added if the object is being deleted, found new finalizers "
            errors.append(
                field.forbidden(
                    "metadata.finalizers",
                    f"{text}[]string{{{', '.join(map(field.quoted, added))}}}",
                )
            )
    for part in ("name", "namespace", "uid", "creationTimestamp"):
        if ours.get(part) and ours[part] != before.get(part):
            errors.append(field.invalid(f"metadata.{part}", ours[part], "field is immutable"))
    return errors
