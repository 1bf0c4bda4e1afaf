"""A YAML file read with its line numbers, so that what is wrong in it can be said with file, line and the cure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import re2
import yaml

Place = tuple[str | int, ...]
# How msgspec says where in a value something is wrong: `$.steps[0].checks`.
POINTER = re2.compile(r"(?: - at `\$)([^`]*)`")
STEP = re2.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


class LessonError(ValueError):
    """A lesson folder is not as it must be; the text says which file, which line, what is wrong and what to do."""


@dataclass(frozen=True)
class Source:
    """What a file says, and in which line each part of it stands."""

    name: str
    data: Any
    lines: Mapping[Place, int] = field(default_factory=dict)

    def line(self, place: Place) -> int:
        """The line of what stands at *place*, or of the nearest thing around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def error(self, place: Place, text: str) -> LessonError:
        """What is wrong at *place*."""
        return LessonError(f"{self.name}:{self.line(place)}: {text}")


def read(name: str, text: str) -> Source:
    """The YAML in *text*, which is that of the file *name*; raises LessonError."""
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()  # once for the lines and for what it says: reading is what takes long
        found = dict(lines(node, ())) if node else {}
        return Source(name, loader.construct_document(node) if node else None, found)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise LessonError(f"{name}:{line}: this is no YAML: {error.problem or error.context}") from error
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise LessonError(f"{name}:1: this is no YAML: {error}") from error


def lines(node: yaml.Node, place: Place) -> Iterator[tuple[Place, int]]:
    """The line of each part of *node*, which stands at *place*."""
    yield place, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from keyed(key, value, (*place, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for number, entry in enumerate(node.value):
            yield from lines(entry, (*place, number))


def keyed(key: yaml.Node, value: yaml.Node, place: Place) -> Iterator[tuple[Place, int]]:
    """The same for a key and its value: the key's line is the one to look at."""
    yield from lines(value, place)
    yield place, key.start_mark.line + 1


def place_of(message: str) -> tuple[Place, str]:
    """Where a complaint of msgspec points, and its text without the pointer."""
    found = POINTER.search(message)
    if not found:
        return (), message
    steps = [step for step in STEP.finditer(found.group(1)) if step.group(2) != "..."]
    place = tuple(step.group(1) if step.group(1) else int(step.group(2)) for step in steps)
    return place, message[: found.start()]


def suggestion(word: str, known: Iterator[str] | list[str] | frozenset[str]) -> str:
    """What was probably meant by *word*."""
    names = sorted(known)
    close = get_close_matches(word, names, 1)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(names)}"
