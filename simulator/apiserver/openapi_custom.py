"""OpenAPI v3 of custom resources, beside that of the API server's own (apiextensions-apiserver/pkg/controller/openapi/builder)."""

import hashlib
from typing import Any

import msgspec

from simulator.api import schema
from simulator.api.custom import Custom
from simulator.apiserver import openapi
from simulator.apiserver.catalogue import Catalogue

Obj = dict[str, Any]
METADATA = "meta.v1.ObjectMeta"


def answer(catalogue: Catalogue, path: str) -> Any:
    """What stands at *path*; raises NotFound."""
    groups = {f"{openapi.ROOT}/{where}": customs for where, customs in by_version(catalogue).items()}
    if path == openapi.ROOT and groups:
        return {"paths": openapi.index()["paths"] | index(catalogue)}
    if path in groups:
        return document(groups[path], path.rpartition("/")[2])
    return openapi.answer(path)


def by_version(catalogue: Catalogue) -> dict[str, list[Custom]]:
    """The custom resources of each group and version (`apis/stable.example.com/v1`)."""
    found: dict[str, list[Custom]] = {}
    for custom in catalogue.customs.values():
        for version in custom.resource.versions:
            found.setdefault(f"apis/{custom.resource.group}/{version}", []).append(custom)
    return dict(sorted(found.items()))


def index(catalogue: Catalogue) -> Obj:
    """Where their documents are."""
    return {where: {"serverRelativeURL": _address(where, found)} for where, found in by_version(catalogue).items()}


def _address(where: str, found: list[Custom]) -> str:
    text = msgspec.json.encode([each.definition["spec"] for each in found])
    return f"{openapi.ROOT}/{where}?hash={hashlib.sha256(text).hexdigest()[:32].upper()}"


def document(found: list[Custom], version: str) -> Obj:
    """The kinds and paths of a group and version."""
    kinds = {_long(custom, version): _definition(custom, version) for custom in found}
    paths: Obj = {}
    for custom in found:
        paths |= openapi.paths(custom.resource, version, _long(custom, version), strategic=False)
    return openapi.written(paths, openapi.definitions([METADATA]) | kinds)


def _long(custom: Custom, version: str) -> str:
    """`com.example.stable.v1.CronTab`."""
    return ".".join([*reversed(custom.resource.group.split(".")), version, custom.resource.kind])


def _definition(custom: Custom, version: str) -> Obj:
    """The schema of a version, with the fields that every object has."""
    own = custom.schema(version)
    texts = schema.descriptions().get("core.v1.Pod", {})
    head: Obj = {name: {"description": texts.get(name, ""), "type": "string"} for name in ("apiVersion", "kind")}
    reference = {"$ref": openapi.REF + openapi.long_name(METADATA)}
    head["metadata"] = {"description": texts.get("metadata", ""), "allOf": [reference]}
    kind = {"group": custom.resource.group, "version": version, "kind": custom.resource.kind}
    return {
        **own,
        "type": "object",
        "properties": {**(own.get("properties") or {}), **head},
        "x-kubernetes-group-version-kind": [kind],
    }
