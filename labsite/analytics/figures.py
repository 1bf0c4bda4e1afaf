"""How far a class comes in its lessons, and how long steps take: a few queries for all of it, and no names. Numbers of fewer than LEAST
learners are not told, so that nobody can be singled out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

import msgspec
from django.db.models import TextField
from django.db.models.functions import Cast

from labsite.classes import assignments
from labsite.classes.models import Classroom, Seat
from labsite.grades.models import Attempt
from labsite.sandboxes import clock
from lessons.catalogue import Lesson, Step

LEAST = 3


class Fact(msgspec.Struct):
    """What is needed of the facts of a step (lessons/grades.py)."""

    worked: int = 0
    skipped: bool = False
    reached: list[Any] | None = None
    checks: dict[str, msgspec.Raw] = {}


NOTHING = Fact()
Facts = dict[str, Fact]
read = msgspec.json.Decoder(Facts).decode  # a large class has tens of thousands of them, which json takes seconds for


@dataclass(frozen=True)
class Spread:
    """Of how many learners, and the quartiles of their figures; without them where too few are known."""

    count: int
    low: float = 0
    middle: float = 0
    high: float = 0

    @property
    def told(self) -> bool:
        """Whether there is something to show."""
        return self.count >= LEAST


@dataclass(frozen=True)
class StepFigures:
    """A step: how many reached it, passed it, and how long it took them (seconds at work, pauses left out)."""

    step: Step
    came: int
    passed: int
    skipped: int
    seconds: Spread


@dataclass(frozen=True)
class LessonFigures:
    """A lesson: how many began and finished it, how long it took those who did, and its steps."""

    lesson: Lesson
    begun: int
    finished: int
    seconds: Spread
    steps: tuple[StepFigures, ...] = field(default=())

    @property
    def slowest(self) -> StepFigures | None:
        """The step that takes longest."""
        told = [step for step in self.steps if step.seconds.told]
        return max(told, key=lambda step: step.seconds.middle, default=None)

    @property
    def last(self) -> StepFigures | None:
        """The step that most of those who came to it have not passed; none at which few have stopped."""
        told = [step for step in self.steps if step.came - step.passed >= LEAST]
        return max(told, key=lambda step: (step.came - step.passed) / step.came, default=None)


@dataclass(frozen=True)
class Way:
    """One learner's best attempt at a lesson."""

    finished: bool
    worked: int
    facts: Facts


def spread(values: Iterable[float]) -> Spread:
    """The quartiles of figures of so many learners (method: inclusive, as spreadsheets have it)."""
    found = sorted(values)
    if len(found) < LEAST:
        return Spread(len(found))
    low, _middle, high = quantiles(found, n=4, method="inclusive")
    return Spread(len(found), low, median(found), high)


# --- what is loaded -------------------------------------------------------------------------------------------------------


def learners(room: Classroom) -> Any:
    """Whose work counts: those who learn in the class."""
    return Seat.objects.filter(classroom=room, role="learner", user__isnull=False).values("user")


def lessons_of(room: Classroom) -> list[Lesson]:
    """The lessons of the class, as it began with them, in the order of the course."""
    found = [lesson for row in room.assignments.all() if (lesson := assignments.begun_with(row))]
    return sorted(found, key=lambda lesson: (lesson.chapter, lesson.order))


def ways(room: Classroom, slugs: Sequence[str]) -> dict[str, list[Way]]:
    """By lesson, each learner's attempt that came furthest; of several, the first."""
    rows = Attempt.objects.filter(sandbox__owner__in=learners(room), sandbox__lesson__in=slugs).order_by(
        "started", "pk"
    )
    best: dict[tuple[str, int], Way] = {}
    texts = rows.values_list("sandbox__lesson", "sandbox__owner", "finished", "worked", Cast("facts", TextField()))
    for lesson, owner, finished, worked, facts in texts:
        way, known = Way(finished is not None, worked, read(facts)), best.get((lesson, owner))
        if known is None or progress_of(way) > progress_of(known):
            best[lesson, owner] = way
    found: dict[str, list[Way]] = defaultdict(list)
    for (lesson, _owner), way in best.items():
        found[lesson].append(way)
    return found


def has_reached(way: Way, step: str) -> bool:
    """Whether a step was reached."""
    return way.facts.get(step, NOTHING).reached is not None


def progress_of(way: Way) -> tuple[bool, int]:
    """How far an attempt came."""
    return way.finished, sum(fact.reached is not None for fact in way.facts.values())


# --- lessons and steps ----------------------------------------------------------------------------------------------------


def lessons(room: Classroom) -> list[LessonFigures]:
    """The figures of all lessons of the class."""
    found = lessons_of(room)
    by_lesson = ways(room, [lesson.slug for lesson in found])
    return [of_lesson(lesson, by_lesson.get(lesson.slug, [])) for lesson in found]


def of_lesson(lesson: Lesson, by: Sequence[Way]) -> LessonFigures:
    """The figures of a lesson from the ways of those who have begun it."""
    seconds = spread(way.worked / clock.SECOND for way in by if way.finished)
    steps = tuple(
        of_exam(step, by) if lesson.is_exam else of_step(lesson, at, by) for at, step in enumerate(lesson.steps)
    )
    return LessonFigures(lesson, len(by), sum(way.finished for way in by), seconds, steps)


def of_step(lesson: Lesson, at: int, by: Sequence[Way]) -> StepFigures:
    """A step of a lesson: who passed the one before has come to it."""
    step, before = lesson.steps[at], lesson.steps[at - 1].id if at else None
    came = [way for way in by if before is None or has_reached(way, before)]
    passed = [way for way in came if has_reached(way, step.id)]
    own = [way for way in passed if not way.facts[step.id].skipped]
    begun = [way.facts[before].worked if before else 0 for way in own]
    took = [max(way.facts[step.id].worked - since, 0) / clock.SECOND for way, since in zip(own, begun, strict=True)]
    return StepFigures(step, len(came), len(passed), len(passed) - len(own), spread(took))


def of_exam(step: Step, by: Sequence[Way]) -> StepFigures:
    """A step of an exam: they are done in any order, so nobody knows how long one took."""
    passed = sum(has_reached(way, step.id) for way in by)
    return StepFigures(step, len(by), passed, 0, Spread(0))
