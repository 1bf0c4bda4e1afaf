"""A solution made of the commands that a lesson of another platform brings: as far as they run here, and what became of the others."""

import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from lessons import catalogue, proof, starting
from lessons.carrying.foreign import ANYTHING
from lessons.carrying.parcels import Try
from lessons.catalogue import SOLUTION, Lesson
from lessons.drafting import desk
from lessons.players import EPOCH, Player
from lessons.proof import Clock
from lessons.proposing import writing
from lessons.transcripts import Command

# Why something is left (leftovers.py says it in words).
FAILS, ENDLESS, SHORT, MORE, NO_LESSON = "fails", "endless", "short", "more", "no-lesson"
TITLE = "The solution"
WAIT = "sleep 60"
SECONDS = 8.0  # of the processor for trying; whoever asks for it ends what takes longer (lessons/apart)
MOST_TRIES, MOST_ENDLESS, LONGEST_PRINTED = 120, 10, 120
SEED = 1  # with which solutions are proved

Left = tuple[str, str]  # why, and what


def solved(
    slug: str, files: Mapping[str, str], tries: Sequence[Try], clock: Clock = time.process_time
) -> tuple[str, list[Left]]:
    """The transcript of the *tries* that run in the lesson's cluster, one after the other, and what could not be taken over; raises
    LessonError where the files are no lesson."""
    with desk.laid_out(slug, {**files, SOLUTION: writing.text(TITLE, [])}) as folder:
        lesson = catalogue.load(folder)
    solver, end = Solver(lesson), clock() + SECONDS
    for step, some in groupby(tries, key=lambda each: each.step):
        own = list(some)
        if len(solver.pieces) + len(solver.left) + len(own) > MOST_TRIES or clock() > end:
            solver.left.append((MORE, place(own[0])))
            break
        solver.take(step, own)
    return writing.text(TITLE, solver.pieces), solver.left


def place(one: Try, printed: str = "") -> str:
    """Where a command stands, its first line, and the last that it printed."""
    first = one.text.split("\n")[0]
    return f"{one.file}:{one.line}: {first[:LONGEST_PRINTED]}" + (f" → {printed[:LONGEST_PRINTED]}" if printed else "")


class Solver:
    """Types at the cluster of a lesson."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        self.pieces: list[Command] = []
        self.left: list[Left] = []
        self.endless = 0
        self.begin()

    def begin(self) -> None:
        """A cluster in which nothing but what is in the solution was done."""
        self.follower = proof.Follower(self.lesson, starting.begin(self.lesson, seed=SEED, epoch=EPOCH))
        # In an exam every check counts at any time: to look at all of them after each command would take too long.
        self.player = Player(
            self.follower.lab, None if self.lesson.is_exam else self.follower.hear, self.follower.answer
        )
        for piece in self.pieces:
            self.player.type(piece.text)

    def take(self, step: str, tries: Sequence[Try]) -> None:
        """Try the commands of a step, and wait for what they make if that is what is missing."""
        for one in tries:
            self.left += list(self.attempt(one))
        if self.lesson.is_exam:
            return
        if step not in self.follower.reached and self.player.type(WAIT).code == 0 and step in self.follower.reached:
            self.keep(WAIT)
        if step not in self.follower.reached:
            self.left.append((SHORT, f"{tries[0].file}: {step}"))

    def attempt(self, one: Try) -> Iterator[Left]:
        """Try a command: nothing is left of one that runs."""
        if self.endless >= MOST_ENDLESS:
            yield ENDLESS, place(one)
            return
        before = len(self.follower.reached)
        try:
            outcome = self.player.type(one.text)
        except (ValueError, KeyError):  # the cluster takes no such line, or there is no terminal any more
            outcome = None
        if outcome and outcome.code == 0:
            self.keep(one.text)
        elif outcome and outcome.code is not None:
            if len(self.follower.reached) > before:  # a step that wants no more than that it was typed
                self.begin()
            yield FAILS, place(one, next((line for line in reversed(outcome.lines) if line.strip()), ""))
        else:
            self.endless += 1
            self.begin()
            yield ENDLESS, place(one)

    def keep(self, text: str) -> None:
        """It is part of the solution."""
        self.pieces.append(Command("", text, ANYTHING, 0, 0, (0, 0)))
