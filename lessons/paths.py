"""Paths into objects, as checks write them: `status.containerStatuses[name=web].state.waiting.reason`."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import re2

STEP = re2.compile(r"""(?:^|\.)((?:[^.\[\]\\]|\\.)+)|\[([^\]=]+)=([^\]]*)\]|\[(\d+|\*)\]""")


class PathError(ValueError):
    """The path cannot be read."""


@lru_cache(maxsize=2048)
def parse(path: str) -> tuple[tuple[str, ...], ...]:
    """The steps of *path*: ("key", k), ("where", key, value) or ("index", number or *). A dot in a key is written `\\.`."""
    steps: list[tuple[str, ...]] = []
    position = 0
    for match in STEP.finditer(path):
        if match.start() != position:
            break
        position = match.end()
        key, name, value, index = match.groups()
        if key is not None:
            steps.append(("key", key.replace("\\.", ".")))
        elif name is not None:
            steps.append(("where", name, value))
        else:
            steps.append(("index", index))
    if position != len(path) or not steps:
        raise PathError(f"cannot read the path {path!r}")
    return tuple(steps)


def values(obj: Any, path: str) -> list[Any]:
    """All that stands at *path* in *obj*: nothing, one value, or several where the path says `[*]`."""
    found = [obj]
    for step in parse(path):
        found = [value for item in found for value in walk(item, step)]
    return found


def walk(item: Any, step: tuple[str, ...]) -> Iterator[Any]:
    """What one step leads to."""
    match step:
        case ("key", key) if isinstance(item, dict) and key in item:
            yield item[key]
        case ("where", key, value) if isinstance(item, list):
            yield from (entry for entry in item if isinstance(entry, dict) and str(entry.get(key)) == value)
        case ("index", "*") if isinstance(item, list):
            yield from item
        case ("index", number) if isinstance(item, list) and number != "*" and int(number) < len(item):
            yield item[int(number)]
