"""Redis's own file of all keys, dump.rdb: written and read (src/rdb.c, version 11; strings, with the end of their life)."""

from typing import NamedTuple

MAGIC, VERSION = b"REDIS", b"0011"
AUX, SIZES, DIES, DATABASE, END = 0xFA, 0xFB, 0xFC, 0xFE, 0xFF
STRING = 0
NO_CHECKSUM = bytes(8)


class Entry(NamedTuple):
    """A key with its value; *dies* in Unix milliseconds, 0 if it lives for ever."""

    key: bytes
    value: bytes
    dies: int = 0


class Damaged(ValueError):
    """The file is none of Redis's, or not whole."""


def dump(entries: list[Entry], version: str) -> bytes:
    """The file that holds *entries*."""
    out = bytearray(MAGIC + VERSION)
    out += bytes([AUX]) + text(b"redis-ver") + text(version.encode())
    if entries:
        out += bytes([DATABASE, 0, SIZES]) + length(len(entries)) + length(sum(bool(entry.dies) for entry in entries))
    for entry in entries:
        if entry.dies:
            out += bytes([DIES]) + entry.dies.to_bytes(8, "little")
        out += bytes([STRING]) + text(entry.key) + text(entry.value)
    return bytes(out + bytes([END]) + NO_CHECKSUM)


def length(number: int) -> bytes:
    """A length: in six bits, in fourteen, or in 32."""
    if number < 1 << 6:
        return bytes([number])
    if number < 1 << 14:
        return bytes([0x40 | number >> 8, number & 0xFF])
    return b"\x80" + number.to_bytes(4, "big")


def text(data: bytes) -> bytes:
    return length(len(data)) + data


def load(data: bytes) -> list[Entry]:
    """The entries of a file; raises Damaged."""
    if not data.startswith(MAGIC):
        raise Damaged("Wrong signature trying to load DB from file")
    return Reader(data[len(MAGIC + VERSION) :]).entries()


class Reader:
    """Reads a file from its front to its end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0

    def entries(self) -> list[Entry]:
        """All keys with their values."""
        found: list[Entry] = []
        dies = 0
        while (kind := self.take(1)[0]) != END:
            if kind == AUX:
                self.text(), self.text()
            elif kind == SIZES:
                self.length(), self.length()
            elif kind == DATABASE:
                self.length()
            elif kind == DIES:
                dies = int.from_bytes(self.take(8), "little")
            elif kind == STRING:
                found.append(Entry(self.text(), self.text(), dies))
                dies = 0
            else:
                raise Damaged(f"Unknown RDB encoding type {kind}")
        return found

    def take(self, size: int) -> bytes:
        """The next *size* bytes."""
        piece = self.data[self.place : self.place + size]
        if len(piece) < size:
            raise Damaged("Unexpected EOF reading RDB file")
        self.place += size
        return piece

    def length(self) -> int:
        first = self.take(1)[0]
        if first >> 6 == 0:
            return first
        if first >> 6 == 1:
            return (first & 0x3F) << 8 | self.take(1)[0]
        if first == 0x80:
            return int.from_bytes(self.take(4), "big")
        raise Damaged(f"Unknown RDB length encoding {first}")

    def text(self) -> bytes:
        return self.take(self.length())
