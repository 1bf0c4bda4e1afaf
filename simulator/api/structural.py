"""Structural schemas: what a custom object loses and gains by its schema (apiextensions-apiserver/pkg/apiserver/schema)."""

from collections.abc import Iterator
from typing import Any

import msgspec

from simulator.api import meta
from simulator.api.errors import ApiError
from simulator.api.schema import Field

Obj = dict[str, Any]
ROOT = frozenset(("apiVersion", "kind", "metadata"))
PRESERVE, EMBEDDED, INT_OR_STRING = (
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
)
MOST_UNKNOWN = 100
# A short list of empty objects may grow by defaults without bounds; no object could be stored that is longer than this.
MOST_DEFAULTED_BYTES = 1_572_864


def child(path: str, name: str) -> str:
    """The path of a field below *path*."""
    return f"{path}.{name}" if path else name


def members(value: Any, schema: Obj, path: str) -> Iterator[tuple[Any, Any, Obj, str]]:
    """The parts of a value that the schema says something of: key or index, value, schema, path."""
    if isinstance(value, list):
        items = schema.get("items")
        if isinstance(items, dict):
            yield from ((at, each, items, f"{path}[{at}]") for at, each in enumerate(value))
    elif isinstance(value, dict):
        properties, rest = schema.get("properties") or {}, schema.get("additionalProperties")
        for key, each in value.items():
            below = properties.get(key, rest if isinstance(rest, dict) else None)
            if below is not None:
                yield key, each, below, child(path, key)


class Pruning:
    """Takes out what a schema does not know, and remembers where it stood."""

    def __init__(self) -> None:
        self.unknown: list[str] = []

    def prune(self, value: Any, schema: Obj, path: str = "", *, root: bool = False) -> Any:
        """*value* without unknown fields, as a new one; the *root* of an object has its own fields."""
        if isinstance(value, list):
            known = {at: self.prune(each, below, where) for at, each, below, where in members(value, schema, path)}
            return [known.get(at, each) for at, each in enumerate(value)]
        if not isinstance(value, dict):
            return value
        embedded = root or bool(schema.get(EMBEDDED))
        known = {
            key: each if embedded and key in ROOT else self.prune(each, below, where)
            for key, each, below, where in members(value, schema, path)
        }
        return {key: known.get(key, each) for key, each in value.items() if self.stays(key, schema, embedded, path)}

    def stays(self, key: str, schema: Obj, embedded: bool, path: str) -> bool:
        """Whether a field stays."""
        if (embedded and key in ROOT) or key in (schema.get("properties") or {}):
            return True
        if schema.get(PRESERVE) or schema.get("additionalProperties") or schema.get(INT_OR_STRING):
            return True
        if len(self.unknown) < MOST_UNKNOWN:
            self.unknown.append(child(path, key))
        return False


def pruned(value: Obj, schema: Obj) -> tuple[Obj, list[str]]:
    """The object without what its schema does not know, and the paths of that."""
    pruning = Pruning()
    found = pruning.prune(value, schema, root=True)
    return found, sorted(pruning.unknown)


class Defaulting:
    """Fills in what is missing; raises ApiError when that becomes too much."""

    def __init__(self) -> None:
        self.left = MOST_DEFAULTED_BYTES

    def fill(self, value: Any, schema: Obj) -> Any:
        """*value* with its defaults, as a new one where something is new."""
        if isinstance(value, dict):
            value = {**value, **self.missing(value, schema)}
            return value | {key: self.fill(each, below) for key, each, below, _ in members(value, schema, "")}
        if isinstance(value, list):
            known = {at: self.fill(each, below) for at, each, below, _ in members(value, schema, "")}
            return [known.get(at, each) for at, each in enumerate(value)]
        return value

    def missing(self, value: Obj, schema: Obj) -> Obj:
        """The defaults of the fields that are not there, or null where null is no value."""
        found = {}
        for name, below in (schema.get("properties") or {}).items():
            absent = name not in value or (value[name] is None and not below.get("nullable"))
            if absent and below.get("default") is not None:
                found[name] = self.copied(below["default"])
        return found

    def copied(self, default: Any) -> Any:
        """A default as a value of its own."""
        self.left -= len(msgspec.json.encode(default))
        if self.left < 0:
            raise ApiError("etcdserver: request is too large")
        return meta.copy(default)


def defaulted(value: Obj, schema: Obj) -> Obj:
    """The object with the defaults of its schema."""
    filled: Obj = Defaulting().fill(value, schema)
    return filled


def field_of(schema: Obj, *, root: bool = False) -> Field:
    """How values of a schema merge by server-side apply."""
    properties, rest, items = (schema.get(key) for key in ("properties", "additionalProperties", "items"))
    map_type = schema.get("x-kubernetes-map-type", "")
    if schema.get("type") == "array" and isinstance(items, dict):
        keys = tuple(schema.get("x-kubernetes-list-map-keys") or ())
        return Field("list", item=field_of(items), keys=keys, list_type=schema.get("x-kubernetes-list-type", ""))
    if schema.get("type") == "object" and isinstance(rest, dict):
        return Field("map", item=field_of(rest), map_type=map_type)
    if schema.get("type") != "object" or not (properties or root):
        return Field("any")
    fields = {name: field_of(below) for name, below in (properties or {}).items()}
    if root or schema.get(EMBEDDED):
        fields |= {"apiVersion": Field("string"), "kind": Field("string")}
        fields["metadata"] = Field("object", ref="meta.v1.ObjectMeta")
    return Field("object", fields=fields, map_type=map_type)
