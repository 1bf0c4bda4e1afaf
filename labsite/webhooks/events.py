"""The events that webhooks tell, and what is said of each. docs/webhooks.md shows them; a test holds it against this."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from labsite.accounts.models import User
from labsite.classes.models import Classroom, Desk, Seat
from labsite.grades.models import Attempt
from labsite.grades.signals import Marked
from labsite.sandboxes import clock
from lessons import progress, scores
from lessons.catalogue import Lesson

Data = dict[str, Any]

TEST = "webhook.test"
EVENTS: Mapping[str, Any] = {
    "lesson.begun": _("A learner begins a lesson"),
    "step.passed": _("A learner passes a step"),
    "lesson.finished": _("A learner finishes a lesson"),
    "exam.started": _("A learner starts an exam"),
    "exam.ended": _("A learner's exam is over"),
    "mark.changed": _("A learner has another mark than before, or the first one"),
    "hand.raised": _("A learner raises their hand"),
    "learner.joined": _("A learner joins a class"),
    "learner.left": _("A learner leaves a class"),
}


def body(kind: str, data: Data) -> str:
    """An event as it is sent."""
    message = {"type": kind, "timestamp": stamp(clock.wall()), "data": data}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def stamp(wall: int) -> str:
    """A time on the wall, in ISO 8601."""
    return clock.date(wall).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def place(room: Classroom | None) -> Data:
    """In which class."""
    return {"class": {"id": room.pk, "name": room.name} if room else None}


def learner(user: User, seat: Seat | None) -> Data:
    """Who, as the class knows them."""
    shown = {"name": seat.name, "number": seat.number} if seat else {"name": user.username, "number": ""}
    return {"learner": {"id": user.pk, **shown}}


def begun(attempt: Attempt, lesson: Lesson, stands: progress.Progress) -> tuple[str, Data]:
    """A lesson or an exam begins."""
    data: Data = {"lesson": lesson.slug, "attempt": attempt.pk}
    if not lesson.is_exam:
        return "lesson.begun", data
    ends = stands.get("ends")
    return "exam.started", {**data, "ends": stamp(ends) if ends else None}


def passed(attempt: Attempt, lesson: Lesson, step: str) -> tuple[str, Data]:
    """A step is passed."""
    fact = attempt.facts[step]
    done = sum("reached" in each for each in attempt.facts.values())
    how = {"hints": fact["hints"], "skipped": fact["skipped"], "done": done, "steps": len(lesson.steps)}
    return "step.passed", {"lesson": lesson.slug, "attempt": attempt.pk, "step": step, **how}


def ended(attempt: Attempt, lesson: Lesson, stands: progress.Progress) -> tuple[str, Data]:
    """A lesson is finished, or an exam over."""
    found = scores.score(lesson, stands)
    data = {"lesson": lesson.slug, "attempt": attempt.pk, "points": found["points"], "of": found["total"]}
    return ("exam.ended", {**data, "passed": found["passed"]}) if lesson.is_exam else ("lesson.finished", data)


def mark(given: Marked) -> Data:
    """Another mark."""
    points, of = given.mark
    return {"lesson": given.assignment.lesson, "points": float(points), "of": of, "finished": given.finished}


def hand(desk: Desk) -> Data:
    """Where the hand is raised."""
    return {"lesson": desk.lesson or None, "step": desk.step or None}
