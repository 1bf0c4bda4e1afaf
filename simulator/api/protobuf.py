"""Bodies in protobuf, which typed clients send (apimachinery/pkg/runtime/serializer/protobuf): read, never written.

The numbers of the fields stand in protobuf.json, made by tools/protobuf_table.py; their types are those of the schema.
"""

import base64
import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from simulator.api import schema, timestamps
from simulator.api.errors import BadRequest
from simulator.api.schema import Field

Obj = dict[str, Any]
Raw = int | memoryview
MAGIC = b"k8s\x00"
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
DEEPEST = 64
SECOND = 1_000_000
STRING = Field("string")


class Bad(ValueError):
    """The bytes are no protobuf, or none of this kind."""


def decode(data: bytes) -> Obj:
    """The object in the envelope `runtime.Unknown`; raises BadRequest."""
    try:
        if data[:4] != MAGIC:
            raise Bad("provided data does not appear to be a protobuf message, expected prefix 'k8s\\x00'")
        envelope = dict(parts(memoryview(data)[4:]))
        kinds = {number: _text(value) for number, value in parts(_bytes(envelope.get(1, memoryview(b""))))}
        version, kind = kinds.get(1, ""), kinds.get(2, "")
        definition = "meta.v1.DeleteOptions" if kind == "DeleteOptions" else schema.definition_of(version, kind)
        if not definition:
            raise Bad(f'no kind "{kind}" is registered for version "{version}"')
        body = message(_bytes(envelope.get(2, memoryview(b""))), definition, DEEPEST)
    except (Bad, struct.error, UnicodeDecodeError) as error:
        raise BadRequest(f"the object provided is unrecognized: {error}") from None
    return {"apiVersion": version, "kind": kind} | body


@cache
def table() -> dict[str, dict[int, tuple[str, bool]]]:
    """Definition to the numbers of its fields: name (`.Struct` for one whose fields stand in its place), pointer or not."""
    raw = msgspec.json.decode((Path(__file__).parent / "protobuf.json").read_bytes(), type=dict[str, dict[str, str]])
    return {
        name: {int(number): (text.rstrip("*"), text.endswith("*")) for number, text in numbers.items()}
        for name, numbers in raw.items()
    }


def parts(data: memoryview) -> Iterator[tuple[int, Raw]]:
    """The fields of a message: number and value, which is a whole number or bytes."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            value, at = varint(data, at)
            yield number, value
            continue
        size, at = varint(data, at) if wire == BYTES else ({FIXED64: 8, FIXED32: 4}.get(wire, -1), at)
        if size < 0 or at + size > len(data):
            raise Bad("unexpected EOF")
        yield number, data[at : at + size]
        at += size


def varint(data: memoryview, at: int) -> tuple[int, int]:
    """The whole number at *at*, and where the next thing begins."""
    value = shift = 0
    while shift < 70:
        if at >= len(data):
            raise Bad("unexpected EOF")
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at
    raise Bad("integer overflow")


def message(data: memoryview, definition: str, depth: int, outer: str = "") -> Obj:
    """A struct. Go sends the zero of what is no pointer, so that says nothing and is left out. The fields of a struct that stand in the
    place of one of *outer* are known to the schema as fields of *outer*."""
    if depth <= 0:
        raise Bad("exceeded max depth")
    if definition == "meta.v1.FieldsV1":
        return dict(_json(data) or {})
    numbers, fields = table().get(definition, {}), schema.fields_of(outer or definition)
    found: Obj = {}
    for number, raw in parts(data):
        name, pointer = numbers.get(number, ("", False))
        if name.startswith("."):
            found |= message(_bytes(raw), inline(name), depth - 1, outer or definition)
        elif name in fields:
            _enter(found, name, raw, fields[name], depth)
            if not pointer and found[name] in ("", 0, {}, None):
                del found[name]
    return found


def inline(name: str) -> str:
    """The definition whose fields stand in the place of `.NAME`."""
    return name[1:].replace("metav1.", "meta.v1.")


def _enter(found: Obj, name: str, raw: Raw, field: Field, depth: int) -> None:
    if field.kind == "list":
        found.setdefault(name, []).append(value(raw, field.item or STRING, depth - 1))
    elif field.kind == "map":
        key, item = _pair(_bytes(raw), field.item or STRING, depth - 1)
        found.setdefault(name, {})[key] = item
    else:
        found[name] = value(raw, field, depth - 1)


def _pair(data: memoryview, item: Field, depth: int) -> tuple[str, Any]:
    entry = dict(parts(data))
    raw = entry.get(2, memoryview(b""))
    if item.kind == "list":  # a list in a map is a message that holds it
        return _text(entry.get(1, memoryview(b""))), [_text(each) for _, each in parts(_bytes(raw))]
    return _text(entry.get(1, memoryview(b""))), value(raw, item, depth)


def value(raw: Raw, field: Field, depth: int) -> Any:
    """One value of a field's type."""
    kind = field.kind
    if kind == "object":
        return message(_bytes(raw), field.ref, depth)
    if kind in ("int32", "int64"):
        return _number(raw)
    if kind == "bool":
        return bool(_number(raw))
    reader = READERS.get(kind)
    if reader is None:
        raise Bad(f"not simulated here: {kind} in protobuf")
    return reader(_bytes(raw))


def _number(raw: Raw) -> int:
    if not isinstance(raw, int):
        raise Bad("wrong wireType")
    return raw - (1 << 64) if raw >> 63 else raw


def _bytes(raw: Raw) -> memoryview:
    if isinstance(raw, int):
        raise Bad("wrong wireType")
    return raw


def _text(raw: Raw) -> str:
    return str(_bytes(raw), "utf-8")


def _quantity(data: memoryview) -> str:
    return _text(dict(parts(data)).get(1, memoryview(b"")))


def _int_or_string(data: memoryview) -> int | str:
    entry = dict(parts(data))
    return _text(entry.get(3, memoryview(b""))) if entry.get(1) == 1 else _number(entry.get(2, 0))


def _time(data: memoryview) -> str:
    entry = dict(parts(data))
    return timestamps.rfc3339(_number(entry[1]) * SECOND) if 1 in entry else ""


def _micro_time(data: memoryview) -> str:
    entry = dict(parts(data))
    at = _number(entry.get(1, 0)) * SECOND + _number(entry.get(2, 0)) // 1000
    return timestamps.rfc3339_micro(at) if entry else ""


def _json(data: memoryview) -> Any:
    try:
        return msgspec.json.decode(_bytes(dict(parts(data)).get(1, memoryview(b"null"))))
    except msgspec.DecodeError as error:
        raise Bad(str(error)) from None


READERS = {
    "string": _text,
    "bytes": lambda data: base64.b64encode(data).decode(),
    "double": lambda data: struct.unpack("<d", data)[0],
    "quantity": _quantity,
    "intstr": _int_or_string,
    "time": _time,
    "microtime": _micro_time,
    "any": _json,
}
