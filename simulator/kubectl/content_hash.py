"""The hash that stands at the end of the names of generated ConfigMaps and Secrets (models kustomize's api/hasher)."""

import hashlib
import json
from typing import Any

LENGTH = 10
# Digits and letters that might spell a word are replaced by others.
SAFE = str.maketrans("013ae", "ghkmt")
ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
# The fields that count, in their order; those in the second list only where they are not empty.
FIELDS = {"ConfigMap": (("data",), ("binaryData",)), "Secret": (("data",), ("stringData",))}


def content_hash(obj: dict[str, Any], name: str = "") -> str:
    """Ten letters and digits that change with the content of a ConfigMap or Secret, and with *name*: kubectl itself takes
    the object's, kustomize none."""
    return hashlib.sha256(_encoded(obj, name).encode()).hexdigest()[:LENGTH].translate(SAFE)


def _encoded(obj: dict[str, Any], name: str) -> str:
    """What is hashed: kind, name, type and content as JSON with sorted keys."""
    kind = str(obj["kind"])
    always, sometimes = FIELDS[kind]
    value: dict[str, Any] = {"kind": kind, "name": name}
    value |= {field: obj.get(field) or "" for field in always}
    value |= {field: obj[field] for field in sometimes if obj.get(field)}
    if kind == "Secret":
        value["type"] = obj.get("type", "")
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
