"""Lessons that are brought as files become drafts of whoever brings them."""

from socket import gaierror
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, gettext_noop
from django.views.decorators.http import require_POST

from labsite import limits
from labsite.accounts.models import User
from labsite.authoring import drafts, tasks, views
from labsite.authoring.models import Draft
from labsite.outside.addresses import proper
from labsite.outside.requests import Unreachable, pinned
from labsite.sandboxes import clock
from lessons.carrying import fetching, parcels, solving
from lessons.carrying.parcels import Parcel
from lessons.refusals import Refused

# What is said where a name leads to such addresses (outside/requests.py), for the translators.
INSIDE = gettext_noop("the name leads to an address inside a private network, where nothing is sent to")
MOST_AT_ONCE = 20  # lessons that are checked for one upload
FETCHES = limits.Rate(burst=5, every=60 * clock.SECOND)  # of one author: each may take a minute
# How branches and folders are called that can be asked for; what git would take for an option is none.
proper_name = RegexValidator(r"^(?!-)[\w./ -]{0,200}\Z", gettext_lazy("This is no name of a branch or a folder."))


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
        return taken(request, fetching.from_zip(file.read(parcels.LARGEST_ZIP + 1), file.name or ""))
    except Refused as error:
        return refused(request, gettext("{name}: {text}").format(name=file.name, text=error))


@require_POST
def fetch(request: HttpRequest) -> HttpResponse:
    """The same out of a git repository somewhere else."""
    author, url = cast(User, request.user), request.POST.get("url", "").strip()
    if not limits.allowed("fetching", f"user-{author.pk}", FETCHES):
        return refused(request, gettext("Too often. Wait a moment."))
    branch, folder = (request.POST.get(name, "").strip() for name in ("branch", "folder"))
    try:
        return taken(request, out_of_repository(url, branch, folder))
    except (Refused, ValidationError, Unreachable, OSError) as error:
        return refused(request, gettext("{name}: {text}").format(name=url[:200] or "–", text=said(error)))


def said(error: Exception) -> str:
    """Why nothing came of it, in the author's language."""
    if isinstance(error, OSError):
        return gettext("Nobody knows this name.") if isinstance(error, gaierror) else str(error.strerror)
    return " ".join(getattr(error, "messages", [gettext(str(error))]))


def out_of_repository(url: str, branch: str, folder: str) -> list[Parcel]:
    """The lessons there: by HTTPS, and never at an address of this machine's own network; raises Refused, ValidationError, Unreachable
    and OSError."""
    proper_name(branch)
    proper_name(folder)
    private = settings.PRIVATE_TARGETS
    schemes = frozenset(settings.LESSON_SOURCES) & {"https"} | ({"http"} if private else set())
    where = pinned(proper(url), private)
    return fetching.from_repository(url, schemes, branch=branch, folder=folder, where=where)


def taken(request: HttpRequest, found: list[Parcel]) -> HttpResponse:
    """Each of the lessons becomes a draft, and is checked; raises Refused."""
    if len(found) > MOST_AT_ONCE:
        raise Refused(gettext("There are too many lessons in it: at most %(most)s.") % {"most": MOST_AT_ONCE})
    with transaction.atomic():
        rows = [drafts.arrive(cast(User, request.user), each.slug, each) for each in found]
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
