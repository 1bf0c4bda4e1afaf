"""What a learner does with the lesson in a turn: answers, solutions that are played, the end of an exam."""

from collections.abc import Callable
from typing import Any

from labsite.sandboxes import history, holding, travels
from labsite.sandboxes.history import Moment
from labsite.sandboxes.models import Mark, Sandbox
from labsite.sandboxes.turn import Message, Turn
from lessons import progress, solutions
from lessons.catalogue import Lesson
from lessons.progress import Progress
from simulator.lab import Lab

LONGEST_WAIT = 2 * 3600 * 1_000_000  # virtual microseconds: as long as a player of transcripts waits
Entry = dict[str, Any]


def answer(turn: Turn, entry: Entry) -> str:
    """A question is answered."""

    def act(lesson: Lesson, before: Progress, lab: Lab) -> tuple[Progress, list[Message]]:
        if progress.late(before, turn.schooltime):
            return progress.hand_in(lesson, before, lab, turn.schooltime)
        return progress.answer(lesson, before, lab, entry["question"], entry["answer"])

    return turn.learn(act)


def skip(turn: Turn, entry: Entry) -> str:
    """The solution of a step is handed out."""

    def act(lesson: Lesson, before: Progress, lab: Lab) -> tuple[Progress, list[Message]]:
        after = progress.skip(lesson, before, entry["step"])
        pieces = solutions.pieces(lesson, entry["step"])
        turn.answers.append({"type": "solution", "step": entry["step"], "pieces": pieces})
        return after, []

    return turn.learn(act)


def leave(turn: Turn, entry: Entry) -> str:
    """A step whose solution was played is left."""
    return turn.learn(lambda lesson, before, lab: progress.leave(lesson, before, lab, entry["step"]))


def again(turn: Turn, entry: Entry) -> str:
    """A step is begun again: the cluster goes back to the moment at which the one before it was reached; what came after is kept."""
    names = [step.id for step in turn.lesson.steps] if turn.lesson and turn.run else []
    if entry["step"] not in names:
        return "There is no such step."
    if turn.lesson and turn.lesson.is_exam:
        return "In an exam no step is begun again."
    before = names[: names.index(entry["step"])][-1:]
    try:
        return travels.fork(turn, moment_of(turn.row, before[0]) if before else beginning(turn.row))
    except history.NoMoment:
        return travels.GONE


def moment_of(row: Sandbox, step: str) -> Moment:
    """When *step* was reached last on the way to where the cluster stands; raises NoMoment."""
    marks = Mark.objects.filter(kind="step", subject=step)
    mark = history.on(marks, row.pk, history.line(row.pk, row.branch)).order_by("-number", "-at").first()
    if mark is None:
        raise history.NoMoment
    return history.locate(row, row.branch, mark.at, mark.number)


def beginning(row: Sandbox) -> Moment:
    """When the lesson began; raises NoMoment."""
    first = history.beginning(row.pk, history.line(row.pk, row.branch))
    return history.locate(row, row.branch, first.at, first.number)


def end(turn: Turn, entry: Entry) -> str:
    """An exam is handed in."""
    return turn.learn(lambda lesson, before, lab: progress.hand_in(lesson, before, lab, turn.schooltime))


def wait(turn: Turn, entry: Entry) -> str:
    """Let virtual time pass until a shell asks again: a solution waits for minutes, whoever looks at it does not."""
    if turn.row.hold:
        return holding.PAUSED
    name, lab = entry["terminal"], turn.lab
    limit = lab.now + LONGEST_WAIT
    with turn.spending():
        while busy(lab, name) and turn.in_budget() and (due := lab.next_at()) is not None and due < limit:
            lab.advance(due, steps=1)
    turn.target = max(turn.target, lab.now)
    turn.answers.append({"type": "prompt", "terminal": name, "there": not busy(lab, name)})
    return ""


def busy(lab: Lab, terminal: str) -> bool:
    """Whether something other than the shell has the terminal."""
    return lab.terminals().get(terminal, {}).get("mode") in ("busy", "line", "raw")


ACTIONS: dict[str, Callable[[Turn, Entry], str]] = {
    "answer": answer,
    "skip": skip,
    "leave": leave,
    "again": again,
    "end": end,
    "await": wait,
}
