"""What attempts are worth: laws over made-up lessons, progress, rules and dates."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons import catalogue, grades, scores
from lessons.catalogue import Lesson
from lessons.grades import DAY, Facts, Rules
from tests.fuzzing import rounds

STEPS = ("a", "b", "c")
DUE = 10 * DAY
PERCENTS = st.decimals(0, 100, places=2)
RULES = st.builds(
    Rules,
    attempts=st.sampled_from(grades.WHICH),
    hint_cost=PERCENTS,
    late=st.sampled_from(grades.LATE),
    late_percent=PERCENTS,
    late_floor=PERCENTS,
)
MOMENTS = st.integers(0, 30 * DAY).map(lambda wall: [wall, 0, 0, 0])


def made(weights: list[list[int]], *, exam: bool = False) -> Lesson:
    """A lesson whose steps have checks with these weights."""
    steps = tuple(
        catalogue.Step(name, {f"{name}{at}": {"weight": weight} for at, weight in enumerate(each)})
        for name, each in zip(STEPS, weights, strict=False)
    )
    return replace(some(), slug="x", steps=steps, kind="exam" if exam else "lesson", mistakes=())


def some() -> Lesson:
    """A lesson of the course, for all that is not marked."""
    return next(iter(catalogue.lessons().values()))


LESSONS = st.lists(st.lists(st.integers(1, 100), min_size=1, max_size=4), min_size=1, max_size=3).map(made)


@st.composite
def facts(draw: st.DrawFn, lesson: Lesson) -> Facts:
    """Facts of an attempt at *lesson*."""
    found: Facts = {}
    for step in lesson.steps:
        if draw(st.booleans()):
            moment = draw(MOMENTS)
            names = draw(st.sets(st.sampled_from(sorted(step.weights))))
            found[step.id] = {
                "reached": moment,
                "worked": 0,
                "hints": draw(st.integers(0, 5)),
                "skipped": False,
                "checks": {name: draw(MOMENTS) for name in sorted(names)},
            }
    return found


@st.composite
def cases(draw: st.DrawFn) -> tuple[Lesson, Facts, Rules, int | None]:
    """All that a mark hangs on."""
    lesson = draw(LESSONS)
    return lesson, draw(facts(lesson)), draw(RULES), draw(st.none() | st.integers(0, 30 * DAY))


@st.composite
def progresses(draw: st.DrawFn) -> tuple[Lesson, dict[str, Any]]:
    """A lesson or an exam, and how far somebody has come."""
    exam = draw(st.booleans())
    lesson = made(
        draw(st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=3), min_size=1, max_size=3)), exam=exam
    )
    names = [step.id for step in lesson.steps]
    done = names[: draw(st.integers(0, len(names)))]
    skipped = draw(st.lists(st.sampled_from(names), unique=True))
    passed = {step.id: draw(st.lists(st.sampled_from(sorted(step.weights)), unique=True)) for step in lesson.steps}
    return lesson, {"done": done, "skipped": skipped, "hints": {}, "answers": {}, "passed": passed if exam else {}}


def at(wall: int) -> Any:
    """Every step is reached at this time."""
    return lambda step: [wall, 1, 0, 2]


@given(cases())
@settings(max_examples=rounds(80), deadline=None)
def test_a_mark_lies_between_nothing_and_all_and_says_what_was_taken_away(case: Any) -> None:
    lesson, had, rules, due = case
    mark = grades.mark(lesson, had, rules, due)
    assert Decimal(0) <= mark.points <= mark.of == sum(sum(step.weights.values()) for step in lesson.steps)
    assert mark.points == grades.rounded(mark.points)
    for step in mark.steps:
        assert step.points >= 0
        assert step.points + step.by_hints + step.by_delay == step.full <= step.of


@given(progresses())
@settings(max_examples=rounds(80), deadline=None)
def test_where_nothing_is_taken_away_a_mark_is_the_score(case: Any) -> None:
    lesson, progress = case
    seen = grades.observed(lesson, progress, {}, 7, at(5))
    assert grades.mark(lesson, seen, Rules()).points == scores.score(lesson, progress)["points"]
    again = grades.observed(lesson, progress, seen, 9, at(99))
    assert [fact["checks"] for fact in again.values()] == [fact["checks"] for fact in seen.values()]


@given(cases(), st.integers(0, 30 * DAY))
@settings(max_examples=rounds(80), deadline=None)
def test_more_time_never_costs_points(case: Any, longer: int) -> None:
    lesson, had, rules, due = case
    usual = grades.mark(lesson, had, rules, due).points
    assert grades.mark(lesson, had, rules).points >= usual
    if due is not None:
        assert grades.mark(lesson, had, rules, due + longer).points >= usual


@given(cases())
@settings(max_examples=rounds(80), deadline=None)
def test_what_is_done_more_never_costs_points(case: Any) -> None:
    lesson, had, rules, due = case
    without = {name: fact for name, fact in had.items() if name != "b"}
    assert grades.mark(lesson, had, rules, due).points >= grades.mark(lesson, without, rules, due).points


@given(cases(), PERCENTS)
@settings(max_examples=rounds(80), deadline=None)
def test_dearer_hints_and_a_stricter_delay_never_bring_points(case: Any, other: Decimal) -> None:
    lesson, had, rules, due = case
    for field in ("hint_cost", "late_percent"):
        low, high = sorted((getattr(rules, field), other))
        marks = [grades.mark(lesson, had, replace(rules, **{field: value}), due).points for value in (low, high)]
        assert marks[0] >= marks[1]


@given(
    LESSONS.flatmap(lambda lesson: st.tuples(st.just(lesson), st.lists(facts(lesson), min_size=1, max_size=4))), RULES
)
@settings(max_examples=rounds(60), deadline=None)
def test_the_best_attempt_is_worth_no_less_than_any_and_first_and_last_are_what_they_say(
    case: Any, rules: Rules
) -> None:
    lesson, attempts = case
    marks = [grades.mark(lesson, had, rules, DUE) for had in attempts]
    best = grades.counting(marks, "best")
    assert best is not None
    assert marks[best].points == max(mark.points for mark in marks)
    assert (grades.counting(marks, "first"), grades.counting(marks, "last")) == (0, len(marks) - 1)
    assert grades.counting([], "best") is None


@pytest.mark.parametrize(
    ("late", "wall", "points"),
    [
        ("none", DUE + 9 * DAY, "10.00"),
        ("fixed", DUE, "10.00"),
        ("fixed", DUE + 1, "7.00"),
        ("fixed", DUE + 9 * DAY, "7.00"),
        ("daily", DUE + 1, "7.00"),
        ("daily", DUE + DAY, "7.00"),
        ("daily", DUE + DAY + 1, "4.00"),
        ("daily", DUE + 5 * DAY, "2.50"),
        ("closed", DUE, "10.00"),
        ("closed", DUE + 1, "0.00"),
    ],
)
def test_what_is_late_counts_as_the_class_says(late: str, wall: int, points: str) -> None:
    lesson = made([[10]])
    rules = Rules(late=late, late_percent=Decimal(30), late_floor=Decimal(25))
    had = grades.observed(lesson, {"done": ["a"], "hints": {}}, {}, 0, at(wall))
    assert grades.mark(lesson, had, rules, DUE).points == Decimal(points)


def test_halves_of_a_hundredth_go_upwards_once_at_the_end() -> None:
    lesson = made([[1], [1]])
    had = grades.observed(lesson, {"done": ["a", "b"], "hints": {"a": ["0"], "b": ["0"]}}, {}, 0, at(0))
    rules = Rules(hint_cost=Decimal("0.25"))
    mark = grades.mark(lesson, had, rules)
    assert [step.points for step in mark.steps] == [Decimal("0.9975")] * 2
    assert (mark.points, mark.by_hints) == (Decimal("2.00"), Decimal("0.01"))
    assert grades.percent(Decimal(1), 3) == Decimal("33.33")
    assert grades.percent(Decimal(0), 0) == 0


def test_going_back_takes_no_points_away_and_a_solution_that_was_played_brings_none() -> None:
    lesson = made([[2], [3]])
    had = grades.observed(lesson, {"done": ["a"], "hints": {}}, {}, 1, at(1))
    back = grades.observed(lesson, {"done": [], "hints": {}}, had, 2, at(2))
    assert back == had
    after = grades.observed(lesson, {"done": ["a", "b"], "skipped": ["a", "b"], "hints": {}}, back, 3, at(3))
    assert [step.points for step in grades.mark(lesson, after, Rules()).steps] == [2, 0]


def test_in_an_exam_a_check_keeps_the_moment_at_which_it_was_fulfilled_first_and_goes_when_it_is_not_any_more() -> None:
    lesson = made([[1, 2]], exam=True)
    one = grades.observed(lesson, {"done": [], "passed": {"a": ["a0"]}}, {}, 1, at(1))
    two = grades.observed(lesson, {"done": ["a"], "passed": {"a": ["a0", "a1"]}}, one, 2, at(2))
    assert {name: moment[0] for name, moment in two["a"]["checks"].items()} == {"a0": 1, "a1": 2}
    assert (two["a"]["reached"][0], two["a"]["worked"]) == (2, 2)
    gone = grades.observed(lesson, {"done": [], "passed": {"a": ["a1"]}}, two, 3, at(3))
    assert list(gone["a"]["checks"]) == ["a1"]
    assert grades.observed(lesson, {"done": [], "passed": {"a": []}}, gone, 4, at(4)) == {}


PARTS = st.builds(
    grades.Part, st.decimals(0, 50, places=2), st.integers(50, 90), st.decimals(0, 9, places=1, allow_nan=False)
)


@given(st.lists(PARTS, max_size=6))
@settings(max_examples=rounds(80), deadline=None)
def test_the_result_lies_between_its_parts_and_hangs_on_the_ratio_of_the_weights_alone(
    parts: list[grades.Part],
) -> None:
    found = grades.result(parts)
    weighing = [part for part in parts if part.weight]
    assert (found is None) == (not weighing)
    if found is None:
        return
    shares = [part.points * 100 / part.of for part in weighing]
    assert min(shares) - grades.CENT <= found <= max(shares) + grades.CENT
    assert grades.result([part._replace(weight=part.weight * 3) for part in parts]) == found


def test_the_result_weighs_lessons_whatever_their_points_are_of() -> None:
    parts = [
        grades.Part(Decimal(5), 10, Decimal(1)),
        grades.Part(Decimal(90), 90, Decimal(3)),
        grades.Part(Decimal(0), 0, Decimal(1)),
    ]
    assert grades.result(parts) == Decimal("87.50")


@given(cases())
@settings(max_examples=rounds(80), deadline=None)
def test_what_a_delay_took_points_from_is_late(case: Any) -> None:
    lesson, had, rules, due = case
    mark = grades.mark(lesson, had, rules, due)
    assert mark.late or not mark.by_delay
    assert not grades.mark(lesson, had, rules).late
