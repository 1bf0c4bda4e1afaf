"""Bounds of an HTTP connection that the server itself does not have: how much it takes, and how much waits for a client to read.

Twisted collects the whole body of a request before anybody is asked, and buffers without end what a client does not read.
"""

from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.server import Server
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

MOST_BODY = 32 << 20  # more than any page or the door takes, each of which says no in its own words
MOST_UNREAD = 4 << 20
TOO_LARGE = b"HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@implementer(IPushProducer)
class Guarded(WebRequest):
    """A request that is told when its client does not read."""

    taken = 0
    unread = 0
    stalled = False
    registered = False

    def handleContentChunk(self, data: bytes) -> None:
        """A piece of the body."""
        self.taken += len(data)
        if self.taken > MOST_BODY:
            self.channel.transport.write(TOO_LARGE)
            self.channel.loseConnection()
            return
        super().handleContentChunk(data)

    def handle_reply(self, message: dict[str, Any]) -> None:
        """A part of the answer, from the application."""
        if self.channel is not None and not self.finished and message.get("more_body") and not self.registered:
            self.registered = True
            self.channel.registerProducer(self, True)
        if self.stalled:
            self.unread += len(message.get("body", b""))
        if self.unread > MOST_UNREAD and self.channel is not None:
            self.channel.transport.abortConnection()
            return
        super().handle_reply(message)

    def finish(self) -> None:
        """The answer is whole."""
        if self.registered and self.channel is not None:
            self.registered = False
            self.channel.unregisterProducer()
        super().finish()

    def pauseProducing(self) -> None:
        """The client does not read what was sent."""
        self.stalled = True

    def resumeProducing(self) -> None:
        """The client has read all."""
        self.stalled, self.unread = False, 0

    def stopProducing(self) -> None:
        """The connection is lost; the request hears of it otherwise."""


class GuardedFactory(HTTPFactory):
    """Makes guarded requests."""

    def buildProtocol(self, addr: Any) -> Any:
        """The protocol of a new connection."""
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = Guarded
        return protocol


class GuardedServer(Server):
    """Daphne, with bounds."""

    @property
    def http_factory(self) -> GuardedFactory:
        """What makes the connections; Daphne makes its own when it begins to serve, which gives way to ours."""
        return self.guarded

    @http_factory.setter
    def http_factory(self, factory: HTTPFactory) -> None:
        self.guarded = GuardedFactory(self)
