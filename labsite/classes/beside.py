"""Beside a learner: who looks over their shoulder, and what is offered to them. Their page is told that something stirs, and is
then told the whole of how things stand, so that nothing that was missed matters."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from labsite.accounts.models import User
from labsite.bridge import publish
from labsite.classes.models import Demonstration, Desk, Offer, Prepared, Seat
from labsite.sandboxes import clock, keyboard, presence
from labsite.sandboxes.models import Sandbox
from labsite.sandboxes.turn import STIRRED, group
from lessons import catalogue

FRESH = 60 * clock.SECOND  # so long a prepared cluster may wait for its first offer
MOST_OFFERS = 5  # that a learner has at a time; the oldest makes room


def standing(user: int, sandbox: UUID) -> dict[str, Any] | None:
    """What a learner's own page is told of the class; None for who is in none."""
    if not Seat.objects.filter(user=user, role="learner").exists():
        return None
    hand = Desk.objects.filter(user=user, hand__gt=0).exists()
    offers = Offer.objects.filter(user=user).values("id", "sender", "kind", "text")
    keys = [{"id": each.pk, "name": each.name, "lent": each.lent} for each in keyboard.living(sandbox)]
    return {
        "hand": hand,
        "lookers": sorted(set(presence.beside(sandbox, clock.wall()))),
        "offers": [titled({**each}) for each in offers],
        "keyboard": keys,
        "demonstrations": shown_for(user),
    }


def titled(offer: dict[str, Any]) -> dict[str, Any]:
    """An offer as the learner's page is told of it: the start of a lesson with its title, in each language."""
    lesson = catalogue.get(offer["text"]) if offer["kind"] == "start" else None
    return offer | ({"title": {code: text.title for code, text in lesson.texts.items()}} if lesson else {})


def shown_for(user: int) -> list[dict[str, Any]]:
    """The demonstrations that a learner can follow now."""
    seats = {"classroom__seats__user": user, "classroom__seats__role": "learner"}
    return [{"class": each.classroom_id, "name": each.user.username} for each in shows().filter(**seats)]


def shown_to(sandbox: UUID) -> list[dict[str, Any]]:
    """The classes to which a cluster is shown now."""
    return [{"class": each.classroom_id, "name": each.classroom.name} for each in shows().filter(sandbox=sandbox)]


def shows() -> QuerySet[Demonstration]:
    """What is shown, in order."""
    return Demonstration.objects.select_related("user", "classroom").order_by("began")


def keyboard_of(sandbox: UUID, channel: str) -> dict[str, Any]:
    """What whoever looks is told of the keyboard: how they stand to it ("", "asked", "lent"), and who else has it."""
    known = keyboard.living(sandbox)
    own = next((each for each in known if each.channel == channel), None)
    other = next((each.name for each in known if each.lent and each.channel != channel), "")
    return {"state": "" if own is None else "lent" if own.lent else "asked", "other": other}


def offer(sandbox: UUID, sender: str, kind: str, text: str) -> None:
    """Offer something to whoever learns in a sandbox."""
    offer_to(Sandbox.objects.select_related("owner").get(pk=sandbox).owner, sender, kind, text)
    stir([sandbox])


def offer_to(user: User, sender: str, kind: str, text: str, prepared: Prepared | None = None) -> None:
    """Offer something to a learner; their pages are still to be told."""
    Offer.objects.create(user=user, sender=sender, kind=kind, text=text, prepared=prepared)
    living = Offer.objects.filter(user=user).order_by("-id").values_list("pk", flat=True)
    Offer.objects.filter(pk__in=list(living[MOST_OFFERS:])).delete()
    forget_prepared()


def forget_prepared() -> None:
    """What is offered to nobody any more goes; what was made just now is about to be."""
    recent = clock.date(clock.wall() - FRESH)
    Prepared.objects.filter(offers__isnull=True, created__lt=recent).delete()


def close(user: User, number: int) -> None:
    """The learner has taken an offer, or does not want it."""
    Offer.objects.filter(user=user, pk=number).delete()
    forget_prepared()


def stir(sandboxes: Iterable[UUID]) -> None:
    """Have the pages of some sandboxes told how things stand."""
    for sandbox in sandboxes:
        publish(group(sandbox), STIRRED)


def stir_owners(users: Iterable[int]) -> None:
    """The same for all pages that some people have open."""
    open_now = presence.own(clock.wall()).filter(sandbox__owner__in=list(users))
    stir(open_now.values_list("sandbox", flat=True).distinct())
