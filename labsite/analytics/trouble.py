"""What makes trouble to a class, and what helps: errors, checks that are not fulfilled, hints. Without names, as figures.py."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Sum

from labsite.analytics.figures import LEAST, NOTHING, Spread, Way, learners, spread
from labsite.analytics.models import Help, Lack, Stumble
from labsite.classes.models import Classroom
from labsite.sandboxes import clock
from lessons.catalogue import Lesson, Step

SOON = 10 * 60 * clock.SECOND  # a hint has helped whose step is passed so soon after it, and before another hint
MOST_ERRORS = 20


@dataclass(frozen=True)
class ErrorFigures:
    """A kind of error: what was tried, why it failed, where, how many learners met it and how often."""

    what: str
    why: str
    lesson: str
    step: str
    learners: int
    times: int


def frequent(room: Classroom, slugs: Sequence[str], *, by_step: bool) -> list[ErrorFigures]:
    """The errors that most learners met; over all *slugs*, or for each step."""
    keys = ["what", "why", *(["lesson", "step"] if by_step else [])]
    met = Stumble.objects.filter(user__in=learners(room), lesson__in=slugs).values(*keys)
    counted = met.annotate(learners=Count("user", distinct=True), often=Sum("times")).filter(learners__gte=LEAST)
    rows = counted.order_by("-learners", "-often", "what", "why")[:MOST_ERRORS]
    return [
        ErrorFigures(row["what"], row["why"], row.get("lesson", ""), row.get("step", ""), row["learners"], row["often"])
        for row in rows
    ]


@dataclass(frozen=True)
class CheckFigures:
    """A check: how many learners had a command after which it was not fulfilled, and how many commands they had."""

    step: Step
    check: str
    times: Spread


Lacks = dict[str, dict[tuple[str, str], list[float]]]


def lacks(room: Classroom, slugs: Sequence[str]) -> Lacks:
    """By lesson, and by step and check: how many commands each learner had, after which it was not fulfilled."""
    rows = Lack.objects.filter(user__in=learners(room), lesson__in=slugs)
    found: Lacks = defaultdict(lambda: defaultdict(list))
    for lesson, step, name, times in rows.values_list("lesson", "step", "check_id", "times"):
        found[lesson][step, name].append(times)
    return found


def lacking(lesson: Lesson, found: Lacks) -> list[CheckFigures]:
    """The checks of a lesson in their order; those that nobody lacked are left out."""
    own = found.get(lesson.slug, {})
    return [
        CheckFigures(step, name, spread(own[step.id, name]))
        for step in lesson.steps
        for name in step.checks
        if (step.id, name) in own
    ]


@dataclass(frozen=True)
class ExamFigures:
    """What counts in a step of an exam: how many of those who began it fulfilled it."""

    step: Step
    check: str
    of: int
    fulfilled: int


def examined(lesson: Lesson, by: Sequence[Way]) -> list[ExamFigures]:
    """The checks and questions of an exam that is over."""
    over = [way for way in by if way.finished]
    return [
        ExamFigures(step, name, len(over), sum(name in way.facts.get(step.id, NOTHING).checks for way in over))
        for step in lesson.steps
        for name in step.weights
    ]


@dataclass(frozen=True)
class HintFigures:
    """A hint: how many were given it, how many of them passed the step soon after, and how many needed another hint."""

    step: Step
    hint: str
    given: int
    helped: int
    another: int

    @property
    def percent(self) -> int:
        """The share that it helped."""
        return round(100 * self.helped / self.given)


Helps = dict[str, dict[tuple[str, str], dict[int, Help]]]


def helps(room: Classroom, slugs: Sequence[str]) -> Helps:
    """By lesson, by step and hint, and by learner: when they were given it. Of somebody who began anew the first time counts."""
    found: Helps = defaultdict(lambda: defaultdict(dict))
    for row in Help.objects.filter(user__in=learners(room), lesson__in=slugs).order_by("given"):
        found[row.lesson][row.step, row.hint].setdefault(row.user_id, row)
    return found


def helping(lesson: Lesson, found: Helps) -> list[HintFigures]:
    """The hints of a lesson that were given."""
    own = found.get(lesson.slug, {})
    places = [(step, name) for step in lesson.steps for place, name in sorted(own) if place == step.id]
    return [of_hint(step, name, list(own[step.id, name].values())) for step, name in places]


def of_hint(step: Step, name: str, given: Sequence[Help]) -> HintFigures:
    """A hint, as each learner was given it."""
    helped = sum(has_helped(row) for row in given)
    return HintFigures(step, name, len(given), helped, sum(row.followed > 0 for row in given))


def has_helped(row: Help) -> bool:
    """Whether the step was passed soon after the hint, and before another was given."""
    return 0 < row.passed <= row.given + SOON and not 0 < row.followed <= row.passed
