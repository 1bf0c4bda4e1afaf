"""JSON patch (RFC 6902), with limits on what it may grow to."""

from collections.abc import Callable
from typing import Any

import msgspec

from simulator.api import meta
from simulator.api.errors import BadRequest, Invalid

Obj = dict[str, Any]
MAX_OPERATIONS = 10_000
MAX_COPIED = 3 * 1024 * 1024
REJECTED = "the server rejected our request due to an error in our request"


def apply(original: Obj, operations: Any) -> Obj:
    """A new object, changed by the operations in turn; raises BadRequest, Invalid."""
    if not isinstance(operations, list) or not all(isinstance(each, dict) for each in operations):
        raise BadRequest("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
    if len(operations) > MAX_OPERATIONS:
        raise BadRequest(
            f"Request entity too large: The allowed maximum operations in a JSON patch is {MAX_OPERATIONS}, got {len(operations)}"
        )
    patched = _Patched(meta.copy(original))
    for each in operations:
        operation = OPERATIONS.get(str(each.get("op")))
        if operation is None:
            raise Invalid(REJECTED)
        operation(patched, each)
    return _object(patched.document)


class _Patched:
    """The document on its way, and how much was copied inside it: copies of copies would grow without end."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.copied = 0

    def add(self, each: Obj) -> None:
        self.document = _add(self.document, _parts(each.get("path", "")), meta.copy(each.get("value")))

    def replace(self, each: Obj) -> None:
        parts = _parts(each.get("path", ""))
        _find(self.document, parts)
        self.document = _add(self.document, parts, meta.copy(each.get("value")), replace=True)

    def remove(self, each: Obj) -> None:
        _remove(self.document, _parts(each.get("path", "")))

    def test(self, each: Obj) -> None:
        if _find(self.document, _parts(each.get("path", ""))) != each.get("value"):
            raise Invalid(REJECTED)

    def copy(self, each: Obj) -> None:
        value = meta.copy(_find(self.document, _parts(each.get("from", ""))))
        self.copied += len(msgspec.json.encode(value))
        if self.copied > MAX_COPIED:
            raise Invalid(REJECTED)
        self.document = _add(self.document, _parts(each.get("path", "")), value)

    def move(self, each: Obj) -> None:
        parts = _parts(each.get("from", ""))
        value = _find(self.document, parts)
        _remove(self.document, parts)
        self.document = _add(self.document, _parts(each.get("path", "")), value)


OPERATIONS: dict[str, Callable[[_Patched, Obj], None]] = {
    "add": _Patched.add,
    "replace": _Patched.replace,
    "remove": _Patched.remove,
    "test": _Patched.test,
    "copy": _Patched.copy,
    "move": _Patched.move,
}


def _object(document: Any) -> Obj:
    if not isinstance(document, dict):
        raise Invalid(REJECTED)
    return document


def _parts(pointer: Any) -> list[str]:
    if pointer == "":
        return []
    if not isinstance(pointer, str) or not pointer.startswith("/"):
        raise Invalid(REJECTED)
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]


def _index(items: list[Any], part: str, *, end: bool = False) -> int:
    if end and part == "-":
        return len(items)
    if not part.isdigit() or int(part[:9]) >= len(items) + end:
        raise Invalid(REJECTED)
    return int(part)


def _find(document: Any, parts: list[str]) -> Any:
    for part in parts:
        if isinstance(document, list):
            document = document[_index(document, part)]
        elif isinstance(document, dict) and part in document:
            document = document[part]
        else:
            raise Invalid(REJECTED)
    return document


def _remove(document: Any, parts: list[str]) -> None:
    if not parts:
        raise Invalid(REJECTED)
    parent = _find(document, parts[:-1])
    _find(parent, parts[-1:])
    del parent[_index(parent, parts[-1]) if isinstance(parent, list) else parts[-1]]


def _add(document: Any, parts: list[str], value: Any, *, replace: bool = False) -> Any:
    if not parts:
        return value
    parent = _find(document, parts[:-1])
    if isinstance(parent, list):
        at = _index(parent, parts[-1], end=not replace)
        parent[at : at + replace] = [value]
    elif isinstance(parent, dict):
        parent[parts[-1]] = value
    else:
        raise Invalid(REJECTED)
    return document
