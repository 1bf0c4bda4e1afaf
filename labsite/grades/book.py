"""The gradebook of a class: a column for each lesson, a row for each learner, and what stands where they meet.

What browsers are told of it over its WebSocket (sockets.py):

    book    {lessons: [column], rows: [row]}
    rows    {rows: [row], gone: [seat]}     what has changed since, put together from many turns

    column  {lesson, title, of, weight, due}    due in milliseconds of Unix time, or null
    row     {seat, name, number, result, cells}     a percentage or null; a cell for each column, null where there is no mark yet
    cell    [percent, points, of, done, steps, hints, signs]    a: set by hand, l: something came late, f: finished
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from labsite.classes.models import Assignment, Seat
from labsite.grades import policies
from labsite.grades.models import Grade
from labsite.sandboxes import clock
from lessons import catalogue, grades
from lessons.catalogue import Lesson

Row = dict[str, Any]
Cell = list[Any]
FIELDS = (
    "points",
    "adjusted",
    "of",
    "done",
    "steps",
    "hints",
    "late",
    "finished",
)


class Column(NamedTuple):
    """A lesson of the class."""

    lesson: Lesson
    of: int
    weight: Decimal
    due: int | None  # Unix microseconds


class Entry(NamedTuple):
    """The columns of a grade that the gradebook shows (FIELDS)."""

    points: Decimal
    adjusted: Decimal | None
    of: int
    done: int
    steps: int
    hints: int
    late: bool
    finished: Any

    @property
    def mark(self) -> Decimal:
        """The points that count."""
        return self.points if self.adjusted is None else self.adjusted


class Line(NamedTuple):
    """A learner, their marks by lesson, and the percentage that they come to."""

    seat: Seat
    marks: Mapping[str, Entry]
    result: Decimal | None


def columns(classroom: int) -> list[Column]:
    """The lessons of a class that this release has, in the order of the course."""
    rules, found = policies.of(classroom), []
    for row in Assignment.objects.filter(classroom=classroom):
        if lesson := catalogue.edition(row.lesson, row.digest):
            of = sum(sum(step.weights.values()) for step in lesson.steps)
            found.append(Column(lesson, of, rules.weight(row.lesson), clock.unix(row.due) if row.due else None))
    return sorted(found, key=lambda column: (column.lesson.chapter, column.lesson.order, column.lesson.slug))


def lines(classroom: int, shown: Iterable[Column], seats: Iterable[int] | None = None) -> list[Line]:
    """The learners of a class, or those on some seats. However many they are, it takes two queries."""
    sat = Seat.objects.filter(classroom=classroom, role="learner")
    kept = Grade.objects.filter(seat__classroom=classroom)
    if seats is not None:
        sat, kept = sat.filter(pk__in=list(seats)), kept.filter(seat__in=list(seats))
    marks: dict[int, dict[str, Entry]] = {}
    for seat, lesson, *facts in kept.values_list("seat_id", "lesson", *FIELDS):
        marks.setdefault(seat, {})[lesson] = Entry(*facts)
    found = [(seat, marks.get(seat.pk, {})) for seat in sat]
    return [Line(seat, had, result(shown, had)) for seat, had in found]


def result(shown: Iterable[Column], marks: Mapping[str, Entry]) -> Decimal | None:
    """What a learner's marks come to; a lesson without one counts as nothing."""
    return grades.result(part(column, marks.get(column.lesson.slug)) for column in shown)


def part(column: Column, entry: Entry | None) -> grades.Part:
    """What a lesson brings to it."""
    points, of = (entry.mark, entry.of) if entry else (Decimal(0), column.of)
    return grades.Part(points, of, column.weight)


# --- as browsers are told of it ---------------------------------------------------------------------------------------------


def whole(classroom: int, language: str) -> Row:
    """All of it."""
    shown = columns(classroom)
    heads = [head(column, language) for column in shown]
    return {"type": "book", "lessons": heads, "rows": rows(classroom, shown)}


def rows(classroom: int, shown: list[Column], seats: Iterable[int] | None = None) -> list[Row]:
    """The rows of all learners, or of those on some seats."""
    return [row(line, shown) for line in lines(classroom, shown, seats)]


def head(column: Column, language: str) -> Row:
    """What stands above a column."""
    return {
        "lesson": column.lesson.slug,
        "title": column.lesson.text(language).title,
        "of": column.of,
        "weight": float(column.weight),
        "due": column.due and column.due // clock.MILLISECOND,
    }


def row(line: Line, shown: Iterable[Column]) -> Row:
    """A learner's row."""
    seat, marks = line.seat, line.marks
    return {
        "seat": seat.pk,
        "name": seat.name,
        "number": seat.number,
        "result": None if line.result is None else float(line.result),
        "cells": [cell(marks.get(column.lesson.slug)) for column in shown],
    }


def cell(entry: Entry | None) -> Cell | None:
    """A learner's cell for a lesson."""
    if entry is None:
        return None
    signs = {"a": entry.adjusted is not None, "l": entry.late, "f": entry.finished is not None}
    shown = "".join(sign for sign, there in signs.items() if there)
    percent = float(grades.percent(entry.mark, entry.of))
    return [percent, float(entry.mark), entry.of, entry.done, entry.steps, entry.hints, shown]
