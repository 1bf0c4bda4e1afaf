"""From what happens on the site to what is on its way to other systems. Hearing takes no time where nobody wants to know."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import F, Q

from labsite.accounts.models import User
from labsite.classes.models import Classroom, Desk, Seat
from labsite.grades.models import Attempt
from labsite.grades.signals import Marked
from labsite.webhooks import events
from labsite.webhooks.models import Delivery, Hook
from lessons.catalogue import Lesson
from lessons.progress import Progress

MOST_WAITING = 1000


class News(NamedTuple):
    """Of an event: whom it is about, on which seat, and what is said of it."""

    user: User
    seat: Seat | None
    data: events.Data


def attempted(
    attempt: Attempt, lesson: Lesson, stands: Progress, begun: bool, reached: list[str], ended: bool, **more: Any
) -> None:
    """An attempt at a lesson has gone on (labsite/grades/signals.py)."""
    if not wanted():
        return
    told = [events.begun(attempt, lesson, stands)] if begun else []
    told += [events.passed(attempt, lesson, step) for step in reached]
    told += [events.ended(attempt, lesson, stands)] if ended else []
    user = attempt.sandbox.owner
    seats = seats_of(user, classroom__assignments__lesson=lesson.slug) if told else []
    for kind, data in told:
        tell(kind, user, seats or [None], data)


def marked(classroom: Classroom, marks: Sequence[Marked], **more: Any) -> None:
    """Learners have other marks than before."""
    news = [News(each.seat.user, each.seat, events.mark(each)) for each in marks if each.seat.user]
    spread("mark.changed", classroom, news)


def raised(user: User, desk: Desk, **more: Any) -> None:
    """A learner has raised their hand."""
    if wanted():
        tell("hand.raised", user, seats_of(user), events.hand(desk))


def joined(seat: Seat, **more: Any) -> None:
    """Somebody learns in a class who did not before."""
    if seat.user and wanted():
        tell("learner.joined", seat.user, [seat], {})


def left(seat: Seat, **more: Any) -> None:
    """Somebody learns in a class no more."""
    if seat.user and wanted():
        tell("learner.left", seat.user, [seat], {})


def wanted() -> bool:
    """Whether anybody wants to hear anything."""
    return Hook.objects.filter(on=True).exists()


def seats_of(user: User, **where: Any) -> list[Seat]:
    """Where somebody learns."""
    return list(Seat.objects.filter(user=user, role="learner", **where).select_related("classroom"))


def tell(kind: str, user: User, seats: Iterable[Seat | None], data: events.Data) -> None:
    """Put an event on its way: once for each class that it belongs to."""
    for seat in seats:
        spread(kind, seat.classroom if seat else None, [News(user, seat, data)])


def spread(kind: str, room: Classroom | None, news: Sequence[News]) -> None:
    """Put events of a class, or of none, on their way to all who want to hear of such."""
    where = Q(classroom=None) | Q(classroom=room) if room else Q(classroom=None)
    for hook in Hook.objects.filter(where, on=True):
        if kind in hook.kinds:
            send(hook, kind, [(told(room, each), each.user) for each in news])


def told(room: Classroom | None, news: News) -> events.Data:
    """All that is said of an event."""
    return {**events.place(room), **events.learner(news.user, news.seat), **news.data}


def send(hook: Hook, kind: str, news: Sequence[tuple[events.Data, User | None]]) -> None:
    """Put events on their way to one address, each with whom it is about; what is more than may wait is counted and left out."""
    free = max(MOST_WAITING - hook.deliveries.filter(state="waiting").count(), 0)
    if missed := len(news[free:]):
        Hook.objects.filter(pk=hook.pk).update(missed=F("missed") + missed)
    sent = [Delivery(hook=hook, kind=kind, body=events.body(kind, data), about=user) for data, user in news[:free]]
    Delivery.post_all(sent, hook.resting)
