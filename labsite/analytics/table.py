"""All figures of a class as one plain table: what they are of, and how many. The words are those of the columns, in English."""

from collections.abc import Iterator
from typing import Any

from labsite.analytics import drawing, figures, trouble
from labsite.analytics.figures import LEAST, LessonFigures, Spread
from labsite.classes.models import Classroom

HEAD = ("figure", "lesson", "step", "item", "learners", "passed", "times", "seconds q1", "seconds median", "seconds q3")
Row = list[Any]


def rows(room: Classroom) -> Iterator[Row]:
    """The table, its head first."""
    yield list(HEAD)
    found = figures.lessons(room)
    slugs = [each.lesson.slug for each in found]
    lacks, helps = trouble.lacks(room, slugs), trouble.helps(room, slugs)
    for each in found:
        yield from of_lesson(each)
        yield from of_help(each, lacks, helps)
    for error in trouble.frequent(room, slugs, by_step=True):
        yield [
            "error",
            error.lesson,
            error.step,
            plain(f"{error.what}: {error.why}"),
            error.learners,
            "",
            error.times,
            *blank(),
        ]


def of_lesson(each: LessonFigures) -> Iterator[Row]:
    """A lesson and its steps."""
    slug = each.lesson.slug
    yield ["lesson", slug, "", "", drawing.few(each.begun), drawing.few(each.finished), "", *seconds(each.seconds)]
    for step in each.steps:
        counts = [drawing.few(step.came), drawing.few(step.passed)]
        yield ["step", slug, step.step.id, "", *counts, "", *seconds(step.seconds)]


def of_help(each: LessonFigures, lacks: trouble.Lacks, helps: trouble.Helps) -> Iterator[Row]:
    """What was lacking in a lesson, and which hints helped."""
    slug = each.lesson.slug
    for lack in trouble.lacking(each.lesson, lacks):
        often = lack.times.middle if lack.times.told else ""
        yield ["check", slug, lack.step.id, lack.check, drawing.few(lack.times.count), "", often, *blank()]
    for hint in trouble.helping(each.lesson, helps):
        helped = drawing.few(hint.helped) if hint.given >= LEAST else ""
        yield ["hint", slug, hint.step.id, hint.hint, drawing.few(hint.given), helped, "", *blank()]


def seconds(values: Spread) -> Row:
    """The quartiles."""
    return [round(each) for each in (values.low, values.middle, values.high)] if values.told else blank()


def blank() -> Row:
    """Where there are none."""
    return ["", "", ""]


def plain(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
