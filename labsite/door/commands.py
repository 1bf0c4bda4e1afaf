"""exec and attach over SPDY: a stream of the client for each channel (models k8s.io/kubelet/pkg/cri/streaming/remotecommand/httpstream.go)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from labsite.door import addresses, handshakes, remotecommand, spdy
from labsite.door.spdy import Bad, Frame, Session
from labsite.door.spdy_words import dictionary
from labsite.door.streams import Stream

ERROR, RESIZE = "error", "resize"
KINDS = ("error", "stdin", "stdout", "stderr", "resize")
CREATION_S = 30  # how long the client may take to make up its streams
LONGEST_SIZE = 1024
# Clients read each stream by itself: of what comes at once on two of them, either may be printed first. In a cluster the network keeps
# them apart.
GAP_S = 0.005
MOST_GAPS = 100


class Command:
    """One client's exec or attach. Its streams are called after what they carry."""

    lingers = True  # a client that sees the connection end drops what it has not passed on yet

    def __init__(self, stream: Stream, send: Callable[[bytes], Awaitable[None]], protocol: str, failure: bytes) -> None:
        self.stream = stream
        self.send = send
        self.protocol = protocol
        self.failure = failure
        self.session = Session(dictionary())
        self.wanted: set[str] = set()
        self.numbers: dict[str, int] = {}
        self.ended: set[str] = set()
        self.complete = asyncio.Event()
        self.over = False  # whether the program has ended, which hears nothing more
        self.latest = ""  # the stream that was spoken on last
        self.gaps = 0
        self.size = b""  # what has come of the terminal's next size

    def expect(self, query: addresses.Query) -> "Command":
        """Which streams the client has announced; only then a program is heard."""
        has_terminal = addresses.flag(query, "tty")
        self.wanted = {ERROR, *(name for name in ("stdin", "stdout", "stderr") if addresses.flag(query, name))}
        if has_terminal:
            self.wanted -= {"stderr"}
            self.wanted |= {RESIZE} if self.protocol in handshakes.RESIZING else set()
        return self

    # --- from the client
    async def take(self, data: bytes) -> None:
        """Bytes of the client; raises Bad."""
        for frame in self.session.take(data):
            await self.handle(frame)

    async def handle(self, frame: Frame) -> None:
        """One frame; raises Bad."""
        if frame.kind == "ping":
            await self.send(spdy.pong(frame.data))
        elif frame.kind == "open":
            await self.open(frame)
        elif frame.stream == self.numbers.get("stdin"):
            await self.hear(frame)
        elif frame.stream == self.numbers.get(RESIZE):
            await self.resize(frame.data)

    async def open(self, frame: Frame) -> None:
        """A stream; raises Bad for one of an unknown kind, or a second of its kind."""
        kind = frame.headers.get("streamtype", "")
        if kind not in KINDS or kind in self.numbers or frame.stream in self.numbers.values():
            raise Bad(f"stream {kind!r}")
        await self.send(self.session.reply(frame.stream))
        self.numbers[kind] = frame.stream
        if self.wanted <= set(self.numbers):
            self.complete.set()
        if kind == "stdin" and frame.fin:
            await self.hear(frame)

    async def hear(self, frame: Frame) -> None:
        """For the program's input, or the end of it."""
        if self.over:
            return
        if frame.data:
            await self.stream.say("stdin", frame.data)
        if frame.fin or frame.kind == "reset":
            await self.stream.put("end", channel="stdin")

    async def resize(self, data: bytes) -> None:
        """Sizes of the terminal, each on a line; raises Bad."""
        *sizes, self.size = (self.size + data).split(b"\n")
        if len(self.size) > LONGEST_SIZE:
            raise Bad("size of a terminal")
        for size in sizes[-1:]:
            await remotecommand.resize(self.stream, size)

    # --- to the client
    async def speak(self) -> None:
        """Pass on what the program says, then how it ended; raises Bad for a client that does not make up the streams it has announced."""
        try:
            async with asyncio.timeout(CREATION_S):
                await self.complete.wait()
        except TimeoutError:
            raise Bad("timed out waiting for client to create streams") from None
        async for channel, data in remotecommand.said(self.stream, self.failure):
            if channel == "status":
                self.over = True
                await self.tell(ERROR, self.status(data))
            else:
                await self.tell(channel, data)
        for name in self.numbers:
            await self.end(name)

    async def tell(self, name: str, data: bytes) -> None:
        """Data, or without data the end, of one stream."""
        if not data:
            await self.end(name)
        elif name in self.numbers:
            await self.part(name)
            await self.send(spdy.data(self.numbers[name], data))

    async def part(self, name: str) -> None:
        """Wait a little before another stream is spoken on, which does not go on for ever."""
        if self.latest not in (name, "") and self.gaps < MOST_GAPS:
            self.gaps += 1
            await asyncio.sleep(GAP_S)
        self.latest = name

    async def end(self, name: str) -> None:
        """Nothing more comes on a stream."""
        if name in self.numbers and name not in self.ended:
            self.ended.add(name)
            await self.send(spdy.data(self.numbers[name], b"", fin=True))

    def status(self, data: bytes) -> bytes:
        """How the program ended, a Status as JSON, in the words of the protocol: until v3 there was only text, and only of failures."""
        if self.protocol == handshakes.V4:
            return data
        status: dict[str, Any] = msgspec.json.decode(data)
        return b"" if status["status"] == "Success" else str(status.get("message", "")).encode()
