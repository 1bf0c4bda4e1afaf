"""What others may hear of marks: those who hand them to other systems connect here (as labsite/classes/apps.py does for turns)."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.dispatch import Signal

from labsite.classes.models import Assignment, Seat


class Mark(NamedTuple):
    """So many points (at most two places after the point) of so many."""

    points: Decimal
    of: int


class Marked(NamedTuple):
    """A learner has another mark than before."""

    seat: Seat  # with its user
    assignment: Assignment
    mark: Mark
    when: datetime
    finished: bool  # whether every step is reached; of an exam, whether it is over


# Learners of a class have other marks than before, by what they did, by another policy or by hand; sent after they were stored, once
# for at most MOST_AT_ONCE of them: classroom (classes.Classroom), marks (a list of Marked). Each learner comes once for a lesson.
# Sent by `send_robust`: whoever hears it and fails does no harm to the learner's work. Hearing it should take no time: a few
# queries for all of it, and none for each mark.
MOST_AT_ONCE = 500
marked = Signal()

# A learner's attempt at a lesson has gone on; sent by `send_robust` after it was stored: attempt (grades.Attempt), lesson
# (lessons.catalogue.Lesson), stands (their progress), begun (whether this is its beginning), reached (ids of the steps that were
# reached now), ended (whether it is finished now; of an exam, over).
attempted = Signal()
