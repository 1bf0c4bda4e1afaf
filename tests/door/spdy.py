"""A small client of SPDY/3.1, made from its description (draft 3.1), which says what it wants to, frame by frame."""

import socket
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from labsite.door.spdy_words import dictionary
from tests.door.wire import Client

SYN_STREAM, SYN_REPLY, RST_STREAM, SETTINGS, PING, GOAWAY, HEADERS, WINDOW_UPDATE = 1, 2, 3, 4, 6, 7, 8, 9
FIN = 1
EXEC = ("error", "stdin", "stdout", "stderr")


@dataclass(frozen=True)
class Said:
    """A frame of the server; *kind* is 0 for data, *stream* 0 where the frame is about none."""

    kind: int
    flags: int
    stream: int
    body: bytes


class Refused(Exception):
    """The answer was no switch of protocols: head and body."""


class Spdy:
    """A connection on which SPDY is spoken."""

    def __init__(
        self,
        client: Client,
        path: str,
        *protocols: str,
        method: str = "POST",
        room: int = 0,
        more: bytes = b"",
        **headers: str,
    ) -> None:
        own = {"Connection": "Upgrade", "Upgrade": "SPDY/3.1", "Content_Length": "0", **headers}
        if protocols:
            own["X_Stream_Protocol_Version"] = ",".join(protocols)
        self.line = client.connect(room)
        self.line.sendall(client.head(method, path, **own) + more)
        self.head, self.rest = self.read_head()
        if not self.head.startswith("HTTP/1.1 101 "):
            body = self.rest
            size = int(self.head.lower().partition("content-length: ")[2].split()[0])
            while len(body) < size:
                body += self.line.recv(65536)
            self.line.close()
            raise Refused(self.head, body.decode())
        self.deflate = zlib.compressobj(zdict=dictionary())
        self.inflate = zlib.decompressobj(zdict=dictionary())
        self.numbers: dict[str, int] = {}

    def read_head(self) -> tuple[str, bytes]:
        """The head of the answer, and what came with it of what follows."""
        data = b""
        while b"\r\n\r\n" not in data:
            part = self.line.recv(4096)
            assert part, data
            data += part
        head, _, rest = data.partition(b"\r\n\r\n")
        return head.decode(), rest

    def close(self) -> None:
        self.line.close()

    # --- to the server
    def control(self, kind: int, body: bytes, flags: int = 0) -> None:
        """A control frame."""
        self.line.sendall(control(kind, body, flags))

    def block(self, headers: dict[str, str]) -> bytes:
        """A header block."""
        plain = struct.pack("!I", len(headers))
        for pair in headers.items():
            for word in pair:
                plain += struct.pack("!I", len(word)) + word.encode()
        return self.deflate.compress(plain) + self.deflate.flush(zlib.Z_SYNC_FLUSH)

    def open(self, number: int, flags: int = 0, **headers: str) -> None:
        """A stream."""
        self.control(SYN_STREAM, struct.pack("!IIH", number, 0, 0) + self.block(headers), flags)

    def open_all(self, *kinds: str) -> "Spdy":
        """The streams of an exec or attach."""
        for kind in kinds:
            self.numbers[kind] = 2 * len(self.numbers) + 1
            self.open(self.numbers[kind], streamtype=kind)
        return self

    def say(self, kind: str, data: bytes, flags: int = 0) -> None:
        """Data on one of them."""
        self.line.sendall(struct.pack("!II", self.numbers[kind], flags << 24 | len(data)) + data)

    # --- from the server
    def frames(self) -> Iterator[Said]:
        """What the server says until it hangs up."""
        while True:
            while len(self.rest) < 8 or len(self.rest) - 8 < self.size():
                try:
                    part = self.line.recv(1 << 20)
                except ConnectionResetError:
                    return
                if not part:
                    return
                self.rest += part
            first, second = struct.unpack_from("!II", self.rest)
            body, self.rest = self.rest[8 : 8 + self.size()], self.rest[8 + self.size() :]
            kind = first & 0xFFFF if first >> 31 else 0
            stream = (
                first if not first >> 31 else int.from_bytes(body[:4], "big") if kind in (SYN_REPLY, RST_STREAM) else 0
            )
            yield Said(kind, second >> 24, stream, body)

    def size(self) -> int:
        """The size of the next frame."""
        return int.from_bytes(self.rest[5:8], "big")

    def hear(self, wanted: bytes, kind: str = "stdout") -> bytes:
        """What comes on a stream until *wanted* does."""
        told = b""
        for frame in self.frames():
            told += frame.body if frame.kind == 0 and frame.stream == self.numbers[kind] else b""
            if wanted in told:
                return told
        raise AssertionError(f"{told!r}, then nothing more")

    def all(self) -> dict[str, bytes]:
        """What comes on each stream until all of them have ended."""
        told = dict.fromkeys(self.numbers, b"")
        names = {number: kind for kind, number in self.numbers.items()}
        open_ones = set(self.numbers)
        for frame in self.frames():
            if frame.kind == 0:
                told[names[frame.stream]] += frame.body
                open_ones -= {names[frame.stream]} if frame.flags & FIN else set()
                if not open_ones:
                    return told
        raise AssertionError(f"{told!r}, but {open_ones} did not end")

    def is_ended(self) -> bool:
        """Whether the server hangs up; whoever waits for nothing gives up."""
        try:
            for _ in self.frames():
                pass
        except TimeoutError:
            return False
        return True


def control(kind: int, body: bytes, flags: int = 0) -> bytes:
    """A control frame."""
    return struct.pack("!HHI", 0x8003, kind, flags << 24 | len(body)) + body


def sent(line: socket.socket, data: bytes) -> bool:
    """Whether all of *data* could be sent."""
    try:
        line.sendall(data)
    except OSError:
        return False
    return True
