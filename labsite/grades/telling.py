"""Telling of marks: to the gradebooks that are open, and to whoever hands marks on (signals.py)."""

from collections.abc import Iterable, Sequence
from typing import Any

from labsite.bridge import publish
from labsite.classes.models import Assignment
from labsite.grades.models import Grade
from labsite.grades.signals import Mark, marked

MOST = 500  # cells in one message
Cell = list[Any]


def group(classroom: int) -> str:
    """The group of those who have the gradebook of a class open."""
    return f"grades.{classroom}"


def cell(grade: Grade) -> Cell:
    """A cell of the gradebook: seat, lesson, points, of, done steps, steps, signs. The signs: a for a mark that was set by hand, l for
    one that is less because it came late, h because of hints, f for a lesson that is finished."""
    signs = {
        "a": grade.adjusted is not None,
        "l": grade.by_delay > 0,
        "h": grade.by_hints > 0,
        "f": grade.finished is not None,
    }
    shown = "".join(sign for sign, there in signs.items() if there)
    return [grade.seat_id, grade.lesson, str(grade.mark), grade.of, grade.done, grade.steps, shown]


def tell(classroom: int, changed: Sequence[Grade]) -> None:
    """Tell that *changed* grades of a class are stored."""
    cells = [cell(grade) for grade in changed]
    for at in range(0, len(cells), MOST):
        publish(group(classroom), {"type": "grades.changed", "cells": cells[at : at + MOST]})
    hand_on(classroom, changed)


def hand_on(classroom: int, changed: Iterable[Grade]) -> None:
    """The same to whoever hands marks on."""
    if not marked.has_listeners():
        return
    found = Assignment.objects.filter(classroom=classroom).select_related("classroom")
    assignments = {each.lesson: each for each in found}
    for grade in changed:
        if (assignment := assignments.get(grade.lesson)) and grade.seat.user:
            marked.send_robust(
                Grade,
                user=grade.seat.user,
                classroom=assignment.classroom,
                assignment=assignment,
                mark=Mark(grade.mark, grade.of),
                when=grade.updated,
                finished=grade.finished is not None,
            )
