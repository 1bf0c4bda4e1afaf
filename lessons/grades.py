"""What the attempts at a lesson are worth to a class: weighted checks, hints, what came late, and which attempt counts.

An attempt is known by its facts, a plain dict by step id (`observed` keeps them up with lessons/progress.py):

    reached     the moment at which the step was reached; missing in an exam's step of which something is fulfilled only
    worked      microseconds at work in this attempt by then
    hints       how many hints were given for it by then
    skipped     whether its solution was played
    checks      by the id of each check or question that counts, the moment at which it was fulfilled

A moment is [wall, at, branch, number]: Unix microseconds on the wall, and where it lies in the cluster's history. What counts is
what lessons/scores.py counts, with one difference: what was earned once stays earned, also when the learner goes back in time.

All arithmetic is exact (`Decimal`); a mark is rounded once, at its end, to hundredths of a point, halves upwards.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from lessons import hints
from lessons.catalogue import Lesson, Step

Progress = Mapping[str, Any]
Moment = list[int]
Facts = dict[str, dict[str, Any]]

WHICH = ("best", "last", "first")
LATE = ("none", "fixed", "daily", "closed")
DAY = 86_400_000_000
CENT, WHOLE = Decimal("0.01"), Decimal(100)


@dataclass(frozen=True)
class Rules:
    """How a class marks. Percentages are from 0 to 100."""

    attempts: str = "best"  # of WHICH
    hint_cost: Decimal = Decimal(0)  # percent of a step's points that each hint for it takes away
    late: str = "none"  # of LATE
    late_percent: Decimal = Decimal(0)  # fixed: taken away; daily: taken away for each day that has begun
    late_floor: Decimal = Decimal(0)  # daily: what is left at least


@dataclass(frozen=True)
class StepMark:
    """What a step has brought. *full* is what it would have brought in time and without hints; *points* is not rounded."""

    step: str
    of: int
    full: int
    points: Decimal
    by_hints: Decimal  # points that hints took away
    by_delay: Decimal  # points that the delay took away


@dataclass(frozen=True)
class Mark:
    """What an attempt has brought; *points* is rounded."""

    steps: tuple[StepMark, ...]
    points: Decimal
    of: int
    late: bool = False  # whether something of what counts came after it was due

    @property
    def share(self) -> Decimal:
        """The same as a share of all, by which marks of several versions of a lesson are compared."""
        return self.points / self.of if self.of else Decimal(0)

    @property
    def by_hints(self) -> Decimal:
        """Points that hints took away."""
        return rounded(sum((step.by_hints for step in self.steps), Decimal(0)))

    @property
    def by_delay(self) -> Decimal:
        """Points that the delay took away."""
        return rounded(sum((step.by_delay for step in self.steps), Decimal(0)))


def rounded(points: Decimal) -> Decimal:
    """To hundredths, halves upwards: the one place where marks are rounded."""
    return points.quantize(CENT, ROUND_HALF_UP)


def percent(points: Decimal, of: int) -> Decimal:
    """The percentage, rounded; 0 of nothing."""
    return rounded(points * 100 / of) if of else Decimal("0.00")


# --- facts ----------------------------------------------------------------------------------------------------------------


def observed(
    lesson: Lesson, progress: Progress, before: Facts, worked: int, moment_of: Callable[[str], Moment]
) -> Facts:
    """The facts when the learner is as far as *progress* and was by *before*; *moment_of* says when a step was reached that is new.
    A step that was skipped brings nothing; a question, if the first answer was right. In an exam that which is fulfilled now counts."""
    facts = dict(before)
    for step in lesson.steps:
        if lesson.is_exam:
            of_exam(step, progress, facts, worked, moment_of)
        elif step.id in progress["done"] and step.id not in facts:
            facts[step.id] = reached(step, progress, worked, moment_of(step.id))
    return facts


def reached(step: Step, progress: Progress, worked: int, moment: Moment) -> dict[str, Any]:
    """The facts of a step that was reached at *moment*."""
    skipped, answers = step.id in progress.get("skipped", ()), progress.get("answers", {})
    wrong = [name for name in step.questions if answers.get(name, {}).get("tries") != 1]
    counting = [] if skipped else [name for name in step.weights if name not in wrong]
    return {
        "reached": moment,
        "worked": worked,
        "hints": len(hints.given(dict(progress), step.id)),
        "skipped": skipped,
        "checks": dict.fromkeys(counting, moment),
    }


def of_exam(step: Step, progress: Progress, facts: Facts, worked: int, moment_of: Callable[[str], Moment]) -> None:
    """The same of a step of an exam: checks keep the moment at which they were fulfilled first, and go when they are not any more."""
    passed = [name for name in progress.get("passed", {}).get(step.id, ()) if name in step.weights]
    known = facts.pop(step.id, {})
    if not passed:
        return
    moment, had = moment_of(step.id), known.get("checks", {})
    new: dict[str, Any] = {"worked": worked, "hints": 0, "skipped": False}
    new["checks"] = {name: had.get(name, moment) for name in passed}
    if step.id in progress["done"]:
        new["reached"] = known.get("reached", moment)
        new["worked"] = known["worked"] if "reached" in known else worked
    facts[step.id] = new


# --- marks ----------------------------------------------------------------------------------------------------------------


def mark(lesson: Lesson, facts: Facts, rules: Rules, due: int | None = None) -> Mark:
    """What an attempt is worth; *due* is when the lesson was due (Unix microseconds), None: never."""
    steps = tuple(of_step(step, facts.get(step.id, {}), rules, due) for step in lesson.steps)
    points = sum((step.points for step in steps), Decimal(0))
    return Mark(steps, rounded(points), sum(step.of for step in steps), is_late(lesson, facts, due))


def is_late(lesson: Lesson, facts: Facts, due: int | None) -> bool:
    """Whether anything of what counts was fulfilled after *due*."""
    counted = [(step, facts.get(step.id, {}).get("checks", {})) for step in lesson.steps]
    moments = [moment for step, checks in counted for name, moment in checks.items() if name in step.weights]
    return due is not None and any(moment[0] > due for moment in moments)


def of_step(step: Step, facts: Mapping[str, Any], rules: Rules, due: int | None) -> StepMark:
    """What a step is worth. Each check counts by when it was fulfilled: what was done in time loses nothing by what is done later."""
    checks = {name: moment for name, moment in facts.get("checks", {}).items() if name in step.weights}
    kept = share(max(WHOLE - rules.hint_cost * facts.get("hints", 0), Decimal(0)))
    full = sum(step.weights[name] for name in checks)
    after_hints = {name: step.weights[name] * kept for name in checks}
    points = sum((after_hints[name] * on_time(rules, due, moment[0]) for name, moment in checks.items()), Decimal(0))
    left = sum(after_hints.values(), Decimal(0))
    return StepMark(step.id, sum(step.weights.values()), full, points, full - left, left - points)


def on_time(rules: Rules, due: int | None, wall: int) -> Decimal:
    """The share, from 0 to 1, that something counts which was done at *wall*."""
    if due is None or wall <= due or rules.late == "none":
        return Decimal(1)
    if rules.late == "closed":
        return Decimal(0)
    if rules.late == "fixed":
        return share(WHOLE - rules.late_percent)
    days = -((due - wall) // DAY)
    return share(max(WHOLE - rules.late_percent * days, rules.late_floor))


def share(percentage: Decimal) -> Decimal:
    """A percentage as a share, exactly."""
    return percentage.scaleb(-2)


def counting(marks: Sequence[Mark], which: str) -> int | None:
    """Which of the *marks*, in the order in which the attempts were begun, is the one that counts; None if there is none. Of several
    that are best, the first."""
    if not marks:
        return None
    if which == "best":
        return max(range(len(marks)), key=lambda at: (marks[at].share, -at))
    return 0 if which == "first" else len(marks) - 1


# --- the result of a class -------------------------------------------------------------------------------------------------


class Part(NamedTuple):
    """What a lesson brings to the result of a class."""

    points: Decimal
    of: int
    weight: Decimal


def result(parts: Iterable[Part]) -> Decimal | None:
    """The percentage of all parts together, each by its weight, whatever its points are of; None if there is nothing to reckon."""
    counting = [part for part in parts if part.of and part.weight]
    whole = sum((part.weight for part in counting), Decimal(0))
    if not whole:
        return None
    return rounded(sum((part.points * 100 * part.weight / part.of for part in counting), Decimal(0)) / whole)
