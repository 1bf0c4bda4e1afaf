"""What a scenario or an instructor's input says that Podlab does not know, and how that is refused."""

from collections.abc import Iterable, Mapping
from typing import Any


class ScenarioError(ValueError):
    """The scenario says something that Podlab does not know; the text says what and where."""


def refuse_unknown(what: str, entry: Mapping[str, Any], known: Iterable[str]) -> None:
    """A misspelt key is an error, not a silence."""
    if not isinstance(entry, Mapping):
        raise ScenarioError(f"{what}: expected a mapping, got {entry!r}")
    if unknown := sorted({str(key) for key in entry} - set(known)):
        raise ScenarioError(f"{what}: unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}")
