"""The door of a class: in with its code and one's name, and out again."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from labsite import limits
from labsite.accounts.models import User
from labsite.accounts.views import BACKEND, address, too_often
from labsite.classes import desks, membership
from labsite.classes.membership import Refused
from labsite.classes.models import Seat
from labsite.sandboxes import clock, keeping

# A whole class may sit behind one address; a code has about 40 bits.
JOIN = limits.Rate(burst=120, every=3 * clock.SECOND)
FIELDS = ("code", "name", "number", "pin")


@never_cache
def join(request: HttpRequest, code: str = "") -> HttpResponse:
    """The form, and what comes of it. A guest's work stays theirs: they sit down as who they are."""
    if request.method != "POST":
        return render(request, "classes/join.html", {"said": {"code": code[:16]}})
    if not limits.allowed("join", address(request), JOIN):
        return too_often(request)
    said = {field: request.POST.get(field, "")[:100] for field in FIELDS}
    try:
        return redirect("class", seated(request, said).classroom_id)
    except Refused as error:
        return render(request, "classes/join.html", {"said": said, "error": str(error)})


def seated(request: HttpRequest, said: dict[str, str]) -> Seat:
    """The seat of whoever fills in the form, who is logged in then; raises Refused."""
    classroom = membership.find(said["code"])
    if classroom is None:
        raise Refused(_("There is no class with this code."))
    claim = membership.claim(said["name"], said["number"], said["pin"])
    before = request.user if isinstance(request.user, User) else None
    seat, user = membership.enter(classroom, claim, before)
    desks.arrived(seat)
    if user != before:
        login(request, user, backend=BACKEND)
        if before is not None and before.is_guest:
            keeping.adopt(before, user)
            membership.adopt(before, user)
    return seat


@require_POST
def leave(request: HttpRequest, classroom: int) -> HttpResponse:
    """Leave a class; the work stays one's own."""
    seat = get_object_or_404(Seat, classroom=classroom, user=request.user.pk)
    if seat.role == "instructor" and not Seat.objects.filter(classroom=classroom, role="instructor").exclude(
        pk=seat.pk
    ):
        messages.error(request, _("Somebody has to teach the class."))
        return redirect("class", classroom)
    gone = seat.pk
    membership.leave(seat)
    desks.left(classroom, gone, request.user.pk)
    if empty := Seat.objects.filter(pk=gone).first():
        desks.arrived(empty)
    messages.success(request, _("You have left the class. Your work stays yours."))
    return redirect("classes")
