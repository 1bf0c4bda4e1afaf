"""The way to a moment of the past: from a checkpoint, or something nearer that this process has kept, by playing inputs on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from labsite.sandboxes import clock, engine, screens
from labsite.sandboxes.footholds import APART, End, Foothold, Place, footholds
from labsite.sandboxes.models import Checkpoint, Entry
from simulator.lab import Change, Lab

SLICE = 50  # wake-ups after which to see whether a foothold is due


def follow(sandbox: UUID, checkpoint: Checkpoint, inputs: list[Entry], until: int) -> End:
    """The cluster at the virtual time *until*, when *inputs* have been played since *checkpoint*; raises UnknownVersion."""
    begun = footholds.take(sandbox, checkpoint.pk, [(entry.number, entry.at) for entry in inputs], until)
    if begun is None:
        place = Place(checkpoint.pk, 0, checkpoint.at)
        begun = Foothold(place, bytes(checkpoint.state), screens.load(bytes(checkpoint.screens)))
    lab = begun.lab if isinstance(begun, End) else engine.lab_class().restore(begun.state)
    way = Way(sandbox, begun.place, lab, begun.shown)
    way.go((entry for entry in inputs if entry.number > begun.place.number), until)
    return End(way.place, lab, way.shown)


def give_back(sandbox: UUID, end: End) -> None:
    """Whoever has only looked at the cluster gives it back: the next moment that is looked at is often one beside it."""
    footholds.give_back(sandbox, end)


@dataclass
class Way:
    """A cluster that goes on from *place*, and what its terminals *show*."""

    sandbox: UUID
    place: Place
    lab: Lab
    shown: screens.Screens
    changes: list[Change] = field(default_factory=list)  # that the terminals have not shown yet
    laid: int = field(default_factory=clock.cpu)  # when the last foothold was laid

    def go(self, inputs: Iterable[Entry], until: int) -> None:
        """Play *inputs*, each at its own time, and go on to *until*."""
        for entry in inputs:
            self.advance(entry.at)
            self.changes += [*self.lab.drain(), *typed(self.lab, entry.client_id, entry.entry)]
            self.lab.submit(entry.entry)
            self.place = self.place._replace(number=entry.number)
            self.pause()
        self.advance(until)
        self.show()

    def advance(self, until: int) -> None:
        """Let virtual time pass."""
        while not self.lab.advance(until, steps=SLICE):
            self.pause()

    def show(self) -> None:
        """Let the terminals show what has happened until now."""
        self.place = self.place._replace(at=self.lab.now)
        self.shown = screens.after(self.shown, [*self.changes, *self.lab.drain()])
        self.changes = []

    def pause(self) -> None:
        """Lay a foothold if one is due."""
        if clock.cpu() - self.laid >= APART:
            self.show()
            footholds.lay(self.sandbox, Foothold(self.place, self.lab.snapshot(), self.shown))
            self.laid = clock.cpu()


def typed(lab: Lab, client_id: str, entry: dict[str, Any]) -> list[Change]:
    """What a terminal shows of a line that was edited in a browser: it belongs on the terminal in all of them."""
    terminal = lab.terminals().get(entry.get("terminal", ""))
    if entry["type"] != "line" or terminal is None:
        return []
    data = entry["text"].replace("\n", "\r\n") + "\r\n" if terminal["echo"] else ""
    return [
        Change(lab.now, "line", {"id": client_id, "terminal": entry["terminal"], "text": entry["text"], "data": data})
    ]
