"""The SPDY/3.1 that clients speak, port-forwards also inside a WebSocket: frames in and out of one byte stream.

As far as clients of Kubernetes speak it: their library (github.com/moby/spdystream) knows no flow control, so windows are neither kept
nor told; a client that does not read, or sends too much, is held up by its connection. It waits for the answers to its pings. What it
says of its settings and of its leaving (GOAWAY) changes nothing here.
"""

import struct
import zlib
from dataclasses import dataclass, field

SYN_STREAM, SYN_REPLY, RST_STREAM, PING, HEADERS = 1, 2, 3, 6, 8
FIN = 1
CONTROL = 0x8003
HEAD = struct.Struct("!II")
LARGEST_FRAME = 1 << 20
LARGEST_HEADERS = 16 << 10
MOST_HEADERS = 32


class Bad(ValueError):
    """What came is no SPDY."""


@dataclass(frozen=True)
class Frame:
    """A frame that matters here: `open` (headers), `data`, `reset` or `ping` (its payload). *fin*: nothing follows on the stream."""

    kind: str
    stream: int
    data: bytes = b""
    fin: bool = False
    headers: dict[str, str] = field(default_factory=dict)


class Session:
    """One connection: it remembers what has come only in part, and how far each side has compressed."""

    def __init__(self, dictionary: bytes) -> None:
        self.buffer = bytearray()
        self.inflate = zlib.decompressobj(zdict=dictionary)
        self.deflate = zlib.compressobj(zdict=dictionary)

    def take(self, data: bytes) -> list[Frame]:
        """The frames that are complete now; raises Bad."""
        self.buffer += data
        frames: list[Frame] = []
        at = 0
        while len(self.buffer) - at >= HEAD.size:
            first, second = HEAD.unpack_from(self.buffer, at)
            size = second & 0xFFFFFF
            if size > LARGEST_FRAME:
                raise Bad("frame too large")
            if len(self.buffer) - at - HEAD.size < size:
                break
            body = bytes(self.buffer[at + HEAD.size : at + HEAD.size + size])
            at += HEAD.size + size
            if (frame := self.read(first, second >> 24, body)) is not None:
                frames.append(frame)
        del self.buffer[:at]
        return frames

    def read(self, first: int, flags: int, body: bytes) -> Frame | None:
        """One frame; None for those that change nothing here."""
        if not first >> 31:
            return Frame("data", first, body, fin=bool(flags & FIN))
        if first >> 16 != CONTROL:
            raise Bad("not SPDY/3")
        kind = first & 0xFFFF
        if kind == PING:
            return Frame("ping", 0, body)
        if kind == RST_STREAM and len(body) >= 4:
            return Frame("reset", int.from_bytes(body[:4], "big"))
        if kind in (SYN_REPLY, HEADERS):  # nothing is learnt of them, but what was compressed later refers to them
            self.headers(body[4:])
        if kind == SYN_STREAM and len(body) >= 10:
            stream = int.from_bytes(body[:4], "big") & 0x7FFFFFFF
            if not stream % 2:
                raise Bad("stream of a server")
            return Frame("open", stream, fin=bool(flags & FIN), headers=self.headers(body[10:]))
        return None

    def headers(self, block: bytes) -> dict[str, str]:
        """The names and values of a compressed header block."""
        try:
            plain = self.inflate.decompress(block, LARGEST_HEADERS)
        except zlib.error as error:
            raise Bad(str(error)) from None
        if self.inflate.unconsumed_tail:
            raise Bad("headers too large")
        words, at = [], 4
        count = int.from_bytes(plain[:4], "big")
        if count > MOST_HEADERS:
            raise Bad("too many headers")
        for _ in range(2 * count):
            size = int.from_bytes(plain[at : at + 4], "big")
            words.append(plain[at + 4 : at + 4 + size].decode("latin-1"))
            at += 4 + size
        return {name.lower(): text for name, text in zip(words[::2], words[1::2], strict=True)}

    def reply(self, stream: int) -> bytes:
        """That a stream is accepted."""
        block = self.deflate.compress(bytes(4)) + self.deflate.flush(zlib.Z_SYNC_FLUSH)
        return control(SYN_REPLY, 0, stream.to_bytes(4, "big") + block)


def control(kind: int, flags: int, body: bytes) -> bytes:
    """A control frame."""
    return HEAD.pack(CONTROL << 16 | kind, flags << 24 | len(body)) + body


def data(stream: int, payload: bytes, *, fin: bool = False) -> bytes:
    """A data frame."""
    return HEAD.pack(stream, (FIN if fin else 0) << 24 | len(payload)) + payload


def pong(body: bytes) -> bytes:
    """The echo of a ping."""
    return control(PING, 0, body)
