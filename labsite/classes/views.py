"""The pages of a class: for those who learn its lessons, for those who teach also all that is to be arranged."""

from typing import Any, cast
from zoneinfo import available_timezones

import segno
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from labsite import spreadsheets
from labsite.access.gate import may
from labsite.access.roles import Role, in_class
from labsite.access.table import PAGES
from labsite.accounts.models import User
from labsite.classes import assignments, demonstrations, desks, looking, membership, roster, showing, signals
from labsite.classes.membership import Refused
from labsite.classes.models import Classroom, Seat, new_code, new_pin
from labsite.classes.words import room_words
from labsite.pages import outline
from lessons import catalogue

MOST_CLASSES = 200
SEAT_ROLES = ("learner", "assistant", "instructor")


@require_GET
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The classes in which somebody has a seat; an administrator sees all others too."""
    user = cast(User, request.user)
    seats = Seat.objects.filter(user=user).select_related("classroom").order_by("-classroom__created")
    others = Classroom.objects.exclude(seats__user=user)[:MOST_CLASSES] if user.role == Role.ADMINISTRATOR else []
    context = {"seats": seats, "others": others, "teaches": may(PAGES, "make-class", Role(user.role))}
    return render(request, "classes/index.html", context)


@require_POST
@transaction.atomic
def make(request: HttpRequest) -> HttpResponse:
    """A new class, taught by whoever makes it."""
    user, name = cast(User, request.user), given_name(request)
    if not name or Seat.objects.filter(user=user, role="instructor").count() >= MOST_CLASSES:
        messages.error(request, _("Give the class a name.") if not name else _("You teach too many classes."))
        return redirect("classes")
    made = Classroom.objects.create(name=name, zone=given_zone(request))
    Seat.objects.create(classroom=made, user=user, role="instructor", name=user.username, joined=timezone.now())
    return redirect("class", made.pk)


def given_name(request: HttpRequest) -> str:
    """The name of a class, as it was given; empty if it is none."""
    name = " ".join(request.POST.get("name", "").split())[:80]
    return name if name.isprintable() else ""


def given_zone(request: HttpRequest) -> str:
    """The time zone that was chosen."""
    zone = request.POST.get("zone", "")
    return zone if zone in available_timezones() else "UTC"


@never_cache
def show(request: HttpRequest, classroom: int) -> HttpResponse:
    """The class."""
    return page(request, get_object_or_404(Classroom, pk=classroom))


def page(request: HttpRequest, found: Classroom, **more: Any) -> HttpResponse:
    """Its page; *more* is what came of a list that could not be read."""
    user, language = cast(User, request.user), get_language() or "en"
    role = in_class(user, found.pk)
    own = Seat.objects.filter(classroom=found, user=user).first()
    context: dict[str, Any] = {
        "classroom": found,
        "own": own,
        "role": role,
        "cards": assignments.cards(found, user, language),
    }
    if may(PAGES, "invite", role):
        context |= {"seats": found.seats.select_related("user"), "gone": assignments.gone(found)}
    if may(PAGES, "class-settings", role):
        context |= arranging(found, language)
    with timezone.override(found.zone):
        return render(request, "classes/class.html", context | more)


def arranging(found: Classroom, language: str, wanted: assignments.Due | None = None) -> dict[str, Any]:
    """What the forms of the page need; the lessons that are chosen are those of the class, or else those that are *wanted*."""
    due = {row.lesson: row.due for row in found.assignments.all()} if wanted is None else wanted
    chapters = outline.chapters({}, language)
    for card in (card for chapter in chapters for card in chapter["cards"]):
        slug = card["lesson"].slug
        card["chosen"], card["due"] = slug in due, due.get(slug)
    return {
        "arranges": True,
        "refused": wanted is not None,
        "chapters": chapters,
        "zones": sorted(available_timezones()),
        "roles": Seat.ROLES,
    }


@require_GET
@never_cache
def invite(request: HttpRequest, classroom: int) -> HttpResponse:
    """Code, link and QR code, large: for the wall."""
    found = get_object_or_404(Classroom, pk=classroom)
    link = request.build_absolute_uri(reverse("join-code", args=[found.code]))
    drawn = segno.make(link, micro=False).svg_inline(
        border=4, omitsize=True, svgclass="qr", lineclass=None, light="#fff"
    )
    return render(request, "classes/invite.html", {"classroom": found, "link": link, "qr": mark_safe(drawn)})


@require_GET
@never_cache
def room(request: HttpRequest, classroom: int) -> HttpResponse:
    """The room; what stands in it comes over its socket."""
    context = {
        "classroom": get_object_or_404(Classroom, pk=classroom),
        "words": room_words(),
        "faults": looking.faults(),
        "demonstration": demonstrations.current(classroom),
        "lessons": [
            {"slug": slug, "title": lesson.text(get_language() or "en").title}
            for slug, lesson in catalogue.lessons().items()
        ],
        "labs": showing.labs(cast(User, request.user), get_language() or "en"),
        "language": get_language(),
    }
    return render(request, "classes/room.html", context)


@require_POST
def settings(request: HttpRequest, classroom: int) -> HttpResponse:
    """Name, time zone, who may join, whether lessons wait for others; or another code, or the end of the class."""
    found = get_object_or_404(Classroom, pk=classroom)
    if "delete" in request.POST:
        found.delete()
        messages.success(request, _("The class is deleted. Everybody's work stays theirs."))
        return redirect("classes")
    if "code" in request.POST:
        found.code = new_code()
    else:
        found.name, found.zone = given_name(request) or found.name, given_zone(request)
        found.open, found.gates = "open" in request.POST, "gates" in request.POST
    found.save()
    messages.success(request, _("Saved."))
    return redirect("class", classroom)


@require_POST
def lessons(request: HttpRequest, classroom: int) -> HttpResponse:
    """Which lessons, and when they are due; or: take them as they are now."""
    found = get_object_or_404(Classroom, pk=classroom)
    if "renew" in request.POST:
        assignments.renew(found)
        return redirect("class", classroom)
    chosen = {slug: request.POST.get(f"due-{slug}", "") for slug in request.POST.getlist("lesson")}
    if len(chosen) > assignments.MOST_LESSONS:
        said = _(
            "A class does at most %(most)s lessons, and %(number)s are chosen. Nothing was saved; your choice is below."
        )
        messages.error(request, said % {"most": assignments.MOST_LESSONS, "number": len(chosen)})
        return page(request, found, **arranging(found, get_language() or "en", assignments.moments(chosen, found.zone)))
    if assignments.choose(found, chosen):
        messages.error(request, _("Some due dates could not be read. They are as they were."))
    else:
        messages.success(request, _("Saved."))
    return redirect("class", classroom)


@require_POST
def enrol(request: HttpRequest, classroom: int) -> HttpResponse:
    """A list of names and numbers: all of it, or, if a line is wrong, none of it."""
    found = get_object_or_404(Classroom, pk=classroom)
    file, text = request.FILES.get("file"), request.POST.get("text", "")
    data = file.read(roster.MOST_BYTES + 1) if file else text.encode()
    entries, problems = roster.read(data)
    if problems:
        shown = roster.decoded(data) or "" if len(data) <= roster.MOST_BYTES else ""
        return page(request, found, problems=problems[:100], roster=shown)
    try:
        fresh, there = membership.enrol(found, entries)
        desks.listed(classroom)
        said = _("On the list: %(fresh)s new, %(there)s that were there.")
        messages.success(request, said % {"fresh": fresh, "there": there})
    except Refused as error:
        messages.error(request, str(error))
    return redirect("class", classroom)


@require_GET
@never_cache
def roster_csv(request: HttpRequest, classroom: int) -> HttpResponse:
    """The learners of the class as such a list."""
    found = get_object_or_404(Classroom, pk=classroom)
    learners = found.seats.filter(role="learner").values_list("number", "name")
    rows = [(_("Number"), _("Name")), *learners]
    return spreadsheets.download(f"{found.name}.csv", spreadsheets.CSV, spreadsheets.as_csv(rows))


@require_POST
def seat(request: HttpRequest, classroom: int, seat: int) -> HttpResponse:
    """Remove somebody, give them another role or another PIN."""
    found = get_object_or_404(Seat, pk=seat, classroom=classroom)
    wish = request.POST.get("wish", "")
    if found.user == request.user:
        messages.error(request, _("This is your own seat."))
    elif wish == "remove":
        signals.tell_left(found)
        found.delete()
        desks.left(classroom, seat, found.user_id)
    elif wish == "pin":
        found.pin = new_pin()
        found.save(update_fields=["pin"])
    elif wish in SEAT_ROLES and found.user is not None and (wish == "learner" or not found.user.is_guest):
        appoint(found, wish)
    else:
        messages.error(request, _("Only who has an account can teach."))
    return redirect("class", classroom)


def appoint(seat: Seat, role: str) -> None:
    """Give somebody who sits there another role, and tell it."""
    if seat.role != role:
        signals.tell_left(seat)
        seat.role = role
        seat.save(update_fields=["role"])
        (desks.arrived(seat) if role == "learner" else desks.left(seat.classroom_id, seat.pk, seat.user_id))
        signals.tell_joined(seat)
