"""One mark, as far down as it goes: the attempts, their steps, each check with the moment at which it was fulfilled."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.html import strip_tags
from django.utils.translation import get_language

from labsite.classes.models import Assignment, Seat
from labsite.grades import policies
from labsite.grades.models import Attempt, Grade
from labsite.sandboxes import clock
from lessons import catalogue, grades, markdown, words
from lessons.catalogue import Lesson, Step
from lessons.texts import StepText

Place = Callable[[UUID], str]  # the address at which a sandbox is looked at
MINUTE = 60 * clock.SECOND


class CheckLine(NamedTuple):
    """A check or a question of a step. *when* is None where it is not fulfilled."""

    name: str
    text: str
    weight: int
    when: datetime | None = None
    late: bool = False
    link: str = ""  # to that moment of the cluster


class StepLine(NamedTuple):
    """A step of an attempt."""

    title: str
    mark: grades.StepMark
    reached: datetime | None
    minutes: int  # at work by then
    hints: int
    skipped: bool
    checks: list[CheckLine]


class AttemptLine(NamedTuple):
    """An attempt."""

    number: int
    attempt: Attempt
    counts: bool
    mark: grades.Mark
    minutes: int
    hints: int
    link: str
    steps: list[StepLine]


class Sheet(NamedTuple):
    """All that is behind the mark of somebody for a lesson."""

    seat: Seat
    lesson: Lesson
    title: str
    grade: Grade | None
    rules: grades.Rules
    weight: Decimal
    due: datetime | None
    attempts: list[AttemptLine]

    @property
    def of(self) -> int:
        """What the lesson is worth."""
        return self.grade.of if self.grade else worth(self.lesson)


def worth(lesson: Lesson) -> int:
    """What all of a lesson is worth."""
    return sum(sum(step.weights.values()) for step in lesson.steps)


def sheet(seat: Seat, row: Assignment, lesson: Lesson, place: Place) -> Sheet:
    """The sheet of the *seat* for the *lesson* of the assignment *row*; *place* says where sandboxes are looked at."""
    known = policies.of(seat.classroom_id)
    rules, due = known.rules(row.lesson), clock.unix(row.due) if row.due else None
    grade = Grade.objects.filter(seat=seat, lesson=row.lesson).first()
    tried = Attempt.objects.filter(sandbox__owner=seat.user_id or 0, sandbox__lesson=row.lesson)
    attempts = [
        attempt_line(number, attempt, lesson, grade, rules, due, place)
        for number, attempt in enumerate(tried.select_related("sandbox").defer("sandbox__state", "sandbox__screens"), 1)
    ]
    title = lesson.text(get_language() or "en").title
    return Sheet(seat, lesson, title, grade, rules, known.weight(row.lesson), row.due, attempts)


def attempt_line(
    number: int,
    attempt: Attempt,
    assigned: Lesson,
    grade: Grade | None,
    rules: grades.Rules,
    due: int | None,
    place: Place,
) -> AttemptLine:
    """An attempt, by the version of the lesson in which it was begun, with the values that its learner got."""
    row = attempt.sandbox
    lesson = catalogue.of(row.lesson, row.seed, row.edition) or assigned
    mark = grades.mark(lesson, attempt.facts, rules, due)
    where = place(row.pk)
    prose = lesson.text(get_language() or "en").steps
    steps = [
        step_line(step, prose[step.id], mark.steps[at], attempt.facts.get(step.id, {}), due, where)
        for at, step in enumerate(lesson.steps)
    ]
    counts = grade is not None and grade.attempt_id == attempt.pk
    given = sum(attempt.hints.values())
    return AttemptLine(number, attempt, counts, mark, attempt.worked // MINUTE, given, where, steps)


def step_line(
    step: Step, text: StepText, mark: grades.StepMark, fact: dict[str, Any], due: int | None, where: str
) -> StepLine:
    """A step, with each of its checks."""
    passed = fact.get("checks", {})
    checks = [
        check_line(name, described(step, text, name, name in passed), weight, passed.get(name), due, where)
        for name, weight in step.weights.items()
    ]
    reached = clock.date(fact["reached"][0]) if "reached" in fact else None
    worked, given = fact.get("worked", 0) // MINUTE, fact.get("hints", 0)
    return StepLine(text.title, mark, reached, worked, given, bool(fact.get("skipped")), checks)


def check_line(
    name: str, text: str, weight: int, moment: grades.Moment | None, due: int | None, where: str
) -> CheckLine:
    """A check, and where to see how it was fulfilled."""
    if moment is None:
        return CheckLine(name, text, weight)
    wall, at, branch, number = moment
    late = due is not None and wall > due
    return CheckLine(name, text, weight, clock.date(wall), late, f"{where}#moment={branch}.{at}.{number}")


def described(step: Step, text: StepText, name: str, passed: bool) -> str:
    """What a question asks; of a check that is not fulfilled, what is missing, without values that are looked up in the cluster."""
    missing = "" if passed else text.missing.get(name, "")
    prose = text.questions[name].body if name in step.questions else missing
    return strip_tags(markdown.render(words.FOUND.sub("…", prose))).strip()
