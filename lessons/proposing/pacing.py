"""How long a transcript waits between what it does: as long as somebody did, or only as long as it matters.

Whoever plays in front of a browser thinks and reads meanwhile. A solution waits no longer than the answers need that were seen.
"""

from collections.abc import Callable, Sequence
from functools import partial

import re2

from lessons.players import Outcome, Player
from lessons.proposing.recording import Recording, Take
from lessons.proposing.standing import standing
from lessons.transcripts import Command, FileBlock
from simulator.lab import Lab

SECOND = 1_000_000
TRIED = (0, 2, 5, 10, 20, 30, 60, 120, 300, 600)  # seconds
LONGEST = 3600  # that a start waits at a time: somebody was away
VARIES = re2.compile(r"\b[0-9]+(?:\.[0-9]+)*[smhd]?\b|\b(?:[0-9]+[smhd])+\b|-[a-z0-9]{5,10}\b")

Piece = Command | FileBlock


def sleep(seconds: int) -> Command:
    """A command that waits."""
    return Command("", f"sleep {seconds}", (), 0, 0, (0, 0))


def as_slow(recording: Recording, since: int) -> list[Piece]:
    """What was done with the waits that there were from *since* on, so that the cluster comes to where it came then."""
    found: list[Piece] = []
    for take, gap in gaps(recording.takes, since):
        found += [sleep(gap)] if gap else []
        found.append(take.piece)
    rest = seconds(recording.until - max([since, *(take.ended for take in recording.takes)]))
    return [*found, sleep(rest)] if rest else found


def gaps(takes: Sequence[Take], since: int) -> list[tuple[Take, int]]:
    """Each take with the whole seconds for which nothing was done before it."""
    found, end = [], since
    for take in takes:
        found.append((take, seconds(take.began - end)))
        end = max(end, take.ended)
    return found


def seconds(wait: int) -> int:
    """Microseconds as whole seconds, rounded up; what is less than half a second is no wait."""
    return min(max(-(-(wait - SECOND // 2) // SECOND), 0), LONGEST)


def as_needed(recording: Recording, since: int, lab: Lab, end: Lab) -> tuple[list[Piece], list[str]]:
    """What was done, with waits that are only so long that each command in turn answers as it did, and that at last the cluster
    stands as in *end*; and the command lines that end otherwise than they did, however long one waits. *lab* is the cluster in which
    it begins; it is left as it is."""
    found: list[Piece] = []
    strange: list[str] = []
    owed = 0
    here = lab.snapshot()
    for take, gap in gaps(recording.takes, since):
        owed += gap
        if isinstance(take.piece, FileBlock):
            here, _ = done(here, 0, take.piece)
            found.append(take.piece)
            continue
        wait, here, outcome = enough(here, owed, take.piece, partial(alike, take.piece))
        strange += [take.piece.text] if outcome and outcome.code != take.piece.code else []
        found += [sleep(wait), take.piece] if wait else [take.piece]
        owed = 0
    owed += seconds(recording.until - max([since, *(take.ended for take in recording.takes)]))
    wanted = standing(end)
    wait, _, _ = enough(here, owed, None, lambda lab, _outcome: standing(lab) == wanted)
    return ([*found, sleep(wait)] if wait else found), strange


def enough(
    state: bytes, longest: int, piece: Piece | None, good: Callable[[Lab, Outcome | None], bool]
) -> tuple[int, bytes, Outcome | None]:
    """The shortest wait after which *piece* turns out *good*, or the *longest*; the cluster after both, and what came of the piece."""
    after, at_last, outcome = state, 0, None
    for wait in [*(each for each in TRIED if each < longest), longest]:
        after, outcome = done(state, wait, piece)
        at_last = wait
        if good(Lab.restore(after), outcome):
            break
    return at_last, after, outcome


def done(state: bytes, wait: int, piece: Piece | None) -> tuple[bytes, Outcome | None]:
    """The cluster after a wait and a piece."""
    lab = Lab.restore(state)
    player = Player(lab)
    player.opened |= lab.terminals().keys()
    if wait:
        player.step(sleep(wait))
    check = player.step(piece) if piece else None
    return lab.snapshot(), check.outcome if check else None


def alike(piece: Piece, _lab: Lab, outcome: Outcome | None) -> bool:
    """Whether a command has answered as it did before, but for ages, numbers and generated names."""
    if not isinstance(piece, Command) or outcome is None:
        return True
    return outcome.code == piece.code and essence(outcome.lines) == essence(piece.expected)


def essence(lines: Sequence[str]) -> list[list[str]]:
    """The words of an answer without what varies by moment."""
    return [VARIES.sub("", line.rstrip("\r")).split() for line in lines if line.strip()]
