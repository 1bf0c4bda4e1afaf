"""What a scenario or an instructor's input says that Podlab does not know, and how that is refused."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

Place = tuple[str | int, ...]


class ScenarioError(ValueError):
    """The scenario says something that Podlab does not know; the text says what, and *place* (keys and numbers) where in it."""

    def __init__(self, text: str, place: Place = ()) -> None:
        super().__init__(text)
        self.place = place


@contextmanager
def standing(*place: str | int) -> Iterator[None]:
    """What is read within stands at *place*: what is wrong in it is said to be there. What cannot be read at all is refused, too."""
    try:
        yield
    except ScenarioError as error:
        raise ScenarioError(str(error), (*place, *error.place)) from error
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise ScenarioError(f"{place[0]}: this cannot be read: {error}", place) from error


def refuse_unknown(what: str, entry: Mapping[str, Any], known: Iterable[str]) -> None:
    """A misspelt key is an error, not a silence."""
    if not isinstance(entry, Mapping):
        raise ScenarioError(f"{what}: expected a mapping, got {entry!r}")
    if unknown := sorted({str(key) for key in entry} - set(known)):
        raise ScenarioError(f"{what}: unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}", (unknown[0],))
