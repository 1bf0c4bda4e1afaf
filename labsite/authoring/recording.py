"""What an author did in the cluster of a draft, as data for the work that is done apart (lessons/apart/works.py)."""

from base64 import b64encode
from typing import Any

from labsite.authoring.models import Draft
from labsite.sandboxes import history
from labsite.sandboxes.history import Moment
from labsite.sandboxes.models import Entry, Sandbox
from lessons.apart.works import take_data
from lessons.catalogue import START
from lessons.drafting import desk
from lessons.proposing.recording import Input, Loss, recorded


def now(row: Sandbox) -> Moment:
    """The moment at which the cluster stands."""
    return history.end(row, row.branch)


def playing(draft: Draft, row: Sandbox, since: Moment, until: Moment) -> tuple[dict[str, Any], list[Loss]]:
    """A question about what was done from *since* until *until*, and what of it is lost; raises NoMoment and UnknownVersion."""
    past, end = history.at(row, since), history.at(row, until)
    found = recorded(past.lab, inputs(row, since, until), until.at)
    state = b64encode(end.lab.snapshot()).decode()
    takes = [take_data(take) for take in found.takes]
    return {"takes": takes, "since": since.at, "until": until.at, "state": state, **cluster(draft)}, found.lost


def inputs(row: Sandbox, since: Moment, until: Moment) -> list[Input]:
    """What was put in between two moments of a line."""
    stretches = history.line(row.pk, until.branch)
    entries = history.on(Entry.objects.all(), row.pk, stretches)
    between = entries.filter(number__gt=since.number, number__lte=until.number).order_by("number")
    return [(entry.at, entry.entry) for entry in between]


def cluster(draft: Draft) -> dict[str, Any]:
    """The cluster with which the draft's lesson begins, in as far as it has been said."""
    return {"scenario": desk.scenario_of(draft.scenario, draft.files), "start": draft.files.get(START, "")}
