"""Bounds of a connection that the server itself does not have: how much it takes, and how much waits for a client to read.

Twisted collects the whole body of a request before anybody is asked, and buffers without end what a client does not read; Daphne
queues without end what a client sends through a WebSocket. And what Daphne cannot do: an application may answer a request with
`101 Switching Protocols`, and then has the connection to itself.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.server import Server
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet.interfaces import IPushProducer
from twisted.internet.protocol import Protocol
from twisted.protocols.policies import ProtocolWrapper
from zope.interface import implementer

MOST_BODY = 32 << 20  # more than any page or the door takes, each of which says no in its own words
MOST_UNREAD = 4 << 20
MOST_UNTAKEN = 1 << 20  # bytes of a client that wait for their consumer; then the client has to wait
HANDSHAKE_S = 40  # longer than the door waits for the cluster, which opens a stream before its handshake
TOO_LARGE = b"HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
ROOM = "room"  # in the scope: a coroutine that waits until the client has read what was sent
SWITCHING = 101

Message = dict[str, Any]
Application = Callable[[Message, Any, Any], Awaitable[None]]


@implementer(IPushProducer)
class Guarded:
    """Whoever writes to a client, and is told when that client does not read."""

    unread = 0
    stalled = False

    def overflows(self, size: int) -> bool:
        """Whether with *size* more bytes too much waits for the client."""
        if self.stalled:
            self.unread += size
        return self.unread > MOST_UNREAD

    def pauseProducing(self) -> None:
        """The client does not read what was sent."""
        self.stalled = True

    def resumeProducing(self) -> None:
        """The client has read all."""
        self.stalled, self.unread = False, 0

    def stopProducing(self) -> None:
        """The connection is lost; who writes hears of it otherwise."""


class Paced(Guarded):
    """Somebody with whom an application speaks as long as both want to, neither faster than the other reads."""

    untaken = 0
    waits = False  # whether nothing is read from the client, because its consumer has enough to do

    def begin(self) -> None:
        """From now on what comes and goes is counted."""
        self.sizes: deque[int] = deque()
        self.has_room = asyncio.Event()
        self.has_room.set()

    @property
    def line(self) -> Any:
        """The transport."""
        raise NotImplementedError

    # --- from the client
    def arrived(self, size: int) -> None:
        """A message, which now waits for the consumer."""
        self.sizes.append(size)
        self.untaken += size
        if self.untaken > MOST_UNTAKEN and not self.waits:
            self.waits = True
            self.line.pauseProducing()

    def taken(self) -> None:
        """The consumer has taken a message."""
        if not self.sizes:  # the body of the request itself
            return
        self.untaken -= self.sizes.popleft()
        if self.waits and self.untaken <= MOST_UNTAKEN // 2:
            self.waits = False
            self.line.resumeProducing()

    # --- to the client
    async def room(self) -> None:
        """Wait until the client has read what was sent, or has gone."""
        await self.has_room.wait()

    def pauseProducing(self) -> None:
        """The client does not read."""
        super().pauseProducing()
        self.has_room.clear()

    def resumeProducing(self) -> None:
        """The client has read all."""
        super().resumeProducing()
        self.has_room.set()


class GuardedRequest(Paced, WebRequest):
    """A request with bounds. One whose client does not read is aborted."""

    taken_in = 0
    registered = False
    pipe: "Pipe | None" = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.begin()

    @property
    def line(self) -> Any:
        """The transport."""
        return self.channel.transport if self.pipe is None else self.pipe.line

    def handleContentChunk(self, data: bytes) -> None:
        """A piece of the body."""
        self.taken_in += len(data)
        if self.taken_in > MOST_BODY:
            self.channel.transport.write(TOO_LARGE)
            self.channel.loseConnection()
            return
        super().handleContentChunk(data)

    def handle_reply(self, message: Message) -> None:
        """A part of the answer, from the application."""
        if self.channel is None or self.finished:
            return
        if self.pipe is not None:
            self.pipe.handle_reply(message)
        elif message.get("status") == SWITCHING:
            self.pipe = Pipe(self, message["headers"])
        else:
            self.answer(message)

    def answer(self, message: Message) -> None:
        """A part of an answer in HTTP."""
        if message.get("more_body") and not self.registered:
            self.registered = True
            self.channel.registerProducer(self, True)
        if self.overflows(len(message.get("body", b""))):
            self.channel.transport.abortConnection()
            return
        super().handle_reply(message)

    def finish(self) -> None:
        """The answer is whole."""
        if self.registered and self.channel is not None:
            self.registered = False
            self.channel.unregisterProducer()
        super().finish()

    def connectionLost(self, reason: Any) -> None:
        """The connection has ended: nobody need wait for it."""
        self.has_room.set()
        super().connectionLost(reason)


class Pipe(Protocol):
    """The connection of a request after `101 Switching Protocols`: bytes in both directions, as bodies of the request and of its answer.
    What a client sent before it was answered is not heard, as little as by a WebSocket."""

    def __init__(self, request: GuardedRequest, headers: list[tuple[bytes, bytes]]) -> None:
        self.request = request
        self.line: Any = request.channel.transport
        setattr(
            self.line, "wrappedProtocol" if isinstance(self.line, ProtocolWrapper) else "protocol", self
        )  # with and without TLS
        self.line.unregisterProducer()  # that was the request
        self.line.registerProducer(request, True)
        self.line.setTcpKeepAlive(True)
        self.line.write(
            b"".join([b"HTTP/1.1 101 Switching Protocols\r\n", *(b"%s: %s\r\n" % each for each in headers), b"\r\n"])
        )
        self.line.resumeProducing()

    def dataReceived(self, data: bytes) -> None:
        """From the client."""
        self.request.arrived(len(data))
        self.request.application_queue.put_nowait({"type": "http.request", "body": data, "more_body": True})

    def connectionLost(self, reason: Any = None) -> None:
        """The client has gone, or was let go."""
        self.request.connectionLost(reason)

    def handle_reply(self, message: Message) -> None:
        """To the client. One that does not read, or whose application failed, is let go."""
        data = message.get("body", b"")
        if message["type"] != "http.response.body" or self.request.overflows(len(data)):
            self.line.abortConnection()
            return
        self.line.write(data)
        if not message.get("more_body"):
            self.end()

    def end(self) -> None:
        """Nothing more is said."""
        if self.request.stalled:
            self.line.abortConnection()
            return
        self.line.unregisterProducer()  # TLS does not end before
        self.line.loseConnection()


class GuardedSocket(Paced, WebSocketProtocol):
    """A WebSocket with bounds. Its consumer may wait for ROOM; if it goes on writing, a client that does not read is let go."""

    @property
    def line(self) -> Any:
        """The transport."""
        return self.transport

    def onConnect(self, request: Any) -> Any:
        """The handshake begins."""
        self.begin()
        return super().onConnect(request)

    def onOpen(self) -> None:
        """From here on this is no request any more, which had asked to be told how its client reads."""
        super().onOpen()
        self.transport.unregisterProducer()
        self.transport.registerProducer(self, True)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        """A message, from the client."""
        super().onMessage(payload, isBinary)
        self.arrived(len(payload))

    def handle_reply(self, message: Message) -> None:
        """A message, or what else the consumer wants."""
        if self.overflows(len(message.get("bytes") or message.get("text") or "")):
            self.transport.abortConnection()
            return
        super().handle_reply(message)

    def onClose(self, wasClean: bool, code: int, reason: str) -> None:
        """The connection has ended: nobody need wait for it."""
        self.has_room.set()
        super().onClose(wasClean, code, reason)


def paced(application: Application) -> Application:
    """*application*, of whom connections know which messages it has taken."""

    async def run(scope: Message, receive: Any, send: Any) -> None:
        connection = scope.pop("connection")

        async def take() -> Message:
            message: Message = await receive()
            if message["type"] in ("websocket.receive", "http.request"):
                connection.taken()
            return message

        await application({**scope, ROOM: connection.room}, take, send)

    return run


class GuardedFactory(HTTPFactory):
    """Makes guarded requests."""

    def buildProtocol(self, addr: Any) -> Any:
        """The protocol of a new connection."""
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = GuardedRequest
        return protocol


class GuardedServer(Server):
    """Daphne, with bounds."""

    def __init__(self, application: Application, **options: Any) -> None:
        waits = {"websocket_connect_timeout": HANDSHAKE_S, "websocket_handshake_timeout": HANDSHAKE_S}
        super().__init__(paced(application), **waits, **options)

    def create_application(self, protocol: Any, scope: Message) -> Any:
        """An application for one connection."""
        return super().create_application(protocol, scope | {"connection": protocol})

    @property
    def http_factory(self) -> GuardedFactory:
        """What makes the connections; Daphne makes its own when it begins to serve, which gives way to ours."""
        return self.guarded

    @http_factory.setter
    def http_factory(self, factory: HTTPFactory) -> None:
        self.guarded = GuardedFactory(self)

    @property
    def ws_factory(self) -> WebSocketFactory:
        """What makes the WebSockets, which are guarded."""
        return self.sockets

    @ws_factory.setter
    def ws_factory(self, factory: WebSocketFactory) -> None:
        factory.protocol = GuardedSocket
        self.sockets = factory
