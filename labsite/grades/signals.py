"""What others may hear of marks: those who hand them to other systems connect here (as labsite/classes/apps.py does for turns)."""

from decimal import Decimal
from typing import NamedTuple

from django.dispatch import Signal


class Mark(NamedTuple):
    """So many points (at most two places after the point) of so many."""

    points: Decimal
    of: int


# A learner has another mark than before, by what they did, by another policy or by hand; sent after it was stored, once for each:
# user (accounts.User), classroom (classes.Classroom), assignment (classes.Assignment), mark (Mark), when (an aware datetime),
# finished (whether every step is reached; of an exam, whether it is over).
# Sent by `send_robust`: whoever hears it and fails does no harm to the learner's work. Hearing it should take no time.
marked = Signal()
