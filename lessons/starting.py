"""The cluster with which a lesson begins: its scenario, and what its `start.md` does in it before the learner comes.

Kept is what was done, not what came of it: so every release makes its own cluster of it, and every learner's seed another.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from lessons import transcripts
from lessons.catalogue import START, Lesson
from lessons.players import Player
from lessons.transcripts import TranscriptError
from simulator.lab import Lab


def begin(lesson: Lesson, *, seed: int, epoch: int, lab_class: type[Lab] = Lab) -> Lab:
    """A cluster for somebody who begins *lesson*; nothing of how it came to be is left to drain. Raises ScenarioError."""
    return made(lesson.scenario, lesson.start, seed=seed, epoch=epoch, lab_class=lab_class)


def made(scenario: Mapping[str, Any], start: str, *, seed: int, epoch: int, lab_class: type[Lab] = Lab) -> Lab:
    """The cluster of *scenario* in which the transcript *start* has been played, whatever it printed. Raises ScenarioError."""
    lab = lab_class.boot(scenario, seed=seed, epoch=epoch)
    if start:
        list(prepare(start, lab))
    return lab


def prepare(start: str, lab: Lab) -> Iterator[str]:
    """Play *start* in *lab*, and leave no terminal behind: what it prints otherwise than it says, as `line: what`."""
    try:
        pieces = transcripts.parse(start).steps
    except TranscriptError as error:
        yield f"{error.line}: {error.what}"
        return
    player = Player(lab)
    for piece in pieces:
        check = player.step(piece)
        if check and not check.passed:
            printed = check.outcome.lines[0] if check.outcome.lines else ""
            yield f"{check.command.line}: `{check.command.text}` printed something else, beginning with {printed!r}"
    for terminal in player.opened:
        lab.submit({"type": "terminal.close", "terminal": terminal})
    lab.advance(lab.now)
    lab.drain()


def problems(lesson: Lesson, *, seed: int, epoch: int) -> Iterator[str]:
    """What goes otherwise in the start of *lesson* than it says, as `file:line: what`; raises ScenarioError."""
    if lesson.start:
        lab = Lab.boot(lesson.scenario, seed=seed, epoch=epoch)
        yield from (f"{lesson.slug}/{START}:{problem}" for problem in prepare(lesson.start, lab))
