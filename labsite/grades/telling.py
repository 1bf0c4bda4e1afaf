"""Telling of marks: to the gradebooks that are open, and to whoever hands marks on (signals.py)."""

from collections.abc import Iterable, Sequence

from labsite.bridge import publish
from labsite.classes.models import Assignment
from labsite.grades.models import Grade
from labsite.grades.signals import MOST_AT_ONCE, Mark, Marked, marked


def group(classroom: int) -> str:
    """The group of those who have the gradebook of a class open."""
    return f"grades.{classroom}"


def tell(classroom: int, changed: Sequence[Grade], *, anew: bool = False) -> None:
    """Tell that *changed* grades of a class are stored; *anew*: all of the gradebook may be another."""
    seats = sorted({grade.seat_id for grade in changed})
    if seats or anew:
        publish(group(classroom), {"type": "grades.changed", "seats": seats, "anew": anew})
    hand_on(classroom, changed)


def hand_on(classroom: int, changed: Iterable[Grade]) -> None:
    """The same to whoever hands marks on."""
    if not marked.has_listeners():
        return
    found = Assignment.objects.filter(classroom=classroom).select_related("classroom")
    assignments = {each.lesson: each for each in found}
    marks = [
        Marked(grade.seat, assignment, Mark(grade.mark, grade.of), grade.updated, grade.finished is not None)
        for grade in changed
        if (assignment := assignments.get(grade.lesson)) and grade.seat.user
    ]
    for first in range(0, len(marks), MOST_AT_ONCE):
        some = marks[first : first + MOST_AT_ONCE]
        marked.send_robust(Grade, classroom=some[0].assignment.classroom, marks=some)
