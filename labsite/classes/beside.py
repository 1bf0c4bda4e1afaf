"""Beside a learner: who looks over their shoulder, and what is offered to them. Their page is told that something stirs, and is
then told the whole of how things stand, so that nothing that was missed matters."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from labsite.accounts.models import User
from labsite.bridge import publish
from labsite.classes.models import Desk, Look, Offer, Seat
from labsite.sandboxes import clock
from labsite.sandboxes.models import Sandbox
from labsite.sandboxes.turn import group

MOST_OFFERS = 5  # that a learner has at a time; the oldest makes room
STIRRED = {"type": "sandbox.stirred"}


def standing(user: int, sandbox: UUID) -> dict[str, Any] | None:
    """What a learner's own page is told of the class; None for who is in none."""
    if not Seat.objects.filter(user=user, role="learner").exists():
        return None
    hand = Desk.objects.filter(user=user, hand__gt=0).exists()
    looks = Look.objects.filter(sandbox=sandbox, expires__gt=clock.wall()).values_list("name", flat=True)
    offers = Offer.objects.filter(user=user).values("id", "sender", "kind", "text")
    return {"hand": hand, "lookers": sorted(set(looks)), "offers": list(offers)}


def look(sandbox: UUID, channel: str, name: str) -> None:
    """Somebody begins to look, or still does."""
    fresh = {"sandbox": sandbox, "name": name, "expires": clock.wall() + clock.VIEWER_LIFE}
    Look.objects.update_or_create(channel=channel, defaults=fresh)


def look_away(channel: str) -> None:
    """They do not look any more."""
    Look.objects.filter(channel=channel).delete()
    Look.objects.filter(expires__lte=clock.wall()).delete()


def offer(sandbox: UUID, sender: str, kind: str, text: str) -> None:
    """Offer something to whoever learns in a sandbox."""
    user = Sandbox.objects.values_list("owner", flat=True).get(pk=sandbox)
    Offer.objects.create(user_id=user, sender=sender, kind=kind, text=text)
    living = Offer.objects.filter(user=user).order_by("-id").values_list("pk", flat=True)
    Offer.objects.filter(pk__in=list(living[MOST_OFFERS:])).delete()
    stir([sandbox])


def close(user: User, number: int) -> None:
    """The learner has taken an offer, or does not want it."""
    Offer.objects.filter(user=user, pk=number).delete()


def stir(sandboxes: Iterable[UUID]) -> None:
    """Have the pages of some sandboxes told how things stand."""
    for sandbox in sandboxes:
        publish(group(sandbox), STIRRED)
