"""exec, attach and port-forward over WebSockets (kubelet's remotecommand and portforward protocols); over SPDY see upgraded.py."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from labsite.door import addresses, asking, remotecommand, visits
from labsite.door.channels import Channels, ports_of
from labsite.door.forwarding import Forward
from labsite.door.impersonation import impersonated
from labsite.door.mailbox import mailbox
from labsite.door.spdy import Bad
from labsite.door.statuses import Refusal, bad_request
from labsite.door.streams import Stream
from labsite.guard import ROOM

log = logging.getLogger(__name__)
Message = dict[str, Any]
V5, V4 = "v5.channel.k8s.io", "v4.channel.k8s.io"
TUNNEL = "SPDY/3.1+portforward.k8s.io"
STDIN, STDOUT, STDERR, STATUS, RESIZE, CLOSE = 0, 1, 2, 3, 4, 255
CHANNELS = {"stdout": STDOUT, "stderr": STDERR, "status": STATUS}
# Clients throw away what comes before they have made up their streams, which they do after the handshake.
BREATH_S = 0.1
# What comes in one TLS record with the end of the connection, some clients see only when it has ended.
GAP_S = 0.01
DONE, BAD, GONE = 1000, 4400, 4410  # the latter of the codes that an application may choose
PROTOCOLS = {"exec": (V5, V4), "attach": (V5, V4), "portforward": (TUNNEL, V4, "")}


class Door(AsyncWebsocketConsumer):
    """One stream of one client. What is refused is refused before the handshake; the client then asks over HTTP why."""

    stream: Stream | None = None
    speaker: asyncio.Task[None] | None = None
    forward: Forward | Channels | None = None
    ports: tuple[int, ...] = ()  # to which a port-forward connects from its beginning
    failure = b""  # why a program could not be started, which is told on the stream

    async def connect(self) -> None:
        try:
            protocol = await self.begin()
        except Refusal:
            await self.close()
            return
        await self.accept(subprotocol=protocol or None)
        assert self.stream is not None
        if protocol == TUNNEL:
            self.forward = Forward(self.stream, self.send_bytes)
        elif self.ports:
            self.forward = Channels(self.stream, self.send_bytes, self.ports)
        self.speaker = asyncio.create_task(self.speak() if self.forward is None else self.carry(self.forward))

    async def begin(self) -> str:
        """Open the stream: the protocol to be spoken; empty where the client has named none, and that has a meaning. Raises Refusal."""
        visit = await visits.admitted(self.scope)
        query = addresses.query_of(self.scope["query_string"].decode("latin-1"))
        request = addresses.request_of("POST", visit.path, query)
        request |= visits.identity(visit.visitor) | impersonated(self.scope)
        visits.check(visit.visitor, request)
        protocol = spoken(request.get("subresource", ""), self.scope["subprotocols"])
        if request["subresource"] == "portforward" and protocol != TUNNEL:
            self.ports = tuple(ports_of(query))
        self.stream = Stream(mailbox(), visit.visitor.sandbox)
        response = asking.response_of(await self.stream.open(request))
        self.failure = remotecommand.failure_of(response)
        if response["code"] >= 400 and not self.failure:
            raise bad_request("the stream is refused")
        return protocol

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
            await remotecommand.resize(self.stream, rest)

    async def pass_on(self, forward: Forward | Channels, data: bytes) -> None:
        """Bytes of a port-forward; a client that speaks something else has to go."""
        try:
            await forward.take(data)
        except Bad as error:
            log.info("port-forward: %s", error)
            await self.close(code=BAD)

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary message, and wait until there is room for another."""
        await self.send(bytes_data=data)
        if room := self.scope.get(ROOM):
            await room()

    async def carry(self, forward: Forward | Channels) -> None:
        """Pass on what the connections of a port-forward say, until there is nothing more to be said."""
        await forward.speak()
        await self.close(code=DONE if isinstance(forward, Channels) else GONE)

    async def speak(self) -> None:
        """Pass on what the stream says; the status comes last, then the connection is closed."""
        assert self.stream is not None
        await asyncio.sleep(BREATH_S)
        async for channel, data in remotecommand.said(self.stream, self.failure):
            if data:
                await self.send_bytes(bytes([CHANNELS[channel]]) + data)
        await asyncio.sleep(GAP_S)
        await self.close(code=DONE)


def spoken(subresource: str, offered: Sequence[str]) -> str:
    """The best protocol that the client offers for *subresource*. Raises Refusal."""
    known = PROTOCOLS.get(subresource, ())
    if not offered and "" in known:
        return ""
    for each in known:
        if each in offered:
            return each
    raise bad_request("unknown protocols")
