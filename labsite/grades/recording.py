"""Attempts, kept up with what learners do. It looks at how things stand, not at what has just happened: what was missed because a
process died is made good by the learner's next turn."""

import logging
from typing import Any

from django.db import transaction

from labsite.classes.models import Classroom, Seat
from labsite.grades import reckoning, tasks, telling
from labsite.grades.models import Attempt
from labsite.grades.signals import attempted
from labsite.sandboxes import clock
from labsite.sandboxes.turn import Turn
from lessons import grades, hints, progress
from lessons.catalogue import Lesson
from lessons.models import Run

log = logging.getLogger(__name__)

PAUSE = 5 * 60 * clock.SECOND  # who does nothing for longer is not at work meanwhile
COUNTS = ("facts", "hints", "finished")


def hear(turn: Turn, **more: Any) -> None:
    """A turn was stored. Whatever goes wrong here is not the learner's trouble."""
    try:
        if turn.run is not None and turn.lesson is not None and is_news(turn) and note(turn, turn.run, turn.lesson):
            reckoning.reckon_learner(turn.row.owner_id, turn.row.lesson)
    except Exception:
        log.exception("sandbox %s: the mark was not brought up to date", turn.row.pk)


def hear_of_seat(seat: Seat, **more: Any) -> None:
    """Somebody has sat down, perhaps with work that was done before."""
    reckoning.reckon(seat.classroom_id, seats=[seat.pk])


def hear_of_lessons(classroom: Classroom, **more: Any) -> None:
    """A class does other lessons, or they are due at another time, or marked otherwise."""
    telling.tell(classroom.pk, [], anew=True)
    for lesson in classroom.assignments.values_list("lesson", flat=True):
        tasks.reckon.delay(classroom.pk, lesson)


def is_news(turn: Turn) -> bool:
    """Whether the learner has done something, or stands elsewhere."""
    stands_elsewhere = bool(turn.chronicle.standings) or turn.travelled
    return stands_elsewhere or bool(turn.answers) or any(change.kind == "command" for change in turn.changes)


@transaction.atomic
def note(turn: Turn, run: Run, lesson: Lesson) -> bool:
    """Bring the attempt up to what the turn stored; whether anything that counts is another now."""
    begun = Attempt.objects.get_or_create(sandbox=turn.row, defaults={"started": run.started})[1]
    attempt = Attempt.objects.select_for_update().get(sandbox=turn.row)
    if turn.row.version <= attempt.version:  # another worker was faster, with what was stored later
        return False
    before, new = [getattr(attempt, name) for name in COUNTS], attempt.version < 0
    had, was = reached(attempt), attempt.finished
    bring_up(attempt, turn, run.progress, lesson)
    attempt.save()
    fresh, ended = [step for step in reached(attempt) if step not in had], was != attempt.finished
    if begun or fresh or ended:
        more = {"begun": begun, "reached": fresh, "ended": ended}
        transaction.on_commit(
            lambda: attempted.send_robust(Attempt, attempt=attempt, lesson=lesson, stands=run.progress, **more)
        )
    return new or before != [getattr(attempt, name) for name in COUNTS]


def reached(attempt: Attempt) -> list[str]:
    """The steps that are reached in an attempt."""
    return [step for step, fact in attempt.facts.items() if "reached" in fact]


def bring_up(attempt: Attempt, turn: Turn, stands: progress.Progress, lesson: Lesson) -> None:
    """Change *attempt* to what is known after *turn*. An exam that is over stays as it ended."""
    attempt.worked += min(max(turn.wall - (attempt.heard or turn.wall), 0), PAUSE)
    attempt.heard, attempt.version = turn.wall, turn.row.version
    if lesson.is_exam and attempt.finished:
        return
    when = {mark.subject: mark for mark in turn.chronicle.marks if mark.kind == "step"}

    def moment_of(step: str) -> grades.Moment:
        place = when.get(step)
        return [turn.wall, place.at if place else turn.row.now, turn.row.branch, turn.row.number]

    attempt.facts = grades.observed(lesson, stands, attempt.facts, attempt.worked, moment_of)
    attempt.hints = {step: len(hints.given(stands, step)) for step in stands["hints"]}
    if attempt.finished is None and progress.over(lesson, stands):
        attempt.finished = clock.date(turn.wall)
