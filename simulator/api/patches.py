"""Patches of objects: strategic merge, JSON merge and JSON patch (apimachinery/pkg/util/strategicpatch, jsonpatch)."""

from typing import Any

from simulator.api import meta
from simulator.api.errors import BadRequest

Obj = dict[str, Any]


def apply(kind: str, original: Obj, patch: Any, schema: str = "") -> Obj:
    """*original* with *patch* applied, as a new object; *kind* is `strategic`, `merge` or `json`."""
    if kind == "json":
        raise BadRequest("not simulated here: JSON patch")
    if not isinstance(patch, dict):
        raise BadRequest("the patch is no object")
    return merge(original, patch)


def merge(original: Any, patch: Any) -> Any:
    """JSON merge patch (RFC 7386): null takes out, objects merge, all else replaces."""
    if not isinstance(patch, dict):
        return meta.copy(patch)
    result = dict(original) if isinstance(original, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result
