"""The JSON Schema of a scenario, made from the tables by which scenarios are read (scenario.py, fault_kinds.py)."""

from typing import Any

from simulator.cluster.fault_kinds import FAULTS, LONGEST, LONGEST_TEXT, MOST, TIMES, FaultKind
from simulator.cluster.scenario import KEYS, KUBELET_KEYS, MOST_NODES, NODE_KEYS
from simulator.kubelet.thresholds import SIGNALS

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"type": "array", "items": TEXT}
OBJECT: Schema = {"type": "object"}
OBJECTS: Schema = {"type": "array", "items": OBJECT}
QUANTITIES: Schema = {"type": "object", "propertyNames": {"enum": sorted(SIGNALS)}}

PARTS: dict[str, Schema] = {
    "registries": {
        "description": "Registries by host: kind (harbor), private, users, images (name: {like: a known image})",
        "type": "object",
        "additionalProperties": {"type": ["object", "null"], "properties": {"images": OBJECT, "users": OBJECT}},
    },
    "storage_classes": {"description": "StorageClass objects", **OBJECTS},
    "admission_plugins": {"description": "Admission plug-ins beside the usual ones", **TEXTS},
    "files": {
        "description": "Files on the control plane's host, by path",
        "type": "object",
        "additionalProperties": TEXT,
    },
    "objects": {
        "description": "Objects that are there from the beginning",
        "type": "array",
        "items": {"type": "object", "required": ["apiVersion", "kind"]},
    },
}
NODE_PARTS: dict[str, Schema] = {
    "name": {"description": "Its name", **TEXT},
    "roles": {"description": "[control-plane] for exactly one node", **TEXTS},
    "labels": {"description": "Labels beside the usual ones", **OBJECT},
    "taints": {"description": "Taints: {key, value, effect}", **OBJECTS},
    "images": {"description": "Images that need no pull", **TEXTS},
    "cpu": {"description": "Cores", "type": "integer", "minimum": 1},
    "memory": {"description": "Bytes", "type": "integer", "minimum": 1},
}
KUBELET_PARTS: dict[str, Schema] = {
    "allowed_unsafe_sysctls": TEXTS,
    "eviction_hard": QUANTITIES,
    "eviction_soft": QUANTITIES,
    "eviction_soft_grace_period": QUANTITIES,
    "eviction_max_pod_grace_period": {"type": "integer"},
}


def schema() -> Schema:
    """Of a whole scenario."""
    kubelet = mapping({name: KUBELET_PARTS[name] for name in sorted(KUBELET_KEYS)})
    node = mapping({name: kubelet if name == "kubelet" else NODE_PARTS[name] for name in sorted(NODE_KEYS)}, "name")
    made: dict[str, Schema] = {
        "nodes": {"description": "The machines", "type": "array", "items": node, "maxItems": MOST_NODES},
        "faults": {"description": "What is broken", "type": "array", "items": {"oneOf": [*map(fault, FAULTS.items())]}},
    }
    return {
        "description": "The cluster; left out: a control plane and two nodes",
        **mapping({name: made.get(name) or PARTS[name] for name in sorted(KEYS)}),
    }


def fault(entry: tuple[str, FaultKind]) -> Schema:
    """Of one kind of fault."""
    name, kind = entry
    parts: dict[str, Schema] = {"type": {"const": name}}
    parts |= {key: {"description": "Seconds", "type": "number", "minimum": 0, "maximum": LONGEST} for key in TIMES}
    parts |= {key: detail(key) for key in (*kind.needs, *kind.takes)}
    return {"title": name, "description": kind.what, **mapping(parts, "type", *kind.needs)}


def detail(key: str) -> Schema:
    """Of one key of a fault."""
    if key in MOST:
        return {"type": "integer", "minimum": 0, "maximum": MOST[key]}
    return {**TEXT, "maxLength": LONGEST_TEXT}


def mapping(parts: dict[str, Schema], *required: str) -> Schema:
    """Of a mapping with these keys and no others."""
    return {"type": "object", "properties": parts, "additionalProperties": False, "required": list(required)}
