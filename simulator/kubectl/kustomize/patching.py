"""Patches of a kustomization: strategic merge and JSON 6902, in the file or beside it (models kustomize's patch transformer)."""

from posixpath import join
from typing import Any

import re2

from simulator.api import patches, schema
from simulator.api.errors import ApiError
from simulator.kubectl.failures import Failure
from simulator.kubectl.kustomize.naming import ORIGIN, Obj, bare
from simulator.kubectl.kustomize.reading import parsed, text
from simulator.runtime.syscalls import Sys

MOST_PATTERN = 200


def patched(sys: Sys, folder: str, wanted: Obj, objects: list[Obj]) -> list[Obj]:
    """The objects with all patches of the kustomization *wanted* in them."""
    for entry in _entries(wanted):
        for body in _bodies(sys, folder, entry):
            objects = _applied(objects, body, entry.get("target"))
    return [obj for obj in objects if obj]


def _entries(wanted: Obj) -> list[Obj]:
    """All patches in one form: {"path" or "patch", "target"}."""
    found = []
    for each in wanted.get("patchesStrategicMerge") or []:
        found.append({"patch": each} if "\n" in str(each) else {"path": each})
    return [*found, *(wanted.get("patches") or []), *(wanted.get("patchesJson6902") or [])]


def _bodies(sys: Sys, folder: str, entry: Obj) -> list[Any]:
    if entry.get("path"):
        return parsed(text(sys, join(folder, str(entry["path"]))), str(entry["path"]))
    return parsed(str(entry.get("patch") or ""), "patch")


def _applied(objects: list[Obj], body: Any, target: Obj | None) -> list[Obj]:
    if target is None:
        if isinstance(body, list):
            raise Failure("must specify a target for JSON patch")
        return _merged(objects, body)
    return [_one(obj, body) if fits(obj, target) else obj for obj in objects]


def _merged(objects: list[Obj], body: Obj) -> list[Obj]:
    """A strategic merge patch goes to the object of its own kind and name."""
    name = (body.get("metadata") or {}).get("name")
    hits = [
        obj
        for obj in objects
        if obj["kind"] == body.get("kind") and name in (obj["metadata"]["name"], *obj[ORIGIN]["names"])
    ]
    if not hits:
        group, _, version = str(body.get("apiVersion", "")).rpartition("/")
        where = f"{body.get('kind')}.{version}.{group or '[noGrp]'}/{name}.[noNs]"
        raise Failure(
            f'no resource matches strategic merge patch "{where}": no matches for Id {where}; failed to find unique target for patch {where}'
        )
    return [_one(obj, body) if obj is hits[0] else obj for obj in objects]


def _one(obj: Obj, body: Any) -> Obj:
    """One object, patched; empty if the patch deletes it."""
    if isinstance(body, dict) and body.get("$patch") == "delete":
        return {}
    try:
        if isinstance(body, list):
            new = patches.apply("json", bare(obj), body)
        else:
            definition = schema.definition_of(str(obj.get("apiVersion")), str(obj["kind"]))
            same = {**body, "metadata": {**(body.get("metadata") or {}), "name": obj["metadata"]["name"]}}
            new = patches.apply("strategic" if definition else "merge", bare(obj), same, definition)
    except ApiError as error:
        raise Failure(str(error)) from None
    return {**new, ORIGIN: obj[ORIGIN]}


def fits(obj: Obj, target: Obj) -> bool:
    """Whether a patch's target means this object; its texts are patterns of whole names."""
    group, _, version = str(obj.get("apiVersion", "")).rpartition("/")
    facts = {
        "group": [group],
        "version": [version],
        "kind": [obj["kind"]],
        "namespace": [obj["metadata"].get("namespace", "")],
    }
    facts["name"] = [obj["metadata"]["name"], *obj[ORIGIN]["names"]]
    if not all(
        any(_matches(str(target[key]), value) for value in values) for key, values in facts.items() if target.get(key)
    ):
        return False
    return all(
        _selected(str(target[field]), obj["metadata"].get(kind) or {})
        for field, kind in (("labelSelector", "labels"), ("annotationSelector", "annotations"))
        if target.get(field)
    )


def _matches(pattern: str, value: str) -> bool:
    try:
        return bool(re2.compile(pattern[:MOST_PATTERN]).fullmatch(value))
    except re2.error as error:
        raise Failure(f"error parsing regexp: {error}") from None


def _selected(selector: str, pairs: Obj) -> bool:
    wanted = [part.replace("==", "=").partition("=") for part in selector.split(",") if part]
    return all(
        pairs.get(key.strip()) == value.strip() if equals else key.strip() in pairs for key, equals, value in wanted
    )
