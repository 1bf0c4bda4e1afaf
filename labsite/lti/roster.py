"""Who is in a course, fetched from the platform and put into the class. Follows LTI Names and Role Provisioning Services 2.0."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from labsite.classes import desks
from labsite.classes.membership import MOST_SEATS
from labsite.classes.models import Seat
from labsite.lti import people, services
from labsite.lti.claims import ROSTER_SCOPE, Person, member
from labsite.lti.models import Context, Identity, Place
from labsite.outside.requests import Answer, Unreachable

KIND = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
NEXT = re.compile(r'<([^<>]{1,2000})>\s*;[^,]*\brel="?next"?', re.IGNORECASE)
MOST_PAGES = 40


@dataclass
class Outcome:
    """What came of it."""

    fresh: int = 0
    there: int = 0
    gone: int = 0


def sync(where: Context) -> Outcome:
    """Bring the seats up to the platform's list; raises Unreachable. Nobody who sits is sent away: only empty seats go."""
    members = list(fetched(where))
    if not members:
        raise Unreachable("the platform's list is empty")
    found = seated(where, members)
    desks.listed(where.classroom_id)
    return found


def fetched(where: Context) -> Iterator[dict[str, Any]]:
    """The members, page by page; raises Unreachable."""
    url, most = where.memberships, MOST_SEATS
    for _page in range(MOST_PAGES):
        answer = services.request(where.platform, ROSTER_SCOPE, "GET", url, accept=KIND)
        if not answer.good:
            raise Unreachable(f"the platform answers HTTP {answer.status}")
        listed = answer.json()
        members = listed.get("members") if isinstance(listed, dict) else None
        for each in members if isinstance(members, list) else ():
            if isinstance(each, dict) and most > 0:
                most -= 1
                yield each
        url = following(answer)
        if not url or not most:
            return


def following(answer: Answer) -> str:
    """The address of the next page; empty after the last."""
    found = NEXT.search(answer.headers.get("link", ""))
    return found[1] if found else ""


@transaction.atomic
def seated(where: Context, members: list[dict[str, Any]]) -> Outcome:
    """Put all of them into the class."""
    outcome = Outcome()
    active = {}
    for facts in members:
        person = member(facts)
        if person.subject and facts.get("status", "Active") == "Active":
            active[person.subject] = person
    users = Identity.objects.filter(platform=where.platform, subject__in=active)
    known = {each.subject: each.user_id for each in users}
    seats = {seat.user_id: seat for seat in Seat.objects.filter(classroom=where.classroom).exclude(user=None)}
    places = {place.subject: place for place in Place.objects.filter(context=where).select_related("seat")}
    for subject, person in active.items():
        seat = seats.get(known.get(subject)) or (places[subject].seat if subject in places else None)
        if seat is None:
            outcome.fresh += expect(where, person)
        else:
            seat.role = person.role
            people.written(seat, person)
            outcome.there += 1
    for subject, place in places.items():
        if subject not in active and place.seat.user_id is None:
            place.seat.delete()
            outcome.gone += 1
    where.synced = timezone.now()
    where.save(update_fields=["synced"])
    return outcome


def expect(where: Context, person: Person) -> bool:
    """A seat for somebody who was not here yet; whether there was room for it."""
    try:
        seat = people.kept_free(where.classroom, person) or people.fresh(where.classroom)
    except people.Full:
        return False
    seat.role = person.role
    people.written(seat, person)
    Place.objects.create(context=where, subject=person.subject, seat=seat)
    return True
