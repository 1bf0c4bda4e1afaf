"""Bodies of requests as plain data."""

from typing import Any

import msgspec

from labsite.door.statuses import bad_request, unsupported
from simulator.lab import ApiError, from_protobuf

LIMIT = 3 << 20  # what the API server takes
PROTOBUF = "application/vnd.kubernetes.protobuf"
PATCHES = ("application/merge-patch+json", "application/strategic-merge-patch+json", "application/json-patch+json")
JSON = ("", "application/json", *PATCHES)
YAML = ("application/yaml", "application/apply-patch+yaml")


def decoded(data: bytes, content_type: str) -> Any:
    """The body; YAML stays text, which the simulator reads as strictly as any manifest. Raises Refusal."""
    kind = content_type.partition(";")[0].strip().lower()
    if not data:
        return None
    if kind in JSON:
        return json(data)
    if kind in YAML:
        return text(data)
    if kind == PROTOBUF:
        return protobuf(data)
    raise unsupported(kind)


def json(data: bytes) -> Any:
    """JSON; raises Refusal."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise bad_request(f"the object provided is unrecognized: {error}") from None


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
