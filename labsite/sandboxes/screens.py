"""What the terminals showed last, so that a browser that comes back sees them as they were left."""

from collections.abc import Iterable

import msgspec

from simulator.lab import Change

# About four full screens of text; a terminal's own history is the browser's.
KEPT = 32_000
TERMINALS = 8

Screens = dict[str, str]


def load(data: bytes) -> Screens:
    """The screens that `store` made."""
    return msgspec.msgpack.decode(data, type=Screens) if data else {}


def store(screens: Screens) -> bytes:
    """The screens as bytes."""
    return msgspec.msgpack.encode(screens)


def after(screens: Screens, changes: Iterable[Change]) -> Screens:
    """The screens after *changes*; what is too old is cut off at the beginning of a line."""
    screens = dict(screens)
    for change in changes:
        if change.kind in ("output", "line"):
            name = change.data["terminal"]
            screens[name] = cut(screens.get(name, "") + change.data["data"])
        elif change.kind == "terminal" and change.data["mode"] == "closed":
            screens.pop(change.data["terminal"], None)
    return dict(list(screens.items())[-TERMINALS:])


def cut(text: str) -> str:
    """The end of *text*. Twice as much as is kept may gather, so that not every letter moves the whole."""
    if len(text) <= 2 * KEPT:
        return text
    text = text[-KEPT:]
    return text[text.find("\n") + 1 :]
