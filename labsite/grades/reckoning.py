"""Marks from attempts: for a class, a lesson of it, or a learner; stored where they are others than before, and told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from labsite.classes.models import Assignment, Seat
from labsite.grades import policies, telling
from labsite.grades.models import Attempt, Grade
from labsite.grades.policies import Policies
from labsite.sandboxes import clock
from lessons import catalogue, grades
from lessons.catalogue import Lesson

Attempts = Sequence[Attempt]
# What is reckoned; the rest of a grade is given by hand.
RECKONED = (
    "points",
    "of",
    "by_hints",
    "by_delay",
    "late",
    "hints",
    "attempt_id",
    "attempts",
    "done",
    "steps",
    "finished",
)
COLUMNS = [*(name.removesuffix("_id") for name in RECKONED), "updated"]


class Editions:
    """The versions of a lesson in which the attempts at it were begun. A learner goes on with the one that was begun, also when the
    class has another: what was reached is marked by the checks that were there."""

    def __init__(self, assigned: Lesson) -> None:
        self.assigned = assigned
        self.known: dict[str, Lesson] = {}

    def of(self, attempt: Attempt) -> Lesson:
        """The lesson as it was begun, or as the class has it if that version is not kept."""
        digest = attempt.sandbox.edition
        if digest not in self.known:
            self.known[digest] = catalogue.edition(self.assigned.slug, digest) or self.assigned
        return self.known[digest]


@dataclass
class Work:
    """All that is needed to mark some seats of a class."""

    seats: list[Seat]
    assignments: list[Assignment]
    policies: Policies
    attempts: dict[tuple[int, str], list[Attempt]] = field(default_factory=lambda: defaultdict(list))
    known: dict[tuple[int, str], Grade] = field(default_factory=dict)


def reckon_learner(user: int, lesson: str) -> None:
    """Mark what a learner does in all their classes that do *lesson*."""
    seats = Seat.objects.filter(user=user, role="learner", classroom__assignments__lesson=lesson)
    for pk, classroom in seats.values_list("pk", "classroom"):
        reckon(classroom, lesson=lesson, seats=[pk])


def reckon(classroom: int, *, lesson: str = "", seats: Iterable[int] | None = None) -> None:
    """Mark a class: all lessons or one, everybody or some seats."""
    with transaction.atomic():
        changed = marked(load(classroom, lesson, seats))
        Grade.objects.bulk_create(
            changed, batch_size=500, update_conflicts=True, unique_fields=["seat", "lesson"], update_fields=COLUMNS
        )
    telling.tell(classroom, changed)


def load(classroom: int, lesson: str, seats: Iterable[int] | None) -> Work:
    """What the marks hang on."""
    which = {"lesson": lesson} if lesson else {}
    assigned = list(Assignment.objects.filter(classroom=classroom, **which).select_related("classroom"))
    sat = Seat.objects.filter(classroom=classroom, role="learner", user__isnull=False).select_related("user")
    if seats is not None:
        sat = sat.filter(pk__in=list(seats))
    work = Work(list(sat), assigned, policies.of(classroom))
    names = [each.lesson for each in assigned]
    attempts = Attempt.objects.filter(sandbox__owner__seats__in=[seat.pk for seat in work.seats])
    for attempt in attempts.filter(sandbox__lesson__in=names).select_related("sandbox").only(*NEEDED):
        work.attempts[attempt.sandbox.owner_id, attempt.sandbox.lesson].append(attempt)
    known = Grade.objects.filter(seat__in=[seat.pk for seat in work.seats], lesson__in=names)
    for grade in known.select_for_update().order_by("pk"):  # so that none is changed by hand meanwhile
        work.known[grade.seat_id, grade.lesson] = grade
    return work


# A sandbox is large, and of it only this is needed.
NEEDED = ("facts", "hints", "finished", "sandbox__owner_id", "sandbox__lesson", "sandbox__edition")


def marked(work: Work) -> list[Grade]:
    """The grades that are others than they were."""
    now, changed = timezone.now(), []
    for assignment in work.assignments:
        assigned = catalogue.edition(assignment.lesson, assignment.digest)
        if assigned is None:  # this release does not have it: marks stay as they are
            continue
        lessons, rules = Editions(assigned), work.policies.rules(assignment.lesson)
        due = clock.unix(assignment.due) if assignment.due else None
        for seat in work.seats:
            attempts = work.attempts.get((seat.user_id or 0, assignment.lesson), [])
            known = work.known.get((seat.pk, assignment.lesson))
            if not attempts and known is None:
                continue
            grade = known or Grade(seat=seat, lesson=assignment.lesson)
            grade.seat = seat  # with its user, who is told of
            new = reckoned(lessons, attempts, rules, due)
            if known is None or any(getattr(grade, name) != value for name, value in new.items()):
                for name, value in new.items():
                    setattr(grade, name, value)
                grade.updated = now
                changed.append(grade)
    return changed


def reckoned(lessons: Editions, attempts: Attempts, rules: grades.Rules, due: int | None) -> dict[str, Any]:
    """What attempts at a lesson come to, by the name of a grade's column."""
    taken = [lessons.of(attempt) for attempt in attempts]
    marks = [grades.mark(lesson, attempt.facts, rules, due) for lesson, attempt in zip(taken, attempts, strict=True)]
    which = grades.counting(marks, rules.attempts)
    lesson = lessons.assigned if which is None else taken[which]
    best = grades.mark(lesson, {}, rules) if which is None else marks[which]
    attempt = None if which is None else attempts[which]
    return {
        "points": best.points,
        "of": best.of,
        "by_hints": best.by_hints,
        "by_delay": best.by_delay,
        "late": best.late,
        "hints": sum(attempt.hints.values()) if attempt else 0,
        "attempt_id": attempt and attempt.pk,
        "attempts": len(attempts),
        "done": sum("reached" in fact for fact in attempt.facts.values()) if attempt else 0,
        "steps": len(lesson.steps),
        "finished": attempt and attempt.finished,
    }
