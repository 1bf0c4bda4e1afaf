"""OpenAPI v3: an index, and a document for each group and version (kube-openapi/pkg/handler3), made from the schema."""

import hashlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from simulator.api import enums, schema
from simulator.api.errors import NotFound
from simulator.api.resources import RESOURCES, Resource
from simulator.api.schema import Field

Obj = dict[str, Any]
ROOT = "/openapi/v3"
RELEASE = "v1.36.2"
REF = "#/components/schemas/"
QUANTITY, INT_OR_STRING = (
    "io.k8s.apimachinery.pkg.api.resource.Quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
)
TIME, MICRO_TIME = "io.k8s.apimachinery.pkg.apis.meta.v1.Time", "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime"
NAMED = {"quantity": QUANTITY, "intstr": INT_OR_STRING, "time": TIME, "microtime": MICRO_TIME}
ATOMS: dict[str, Obj] = {
    QUANTITY: {"oneOf": [{"type": "string"}, {"type": "number"}]},
    INT_OR_STRING: {"format": "int-or-string", "oneOf": [{"type": "integer"}, {"type": "string"}]},
    TIME: {"type": "string", "format": "date-time"},
    MICRO_TIME: {"type": "string", "format": "date-time"},
}
SCALARS: dict[str, Obj] = {
    "string": {"type": "string"},
    "bytes": {"type": "string", "format": "byte"},
    "bool": {"type": "boolean"},
    "int32": {"type": "integer", "format": "int32"},
    "int64": {"type": "integer", "format": "int64"},
    "double": {"type": "number", "format": "double"},
    "any": {},
}
PATCHES = ("application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json")
STRATEGIC = "application/strategic-merge-patch+json"
PARAMETERS = ("dryRun", "fieldManager", "fieldValidation", "pretty")


def answer(path: str) -> Any:
    """What stands at *path* below /openapi/v3; raises NotFound."""
    if path == ROOT:
        return index()
    group, _, version = path.removeprefix(f"{ROOT}/").removeprefix("apis/").removeprefix("api/").rpartition("/")
    if path not in (f"{ROOT}/{each}" for each in group_versions()):
        raise NotFound("the server could not find the requested resource")
    return document(group, version)


def group_versions() -> list[str]:
    """`api/v1`, `apis/apps/v1` and so on, in the order of discovery."""
    found = ((each.group, version) for each in RESOURCES.values() for version in each.versions)
    return list(dict.fromkeys(f"apis/{group}/{version}" if group else f"api/{version}" for group, version in found))


@cache
def index() -> Obj:
    """Where each document is; the hash changes with what it says, so that clients may keep it for good."""
    mark = hashlib.sha256(repr(schema.load()).encode() + RELEASE.encode()).hexdigest()[:32].upper()
    return {"paths": {each: {"serverRelativeURL": f"{ROOT}/{each}?hash={mark}"} for each in group_versions()}}


@cache
def document(group: str, version: str) -> Obj:
    """The kinds and paths of a group and version. It is shared: nobody changes it."""
    resources = [each for each in RESOURCES.values() if each.group == group and version in each.versions]
    kinds = {name for name, kind in _kinds().items() if (group, version) in {each[:2] for each in kind}}
    found: Obj = {}
    for resource in resources:
        definition = schema.load().kinds.get(f"{resource.group}/{version}/{resource.kind}", "")
        found |= paths(resource, version, long_name(definition) if definition else "")
    return written(found, definitions(sorted(kinds)))


def written(paths: Obj, schemas: Obj) -> Obj:
    """A document."""
    info = {"title": "Kubernetes", "version": RELEASE}
    return {"openapi": "3.0.0", "info": info, "paths": paths, "components": {"schemas": ATOMS | schemas}}


def definitions(names: list[str]) -> Obj:
    """These definitions, and those that they refer to."""
    return {long_name(name): _definition(name) for name in _reachable(names)}


