"""Patches of objects: strategic merge (apimachinery/pkg/util/strategicpatch), JSON merge (RFC 7386), JSON patch (RFC 6902)."""

from collections import deque
from typing import Any

from simulator.api import json_patch, meta, schema
from simulator.api.errors import BadRequest
from simulator.api.go_text import go_text
from simulator.api.schema import Field

Obj = dict[str, Any]
DIRECTIVE, RETAIN, ORDER, DELETE_ITEMS = "$patch", "$retainKeys", "$setElementOrder/", "$deleteFromPrimitiveList/"
ANY = Field("any")


def apply(kind: str, original: Obj, patch: Any, definition: str = "") -> Obj:
    """*original* with *patch* applied, as a new object that shares what did not change; raises BadRequest, Invalid.

    *kind* is `strategic`, `merge` or `json`; *definition* names the schema of the object for strategic merge.
    """
    if kind == "json":
        return json_patch.apply(original, patch)
    if not isinstance(patch, dict):
        raise BadRequest(f"json: cannot unmarshal {_word(patch)} into Go value of type map[string]interface {{}}")
    if kind == "merge" or not definition:
        return dict(merge(original, patch))
    return _merge_map(original, patch, schema.fields_of(definition))


def _word(patch: Any) -> str:
    return "array" if isinstance(patch, list) else "string" if isinstance(patch, str) else "number"


def merge(original: Any, patch: Any) -> Any:
    """JSON merge patch: null takes out, objects merge, all else replaces."""
    if not isinstance(patch, dict):
        return meta.copy(patch)
    result = dict(original) if isinstance(original, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result


def _merge_map(original: Obj, patch: Obj, fields: dict[str, Field], item: Field | None = None) -> Obj:
    """Merge two objects whose fields have the types *fields*, or all the type *item*."""
    if DIRECTIVE in patch:
        return _directed(patch)
    result = dict(original)
    if RETAIN in patch:
        result = {key: value for key, value in result.items() if key in patch[RETAIN]}
    for key, value in patch.items():
        if key == RETAIN or key.startswith((ORDER, DELETE_ITEMS)):
            continue
        if value is None:
            result.pop(key, None)
            continue
        field = item or fields.get(key, ANY)
        result[key] = _merge_value(result[key], value, field) if key in result else _clean(value)
    for key, value in patch.items():
        if key.startswith(DELETE_ITEMS):
            _delete_items(result, key.removeprefix(DELETE_ITEMS), value)
    _reorder(result, original, patch, fields)
    return result


def _directed(patch: Obj) -> Obj:
    directive = patch[DIRECTIVE]
    if directive == "delete":
        return {}
    if directive not in ("replace", "merge"):
        raise BadRequest(f"Unknown patch type: {directive}")
    return {key: value for key, value in patch.items() if key != DIRECTIVE}


def _merge_value(original: Any, patch: Any, field: Field) -> Any:
    if isinstance(original, dict) and isinstance(patch, dict) and "replace" not in field.strategy:
        fields = schema.fields_of(field.ref) if field.kind == "object" else {}
        return _merge_map(original, patch, fields, field.item if field.kind == "map" else None)
    if isinstance(original, list) and isinstance(patch, list) and "merge" in field.strategy:
        return _merge_list(original, patch, field)
    return _clean(patch)


def _clean(value: Any) -> Any:
    """What a patch adds: without nulls and directives."""
    if isinstance(value, list):
        return [_clean(each) for each in value if not (isinstance(each, dict) and each.get(DIRECTIVE) == "delete")]
    if not isinstance(value, dict):
        return value
    return {key: _clean(each) for key, each in value.items() if each is not None and not key.startswith("$")}


def _merge_list(original: list[Any], patch: list[Any], field: Field) -> list[Any]:
    if not field.key:
        for each in patch:
            if isinstance(each, dict | list):
                raise BadRequest(f"json: cannot unmarshal {_word(each)} into a list of plain values")
        merged = list(dict.fromkeys([*original, *patch]))
        return _ordered(merged, [each for each in patch if each in merged], original, "")
    if any(isinstance(each, dict) and each.get(DIRECTIVE) == "replace" for each in patch):
        return [_clean(each) for each in patch if each.get(DIRECTIVE) != "replace"]
    fields = schema.fields_of(field.item.ref) if field.item else {}
    merged_by_key = {_key_of(each, field.key): each for each in original}
    kept: list[Any] = []
    for each in patch:
        key = _key_of(each, field.key)
        if each.get(DIRECTIVE) == "delete":
            merged_by_key.pop(key, None)
            continue
        before = merged_by_key.get(key)
        merged_by_key[key] = _clean(each) if before is None else _merge_map(before, each, fields)
        kept.append(key)
    return _ordered(list(merged_by_key.values()), kept, [_key_of(each, field.key) for each in original], field.key)


def _key_of(item: Any, key: str) -> Any:
    if not isinstance(item, dict) or item.get(key) is None:
        raise BadRequest(f"map: {go_text(item)} does not contain declared merge key: {key}")
    if isinstance(item[key], dict | list):
        raise BadRequest(f"invalid merge key: {key}")
    return item[key]


def _ordered(merged: list[Any], order: list[Any], before: list[Any], key: str) -> list[Any]:
    """Items of the patch in its *order*, the others where they stood *before* in relation to them."""
    identity = [each[key] if key else each for each in merged]
    by_identity = dict(zip(identity, merged, strict=True))
    wanted = [each for each in dict.fromkeys(order) if each in by_identity]
    place = {each: at for at, each in enumerate(before)}
    chosen = set(wanted)
    others = [each for each in sorted(identity, key=lambda each: place.get(each, len(place))) if each not in chosen]
    queues = deque(wanted), deque(others)
    result: list[Any] = []
    while queues[0] and queues[1]:
        ours, theirs = place.get(queues[0][0]), place.get(queues[1][0])
        first_is_other = ours is not None and theirs is not None and theirs < ours
        result.append(queues[first_is_other].popleft())
    return [by_identity[each] for each in [*result, *queues[0], *queues[1]]]


def _delete_items(result: Obj, name: str, doomed: Any) -> None:
    if isinstance(result.get(name), list) and isinstance(doomed, list):
        gone = {str(each) for each in doomed}
        result[name] = [each for each in result[name] if str(each) not in gone]


def _reorder(result: Obj, original: Obj, patch: Obj, fields: dict[str, Field]) -> None:
    for directive, order in patch.items():
        if not directive.startswith(ORDER) or not isinstance(order, list):
            continue
        name = directive.removeprefix(ORDER)
        field = fields.get(name, ANY)
        if "merge" not in field.strategy or not isinstance(result.get(name), list):
            continue
        keys = [_key_of(each, field.key) for each in order] if field.key else order
        before = original.get(name) or []
        before = [_key_of(each, field.key) for each in before] if field.key else before
        result[name] = _ordered(result[name], keys, before, field.key)
