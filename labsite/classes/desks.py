"""The desks of a class: kept by what happens in the turns of its learners' clusters, and told to whoever watches the room."""

import logging
from collections.abc import Iterable
from typing import Any

from django.dispatch import Signal

from labsite.accounts.models import User
from labsite.bridge import publish
from labsite.classes import beside, signals
from labsite.classes.models import Desk, Seat
from labsite.console.focuses import of_learner
from labsite.sandboxes import clock
from labsite.sandboxes.turn import Turn
from lessons import catalogue, progress
from simulator.lab import Change

log = logging.getLogger(__name__)

Row = dict[str, Any]
LONGEST_ERROR = 200
TOLD = ("done", "error", "progressed", "seen", "hand", "lesson")

came = Signal()  # somebody has sat down, or has another role: seat


def group(classroom: int) -> str:
    """The group of those who watch the room of a class."""
    return f"class.{classroom}"


# --- keeping them ---------------------------------------------------------------------------------------------------------


def hear(turn: Turn, **more: Any) -> None:
    """A turn was stored. Whatever goes wrong here is not the learner's trouble."""
    try:
        if is_news(turn):
            note(turn)
    except Exception:
        log.exception("sandbox %s: the room was not told", turn.row.pk)


def is_news(turn: Turn) -> bool:
    """Whether a turn changes what the room shows: a command, a step, a page that the learner opened, another moment."""
    reached = any(message["type"] == "step.reached" for message in turn.said)
    return (
        reached
        or turn.travelled
        or (turn.picture_for is not None and of_learner(turn.picture_for))
        or any(change.kind == "command" for change in turn.changes)
    )


def note(turn: Turn) -> None:
    """Write down where the learner stands, if they learn in a class, and tell it."""
    row = turn.row
    if not turn.seats:
        return
    desk = Desk.objects.filter(user=row.owner_id).first() or Desk(user_id=row.owner_id)
    move(desk, turn)
    desk.save()
    tell(turn.seats, desk)


def move(desk: Desk, turn: Turn) -> None:
    """Bring the desk up to what the turn did."""
    row, now = turn.row, clock.wall()
    done = len(turn.run.progress["done"]) if turn.run else 0
    if desk.sandbox != row.pk or desk.done != done:
        desk.progressed, desk.error = now, ""
    desk.sandbox, desk.lesson, desk.done, desk.seen = row.pk, row.lesson, done, now
    here = progress.current(turn.lesson, turn.run.progress) if turn.lesson and turn.run else None
    desk.step = here.id if here else ""
    desk.error = last_error(turn.changes) or desk.error


def last_error(changes: Iterable[Change]) -> str:
    """The last command that failed, with the last line that it printed."""
    failed = [change.data for change in changes if change.kind == "command" and change.data["code"]]
    if not failed:
        return ""
    lines = [line.strip() for line in str(failed[-1]["output"]).splitlines() if line.strip()]
    text = f"{failed[-1]['line'].strip()} → {lines[-1] if lines else failed[-1]['code']}"
    return "".join(sign if sign.isprintable() else " " for sign in text)[:LONGEST_ERROR]


def raise_hand(user: User, up: bool) -> None:
    """Raise the hand, or take it down; a hand that is up stays where it stands in the line."""
    desk = Desk.objects.get_or_create(user=user)[0]
    if up != bool(desk.hand):
        desk.hand = clock.wall() if up else 0
        desk.save(update_fields=["hand"])
        tell(Seat.objects.filter(user=user, role="learner").select_related("user"), desk)
        beside.stir([desk.sandbox] if desk.sandbox else [])
        if up:
            signals.tell_raised(desk)


# --- telling of them ------------------------------------------------------------------------------------------------------


def row(seat: Seat, desk: Desk | None) -> Row:
    """A seat as the room shows it; texts of the lesson come in each language."""
    facts = {"seat": seat.pk, "name": seat.name, "number": seat.number, "here": seat.user_id is not None}
    if desk is None:
        return facts
    lesson = catalogue.get(desk.lesson)
    titles = {language: text.title for language, text in lesson.texts.items()} if lesson else ""
    step = lesson.step(desk.step) if lesson else None
    steps = {language: text.steps[step.id].title for language, text in lesson.texts.items()} if lesson and step else ""
    where = {
        "sandbox": str(desk.sandbox or ""),
        "title": titles,
        "step": steps,
        "total": len(lesson.steps) if lesson else 0,
    }
    return facts | where | {name: getattr(desk, name) for name in TOLD}


def rows(classroom: int) -> list[Row]:
    """All learners of a class."""
    seats = Seat.objects.filter(classroom=classroom, role="learner").select_related("user")
    desks = {desk.user_id: desk for desk in Desk.objects.filter(user__seats__classroom=classroom)}
    return [row(seat, desks.get(seat.user_id or 0)) for seat in seats]


def tell(seats: Iterable[Seat], desk: Desk | None) -> None:
    """Tell the rooms in which the seats stand."""
    for seat in seats:
        publish(group(seat.classroom_id), {"type": "class.changed", "put": [row(seat, desk)], "gone": []})


def listed(classroom: int) -> None:
    """A list was put into the class: tell all of it."""
    publish(group(classroom), {"type": "class.changed", "put": rows(classroom), "gone": []})


def arrived(seat: Seat) -> None:
    """Somebody has sat down."""
    came.send_robust(Seat, seat=seat)
    tell([seat], Desk.objects.filter(user=seat.user_id or 0).first())


def left(classroom: int, seat: int, user: int | None) -> None:
    """A seat is gone, or somebody has another role: the room forgets it; whoever watched asks again whether they may."""
    publish(group(classroom), {"type": "class.changed", "put": [], "gone": [seat], "users": [user]})
