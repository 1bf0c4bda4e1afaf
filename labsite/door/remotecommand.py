"""exec and attach: what is the same over WebSockets and over SPDY (k8s.io/kubelet/pkg/cri/streaming/remotecommand)."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec

from labsite.door.streams import Stream

SUCCESS = b'{"metadata":{},"status":"Success"}'
SPOKEN = ("stdout", "stderr")
LARGEST_SIDE = 1000


class Size(msgspec.Struct, rename="pascal"):
    """The size of the client's terminal."""

    width: int = 0
    height: int = 0


async def resize(stream: Stream, data: bytes) -> None:
    """The client's terminal has another size, as JSON; none at all when there is no terminal."""
    try:
        size = msgspec.json.decode(data, type=Size)
    except msgspec.DecodeError:
        return
    if size.width > 0 and size.height > 0:
        await stream.put("resize", columns=min(size.width, LARGEST_SIDE), rows=min(size.height, LARGEST_SIDE))


async def said(stream: Stream, failure: bytes) -> AsyncIterator[tuple[str, bytes]]:
    """What a program says, channel and data, of which there is none at a channel's end; then `status`, a Status as JSON. *failure* is the
    one of a program that could not be started."""
    status = failure or SUCCESS
    while not failure:
        channel, data = await stream.next()
        if channel == "":
            break
        if channel == "status" and data:
            status = data
        elif channel == "error:stdin":
            status = msgspec.json.encode({"metadata": {}, "status": "Failure", "message": data.decode()})
            break
        elif channel in SPOKEN:
            yield channel, data
    yield "status", status


def failure_of(response: dict[str, Any]) -> bytes:
    """Why the stream is there, but not the program that was to use it: a Status as JSON; empty if that is not so."""
    body = response["body"] or {}
    failed = response["code"] == 500 and str(body.get("message", "")).startswith("Internal error occurred: ")
    return msgspec.json.encode(body) if failed else b""