@cache
def _kinds() -> dict[str, list[tuple[str, str, str]]]:
    """Definition to the groups, versions and kinds that it is the shape of."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for name, definition in schema.load().kinds.items():
        group, version, kind = name.rsplit("/", 2)
        found.setdefault(definition, []).append((group, version, kind))
    return found


def long_name(name: str) -> str:
    """What OpenAPI calls a definition."""
    return f"io.k8s.apimachinery.pkg.apis.{name}" if name.startswith("meta.") else f"io.k8s.api.{name}"


def _reachable(roots: list[str]) -> list[str]:
    found: dict[str, None] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting += [field.ref for field in _flat(schema.fields_of(name))]
    return sorted(found)


def _flat(fields: dict[str, Field]) -> Iterator[Field]:
    for field in fields.values():
        while field.item is not None:
            field = field.item
        if field.ref:
            yield field


def _definition(name: str) -> Obj:
    texts = schema.descriptions().get(name, {})
    fields = schema.fields_of(name)
    made: Obj = {"type": "object"}
    if texts.get(""):
        made["description"] = texts[""]
    if fields:
        made["properties"] = {key: _described(name, key, field) for key, field in fields.items()}
    if required := [key for key, field in fields.items() if field.required]:
        made["required"] = required
    if kinds := _kinds().get(name):
        made["x-kubernetes-group-version-kind"] = [_gvk(*kind) for kind in kinds]
    return made


def _described(name: str, key: str, field: Field) -> Obj:
    text = enums.described(name, key, schema.descriptions().get(name, {}).get(key, ""))
    values = enums.ENUMS.get((name, key))
    return _field(field, text) | ({"enum": list(values)} if values else {})


def _gvk(group: str, version: str, kind: str) -> Obj:
    return {"group": group, "version": version, "kind": kind}


def _field(field: Field, text: str = "") -> Obj:
    described = {"description": text} if text else {}
    return _type(field) | described | _merging(field)


def _type(field: Field) -> Obj:
    if field.kind == "object" or field.kind in NAMED:
        name = NAMED.get(field.kind) or long_name(field.ref)
        return {"allOf": [{"$ref": REF + name}]} | ({"default": {}} if field.kind == "object" else {})
    if field.kind == "list":
        return {"type": "array", "items": _field(field.item) if field.item else {}}
    if field.kind == "map":
        return {"type": "object", "additionalProperties": _field(field.item) if field.item else {}}
    return dict(SCALARS[field.kind])


def _merging(field: Field) -> Obj:
    found: Obj = {
        "x-kubernetes-list-type": field.list_type,
        "x-kubernetes-list-map-keys": list(field.keys),
        "x-kubernetes-map-type": field.map_type,
        "x-kubernetes-patch-merge-key": field.key,
        "x-kubernetes-patch-strategy": ",".join(field.strategy),
    }
    return {key: value for key, value in found.items() if value}


def paths(resource: Resource, version: str, definition: str, *, strategic: bool = True) -> Obj:
    """The paths of a resource, whose objects are of *definition* and may be *strategic*ally merged."""
    base = f"/apis/{resource.group}/{version}" if resource.group else f"/api/{version}"
    base += "/namespaces/{namespace}" if resource.namespaced else ""
    kind = _gvk(resource.group, version, resource.kind)
    body = {"schema": {"$ref": REF + definition}} if definition else {}
    one: Obj = {"get": {"x-kubernetes-action": "get", "x-kubernetes-group-version-kind": kind, "responses": {}}}
    if "patch" in resource.verbs:
        content: Obj = {media: {"schema": {}} for media in PATCHES}
        one["patch"] = _write("patch", kind, content | ({STRATEGIC: {"schema": {}}} if strategic else {}))
    many: Obj = {"get": {"x-kubernetes-action": "list", "x-kubernetes-group-version-kind": kind, "responses": {}}}
    if "create" in resource.verbs:
        many["post"] = _write("post", kind, {"*/*": body})
    return {f"{base}/{resource.plural}": many, f"{base}/{resource.plural}/{{name}}": one}


def _write(action: str, kind: Obj, content: Obj) -> Obj:
    parameters = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in PARAMETERS]
    asked: Obj = {"x-kubernetes-action": action, "x-kubernetes-group-version-kind": kind}
    return asked | {"parameters": parameters, "requestBody": {"content": content}, "responses": {}}
