"""Who comes from a platform, and where they sit: accounts, classes and seats for launches and rosters."""

from django.db import transaction
from django.utils import timezone

from labsite.accounts.models import User
from labsite.accounts.naming import free_name
from labsite.classes import assignments, desks, signals
from labsite.classes.membership import MOST_SEATS
from labsite.classes.models import Classroom, Seat
from labsite.lti.claims import LONGEST_NAME, Message, Person
from labsite.lti.models import Context, Identity, Link, Place, Platform
from labsite.lti.services import allowed
from lessons import catalogue

NAMELESS = "LTI"


class Full(Exception):
    """There is no seat left."""


@transaction.atomic
def account(platform: Platform, person: Person) -> User:
    """The account of *person*, made when they come for the first time. No password opens it: the platform vouches for them."""
    known = Identity.objects.filter(platform=platform, subject=person.subject).select_related("user").first()
    if known:
        return known.user
    user = User(username=free_name(person.name, NAMELESS))
    user.set_unusable_password()
    user.save()
    return Identity.objects.create(platform=platform, subject=person.subject, user=user).user


@transaction.atomic
def context(platform: Platform, said: Message) -> Context:
    """The course that a launch comes from; with a class of its own when it is the first."""
    identity = {"platform": platform, "deployment": said.deployment, "name": said.context}
    found = Context.objects.filter(**identity).first()
    if found is None:
        room = Classroom.objects.create(name=said.title or platform.name, open=False)
        found = Context.objects.create(**identity, classroom=room)
    if said.memberships and said.memberships != found.memberships and allowed(platform, [said.memberships]):
        found.memberships = said.memberships
        found.save(update_fields=["memberships"])
    return found


@transaction.atomic
def seat(where: Context, person: Person, user: User) -> Seat:
    """The seat of somebody who is here, in the role that the platform gives them; raises Full."""
    place = Place.objects.filter(context=where, subject=person.subject).select_related("seat").first()
    own = Seat.objects.filter(classroom=where.classroom, user=user).first()
    if own is None and place and place.seat.user_id is None:
        own = place.seat
    if own is None:
        own = kept_free(where.classroom, person) or fresh(where.classroom)
    if place and place.seat_id != own.pk and place.seat.user_id is None:
        place.seat.delete()
    was, new = own.role, own.user_id is None or own.role != "learner"
    own.user, own.role, own.joined = user, person.role, own.joined or timezone.now()
    written(own, person)
    Place.objects.filter(context=where, subject=person.subject).delete()
    transaction.on_commit(lambda: told(own, was, new=new))
    return own


def told(own: Seat, was: str, *, new: bool) -> None:
    """Tell the room who has come (*new*: for the first time as a learner), or has another role."""
    if own.role == "learner":
        desks.arrived(own)
        if new:
            signals.tell_joined(own)
    elif was == "learner":
        desks.left(own.classroom_id, own.pk, own.user_id)


def kept_free(room: Classroom, person: Person) -> Seat | None:
    """The seat that a list keeps for them, by their number."""
    free = Seat.objects.filter(classroom=room, user=None, number=person.number)
    return free.first() if person.number else None


def fresh(room: Classroom) -> Seat:
    """A seat more; raises Full."""
    if room.seats.count() >= MOST_SEATS:
        raise Full
    return Seat(classroom=room)


def written(own: Seat, person: Person) -> None:
    """Put the platform's name and number on a seat; of two people with one number, the second goes without."""
    name = person.name or own.name or (own.user.username if own.user else NAMELESS)
    own.name = name[:LONGEST_NAME]
    others = Seat.objects.filter(classroom=own.classroom_id, number=person.number).exclude(pk=own.pk)
    if person.number and not others.exists():
        own.number = person.number
    own.save()


def link(where: Context, said: Message) -> Link | None:
    """The link that a launch comes by; its lesson becomes one of the class."""
    if not said.link:
        return None
    urls = [url for url in (said.line, said.lines) if url]
    lines = (said.line, said.lines) if allowed(where.platform, urls) else ("", "")
    lesson = said.lesson if catalogue.get(said.lesson) else ""
    facts = {"title": said.link_title, "lesson": lesson, "line": lines[0], "lines": lines[1]}
    known = Link.objects.filter(context=where, name=said.link).first()
    if known and not facts["line"]:
        facts["line"] = known.line  # one that was made from here
    found = Link.objects.update_or_create(context=where, name=said.link, defaults=facts)[0]
    if found_lesson := catalogue.get(lesson):
        assignments.add(where.classroom, found_lesson)
    return found
