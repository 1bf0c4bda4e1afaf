"""Objects with their fields in the order of Go's structs, as typed clients print them: that of their numbers in protobuf, mostly."""

from functools import cache
from typing import Any

from simulator.api import protobuf, schema
from simulator.api.quantities import canonical
from simulator.api.schema import Field

FIRST = ("kind", "apiVersion")
# Fields that Go's structs have elsewhere than their numbers say: by definition, the field and the one that it follows.
MOVED = {
    "core.v1.Container": {"imagePullPolicy": "terminationMessagePolicy"},
    "core.v1.NodeSpec": {"podCIDRs": "podCIDR"},
    "core.v1.PodCondition": {"observedGeneration": "type"},
    "core.v1.PodStatus": {"observedGeneration": "", "hostIPs": "hostIP", "podIPs": "podIP"},
    "core.v1.VolumeMount": {"recursiveReadOnly": "readOnly"},
    "meta.v1.StatusDetails": {"uid": "kind"},
}
DEEPEST = 64


def in_struct_order(value: Any, definition: str, depth: int = DEEPEST) -> Any:
    """*value*, an object of *definition*, with its fields and those of its parts in order, maps by their keys, and quantities in
    their shortest form."""
    if not isinstance(value, dict) or depth <= 0:
        return value
    fields, order = schema.fields_of(definition), _order(definition)
    names = sorted(value, key=lambda name: (order.get(name, len(order)), name))
    return {name: _part(value[name], fields.get(name), depth - 1) for name in names}


def _part(value: Any, field: Field | None, depth: int) -> Any:
    if field is None:
        return value
    if field.kind == "quantity":
        return canonical(value)
    if field.kind == "object" and field.ref:
        return in_struct_order(value, field.ref, depth)
    if field.kind == "list" and isinstance(value, list):
        return [_part(each, field.item, depth) for each in value]
    if field.kind == "map" and isinstance(value, dict):
        return {key: _part(value[key], field.item, depth) for key in sorted(value)}
    return value


@cache
def _order(definition: str) -> dict[str, int]:
    names = _names(definition)
    for name, before in MOVED.get(definition, {}).items():
        names.remove(name)
        names.insert(names.index(before) + 1 if before else 0, name)
    return {name: at for at, name in enumerate((*FIRST, *names))}


def _names(definition: str) -> list[str]:
    """The names of the fields; those of a struct that stands in the place of a field are taken in."""
    found: list[str] = []
    for _, (name, _) in sorted(protobuf.table().get(definition, {}).items()):
        found += _names(protobuf.inline(name)) if name.startswith(".") else [name]
    return found
