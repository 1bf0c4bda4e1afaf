"""The page of one mark: for those who teach, with what they may do to it; for its learner, to be read."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from labsite.access.gate import may
from labsite.access.roles import in_class
from labsite.access.table import PAGES
from labsite.accounts.models import User
from labsite.classes.models import Assignment, Seat
from labsite.grades import adjusting, evidence
from labsite.grades.adjusting import Refused
from labsite.grades.models import LONGEST_COMMENT, LONGEST_REASON
from lessons import catalogue
from lessons.catalogue import Lesson


def looked_at(sandbox: UUID) -> str:
    """Where those who teach look at a sandbox."""
    return reverse("look", args=[sandbox])


def own(sandbox: UUID) -> str:
    """Where its learner does."""
    return reverse("lab", args=[sandbox])


def assigned(classroom: int, lesson: str) -> tuple[Assignment, Lesson]:
    """A lesson of the class; raises Http404."""
    row = get_object_or_404(Assignment, classroom=classroom, lesson=lesson)
    found = catalogue.edition(row.lesson, row.digest)
    if found is None:
        raise Http404("this release does not have the lesson")
    return row, found


def learner(classroom: int, **which: Any) -> Seat:
    """A learner of the class; raises Http404."""
    return get_object_or_404(
        Seat.objects.select_related("classroom", "user"), classroom=classroom, role="learner", **which
    )


def page(request: HttpRequest, seat: Seat, lesson: str, place: evidence.Place, **more: Any) -> HttpResponse:
    """The sheet as a page."""
    row, found = assigned(seat.classroom_id, lesson)
    shown = evidence.sheet(seat, row, found, place)
    context = {"sheet": shown, "classroom": seat.classroom, "reason": LONGEST_REASON, "comment": LONGEST_COMMENT}
    if shown.grade:
        context |= {"adjustments": shown.grade.adjustments.all(), "comments": shown.grade.comments.all()}
    with timezone.override(seat.classroom.zone):
        return render(request, "grades/mark.html", context | more)


@require_GET
@never_cache
def mark(request: HttpRequest, classroom: int, seat: int, lesson: str) -> HttpResponse:
    """For those who teach."""
    role = in_class(request.user, classroom)
    can = {"teaches": True, "changes": may(PAGES, "mark-change", role), "comments_on": may(PAGES, "mark-comment", role)}
    return page(request, learner(classroom, pk=seat), lesson, looked_at, **can)


@require_GET
@never_cache
def my_mark(request: HttpRequest, classroom: int, lesson: str) -> HttpResponse:
    """For its learner."""
    return page(request, learner(classroom, user=request.user.pk), lesson, own)


@require_POST
def change(request: HttpRequest, classroom: int, seat: int, lesson: str) -> HttpResponse:
    """Set the mark by hand, take that back, or let it be as it is reckoned."""
    found, (row, taken) = learner(classroom, pk=seat), assigned(classroom, lesson)
    reason, by, of = request.POST.get("reason", ""), cast(User, request.user), evidence.worth(taken)
    try:
        match request.POST.get("wish", ""):
            case "undo":
                adjusting.undo(found, taken, of, reason=reason, by=by)
            case "release":
                adjusting.release(found, taken, of, reason=reason, by=by)
            case _other:
                adjusting.adjust(found, taken, of, points=request.POST.get("points", ""), reason=reason, by=by)
        messages.success(request, _("Saved."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect("mark", classroom, seat, row.lesson)


@require_POST
def comment(request: HttpRequest, classroom: int, seat: int, lesson: str) -> HttpResponse:
    """Say something to the learner."""
    found, (row, taken) = learner(classroom, pk=seat), assigned(classroom, lesson)
    try:
        by = cast(User, request.user)
        adjusting.comment(found, taken, evidence.worth(taken), text=request.POST.get("text", ""), by=by)
        messages.success(request, _("Saved."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect("mark", classroom, seat, row.lesson)
