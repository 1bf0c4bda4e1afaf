"""Lessons that are brought as files become drafts of whoever brings them."""

from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from labsite import limits
from labsite.accounts.models import User
from labsite.authoring import drafts, tasks, views
from labsite.authoring.models import Draft
from lessons.carrying import fetching, parcels, solving
from lessons.carrying.parcels import Parcel
from lessons.refusals import Refused

MOST_AT_ONCE = 20  # lessons that are checked for one upload


def draft(author: User, slug: str, parcel: Parcel) -> str:
    """Make a draft of a lesson; the address at which it is edited (lessons/management/carriage.py). Raises Refused."""
    return reverse("draft-desk", args=[drafts.arrive(author, slug, parcel).pk])


@require_POST
def bring(request: HttpRequest) -> HttpResponse:
    """Take the lessons out of a zip that was uploaded; each becomes a draft, and is checked."""
    author, file = cast(User, request.user), request.FILES.get("file")
    if not limits.allowed("authoring", f"user-{author.pk}", views.JOBS):
        return refused(request, gettext("Too often. Wait a moment."))
    if file is None:
        return refused(request, gettext("Choose a zip first."))
    try:
        found = fetching.from_zip(file.read(parcels.LARGEST_ZIP + 1), file.name or "")
        if len(found) > MOST_AT_ONCE:
            raise Refused(gettext("There are too many lessons in it: at most %(most)s.") % {"most": MOST_AT_ONCE})
        with transaction.atomic():
            rows = [drafts.arrive(author, each.slug, each) for each in found]
    except Refused as error:
        return refused(request, gettext("{name}: {text}").format(name=file.name, text=error))
    for row, each in zip(rows, found, strict=True):
        begin(row, each)
    if len(rows) == 1:
        return redirect(reverse("draft-desk", args=[rows[0].pk]) + "#check")
    messages.success(
        request, gettext("%(number)s lessons are drafts now, and are being checked.") % {"number": len(rows)}
    )
    return redirect("drafts")


def begin(row: Draft, parcel: Parcel) -> None:
    """Check a draft that was brought; where it offers commands that may be its solution, after these were tried."""
    if parcel.tries:
        views.hand_on(row, "check", tasks.solve, [each._asdict() for each in parcel.tries[: solving.MOST_TRIES + 1]])
    else:
        views.check(row, {})


def refused(request: HttpRequest, why: str) -> HttpResponse:
    """Back to the page, which says why."""
    messages.error(request, why)
    return redirect("drafts")
