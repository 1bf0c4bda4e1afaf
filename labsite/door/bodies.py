"""Bodies of requests as plain data."""

from typing import Any

import msgspec

from labsite.door.statuses import bad_request, unsupported
from simulator.lab import ApiError, from_protobuf, why_no_json, why_no_object

LIMIT = 3 << 20  # what the API server takes
PROTOBUF = "application/vnd.kubernetes.protobuf"
PATCHES = ("application/merge-patch+json", "application/strategic-merge-patch+json", "application/json-patch+json")
JSON = ("", "application/json")
YAML = ("application/yaml", "application/apply-patch+yaml")


def decoded(data: bytes, content_type: str) -> Any:
    """The body. Text stands for JSON in which there is no object, and says why; and for YAML, which the simulator reads as strictly
    as any manifest. Raises Refusal."""
    kind = content_type.partition(";")[0].strip().lower()
    if not data:
        return None
    if kind in JSON:
        return json(data)
    if kind in PATCHES:
        return patch(data)
    if kind in YAML:
        return text(data)
    if kind == PROTOBUF:
        return protobuf(data)
    raise unsupported(kind)


def json(data: bytes) -> Any:
    """An object, or why there is none."""
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError):
        return why_no_object(data)
    return found if has_type(found) else why_no_object(data)


def has_type(found: Any) -> bool:
    """Whether a value can be asked for its version and kind; both may be left out."""
    return isinstance(found, dict) and all(isinstance(found.get(key, ""), str | None) for key in ("apiVersion", "kind"))


def patch(data: bytes) -> Any:
    """JSON of a patch; raises Refusal."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError):
        raise bad_request(why_no_json(data)) from None


def protobuf(data: bytes) -> Any:
    """What typed clients send; raises Refusal."""
    try:
        return from_protobuf(data)
    except ApiError as error:
        raise bad_request(error.message) from None


def text(data: bytes) -> Any:
    """JSON under the name of YAML, which kubectl sends, or YAML as text; raises Refusal."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise bad_request(f"the object provided is unrecognized: {error}") from None
