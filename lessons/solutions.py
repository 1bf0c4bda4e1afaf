"""The solution of a lesson, cut into what each step needs: for playing it before a learner who skips the step."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from lessons import catalogue, starting, transcripts
from lessons.catalogue import Lesson
from lessons.players import EPOCH, HOME, Player
from lessons.proof import Follower
from lessons.transcripts import Answer, FileBlock, Piece

Message = dict[str, Any]


def pieces(lesson: Lesson, step: str) -> list[Message]:
    """What is done for *step*, one after the other: {file, content}, {host, line} or {question, answer}."""
    cut = parts(lesson.folder, tuple(lesson.values.items()))
    return [told(piece) for piece in cut.get(step, ())]


@lru_cache(maxsize=256)
def parts(folder: Path, values: tuple[tuple[str, str], ...]) -> dict[str, tuple[Piece, ...]]:
    """The pieces of the solution by the step that they lead to: found by playing it, and seeing when each step is reached."""
    lesson = catalogue.filled(folder, values)
    lab = starting.begin(lesson, seed=1, epoch=EPOCH)
    follower = Follower(lesson, lab)
    follower.hear(lab.drain())
    player = Player(lab, follower.hear, follower.answer)
    found: dict[str, tuple[Piece, ...]] = {}
    waiting: list[Piece] = []
    for piece in transcripts.parse(lesson.solution).steps:
        waiting.append(piece)
        player.step(piece)
        new = [step for step in follower.reached if step not in found]
        for step in new:
            found[step], waiting = tuple(waiting), []
    return found


def told(piece: Piece) -> Message:
    """A piece as a browser plays it."""
    if isinstance(piece, FileBlock):
        path = piece.path if piece.path.startswith("/") else f"{HOME}/{piece.path}"
        return {"file": path, "content": piece.content}
    if isinstance(piece, Answer):
        return {"question": piece.question, "answer": list(piece.given)}
    return {"host": piece.host, "line": piece.text}
