"""The tar format: entries to bytes and back (POSIX ustar, with GNU's and pax's long names)."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from simulator.runtime.syscalls import UnixError

BLOCK = 512
RECORD = 10_240
MOST_ENTRIES = 20_000
TYPES = {"file": b"0", "link": b"2", "dir": b"5", "fifo": b"6"}
KINDS = {b"0": "file", b"\0": "file", b"1": "hard", b"2": "link", b"5": "dir", b"6": "fifo"}
LONG_NAME, LONG_LINK, PAX = b"L", b"K", b"x"
LONG_LABEL = "././@LongLink"


class Entry(NamedTuple):
    """One member: *kind* as `Stat` has it, or `hard` for a further name of an earlier member (*target*)."""

    name: str
    kind: str
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    mtime: int = 0  # Unix seconds
    data: bytes = b""
    target: str = ""
    user: str = ""
    group: str = ""


class BadArchive(Exception):
    """The bytes are no tar archive."""


def pack(entries: Iterable[Entry], *, record: int = RECORD) -> bytes:
    """A whole archive, filled up to whole records (GNU's: 20 blocks)."""
    parts: list[bytes] = []
    for entry in entries:
        name = encoded(entry.name + ("/" if entry.kind == "dir" and not entry.name.endswith("/") else ""))
        for kind, text in ((LONG_NAME, name), (LONG_LINK, encoded(entry.target))):
            if len(text) > 100:
                parts += [
                    header(Entry(LONG_LABEL, "file"), encoded(LONG_LABEL), kind, len(text) + 1),
                    padded(text + b"\0"),
                ]
        size = len(entry.data) if entry.kind == "file" else 0
        parts += [header(entry, name[:100], TYPES[entry.kind], size), padded(entry.data[:size])]
    data = b"".join(parts) + bytes(2 * BLOCK)
    return data + bytes(-len(data) % record)


def encoded(text: str) -> bytes:
    """A name as it stands in an archive."""
    return text.encode("utf-8", "surrogateescape")


def padded(data: bytes) -> bytes:
    """*data* filled up to whole blocks."""
    return data + bytes(-len(data) % BLOCK)


def header(entry: Entry, name: bytes, kind: bytes, size: int) -> bytes:
    """The block before a member."""
    numbers = b"".join(octal(value, 8) for value in (entry.mode & 0o7777, entry.uid, entry.gid))
    front = name.ljust(100, b"\0") + numbers + octal(size, 12) + octal(max(entry.mtime, 0), 12)
    owner = encoded(entry.user)[:31].ljust(32, b"\0") + encoded(entry.group)[:31].ljust(32, b"\0")
    back = kind + encoded(entry.target)[:100].ljust(100, b"\0") + b"ustar  \0" + owner
    block = (front + b" " * 8 + back).ljust(BLOCK, b"\0")
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def octal(value: int, width: int) -> bytes:
    """A number in a field of *width* bytes."""
    return b"%0*o\0" % (width - 1, value & ((1 << 3 * (width - 1)) - 1))


def unpack(data: bytes) -> Iterator[Entry]:
    """The members of an archive; raises BadArchive where it is none or ends too early."""
    place = 0
    names: dict[str, str] = {}
    for _ in range(MOST_ENTRIES):
        block = data[place : place + BLOCK]
        if not block.strip(b"\0"):
            return
        if len(block) < BLOCK or number(block[148:156]) != sum(block[:148]) + 8 * 32 + sum(block[156:]):
            raise BadArchive("invalid tar header checksum" if len(block) == BLOCK else "short read")
        size, kind = number(block[124:136]), block[156:157]
        content = data[place + BLOCK : place + BLOCK + size]
        if len(content) < size:
            raise BadArchive("short read")
        place += BLOCK + size + -size % BLOCK
        if kind in (LONG_NAME, LONG_LINK):
            names["name" if kind == LONG_NAME else "target"] = decoded(content)
        elif kind == PAX:
            names |= pax(content)
        elif kind in KINDS:
            found = member(block, KINDS[kind], content)
            yield found._replace(name=names.get("name", found.name), target=names.get("target", found.target))
            names = {}
    raise UnixError("EFBIG", "not simulated here: so many files in an archive")


def number(field: bytes) -> int:
    """The value of an octal field; raises BadArchive."""
    text = field.strip(b" \0")
    try:
        return int(text or b"0", 8)
    except ValueError:
        raise BadArchive("invalid tar magic") from None


def decoded(field: bytes) -> str:
    """A name up to its NUL."""
    return field.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def member(block: bytes, kind: str, content: bytes) -> Entry:
    """What a header says."""
    name, prefix = decoded(block[:100]), decoded(block[345:500]) if block[257:263] == b"ustar\0" else ""
    mode, uid, gid, mtime = (number(block[a:b]) for a, b in ((100, 108), (108, 116), (116, 124), (136, 148)))
    owner = decoded(block[265:297]), decoded(block[297:329])
    full = f"{prefix}/{name}" if prefix else name
    kind = "dir" if kind == "file" and full.endswith("/") else kind
    return Entry(full, kind, mode & 0o7777, uid, gid, mtime, content, decoded(block[157:257]), *owner)


def pax(content: bytes) -> dict[str, str]:
    """`path` and `linkpath` of an extended header: records `LENGTH KEY=VALUE\\n`."""
    keys = {b"path": "name", b"linkpath": "target"}
    found: dict[str, str] = {}
    while content:
        length, _, rest = content.partition(b" ")
        if not length.isdigit() or len(length) > 9 or not 0 < int(length) <= len(content):
            raise BadArchive("malformed extended header")
        key, _, value = rest[: int(length) - len(length) - 2].partition(b"=")
        if key in keys:
            found[keys[key]] = decoded(value)
        content = content[int(length) :]
    return found
