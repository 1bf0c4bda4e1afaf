"""exec, attach and port-forward over WebSockets (kubelet's remotecommand and portforward protocols)."""

import asyncio
import logging
from typing import Any

import msgspec
from channels.generic.websocket import AsyncWebsocketConsumer

from labsite.door import addresses, asking, visits
from labsite.door.mailbox import mailbox
from labsite.door.statuses import Refusal
from labsite.door.streams import Stream

log = logging.getLogger(__name__)
Message = dict[str, Any]
V5, V4 = "v5.channel.k8s.io", "v4.channel.k8s.io"
STDIN, STDOUT, STDERR, STATUS, RESIZE, CLOSE = 0, 1, 2, 3, 4, 255
CHANNELS = {"stdout": STDOUT, "stderr": STDERR, "status": STATUS}
SUCCESS = {"metadata": {}, "status": "Success"}
KINDS = ("exec", "attach")


class Size(msgspec.Struct, rename="pascal"):
    """The size of the client's terminal."""

    width: int = 0
    height: int = 0


class Door(AsyncWebsocketConsumer):
    """One stream of one client. What is refused is refused before the handshake; the client then asks over HTTP why."""

    stream: Stream | None = None
    speaker: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        try:
            protocol = await self.begin()
        except Refusal:
            protocol = ""
        if not protocol:
            await self.close()
            return
        await self.accept(subprotocol=protocol)
        self.speaker = asyncio.create_task(self.speak())

    async def begin(self) -> str:
        """Open the stream; the protocol to be spoken, empty if it was refused. Raises Refusal."""
        visit = await visits.admitted(self.scope)
        query = addresses.query_of(self.scope["query_string"].decode("latin-1"))
        request = addresses.request_of("POST", visit.path, query)
        visits.check(visit.visitor, request)
        protocol = next((each for each in (V5, V4) if each in self.scope["subprotocols"]), "")
        if request.get("subresource") not in KINDS or not protocol:
            return ""
        self.stream = Stream(mailbox(), visit.visitor.sandbox)
        response = asking.response_of(await self.stream.open(request))
        return protocol if response["code"] < 400 else ""

    async def disconnect(self, code: int) -> None:
        if self.speaker is not None:
            self.speaker.cancel()
        if self.stream is not None:
            await self.stream.close()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        data = bytes_data if bytes_data is not None else (text_data or "").encode()
        if not data or self.stream is None:
            return
        channel, rest = data[0], data[1:]
        if channel == STDIN and rest:
            await self.stream.say("stdin", rest)
        elif channel == CLOSE and rest[:1] == b"\0":
            await self.stream.put("end", channel="stdin")
        elif channel == RESIZE:
            await self.resize(rest)

    async def resize(self, data: bytes) -> None:
        """The client's terminal has another size; none at all when there is no terminal."""
        try:
            size = msgspec.json.decode(data, type=Size)
        except msgspec.DecodeError:
            return
        if self.stream is not None and size.width > 0 and size.height > 0:
            await self.stream.put("resize", columns=min(size.width, 1000), rows=min(size.height, 1000))

    async def speak(self) -> None:
        """Pass on what the stream says; the status comes last, then the connection is closed."""
        assert self.stream is not None
        status = msgspec.json.encode(SUCCESS)
        while True:
            channel, data = await self.stream.pieces.get()
            if channel == "":
                break
            if channel == "status" and data:
                status = data
            elif channel in CHANNELS and data:
                await self.send(bytes_data=bytes([CHANNELS[channel]]) + data)
        await self.send(bytes_data=bytes([STATUS]) + status)
        await self.close(code=1000)
