"""Makes schema.json and descriptions.json, the shape of every kind of v1.36, from published JSON schemas. Run at set-up.

python -m simulator.api.generate_schema [path of _definitions.json]
"""

import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simulator.api.resources import RESOURCES

HERE = Path(__file__).parent
RELEASE = "v1.36.0-local"
# Kinds that stand in requests and answers but have no collection of their own.
EXTRA_KINDS = (
    ("", "v1", "DeleteOptions"),
    ("autoscaling", "v1", "Scale"),
    ("policy", "v1", "Eviction"),
    ("authentication.k8s.io", "v1", "TokenRequest"),
)
SPECIAL = {"Quantity": "quantity", "IntOrString": "intstr", "Time": "time", "MicroTime": "microtime"}
PREFIXES = (
    ("io.k8s.api.", ""),
    ("io.k8s.apimachinery.pkg.apis.", ""),
    ("io.k8s.apimachinery.pkg.", ""),
    ("io.k8s.apiextensions-apiserver.pkg.apis.", ""),
    ("io.k8s.kube-aggregator.pkg.apis.", ""),
)
REF = "#/$defs/"


def short(name: str) -> str:
    """`io.k8s.api.core.v1.Pod` as `core.v1.Pod`."""
    for prefix, replacement in PREFIXES:
        if name.startswith(prefix):
            return replacement + name.removeprefix(prefix)
    return name


def kind_of(schema: dict[str, Any]) -> str:
    """The name of a scalar type."""
    declared = schema.get("type", [])
    types = [each for each in ([declared] if isinstance(declared, str) else declared) if each != "null"]
    if not types:
        return "any"
    if types[0] == "string":
        return {"byte": "bytes", "date-time": "time"}.get(schema.get("format", ""), "string")
    formats = {"integer": schema.get("format", "int64"), "number": "double", "boolean": "bool"}
    return str(formats.get(types[0], "any"))


def compact(schema: dict[str, Any]) -> dict[str, Any]:
    """A field's type without words: kind, what it refers to or holds, and how patches merge it."""
    if "$ref" in schema:
        name = short(schema["$ref"].removeprefix(REF))
        special = SPECIAL.get(name.rpartition(".")[2]) if not name.startswith("apiextensions") else None
        return {"kind": special} if special else {"kind": "object", "ref": name}
    field: dict[str, Any]
    if "items" in schema:
        field = {"kind": "list", "item": compact(schema["items"])}
    elif isinstance(schema.get("additionalProperties"), dict):
        field = {"kind": "map", "item": compact(schema["additionalProperties"])}
    else:
        field = {"kind": kind_of(schema)}
    return field | merging(schema)


def merging(schema: dict[str, Any]) -> dict[str, Any]:
    """How patches of the field merge, if its schema says so."""
    names = {
        "key": "x-kubernetes-patch-merge-key",
        "keys": "x-kubernetes-list-map-keys",
        "list_type": "x-kubernetes-list-type",
        "map_type": "x-kubernetes-map-type",
    }
    found = {ours: schema[theirs] for ours, theirs in names.items() if theirs in schema}
    strategy = schema.get("x-kubernetes-patch-strategy")
    return found | ({"strategy": strategy.split(",")} if strategy else {})


def definition(schema: dict[str, Any]) -> dict[str, Any]:
    """A kind or a part of one: its fields."""
    required = schema.get("required", ())
    fields = {
        name: compact(field) | ({"required": True} if name in required else {})
        for name, field in schema.get("properties", {}).items()
    }
    return {"fields": fields} if fields else {"fields": {}, "open": True}


def references(fields: dict[str, Any]) -> Iterator[str]:
    """The definitions that some fields mention."""
    for field in fields.values():
        while "item" in field:
            field = field["item"]
        if "ref" in field:
            yield field["ref"]


def reachable(definitions: dict[str, Any], roots: list[str]) -> dict[str, Any]:
    """The definitions that the roots need, with themselves."""
    found: dict[str, Any] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = definitions[name]
            waiting += references(definitions[name]["fields"])
    return dict(sorted(found.items()))


def wanted_kinds() -> list[tuple[str, str, str]]:
    """Group, version and kind of all that the table of resources lists."""
    listed = [(each.group, version, each.kind) for each in RESOURCES.values() for version in each.versions]
    return [*listed, *EXTRA_KINDS]


def generate(source: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema, and the descriptions of kinds and fields."""
    raw: dict[str, Any] = json.loads(source.read_text())["$defs"]
    kinds = {
        f"{each['group']}/{each['version']}/{each['kind']}": short(name)
        for name, schema in raw.items()
        for each in schema.get("x-kubernetes-group-version-kind", ())
        if (each["group"], each["version"], each["kind"]) in wanted_kinds()
    }
    definitions = {short(name): definition(schema) for name, schema in raw.items()}
    found = reachable(definitions, list(kinds.values()))
    texts = {short(name): described(schema) for name, schema in raw.items() if short(name) in found}
    return {"kinds": dict(sorted(kinds.items())), "definitions": found}, dict(sorted(texts.items()))


def described(schema: dict[str, Any]) -> dict[str, str]:
    """What the schema says in words: of itself under the empty name, and of each field."""
    texts = {name: field.get("description", "") for name, field in schema.get("properties", {}).items()}
    return {"": schema.get("description", "")} | texts


def default_source() -> Path:
    """The definitions in the installed package kubernetes-validate."""
    spec = importlib.util.find_spec("kubernetes_validate")
    if spec is None or spec.origin is None:
        sys.exit("generate_schema: install kubernetes-validate 1.36, or give the path of its _definitions.json")
    return Path(spec.origin).parent / "kubernetes-json-schema" / RELEASE / "_definitions.json"


def main(arguments: list[str]) -> None:
    """Write both files beside this one."""
    source = Path(arguments[0]) if arguments else default_source()
    schema, texts = generate(source)
    for name, content in (("schema.json", schema), ("descriptions.json", texts)):
        text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
