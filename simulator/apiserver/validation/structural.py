"""Which schemas are structural (apiextensions-apiserver/pkg/apiserver/schema/validation.go, apis/apiextensions/validation)."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from simulator.api import field, schema_rules
from simulator.api.field import FieldError
from simulator.api.structural import EMBEDDED, INT_OR_STRING, PRESERVE

Obj = dict[str, Any]
Errors = Iterator[FieldError]
TYPES = ("array", "boolean", "integer", "number", "object", "string")
MOST_ERRORS = 100
MOST_DEPTH = 100
UNSUPPORTED = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")
JUNCTIONS = ("allOf", "anyOf", "oneOf")
LIST_TYPES = ("atomic", "set", "map")
# What may not stand below allOf, anyOf, oneOf and not, and what it must be instead.
NOT_BELOW = (
    ("type", "must be empty to be structural"),
    ("additionalProperties", "must be undefined to be structural"),
    ("default", "must be undefined to be structural"),
    ("title", "must be empty to be structural"),
    ("description", "must be empty to be structural"),
    ("nullable", "must be false to be structural"),
    (PRESERVE, "must be false to be structural"),
    (EMBEDDED, "must be false to be structural"),
    (INT_OR_STRING, "must be false to be structural"),
    ("x-kubernetes-list-map-keys", "must be empty to be structural"),
    ("x-kubernetes-list-type", "must be undefined to be structural"),
    ("x-kubernetes-map-type", "must be undefined to be structural"),
    ("x-kubernetes-validations", "must be empty to be structural"),
)


def schema_errors(path: str, schema: Obj) -> list[FieldError]:
    """What is wrong with the schema of a version, at most a hundred things."""
    return list(islice(_root(path, schema), MOST_ERRORS))


def _root(path: str, schema: Obj) -> Errors:
    if not schema.get("type"):
        yield field.required(f"{path}.type", "must not be empty at the root")
    elif schema["type"] != "object":
        yield field.invalid(f"{path}.type", schema["type"], "must be object at the root")
    if schema.get("nullable"):
        yield field.forbidden(f"{path}.nullable", "nullable cannot be true at the root")
    if schema.get("additionalProperties"):
        yield field.forbidden(f"{path}.additionalProperties", "must not be used at the root")
    yield from _node(path, schema, "", 0)


def _node(path: str, schema: Obj, place: str, depth: int) -> Errors:
    """One schema; *place* says of what it is: the `array items`, the `object fields`, or nothing at the root."""
    if depth > MOST_DEPTH:
        yield field.invalid(path, "", f"not simulated here: a schema more than {MOST_DEPTH} deep")
        return
    free = schema.get(PRESERVE) or schema.get(INT_OR_STRING)
    kind = schema.get("type", "")
    if place and not kind and not free:
        yield field.required(f"{path}.type", f"must not be empty for specified {place}")
    if kind and kind not in TYPES:
        yield field.not_supported(f"{path}.type", kind, TYPES)
    yield from _keywords(path, schema, kind)
    yield from _default(path, schema)
    yield from _list_type(path, schema, kind)
    for name in JUNCTIONS:
        for at, each in enumerate(schema.get(name) or ()):
            yield from _junction(f"{path}.{name}[{at}]", each, depth + 1)
    if schema.get("not"):
        yield from _junction(f"{path}.not", schema["not"], depth + 1)
    yield from _below(path, schema, kind, depth)


def _keywords(path: str, schema: Obj, kind: str) -> Errors:
    for name in UNSUPPORTED:
        if schema.get(name):
            yield field.forbidden(f"{path}.{name}", f"{name} is not supported")
    if schema.get("uniqueItems"):
        text = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        yield field.forbidden(f"{path}.uniqueItems", text)
    if isinstance(schema.get("items"), list):
        yield field.forbidden(f"{path}.items", "items must be a schema object and not an array")
    if schema.get("properties") and schema.get("additionalProperties"):
        text = "additionalProperties and properties are mutual exclusive"
        yield field.forbidden(f"{path}.additionalProperties", text)
    if schema.get(EMBEDDED) and kind != "object":
        yield field.invalid(f"{path}.type", kind, f"must be object if {EMBEDDED} is true")
    if kind == "array" and not schema.get("items"):
        yield field.required(f"{path}.items", "must be specified")
    if schema.get("pattern"):
        yield from _pattern(f"{path}.pattern", schema["pattern"])


def _pattern(path: str, text: str) -> Errors:
    try:
        schema_rules.pattern(text)
    except schema_rules.BadPattern as error:
        yield field.invalid(path, text, f"must be a valid regular expression, but isn't: {error}")


def _default(path: str, schema: Obj) -> Errors:
    if schema.get("default") is None:
        return
    for error in schema_rules.validate(schema["default"], schema):
        where = f"{path}.default{'.' if error.path and not error.path.startswith('[') else ''}{error.path}"
        yield error._replace(path=where)


def _list_type(path: str, schema: Obj, kind: str) -> Errors:
    said, keys = schema.get("x-kubernetes-list-type"), schema.get("x-kubernetes-list-map-keys") or ()
    if said and kind != "array":
        yield field.invalid(f"{path}.type", kind, "must be array if x-kubernetes-list-type is specified")
    if said and said not in LIST_TYPES:
        yield field.not_supported(f"{path}.x-kubernetes-list-type", said, LIST_TYPES)
    if said == "map" and not keys:
        text = "must not be empty if x-kubernetes-list-type is map"
        yield field.required(f"{path}.x-kubernetes-list-map-keys", text)
    items = schema.get("items")
    if said != "map" or not isinstance(items, dict):
        return
    for key in keys:
        below = (items.get("properties") or {}).get(key)
        if below is None:
            text = "entries must all be names of item properties"
            yield field.invalid(f"{path}.x-kubernetes-list-map-keys", list(keys), text)
        elif below.get("default") is None and key not in (items.get("required") or ()):
            where = f"{path}.items.properties[{key}].default"
            text = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"
            yield field.required(where, text)


def _junction(path: str, schema: Obj, depth: int) -> Errors:
    if depth > MOST_DEPTH:
        return
    for name, text in NOT_BELOW:
        if schema.get(name):
            yield field.forbidden(f"{path}.{name}", text)
    if schema.get("pattern"):
        yield from _pattern(f"{path}.pattern", schema["pattern"])
    for name in JUNCTIONS:
        for at, each in enumerate(schema.get(name) or ()):
            yield from _junction(f"{path}.{name}[{at}]", each, depth + 1)
    for name, each in (schema.get("properties") or {}).items():
        yield from _junction(f"{path}.properties[{name}]", each, depth + 1)


def _below(path: str, schema: Obj, kind: str, depth: int) -> Errors:
    for name, each in (schema.get("properties") or {}).items():
        if depth or name not in ("apiVersion", "kind", "metadata"):
            yield from _node(f"{path}.properties[{name}]", each, "object fields", depth + 1)
    if isinstance(schema.get("additionalProperties"), dict):
        below = schema["additionalProperties"]
        yield from _node(f"{path}.additionalProperties", below, "object fields", depth + 1)
    if isinstance(schema.get("items"), dict):
        yield from _node(f"{path}.items", schema["items"], "array items", depth + 1)


def uses_rules(schema: Any) -> bool:
    """Whether a schema has rules in CEL somewhere."""
    if isinstance(schema, list):
        return any(uses_rules(each) for each in schema)
    if not isinstance(schema, dict):
        return False
    return bool(schema.get("x-kubernetes-validations")) or any(uses_rules(each) for each in schema.values())
