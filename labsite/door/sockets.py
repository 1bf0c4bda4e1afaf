"""exec, attach and port-forward over WebSockets (kubelet's remotecommand and portforward protocols)."""

import asyncio
import logging
from typing import Any

import msgspec
from channels.generic.websocket import AsyncWebsocketConsumer

from labsite.door import addresses, asking, visits
from labsite.door.forwarding import PROTOCOL, Forward
from labsite.door.mailbox import mailbox
from labsite.door.spdy import Bad
from labsite.door.statuses import Refusal
from labsite.door.streams import Stream

log = logging.getLogger(__name__)
Message = dict[str, Any]
V5, V4 = "v5.channel.k8s.io", "v4.channel.k8s.io"
STDIN, STDOUT, STDERR, STATUS, RESIZE, CLOSE = 0, 1, 2, 3, 4, 255
CHANNELS = {"stdout": STDOUT, "stderr": STDERR, "status": STATUS}
# Clients throw away what comes before they have made up their streams, which they do after the handshake.
BREATH_S = 0.1
# What comes in one TLS record with the end of the connection, some clients see only when it has ended.
GAP_S = 0.01
SUCCESS = {"metadata": {}, "status": "Success"}
BAD = 4400  # of the codes that an application may choose
PROTOCOLS = {"exec": (V5, V4), "attach": (V5, V4), "portforward": (PROTOCOL,)}


class Size(msgspec.Struct, rename="pascal"):
    """The size of the client's terminal."""

    width: int = 0
    height: int = 0


class Door(AsyncWebsocketConsumer):
    """One stream of one client. What is refused is refused before the handshake; the client then asks over HTTP why."""

    stream: Stream | None = None
    speaker: asyncio.Task[None] | None = None
    forward: Forward | None = None
    failure = b""  # why a program could not be started, which is told on the stream

    async def connect(self) -> None:
        try:
            protocol = await self.begin()
        except Refusal:
            protocol = ""
        if not protocol:
            await self.close()
            return
        await self.accept(subprotocol=protocol)
        assert self.stream is not None
        if protocol == PROTOCOL:
            self.forward = Forward(self.stream, self.send_bytes)
        self.speaker = asyncio.create_task(self.speak() if self.forward is None else self.carry(self.forward))

    async def begin(self) -> str:
        """Open the stream; the protocol to be spoken, empty if it was refused. Raises Refusal."""
        visit = await visits.admitted(self.scope)
        query = addresses.query_of(self.scope["query_string"].decode("latin-1"))
        request = addresses.request_of("POST", visit.path, query)
        visits.check(visit.visitor, request)
        known = PROTOCOLS.get(request.get("subresource", ""), ())
        protocol = next((each for each in known if each in self.scope["subprotocols"]), "")
        if not protocol:
            return ""
        self.stream = Stream(mailbox(), visit.visitor.sandbox)
        response = asking.response_of(await self.stream.open(request))
        if failed_to_start(response):
            self.failure = msgspec.json.encode(response["body"])
            return protocol
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
        if self.forward is not None:
            await self.pass_on(self.forward, data)
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

    async def pass_on(self, forward: Forward, data: bytes) -> None:
        """Bytes of a port-forward; a client that speaks something else has to go."""
        try:
            await forward.take(data)
        except Bad as error:
            log.info("port-forward: %s", error)
            await self.close(code=BAD)

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary message."""
        await self.send(bytes_data=data)

    async def carry(self, forward: Forward) -> None:
        """Pass on what the connections of a port-forward say."""
        assert self.stream is not None
        while True:
            channel, data = await self.stream.pieces.get()
            if channel:
                await forward.tell(channel, data)

    async def speak(self) -> None:
        """Pass on what the stream says; the status comes last, then the connection is closed."""
        assert self.stream is not None
        await asyncio.sleep(BREATH_S)
        status = self.failure or msgspec.json.encode(SUCCESS)
        while not self.failure:
            channel, data = await self.stream.pieces.get()
            if channel == "":
                break
            if channel == "status" and data:
                status = data
            elif channel in CHANNELS and data:
                await self.send(bytes_data=bytes([CHANNELS[channel]]) + data)
        await self.send(bytes_data=bytes([STATUS]) + status)
        await asyncio.sleep(GAP_S)
        await self.close(code=1000)


def failed_to_start(response: Message) -> bool:
    """Whether the stream is there, but not the program that was to use it."""
    body = response["body"] or {}
    return response["code"] == 500 and str(body.get("message", "")).startswith("Internal error occurred: ")
