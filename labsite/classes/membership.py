"""Coming into a class, coming back, and leaving it."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from hmac import compare_digest

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from labsite import limits
from labsite.accounts.models import User
from labsite.classes import desks, signals
from labsite.classes.models import Classroom, Seat, new_pin
from labsite.classes.roster import LONGEST_NAME, LONGEST_NUMBER, Entry
from labsite.sandboxes import clock

MOST_SEATS = 1000
PIN = limits.Rate(burst=10, every=30 * clock.SECOND)


class Refused(Exception):
    """Why somebody cannot join; the text is for them."""


@dataclass(frozen=True)
class Claim:
    """What somebody says of themselves at the door of a class."""

    name: str
    number: str = ""
    pin: str = ""


def claim(name: str, number: str = "", pin: str = "") -> Claim:
    """A claim as it is compared and stored; raises Refused."""
    name, number, pin = (" ".join(unicodedata.normalize("NFC", text).split()) for text in (name, number, pin))
    if not name:
        raise Refused(_("Say your name."))
    if len(name) > LONGEST_NAME or len(number) > LONGEST_NUMBER:
        raise Refused(_("The name or the number is too long."))
    if not (name + number + pin).isprintable():
        raise Refused(_("There is a sign in it that cannot be printed."))
    return Claim(name, number, pin)


def find(code: str) -> Classroom | None:
    """The class with a code, however it was typed."""
    return Classroom.objects.filter(code=code.replace(" ", "").replace("-", "").upper()[:16]).first()


def enter(classroom: Classroom, said: Claim, user: User | None) -> tuple[Seat, User]:
    """The seat of somebody who knows the code, and who they are from now on: *user*, a new guest, or the guest who had the seat
    before and whose PIN they know. Raises Refused."""
    own = Seat.objects.filter(classroom=classroom, user=user).first() if user else None
    if own is not None and user is not None:
        return own, user
    seats = matching(Seat.objects.filter(classroom=classroom, role="learner"), said)
    if len(seats) > 1:
        raise Refused(_("Several people have this name. Say your number as well."))
    if not seats:
        return make(classroom, said, user)
    seat = seats[0]
    if seat.user is not None:
        return seat, returned(seat, said)
    if seat.number and seat.number != said.number:
        raise Refused(_("This name is on the list with a number. Say your number as well."))
    return take(seat, user)


def matching(seats: Iterable[Seat], said: Claim) -> list[Seat]:
    """The seats of that name, and of that number where both have one."""
    same = [seat for seat in seats if seat.name.casefold() == said.name.casefold()]
    return [seat for seat in same if not said.number or not seat.number or seat.number == said.number]


def returned(seat: Seat, said: Claim) -> User:
    """Whoever had the seat before, if the PIN is right; raises Refused."""
    assert seat.user is not None
    if not seat.user.is_guest:
        raise Refused(_("Whoever has this seat has an account. Log in with it first."))
    if not said.pin:
        raise Refused(
            _("Somebody of this name is here already. If it is you, say your PIN; else add something to your name.")
        )
    if not limits.allowed("pin", str(seat.pk), PIN):
        raise Refused(_("There were too many attempts. Wait a minute and try again."))
    if not compare_digest(seat.pin.encode(), said.pin.encode()):
        raise Refused(_("The PIN is not right. Whoever teaches the class can tell you yours."))
    return seat.user


@transaction.atomic
def take(seat: Seat, user: User | None) -> tuple[Seat, User]:
    """Sit down on an empty seat; raises Refused."""
    user = user or User.new_guest()
    if not Seat.objects.filter(pk=seat.pk, user=None).update(user=user, joined=timezone.now()):
        raise Refused(_("Somebody else has just taken this seat."))
    seat.refresh_from_db()
    transaction.on_commit(lambda: signals.tell_joined(seat))
    return seat, user


@transaction.atomic
def make(classroom: Classroom, said: Claim, user: User | None) -> tuple[Seat, User]:
    """A new seat for somebody who is not on the list; raises Refused."""
    if not classroom.open:
        raise Refused(_("This name, with this number, is not on the list of the class."))
    if classroom.seats.count() >= MOST_SEATS:
        raise Refused(_("The class is full."))
    user = user or User.new_guest()
    facts = {"name": said.name, "number": said.number, "joined": timezone.now()}
    try:
        with transaction.atomic():
            seat = Seat.objects.create(classroom=classroom, user=user, **facts)
    except IntegrityError:
        raise Refused(_("Somebody else has this number.")) from None
    transaction.on_commit(lambda: signals.tell_joined(seat))
    return seat, user


@transaction.atomic
def adopt(guest: User, owner: User) -> None:
    """Hand the guest's seats to *owner*; where the owner has one already, the guest's is given up."""
    has = Seat.objects.filter(user=owner).values_list("classroom", flat=True)
    Seat.objects.filter(user=guest).exclude(classroom__in=list(has)).update(user=owner)
    Seat.objects.filter(user=guest).delete()
    for seat in Seat.objects.filter(user=owner):
        transaction.on_commit(lambda seat=seat: desks.came.send_robust(Seat, seat=seat))  # type: ignore[misc]


def leave(seat: Seat) -> None:
    """Whoever sits there leaves. A seat on the list stays, with another PIN, for them to come back; their work is theirs."""
    signals.tell_left(seat)
    if seat.number:
        Seat.objects.filter(pk=seat.pk).update(user=None, joined=None, pin=new_pin(), role="learner")
    else:
        seat.delete()


@transaction.atomic
def enrol(classroom: Classroom, entries: Iterable[Entry]) -> tuple[int, int]:
    """Put a list's entries into the class: how many are new, and how many were there. Nobody is taken out; raises Refused."""
    seats = list(Seat.objects.filter(classroom=classroom))
    numbers = {seat.number: seat for seat in seats if seat.number}
    names = {seat.name.casefold(): seat for seat in seats if not seat.number}
    fresh, there = [], []
    for entry in entries:
        seat = numbers.get(entry.number) if entry.number else None
        seat = seat or names.pop(entry.name.casefold(), None)
        if seat is None:
            fresh.append(Seat(classroom=classroom, name=entry.name, number=entry.number))
        else:
            seat.name, seat.number = entry.name, entry.number or seat.number
            there.append(seat)
    if len(seats) + len(fresh) > MOST_SEATS:
        raise Refused(_("A class has at most %(most)s seats.") % {"most": MOST_SEATS})
    Seat.objects.bulk_create(fresh, batch_size=200)
    Seat.objects.bulk_update(there, ["name", "number"], batch_size=200)
    return len(fresh), len(there)
