"""The columns of Tables and what is common to their cells (apiserver/pkg/printers, metav1.Table)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from simulator.api import durations, timestamps

Obj = dict[str, Any]
NONE, UNKNOWN, UNSET = "<none>", "<unknown>", "<unset>"


class Column(NamedTuple):
    """A column; those whose priority is not 0 are shown only with `-o wide`."""

    name: str
    type: str = "string"
    format: str = ""
    priority: int = 0


NAME = Column("Name", format="name")
AGE = Column("Age")


def wide(name: str) -> Column:
    """A column that only `-o wide` shows."""
    return Column(name, priority=1)


def integer(name: str) -> Column:
    """A column of numbers."""
    return Column(name, "integer")


@dataclass(frozen=True)
class Printer:
    """How objects of a kind are printed: *cells*(object, now in Unix microseconds) gives one cell for each column."""

    columns: tuple[Column, ...]
    cells: Callable[[Obj, int], list[Any]]


def age(timestamp: str | None, now: int) -> str:
    """How long ago a timestamp is, for people; `<unknown>` without one."""
    return durations.human(now - timestamps.parse(timestamp)) if timestamp else UNKNOWN


def age_of(obj: Obj, now: int) -> str:
    """How long ago an object was created."""
    return age(obj["metadata"].get("creationTimestamp"), now)


def name_of(obj: Obj) -> str:
    """The name of an object."""
    return str(obj["metadata"]["name"])


def part(obj: Obj, name: str) -> Obj:
    """A part of an object such as its status, or an empty one."""
    return obj.get(name) or {}


def labels_text(pairs: dict[str, str] | None) -> str:
    """`a=b,c=d`, sorted, or `<none>`."""
    return ",".join(f"{key}={value}" for key, value in sorted((pairs or {}).items())) or NONE


def containers_and_images(template: Obj) -> list[str]:
    """The names and the images of a template's containers, each joined by commas."""
    containers = part(template, "spec").get("containers") or []
    return [",".join(each.get(field, "") for each in containers) for field in ("name", "image")]


def few(texts: list[str], limit: int = 3) -> str:
    """At most *limit* of the texts, and how many more there are."""
    shown = ",".join(texts[:limit])
    return f"{shown} + {len(texts) - limit} more..." if len(texts) > limit else shown
