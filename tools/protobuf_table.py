"""Makes simulator/api/protobuf.json, the numbers of fields in protobuf, from the struct tags of k8s.io/api and apimachinery.

python -m tools.protobuf_table PATH_OF_API PATH_OF_APIMACHINERY      (checkouts of kubernetes/api and kubernetes/apimachinery)

The table leads from a definition of schema.json to {number: name of the field}, with `*` behind the name of a field that is a
pointer in Go (its zero means something), and `.Struct` for a struct whose fields stand in its place.
"""

import json
import re
import sys
from pathlib import Path

OUT = Path(__file__).resolve().parents[1] / "simulator" / "api" / "protobuf.json"
GROUPS = [
    "apps/v1",
    "authentication/v1",
    "authorization/v1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "certificates/v1",
    "coordination/v1",
    "core/v1",
    "discovery/v1",
    "networking/v1",
    "node/v1",
    "policy/v1",
    "rbac/v1",
    "scheduling/v1",
    "storage/v1",
]
STRUCT = re.compile(r"^type (\w+) struct \{\n(.*?)^\}", re.M | re.S)
FIELD = re.compile(r"^\t(?:(\w+)\s+)?([*\[\]\w.{}]+)\s+`([^`]*)`", re.M)
TAG = re.compile(r'(\w+):"([^"]*)"')

Fields = dict[str, str]


def fields(package: str, body: str) -> Fields:
    """The numbered fields of a struct."""
    found = {}
    for _, kind, text in FIELD.findall(body):
        tags = dict(TAG.findall(text))
        if "protobuf" in tags:
            number, name = tags["protobuf"].split(",")[1], tags.get("json", "").split(",")[0]
            found[number] = name + "*" * kind.startswith("*") if name else f".{package}.{kind.lstrip('*')}"
    return found


def structs(package: str, text: str) -> dict[str, Fields]:
    """All structs of a file."""
    found = {f"{package}.{name}": fields(package, body) for name, body in STRUCT.findall(text)}
    return {name: numbers for name, numbers in found.items() if numbers}


def main(api: str, machinery: str) -> None:
    """Write the table."""
    sources = {group.replace("/", "."): Path(api) / group / "types.go" for group in GROUPS}
    sources["meta.v1"] = Path(machinery) / "pkg" / "apis" / "meta" / "v1" / "types.go"
    table: dict[str, Fields] = {}
    for package, path in sources.items():
        table |= structs(package, path.read_text())
    OUT.write_text(json.dumps(table, separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
