"""What whoever teaches does for several learners of a class at once: for those in some seats, or, if none is named, for all."""

import secrets
from collections.abc import Iterable
from uuid import UUID

from labsite import limits
from labsite.accounts.models import User
from labsite.classes import beside
from labsite.classes.models import Desk, Prepared, Seat
from labsite.sandboxes import clock, tasks
from labsite.sandboxes.models import Sandbox
from labsite.sandboxes.turn import Message
from lessons import catalogue

# Each of these is work for as many clusters as the class has learners.
AT_ONCE = limits.Rate(burst=20, every=2 * clock.SECOND)


def chosen(classroom: int, seats: Iterable[int]) -> list[Seat]:
    """The learners in *seats* of a class; without any, all of it. Empty seats, and those of other classes, are nobody's."""
    named = list(seats)
    learners = Seat.objects.filter(classroom=classroom, role="learner", user__isnull=False).select_related("user")
    return list(learners.filter(pk__in=named) if named else learners)


def benches(seats: Iterable[Seat]) -> list[UUID]:
    """The clusters in which the learners in *seats* work now."""
    users = [seat.user_id for seat in seats]
    found = Desk.objects.filter(user__in=users, sandbox__isnull=False).values_list("sandbox", flat=True)
    return [sandbox for sandbox in found if sandbox]


def offer(seats: Iterable[Seat], sender: str, kind: str, text: str, prepared: Prepared | None = None) -> int:
    """Offer something to each: to how many. Who has begun nothing yet finds it when they do."""
    learners = [seat.user for seat in seats if seat.user]
    for learner in learners:
        beside.offer_to(learner, sender, kind, text, prepared)
    beside.stir_owners([learner.pk for learner in learners])
    return len(learners)


def offer_start(seats: Iterable[Seat], sender: str, lesson: str) -> int:
    """Offer the start of a lesson, if there is such a one."""
    return offer(seats, sender, "start", lesson) if catalogue.get(lesson) else 0


def offer_state(seats: Iterable[Seat], sender: User, sandbox: UUID, title: str) -> int:
    """Offer a cluster of *sender*'s own as it stands."""
    mine = Sandbox.objects.filter(pk=sandbox, owner=sender).exclude(state=b"").first()
    if mine is None:
        return 0
    made = Prepared.objects.create(state=bytes(mine.state), screens=bytes(mine.screens))
    return offer(seats, sender.username, "state", title, made)


def put(sandboxes: Iterable[UUID], kind: str, entry: Message, reply: str) -> int:
    """Have *entry* put into each cluster, in a turn of its own; what it is refused for comes to *reply*. Into how many."""
    count = 0
    for sandbox in sandboxes:
        message = {"id": f"class-{secrets.token_hex(8)}", "type": kind, "entry": entry}
        tasks.act.delay(str(sandbox), [message], reply)
        count += 1
    return count
