"""Where the parts of a YAML text stand: the line of each key and entry, with its value if that is a scalar."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

Path = tuple[str | int, ...]
MOST_BYTES = 256 << 10
MOST_PLACES = 20_000
DEEPEST = 60
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Place(NamedTuple):
    """A line, counted from 1, and the text of the scalar there; None for a map or a list."""

    line: int
    text: str | None


Places = dict[Path, Place]


def documents(text: str) -> Iterator[Places]:
    """The places of each document of *text*, as far as it is YAML; a text that is too long has none."""
    if len(text) > MOST_BYTES:
        return
    events = yaml.parse(text, Loader=_PARSER)
    try:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                places: Places = {}
                _node(next(events), events, (), places)
                yield places
    except (yaml.YAMLError, UnicodeError, StopIteration):
        return


def nearest(places: Places, path: Path) -> tuple[Path, Place] | None:
    """The place of *path*, or of the nearest thing around it that is written there."""
    while path not in places:
        if not path:
            return None
        path = path[:-1]
    return path, places[path]


def _node(event: Any, events: Iterator[Any], path: Path, places: Places, line: int = 0) -> None:
    """Note what begins with *event* at *path*; the line of a key counts before that of its value."""
    if len(places) > MOST_PLACES or len(path) > DEEPEST:
        raise yaml.YAMLError("too much")
    scalar = isinstance(event, yaml.ScalarEvent)
    places[path] = Place(line or line_of(event), event.value if scalar else None)
    if isinstance(event, yaml.SequenceStartEvent):
        for number, entry in enumerate(_until(yaml.SequenceEndEvent, events)):
            _node(entry, events, (*path, number), places)
    elif isinstance(event, yaml.MappingStartEvent):
        for key in _until(yaml.MappingEndEvent, events):
            if not isinstance(key, yaml.ScalarEvent):
                raise yaml.YAMLError("a key that is no text")
            _node(next(events), events, (*path, key.value), places, line_of(key))


def line_of(event: Any) -> int:
    """The line in which an event begins."""
    return int(event.start_mark.line) + 1


def _until(end: Any, events: Iterator[Any]) -> Iterator[Any]:
    """The events at which entries begin, until the collection ends."""
    while not isinstance(event := next(events, None), end | None):
        yield event
    if event is None:
        raise yaml.YAMLError("a collection without an end")
