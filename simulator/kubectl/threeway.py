"""The patch that `kubectl apply` sends: what was applied last, what is wanted now, what there is (models
apimachinery/pkg/util/strategicpatch, CreateThreeWayMergePatch)."""

from collections.abc import Mapping
from typing import Any, Protocol

from simulator.kubectl.failures import Failure

Obj = dict[str, Any]
MAX_DEPTH = 100


class MergeSchema(Protocol):
    """What a strategic merge must know of a type. A schema of None knows nothing: lists are replaced as a whole."""

    def field(self, name: str) -> "MergeSchema | None":
        """The type of a field (for a list: of its elements)."""
        ...

    def merge_key(self, name: str) -> str | None:
        """The key by which the elements of the list *name* are told apart; empty if they are plain values that merge; None if
        the list is replaced."""
        ...

    def retains_keys(self, name: str) -> bool:
        """Whether the field is a union of which only the given keys are kept (`retainKeys`)."""
        ...


def three_way(original: Obj, modified: Obj, current: Obj, schema: MergeSchema | None) -> Obj:
    """The strategic merge patch that brings *current* to *modified*, and takes out what only *original* had; {} if nothing changes."""
    delta = _diff(current, modified, schema, deletions=False, additions=True)
    gone = _diff(original, modified, schema, deletions=True, additions=False)
    return _merged(gone, delta, schema)


def two_way(before: Obj, after: Obj, schema: MergeSchema | None) -> Obj:
    """The strategic merge patch that makes *after* of *before*; {} if they are the same."""
    if schema is None:
        return _json_diff(before, after, True, True)
    return _diff(before, after, schema, deletions=True, additions=True)


def three_way_json(original: Obj, modified: Obj, current: Obj) -> Obj:
    """The same as a JSON merge patch, for types without a schema."""
    return _merged(_json_diff(original, modified, True, False), _json_diff(current, modified, False, True), None)


def _json_diff(before: Mapping[str, Any], after: Mapping[str, Any], deletions: bool, additions: bool) -> Obj:
    patch: Obj = {}
    for key, value in after.items():
        old = before.get(key)
        if isinstance(value, dict) and isinstance(old, dict):
            inner = _json_diff(old, value, deletions, additions)
            if inner:
                patch[key] = inner
        elif additions and (key not in before or old != value):
            patch[key] = value
    if deletions:
        patch |= {key: None for key in before if key not in after}
    return patch


def _diff(
    before: Obj, after: Obj, schema: MergeSchema | None, *, deletions: bool, additions: bool, depth: int = 0
) -> Obj:
    patch: Obj = {}
    for key, value in after.items():
        old = before.get(key)
        if value is None or old is None or type(old) is not type(value) or depth > MAX_DEPTH:
            if additions and old != value:
                patch[key] = value
        elif isinstance(value, dict):
            _diff_map(patch, key, old, value, schema, deletions, additions, depth)
        elif isinstance(value, list):
            _diff_list(patch, key, old, value, schema, deletions, additions, depth)
        elif additions and old != value:
            patch[key] = value
    if deletions:
        patch |= {key: None for key in before if key not in after}
    return patch


def _diff_map(
    patch: Obj, key: str, old: Obj, new: Obj, schema: MergeSchema | None, deletions: bool, additions: bool, depth: int
) -> None:
    inner = _diff(
        old, new, schema.field(key) if schema else None, deletions=deletions, additions=additions, depth=depth + 1
    )
    if not inner:
        return
    if schema is not None and schema.retains_keys(key) and additions:
        inner["$retainKeys"] = sorted(name for name, value in new.items() if value is not None)
    patch[key] = inner


def _diff_list(
    patch: Obj,
    key: str,
    old: list[Any],
    new: list[Any],
    schema: MergeSchema | None,
    deletions: bool,
    additions: bool,
    depth: int,
) -> None:
    merge_key = schema.merge_key(key) if schema else None
    if merge_key is None:
        if additions and old != new:
            patch[key] = new
    elif merge_key == "":
        _diff_values(patch, key, old, new, deletions, additions)
    else:
        _diff_elements(patch, key, merge_key, old, new, schema, deletions, additions, depth)


def _diff_values(patch: Obj, key: str, old: list[Any], new: list[Any], deletions: bool, additions: bool) -> None:
    added = [value for value in new if value not in old]
    removed = [value for value in old if value not in new]
    if additions and added:
        patch[key] = added
        patch[f"$setElementOrder/{key}"] = new
    if deletions and removed:
        patch[f"$deleteFromPrimitiveList/{key}"] = removed


def _diff_elements(
    patch: Obj,
    key: str,
    merge_key: str,
    old: list[Any],
    new: list[Any],
    schema: MergeSchema | None,
    deletions: bool,
    additions: bool,
    depth: int,
) -> None:
    """Elements of a list that merge by a key: those that are new or changed, and those to be deleted."""
    inner_schema = schema.field(key) if schema else None
    if any(isinstance(element.get(merge_key), dict | list) for element in [*old, *new] if isinstance(element, dict)):
        raise Failure(f"not simulated here: a merge key {merge_key} that is no plain value")
    before = {element.get(merge_key): element for element in old if isinstance(element, dict)}
    after = [element for element in new if isinstance(element, dict)]
    changes: list[Obj] = []
    for element in after:
        name = element.get(merge_key)
        if name not in before:
            if additions:
                changes.append(element)
            continue
        change = _diff(before[name], element, inner_schema, deletions=deletions, additions=additions, depth=depth + 1)
        if change:
            changes.append({merge_key: name, **change})
    if deletions:
        names = [element.get(merge_key) for element in after]
        changes += [{"$patch": "delete", merge_key: name} for name in before if name not in names]
    if changes:
        changes.sort(key=lambda change: str(change.get(merge_key)))
        patch[key] = changes
    if changes or (additions and _reordered(merge_key, old, after)):
        patch[f"$setElementOrder/{key}"] = [{merge_key: element.get(merge_key)} for element in after]


def _reordered(merge_key: str, old: list[Any], new: list[Obj]) -> bool:
    """Whether elements that were there stand in another order now."""
    wanted = [element.get(merge_key) for element in new]
    kept = [element.get(merge_key) for element in old if isinstance(element, dict) and element.get(merge_key) in wanted]
    return kept != [name for name in wanted if name in kept]


def _merged(first: Obj, second: Obj, schema: MergeSchema | None) -> Obj:
    """Two patches as one; the second has the last word."""
    result = dict(first)
    for key, value in second.items():
        old = result.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            result[key] = _merged(old, value, schema.field(key) if schema else None)
        elif isinstance(old, list) and isinstance(value, list) and not key.startswith("$"):
            merge_key = schema.merge_key(key) if schema else None
            result[key] = (
                _merged_lists(old, value, merge_key, schema.field(key) if schema else None) if merge_key else value
            )
        else:
            result[key] = value
    return result


def _merged_lists(first: list[Obj], second: list[Obj], merge_key: str, schema: MergeSchema | None) -> list[Obj]:
    by_name = {element.get(merge_key): element for element in first}
    for element in second:
        name = element.get(merge_key)
        by_name[name] = _merged(by_name[name], element, schema) if name in by_name else element
    return sorted(by_name.values(), key=lambda element: str(element.get(merge_key)))
