"""Port-forward: the SPDY streams of a client, two for each connection, and the connections into the cluster
(k8s.io/kubelet/pkg/cri/streaming/portforward)."""

from collections.abc import Awaitable, Callable

from labsite.door import spdy
from labsite.door.spdy import Frame, Session
from labsite.door.spdy_words import dictionary
from labsite.door.streams import Stream

MOST_PENDING = 256
FAILED = "error forwarding port {port} to pod: failed to connect to localhost:{port}: dial tcp4 127.0.0.1:{port}: connect: {why}"


def is_port(text: str) -> bool:
    """Whether a text names a port."""
    return text.isascii() and text.isdecimal() and len(text) < 6 and 0 < int(text) < 65536


def failure(port: int | str, why: bytes) -> bytes:
    """What the client hears of a connection that could not be made."""
    return FAILED.format(port=port, why=why.decode(errors="replace").lower()).encode()


class Forward:
    """One client's port-forward. A connection is called after the number of its data stream."""

    lingers = False

    def __init__(self, stream: Stream, send: Callable[[bytes], Awaitable[None]]) -> None:
        self.stream = stream
        self.send = send
        self.session = Session(dictionary())
        self.errors: dict[str, int] = {}  # request to its error stream
        self.requests: dict[str, str] = {}  # connection to its request
        self.ports: dict[str, str] = {}

    # --- from the client
    async def take(self, data: bytes) -> None:
        """Bytes of the client; raises spdy.Bad."""
        for frame in self.session.take(data):
            await self.handle(frame)

    async def handle(self, frame: Frame) -> None:
        """One frame."""
        name = str(frame.stream)
        if frame.kind == "ping":
            await self.send(spdy.pong(frame.data))
        elif frame.kind == "open":
            await self.open(frame)
        elif name not in self.requests:
            return
        elif frame.kind == "reset":
            await self.stream.put("end", channel=name)
        else:
            if frame.data:
                await self.stream.say(name, frame.data)
            if frame.fin:
                await self.stream.put("end", channel=name)

    async def open(self, frame: Frame) -> None:
        """A stream for errors, or one for data: then a connection is made."""
        request, port = frame.headers.get("requestid", ""), frame.headers.get("port", "")
        if not is_port(port):
            raise spdy.Bad(f"port {port!r}")
        if max(len(self.errors), len(self.requests)) >= MOST_PENDING or self.knows(frame.stream):
            raise spdy.Bad("too many streams")
        await self.send(self.session.reply(frame.stream))
        if frame.headers.get("streamtype") == "error":
            self.errors[request] = frame.stream
            return
        name = str(frame.stream)
        self.requests[name], self.ports[name] = request, port
        await self.stream.put("connect", channel=name, port=int(port))

    def knows(self, number: int) -> bool:
        """Whether a stream of this number is open."""
        return str(number) in self.requests or number in self.errors.values()

    # --- from the cluster
    async def speak(self) -> None:
        """Pass on what the connections say, until there is nothing more to be said."""
        while channel := (piece := await self.stream.next())[0]:
            await self.tell(channel, piece[1])

    async def tell(self, channel: str, data: bytes) -> None:
        """What a connection carries, why it failed, or (without data) its end."""
        name = channel.removeprefix("error:")
        if name not in self.requests:
            return
        error = self.errors.get(self.requests[name])
        if channel != name and error is not None:
            await self.send(spdy.data(error, failure(self.ports[name], data)))
        elif data:
            await self.send(spdy.data(int(name), data))
        else:
            await self.finish(name, error)

    async def finish(self, name: str, error: int | None) -> None:
        """A connection has ended: its data stream first, then its error stream."""
        await self.send(spdy.data(int(name), b"", fin=True))
        if error is not None:
            await self.send(spdy.data(error, b"", fin=True))
        self.errors.pop(self.requests.pop(name), None)
        del self.ports[name]
