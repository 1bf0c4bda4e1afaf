"""What this process keeps of the ways back into the past, so that moments beside one just looked at are cheap.

A way back plays inputs from a checkpoint on. Along it the cluster is kept every now and then (a foothold), and where it ends the
lab itself, if whoever looked gives it back. A foothold says from which checkpoint and after which input it stands. Neither is
ever changed, and no number is given twice: so a foothold cannot be wrong, whatever becomes of the branches; at worst, it is of no use.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from labsite.sandboxes import clock
from labsite.sandboxes.screens import Screens
from simulator.lab import Lab

APART = 20 * clock.MILLISECOND  # processor time from one foothold to the next
SANDBOXES = 16  # of which something is kept: those that were looked at last
MOST, MOST_BYTES = 24, 2_000_000  # of one sandbox


class Place(NamedTuple):
    """A point on a way: from which checkpoint it comes, which input was the last (0: none since), and the virtual time."""

    checkpoint: int
    number: int
    at: int

    def leads_to(self, checkpoint: int, inputs: Sequence[tuple[int, int]], until: int) -> bool:
        """Whether the way from *checkpoint* that plays *inputs* (number and time of each) and ends at *until* comes by here."""
        if self.checkpoint != checkpoint or self.at > until:
            return False
        after = [at for number, at in inputs if number > self.number]
        known = not self.number or any(number == self.number for number, _ in inputs)
        return known and (not after or self.at <= after[0])


class Foothold(NamedTuple):
    """A cluster on its way, with what its terminals show."""

    place: Place
    state: bytes
    shown: Screens


class End(NamedTuple):
    """Where a way ended; the lab is whose who takes it."""

    place: Place
    lab: Lab
    shown: Screens


@dataclass
class Kept:
    """What is kept of one sandbox."""

    footholds: OrderedDict[Place, Foothold] = field(default_factory=OrderedDict)  # those of use lately come last
    end: End | None = None


class Footholds:
    """What is kept of all sandboxes, each by itself. Several threads may ask at once."""

    def __init__(self, sandboxes: int = SANDBOXES) -> None:
        self.most = sandboxes
        self.kept: OrderedDict[UUID, Kept] = OrderedDict()
        self.lock = threading.Lock()

    def take(
        self, sandbox: UUID, checkpoint: int, inputs: Sequence[tuple[int, int]], until: int
    ) -> Foothold | End | None:
        """The last point that is kept of the way to a moment (see `Place.leads_to`); None if there is none."""
        with self.lock:
            kept = self.kept.get(sandbox)
            if kept is None:
                return None
            found = [place for place in kept.footholds if place.leads_to(checkpoint, inputs, until)]
            best = max(found, key=lambda place: (place.number, place.at), default=None)
            end = kept.end
            if end and end.place.leads_to(checkpoint, inputs, until) and (best is None or end.place[1:] >= best[1:]):
                kept.end = None
                return end
            if best is None:
                return None
            kept.footholds.move_to_end(best)
            return kept.footholds[best]

    def lay(self, sandbox: UUID, foothold: Foothold) -> None:
        """Keep a foothold, unless it is too large; of too many, those go that were of no use for longest."""
        if weight(foothold) > MOST_BYTES:
            return
        with self.lock:
            footholds = self.of(sandbox).footholds
            footholds[foothold.place] = foothold
            footholds.move_to_end(foothold.place)
            while len(footholds) > MOST or sum(map(weight, footholds.values())) > MOST_BYTES:
                footholds.popitem(last=False)

    def give_back(self, sandbox: UUID, end: End) -> None:
        """Keep a lab where a way ended, which was looked at and not changed."""
        with self.lock:
            self.of(sandbox).end = end

    def of(self, sandbox: UUID) -> Kept:
        """What is kept of a sandbox, to be added to; of too many sandboxes, the one goes that was looked at longest ago."""
        kept = self.kept.setdefault(sandbox, Kept())
        self.kept.move_to_end(sandbox)
        while len(self.kept) > self.most:
            self.kept.popitem(last=False)
        return kept


def weight(foothold: Foothold) -> int:
    """About how many bytes a foothold takes."""
    return len(foothold.state) + sum(map(len, foothold.shown.values()))


footholds = Footholds()
