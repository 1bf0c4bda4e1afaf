"""Sets of fields (FieldsV1), and merging by them: the arithmetic of server-side apply (sigs.k8s.io/structured-merge-diff).

A set is a tree: `f:NAME` for a field, `k:{"name":"c"}` for an item of a list of maps, `v:"x"` for one of a set; a leaf is {}.
"""

import json
from collections.abc import Iterator
from typing import Any

from simulator.api import schema
from simulator.api.schema import Field

Tree = dict[str, Any]
ANY = Field("any")
# What a key that is left out means.
KEY_DEFAULTS = {"protocol": "TCP"}


def root(definition: str) -> Field:
    """The type of a whole object."""
    return Field("object", ref=definition)


def parts(value: Any, field: Field) -> Iterator[tuple[str, Any, Field]] | None:
    """The members of a value, each with its name in a set; None for a leaf, which belongs to one owner as a whole."""
    if field.map_type == "atomic":
        return None
    if field.kind == "object" and isinstance(value, dict):
        fields = schema.members(field)
        return ((f"f:{name}", item, fields.get(name, ANY)) for name, item in value.items()) if fields else None
    if field.kind == "map" and isinstance(value, dict):
        return ((f"f:{name}", item, field.item or ANY) for name, item in value.items())
    if field.kind == "list" and isinstance(value, list) and field.list_type in ("map", "set"):
        return ((item_name(item, field), item, field.item or ANY) for item in value)
    return None


def item_name(item: Any, field: Field) -> str:
    """How an item of a list is called."""
    if field.list_type == "set" or not isinstance(item, dict):
        return f"v:{json.dumps(item)}"
    keys = {key: item.get(key, KEY_DEFAULTS.get(key)) for key in field.keys if key in item or key in KEY_DEFAULTS}
    return f"k:{json.dumps(keys, separators=(',', ':'), sort_keys=True)}"


def tree_of(value: Any, field: Field) -> Tree:
    """The set of all fields that stand in a value."""
    members = parts(value, field)
    if members is None:
        return {}
    own: Tree = {}
    for name, item, kind in members:
        own[name] = ({".": {}} if name.startswith("k:") else {}) | tree_of(item, kind)
    return own


def united(one: Tree, other: Tree) -> Tree:
    """What is in either set."""
    return {name: united(one.get(name, {}), other.get(name, {})) for name in {**one, **other}}


def without(one: Tree, other: Tree) -> Tree:
    """What is in the first set and not a leaf of the second."""
    kept = {}
    for name, below in one.items():
        if name not in other:
            kept[name] = below
        elif (rest := without(below, other[name])) and set(rest) != {"."}:
            kept[name] = rest
    return kept


def changed(old: Any, new: Any, field: Field) -> Tree:
    """The set of the fields of *new* that are others in *old*."""
    members = parts(new, field)
    if members is None or old is None or parts(old, field) is None:
        return tree_of(new, field)
    before = {name: item for name, item, _ in parts(old, field) or ()}
    found: Tree = {}
    for name, item, kind in members:
        if name not in before:
            found[name] = tree_of(item, kind)
        elif before[name] != item:
            found[name] = changed(before[name], item, kind)
    return found


def merged(live: Any, applied: Any, field: Field) -> Any:
    """*live* with all that *applied* says."""
    members = parts(applied, field)
    if members is None or live is None or parts(live, field) is None:
        return applied
    if isinstance(applied, dict):
        kinds = {name: kind for name, _, kind in members}
        return {**live, **{key: merged(live.get(key), item, kinds[f"f:{key}"]) for key, item in applied.items()}}
    found = {name: item for name, item, _ in parts(live, field) or ()}
    for name, item, kind in members:
        found[name] = merged(found.get(name), item, kind)
    return list(found.values())


def pruned(live: Any, given_up: Tree, kept: Tree, field: Field) -> Any:
    """*live* without the fields in *given_up* that are not in *kept*."""
    members = parts(live, field)
    if members is None:
        return live
    rest = []
    for name, item, kind in members:
        if name in given_up and name not in kept:
            continue
        below = pruned(item, given_up[name], kept.get(name, {}), kind) if name in given_up else item
        rest.append((name, below))
    return [item for _, item in rest] if isinstance(live, list) else {name[2:]: item for name, item in rest}


def conflicts(live: Any, applied: Any, owned: Tree, field: Field, path: str = "") -> Iterator[tuple[str, Tree]]:
    """The fields that *applied* would change and that stand in *owned*: how each is called, and as a set."""
    members = parts(applied, field)
    before = {name: item for name, item, _ in parts(live, field) or ()} if live is not None else {}
    for name, item, kind in members or ():
        if name not in owned or name not in before:
            continue
        here = path + spoken(name)
        if parts(item, kind) is not None:
            for text, tree in conflicts(before[name], item, owned[name], kind, here):
                yield text, {name: tree}
        elif before[name] != item:
            yield here, {name: {}}


def spoken(name: str) -> str:
    """A member as messages name it: `.replicas`, `[name="c"]`."""
    if name.startswith("f:"):
        return f".{name[2:]}"
    if name.startswith("v:"):
        return f"[={name[2:]}]"
    keys = json.loads(name[2:])
    return "[" + ",".join(f"{key}={json.dumps(value)}" for key, value in keys.items()) + "]"
