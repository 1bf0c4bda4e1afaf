"""Going on from a cluster that somebody who teaches has prepared: on a branch of its own, which comes from nowhere; what was is kept."""

from typing import Any

from django.db import transaction

from labsite.bridge import publish
from labsite.classes.models import Offer
from labsite.sandboxes import engine, history, screens, travels
from labsite.sandboxes.history import Moment, Past
from labsite.sandboxes.models import Branch
from labsite.sandboxes.turn import STIRRED, Turn, group
from simulator.lab import UnknownVersion

GONE = "That is not offered any more."
EXAM = "In an exam there is no prepared state."
OTHER = "That was prepared with another release."


def take(turn: Turn, entry: dict[str, Any]) -> str:
    """The learner takes the offer that *entry* names: why they cannot, or an empty text. The turn has done nothing else before."""
    row = turn.row
    found = Offer.objects.filter(pk=entry["offer"], user=row.owner_id, kind="state").select_related("prepared").first()
    if turn.lesson and turn.lesson.is_exam:
        return EXAM
    if found is None or found.prepared is None:
        return GONE
    known = history.branches(row.pk)
    if len(known) >= travels.MOST_BRANCHES:
        return travels.TOO_MANY
    try:
        lab = engine.lab_class().restore(bytes(found.prepared.state))
    except UnknownVersion:
        return OTHER
    travels.leave(turn)
    number = max(known) + 1
    shown = screens.load(bytes(found.prepared.screens))
    turn.travel(Past(Moment(number, lab.now, row.number), lab, shown, None), number)
    turn.begin_history()
    where = {"fork_at": lab.now, "fork_number": row.number}
    turn.later(Branch(sandbox=row, branch=number, name=found.text[: travels.LONGEST_NAME], parent=None, **where).save)
    turn.later(found.delete)
    turn.later(lambda: transaction.on_commit(lambda: publish(group(row.pk), STIRRED)))
    return ""
