"""The world of one learner as one plain value, and what everybody in it needs: time, chance, and a way to tell outside."""

from collections.abc import Callable
from itertools import groupby
from traceback import format_exception
from typing import Any, NamedTuple

from simulator.kernel.agenda import Agenda
from simulator.kernel.dice import Dice
from simulator.kernel.stored import UnknownVersion, pack, unpack

__all__ = ["Change", "UnknownVersion", "World"]

TRACE = 8  # the innermost frames of a mistake that are told
LONGEST_ERROR = 500


class Change(NamedTuple):
    """Something that was seen from outside at virtual time *at*; the kinds are listed in `simulator/lab.py`."""

    at: int
    kind: str
    data: dict[str, Any]


def place(change: Change) -> Any:
    """Neighbours with an equal place are one piece: a terminal and a time for output, nothing else's."""
    return (change.at, change.data["terminal"]) if change.kind == "output" else id(change)


def join(pieces: list[Change]) -> Change:
    """Pieces of output as one; a single change as it is."""
    if len(pieces) == 1:
        return pieces[0]
    first = pieces[0]
    return first._replace(data={**first.data, "data": "".join(piece.data["data"] for piece in pieces)})


class World:
    """The value: dicts with string keys, lists, strings, bytes, whole numbers, booleans and None; nothing else.

    Each part of the cluster keeps what it must remember in its own *section* and is otherwise without state: it can be
    thrown away and made again from the value at any instant. What the parts tell the outside (`changes`) is no part of the value.
    """

    # Whether a mistake of the simulator itself is raised (in tests) instead of being contained where it happened.
    strict = False

    def __init__(self, value: dict[str, Any]) -> None:
        self.value = value
        self.agenda = Agenda(value["agenda"])
        self.dice = Dice(value["dice"])
        self.changes: list[Change] = []
        self.observers: list[Callable[[Change], None]] = []

    @classmethod
    def create(cls, *, seed: int, epoch: int) -> "World":
        """An empty world, born at *epoch* (Unix time in microseconds) on its own calendar."""
        value = {
            "epoch": epoch,
            "agenda": Agenda.empty(),
            "dice": Dice.seeded(seed),
            "sections": {},
        }
        return cls(value)

    @classmethod
    def from_bytes(cls, data: bytes) -> "World":
        """The world that `to_bytes` stored; raises UnknownVersion if another release stored it."""
        return cls(unpack(data))

    def to_bytes(self) -> bytes:
        """The whole value, compressed."""
        return pack(self.value)

    def section(self, name: str) -> dict[str, Any]:
        """The part of the value that belongs to *name*, made empty if it is new."""
        section: dict[str, Any] = self.value["sections"].setdefault(name, {})
        return section

    @property
    def now(self) -> int:
        """Virtual microseconds since the world was born."""
        return int(self.agenda.state["now"])

    @property
    def unix(self) -> int:
        """The time on the cluster's own calendar: Unix time in microseconds."""
        return int(self.value["epoch"] + self.agenda.state["now"])

    def tell(self, kind: str, **data: Any) -> None:
        """Let the outside know of a change; observers see it first."""
        change = Change(self.now, kind, data)
        for observe in self.observers:
            observe(change)
        self.changes.append(change)

    def mistake(self, component: str, key: str, error: Exception) -> None:
        """The simulator itself failed while *component* was at *key*: told outside as the change `failure`, for whoever runs
        the lab."""
        trace = "".join(format_exception(error)[-TRACE:])
        self.tell("failure", component=component, key=key, error=repr(error)[:LONGEST_ERROR], trace=trace)

    def drain(self) -> list[Change]:
        """What was told since the last call, in order; what one terminal printed at one instant as one piece."""
        changes, self.changes = self.changes, []
        return [join(list(pieces)) for _, pieces in groupby(changes, key=place)]
