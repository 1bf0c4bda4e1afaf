"""From a playing to proposals: what changed from each step's beginning to its end, as checks that are false before and true after.

Everything is found by playing the pieces in the cluster with which the lesson begins, and tried with the engine that will look at
learners (lessons/memory.py): what is true too early, or not at the end, is not proposed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from lessons.memory import fulfilled, noted
from lessons.players import Player
from lessons.proposing import doings, objects
from lessons.proposing.proposal import Names, Proposal
from lessons.proposing.writing import answered
from lessons.transcripts import Piece
from simulator.lab import Change, Lab

MOST_INCLUDED = 8
MOST = 40
# If all else is left out, what is taken of this: the first that there is.
LAST_RESORTS = ("passed", "file", "output", "event", "created", "changed")
# And if there is too much, this goes before the rest.
WEIGHTY = ("state", "changed", "deleted", "answer", "file", "created")


@dataclass
class Stretch:
    """What happened in one step."""

    pieces: list[Piece]
    printed: list[tuple[Piece, tuple[str, ...]]] = field(default_factory=list)  # each piece with all that it printed
    begun: bytes = b""
    ended: bytes = b""
    batches: list[list[Change]] = field(default_factory=list)

    @property
    def changes(self) -> list[Change]:
        """All that the cluster told."""
        return [change for batch in self.batches for change in batch]


@dataclass
class Trial:
    """A proposal that is tried, and what is remembered of it."""

    step: int
    proposal: Proposal
    memory: Any = None
    good: bool = True


def steps_of(pieces: Sequence[Piece], borders: Sequence[int]) -> list[list[Piece]]:
    """*pieces* cut before each of the numbers *borders*."""
    cuts = [0, *sorted({border for border in borders if 0 < border < len(pieces)}), len(pieces)]
    return [list(pieces[start:end]) for start, end in pairwise(cuts)]


def propose(
    begin: Callable[[], Lab], steps: Sequence[Sequence[Piece]]
) -> tuple[list[list[Proposal]], list[list[Piece]]]:
    """For each step its proposals, and its pieces with what they print; *begin* gives a cluster as the lesson begins with it."""
    stretches = [Stretch(list(pieces)) for pieces in steps]
    play(begin(), stretches, note_down)
    names = Names()
    found = [Trial(number, one) for number, each in enumerate(stretches) for one in candidates(each, names)]
    tried(begin(), stretches, found)
    kept = [[trial.proposal for trial in found if trial.good and trial.step == number] for number in range(len(steps))]
    return [chosen(each) for each in kept], [each.pieces for each in stretches]


Heard = Callable[[Stretch, Lab, list[Change]], None]


def note_down(stretch: Stretch, lab: Lab, changes: list[Change]) -> None:
    """Keep what was told."""
    stretch.batches.append(changes)


def play(lab: Lab, stretches: Sequence[Stretch], heard: Heard, after: Callable[[int, Lab], None] | None = None) -> None:
    """Play all stretches; each is given its cluster at both ends, and its commands what they printed."""
    here: list[Stretch] = [stretches[0]]
    player = Player(lab, lambda changes: heard(here[0], lab, changes))
    for number, stretch in enumerate(stretches):
        here[0] = stretch
        stretch.begun = lab.snapshot()
        for at, piece in enumerate(stretch.pieces):
            check = player.step(piece)
            stretch.printed.append((piece, check.outcome.lines if check else ()))
            if check is not None and check.outcome.code is not None:
                stretch.pieces[at] = answered(check.command, check.outcome.lines, check.outcome.code)
        stretch.ended = lab.snapshot()
        if after:
            after(number, lab)


def candidates(stretch: Stretch, names: Names) -> list[Proposal]:
    """All that might be proposed of a step."""
    before, after, changes = Lab.restore(stretch.begun), Lab.restore(stretch.ended), stretch.changes
    found = [one for thing in objects.touched(before, after, changes) for one in objects.proposals(thing, names)]
    found += doings.answers(stretch.pieces, names)
    found += doings.files(after, stretch.pieces, changes, names)
    found += doings.outputs(stretch.printed, names)
    found += doings.events(changes, names)
    return found


def tried(lab: Lab, stretches: Sequence[Stretch], trials: Sequence[Trial]) -> None:
    """Mark those as not good that are true before their step, or not at its end."""

    def hear(_stretch: Stretch, lab: Lab, changes: list[Change]) -> None:
        for trial in (trial for trial in trials if trial.good):
            for change in changes:
                trial.memory = noted(trial.proposal.check, trial.memory, change, lab, lab.home)

    def look(done: int, lab: Lab) -> None:
        for trial in (trial for trial in trials if trial.good and trial.step in (done, done + 1)):
            is_so = fulfilled(trial.proposal.check, trial.memory, lab, lab.home)
            trial.good = is_so is (trial.step == done)
        if done + 1 < len(stretches):
            idle(lab, stretches[done + 1], [trial for trial in trials if trial.good and trial.step == done + 1])

    look(-1, lab)
    play(lab, [Stretch(list(each.pieces)) for each in stretches], hear, look)


def idle(lab: Lab, stretch: Stretch, trials: Sequence[Trial]) -> None:
    """Mark those as not good that come true in the time of *stretch* if nobody does anything."""
    twin, end = Lab.restore(lab.snapshot()), Lab.restore(stretch.ended).now
    memories = [trial.memory for trial in trials]
    while (due := twin.next_at()) is not None and due < end:
        twin.advance(due)
        changes = twin.drain()
        for at, trial in enumerate(trials):
            for change in changes:
                memories[at] = noted(trial.proposal.check, memories[at], change, twin, twin.home)
    twin.advance(end)
    for memory, trial in zip(memories, trials, strict=True):
        trial.good = not fulfilled(trial.proposal.check, memory, twin, twin.home)


def chosen(found: list[Proposal]) -> list[Proposal]:
    """At most MOST, of them at most MOST_INCLUDED taken, and at least one if there is any; those that are taken come first."""
    taken = sorted((one for one in found if one.included), key=lambda one: rank(one, WEIGHTY))[:MOST_INCLUDED]
    names = {one.id for one in taken or sorted(found, key=lambda one: rank(one, LAST_RESORTS))[:1]}
    found = [replace(one, included=one.id in names) for one in found]
    return sorted(found, key=lambda one: not one.included)[:MOST]


def rank(one: Proposal, order: Sequence[str]) -> int:
    """How far on in *order* a proposal's reason stands."""
    return order.index(one.why) if one.why in order else len(order)
