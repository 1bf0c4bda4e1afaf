"""A cluster's history: its branches, its marks, and the cluster itself as it was at any moment.

A moment is a branch, a virtual time on it, and the last input that had happened by then. Checkpoints (snapshots) are kept every
now and then; any other moment is had again by playing the inputs since the checkpoint before it, each at its own virtual time:
the cluster is a value and its laws (simulator/README.md) promise the same bytes (wayback.py). Nothing in this module changes anything.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from labsite.sandboxes import screens, wayback
from labsite.sandboxes.footholds import End
from labsite.sandboxes.models import Branch, Checkpoint, Entry, Life, Mark, Sandbox, Standing
from simulator.lab import Lab

EVER = 1 << 62
Row = TypeVar("Row", bound=Model)


class Moment(NamedTuple):
    """A point of a history: on *branch*, at the virtual time *at*, when the input *number* was the last that had happened."""

    branch: int
    at: int
    number: int


class Stretch(NamedTuple):
    """As much of a branch as belongs to a line: up to the virtual time *at* and the input *number*."""

    branch: int
    at: int
    number: int


class NoMoment(Exception):
    """There is no such moment (any more)."""


@dataclass(frozen=True)
class Past:
    """A cluster as it was at a moment; the lab is the taker's own."""

    moment: Moment
    lab: Lab
    screens: screens.Screens
    progress: dict[str, Any] | None  # None: no lesson, or none of it was known yet
    end: End | None = None  # where the way back ended, if one was gone


# --- branches and lines ---------------------------------------------------------------------------------------------------


def branches(sandbox: UUID) -> dict[int, Branch]:
    """All branches by number; the first is not stored before there is a second."""
    found = {branch.branch: branch for branch in Branch.objects.filter(sandbox_id=sandbox)}
    return found or {0: Branch(sandbox_id=sandbox, branch=0)}


def line(sandbox: UUID, branch: int) -> list[Stretch]:
    """The stretches that lead to the end of *branch*, its own first; raises NoMoment."""
    known, found = branches(sandbox), []
    limit = Stretch(branch, EVER, EVER)
    while True:
        here = known.get(limit.branch)
        if here is None:
            raise NoMoment
        found.append(limit)
        if here.parent is None:
            return found
        limit = Stretch(here.parent, min(limit.at, here.fork_at), min(limit.number, here.fork_number))


def on(rows: QuerySet[Row], sandbox: UUID, stretches: Iterable[Stretch]) -> QuerySet[Row]:
    """Those of *rows* (of a model with branch, at and number) that lie on a line."""
    where = Q(pk__in=[])
    for stretch in stretches:
        where |= Q(branch=stretch.branch, at__lte=stretch.at, number__lte=stretch.number)
    return rows.filter(where, sandbox_id=sandbox)


def end(row: Sandbox, branch: int) -> Moment:
    """The end of a branch; raises NoMoment."""
    if branch == row.branch:
        return Moment(branch, row.now, row.number)
    found = branches(row.pk).get(branch)
    if found is None:
        raise NoMoment
    return Moment(branch, found.end_at, found.end_number)


# --- moments --------------------------------------------------------------------------------------------------------------


def locate(row: Sandbox, branch: int, at: int, number: int = EVER) -> Moment:
    """The moment at *at* on *branch*, after no later input than *number*; the nearest that there was. Raises NoMoment."""
    stretches, last = line(row.pk, branch), end(row, branch)
    at = min(at, last.at)
    inputs = on(Entry.objects.all(), row.pk, stretches)
    after = inputs.filter(at__lte=at, number__lte=min(number, last.number)).order_by("-number").first()
    begun = beginning(row.pk, stretches)
    reached = max(after.number if after else 0, begun.number)
    following = inputs.filter(number__gt=reached, number__lte=last.number).order_by("number").first()
    if following is not None:  # a time at which it had happened already is none at which it had not
        at = min(at, following.at)
    return Moment(branch, max(at, begun.at), reached)


def beginning(sandbox: UUID, stretches: Sequence[Stretch]) -> Checkpoint:
    """Where the history of a line begins; raises NoMoment if nothing is kept of it."""
    first = on(Checkpoint.objects.defer("state", "screens"), sandbox, stretches).order_by("number", "at").first()
    if first is None:
        raise NoMoment
    return first


def at(row: Sandbox, moment: Moment) -> Past:
    """The cluster as it was at *moment*, which `locate` or `end` has found; raises NoMoment and UnknownVersion."""
    stretches = line(row.pk, moment.branch)
    until = Q(at__lte=moment.at, number__lte=moment.number)
    checkpoint = on(Checkpoint.objects.filter(until), row.pk, stretches).order_by("-number", "-at").first()
    if checkpoint is None:
        raise NoMoment
    inputs = list(on(Entry.objects.filter(until, number__gt=checkpoint.number), row.pk, stretches).order_by("number"))
    end = wayback.follow(row.pk, checkpoint, inputs, moment.at)
    standing = on(Standing.objects.filter(until), row.pk, stretches).order_by("-number", "-at", "-id").first()
    progress = standing.progress if standing else None
    return Past(moment, end.lab, end.shown, progress, end)


# --- marks ----------------------------------------------------------------------------------------------------------------


def marks(row: Sandbox, branch: int, most: int, *, since: int = -1) -> list[Mark]:
    """The marks on the way to the end of *branch* that came after the virtual time *since*, at most *most*, in order: all
    commands rather than all events, new ones rather than old ones. Raises NoMoment."""
    found = on(Mark.objects.filter(at__gt=since), row.pk, line(row.pk, branch))
    told = list(found.exclude(kind__in=("event", "warning")).order_by("-number", "-at", "-id")[:most])
    said = found.filter(kind__in=("event", "warning")).order_by("-number", "-at", "-id")[: most - len(told)]
    return sorted([*told, *said], key=lambda mark: (mark.at, mark.number, mark.pk))


def last_input(row: Sandbox, kinds: Sequence[str]) -> Mark | None:
    """The mark of the newest input of some *kinds* on the way to where the cluster stands; None if there is none."""
    found = on(Mark.objects.filter(kind__in=kinds), row.pk, line(row.pk, row.branch))
    return found.order_by("-number").first()


# --- the lives of Pods ----------------------------------------------------------------------------------------------------


def lives(row: Sandbox, moment: Moment, **which: str) -> Iterator[Life]:
    """The pieces of the lives of Pods on the way to *moment*, in order, without what came later; raises NoMoment."""
    stretches = line(row.pk, moment.branch)
    limits = {each.branch: min(each.at, moment.at) for each in stretches}
    until = Q(at__lte=moment.at, number__lte=moment.number)
    for piece in on(Life.objects.filter(until, **which), row.pk, stretches).order_by("number", "at", "id"):
        piece.facts = [fact for fact in piece.facts if fact["at"] <= limits[piece.branch]]
        yield piece
