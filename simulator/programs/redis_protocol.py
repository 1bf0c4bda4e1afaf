"""RESP, in which redis-server and its clients speak (redis.io/docs/reference/protocol-spec)."""

from typing import Any

Value = None | int | str | bytes | list[Any]


def encode(value: Value) -> bytes:
    """A reply: `+OK` for text, `-ERR` for text with that beginning, `:1`, `$3 abc`, `*2 ...`."""
    if value is None:
        return b"$-1\r\n"
    if isinstance(value, str):
        return (value if value.startswith("-") else f"+{value}").encode("utf-8", "surrogateescape") + b"\r\n"
    if isinstance(value, int):
        return b":%d\r\n" % value
    if isinstance(value, bytes):
        return b"$%d\r\n%s\r\n" % (len(value), value)
    return b"*%d\r\n" % len(value) + b"".join(encode(item) for item in value)


def decode(data: bytes, place: int = 0, depth: int = 0) -> tuple[Value, int]:
    """One value and where it ends; -1 if it has not come whole. A text reply keeps its sign (`+OK`, `-ERR ...`)."""
    end = data.find(b"\r\n", place)
    if end < 0 or depth > 8:
        return None, -1
    kind, text = data[place : place + 1], data[place + 1 : end]
    if kind in (b"+", b"-"):
        return data[place:end].decode("utf-8", "surrogateescape"), end + 2
    size = int(text) if text.lstrip(b"-").isdigit() and len(text) < 20 else -1
    if kind == b":":
        return size, end + 2
    if kind == b"$":
        if size < 0:
            return None, end + 2
        stop = end + 2 + size
        return (data[end + 2 : stop], stop + 2) if len(data) >= stop + 2 else (None, -1)
    if kind != b"*" or size > 1024:
        return None, -2
    items: list[Value] = []
    at = end + 2
    for _ in range(size):
        item, at = decode(data, at, depth + 1)
        if at < 0:
            return None, at
        items.append(item)
    return items, at
