"""The shape of every kind: which fields it has, of which types, and how patches merge them (the OpenAPI of k8s.io/api)."""

from functools import cache, lru_cache
from pathlib import Path

import msgspec

HERE = Path(__file__).parent


class Field(msgspec.Struct, frozen=True):
    """The type of a field.

    kind: string, bytes, bool, int32, int64, double, quantity, intstr, time, microtime, any; object (of the definition
    *ref*), list or map (of *item*). key: the field by which strategic merge tells the items of a list apart.
    strategy: how it merges (`merge`, `replace`, `retainKeys`). keys, list_type, map_type: how server-side apply does.
    fields: of an object that no definition describes, but a CustomResourceDefinition.
    """

    kind: str
    ref: str = ""
    item: "Field | None" = None
    required: bool = False
    key: str = ""
    keys: tuple[str, ...] = ()
    strategy: tuple[str, ...] = ()
    list_type: str = ""
    map_type: str = ""
    fields: "dict[str, Field] | None" = None


class Definition(msgspec.Struct, frozen=True):
    """The fields of a kind, or of a part of one; an *open* one may have any."""

    fields: dict[str, Field]
    open: bool = False


class Schema(msgspec.Struct, frozen=True):
    """All of it. *kinds* leads from `group/version/Kind` to a definition."""

    kinds: dict[str, str]
    definitions: dict[str, Definition]


class Missing(Exception):
    """The generated files are not there: run `python -m simulator.api.generate_schema`."""


def _read(name: str) -> bytes:
    try:
        return (HERE / name).read_bytes()
    except FileNotFoundError:
        raise Missing(f"{name} is missing: run `python -m simulator.api.generate_schema`") from None


@cache
def load() -> Schema:
    """The schema; raises Missing."""
    return msgspec.json.decode(_read("schema.json"), type=Schema)


@cache
def descriptions() -> dict[str, dict[str, str]]:
    """What is said of each definition (under the empty name) and of its fields; raises Missing."""
    return msgspec.json.decode(_read("descriptions.json"), type=dict[str, dict[str, str]])


@lru_cache(maxsize=512)
def definition_of(api_version: str, kind: str) -> str:
    """The name of the definition of a kind; empty if there is none."""
    group, _, version = api_version.rpartition("/")
    return load().kinds.get(f"{group}/{version}/{kind}", "")


def fields_of(name: str) -> dict[str, Field]:
    """The fields of a definition; none for an unknown one."""
    found = load().definitions.get(name)
    return found.fields if found else {}


def members(field: Field) -> dict[str, Field]:
    """The fields of an object of the type of *field*."""
    return fields_of(field.ref) if field.fields is None else field.fields


def go_type(field: Field) -> str:
    """The type of a field as Go writes it: `[]v1.Container`, `map[string]string`, `int32`."""
    if field.kind == "object":
        return ".".join(field.ref.split(".")[-2:])
    if field.kind == "list":
        return f"[]{go_type(field.item)}" if field.item else "[]interface {}"
    if field.kind == "map":
        return f"map[string]{go_type(field.item)}" if field.item else "map[string]interface {}"
    return GO_TYPES.get(field.kind, field.kind)


GO_TYPES = {
    "double": "float64",
    "bytes": "[]uint8",
    "quantity": "resource.Quantity",
    "intstr": "intstr.IntOrString",
    "time": "v1.Time",
    "microtime": "v1.MicroTime",
    "any": "interface {}",
}


def explain_type(field: Field) -> str:
    """The type of a field as `kubectl explain` writes it: `[]Container`, `map[string]string`, `integer`."""
    if field.kind == "object":
        return field.ref.rpartition(".")[2]
    if field.kind == "list":
        return f"[]{explain_type(field.item)}" if field.item else "[]Object"
    if field.kind == "map":
        return f"map[string]{explain_type(field.item)}" if field.item else "map[string]Object"
    return EXPLAIN_TYPES.get(field.kind, field.kind)


EXPLAIN_TYPES = {
    "double": "number",
    "int32": "integer",
    "int64": "integer",
    "bool": "boolean",
    "bytes": "string",
    "quantity": "Quantity",
    "intstr": "IntOrString",
    "time": "string",  # of a type with a name only objects show it
    "microtime": "string",
    "any": "Object",
}
