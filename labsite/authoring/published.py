"""What an author has published: each lesson with its versions, what changed between them, who learns with which."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from labsite.access.roles import Role
from labsite.accounts.models import User
from labsite.authoring import drafts
from labsite.classes import assignments
from labsite.classes.models import Assignment, Classroom, Seat
from labsite.sandboxes.models import Sandbox
from lessons import catalogue, changes, shelf
from lessons.carrying import zips
from lessons.carrying.parcels import Parcel
from lessons.models import LessonVersion
from lessons.refusals import Refused

# How parts of a lesson are called (lessons/changes.py), and what has become of them.
PARTS: Mapping[str, str] = {
    "about": _("What stands in the catalogue"),
    "scenario": _("The cluster"),
    "start": _("What is done before the learner comes"),
    "values": _("What differs by learner"),
    "order": _("The order of the steps"),
    "step": _("Step"),
    "check": _("Check"),
    "question": _("Question"),
    "hint": _("Hint"),
    "mistake": _("Foreseen mistake"),
    "solution": _("Solution"),
    "text": _("Text"),
}
BECAME: Mapping[str, str] = {"added": _("added"), "removed": _("removed"), "changed": _("changed")}


def lessons_of(author: User, language: str) -> list[dict[str, Any]]:
    """The lessons of an author with how many versions there are, newest first."""
    rows = LessonVersion.objects.filter(author=author).defer("files").order_by("-created", "-pk")
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        one = found.setdefault(row.slug, {"slug": row.slug, "number": 0, "current": False, "newest": row})
        one["number"] += 1
        one["current"] = one["current"] or row.current
    for one in found.values():
        one["title"] = title(one.pop("newest"), language)
    return list(found.values())


def title(row: LessonVersion, language: str) -> str:
    """How a version is called; its name in the address where this release cannot read it."""
    found = catalogue.at(shelf.folder(row))
    return found.text(language).title if found else row.slug


def versions_of(request: HttpRequest, slug: str) -> list[LessonVersion]:
    """The versions of the author's lesson, newest first; raises Http404 where there are none."""
    mine = LessonVersion.objects.filter(author=cast(User, request.user), slug=slug)
    found = list(mine.defer("files").order_by("-created", "-pk"))
    if not found:
        raise Http404("no such lesson")
    return found


@require_GET
@never_cache
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """The versions of one lesson."""
    rows, language = versions_of(request, slug), get_language() or "en"
    learners = dict(
        Sandbox.objects.filter(lesson=slug, set_aside=False).values_list("edition").annotate(Count("owner")).order_by()
    )
    pins = Assignment.objects.filter(lesson=slug).select_related("classroom")
    taught = set(taught_by(cast(User, request.user)))
    found = [
        {
            "row": row,
            "title": title(row, language),
            "changes": told(older, row),
            "learners": learners.get(row.digest, 0),
            "classes": [pin.classroom for pin in pins if pin.digest == row.digest and pin.classroom_id in taught],
            "others": sum(pin.digest == row.digest and pin.classroom_id not in taught for pin in pins),
        }
        for row, older in zip(rows, [*rows[1:], None], strict=True)
    ]
    newest = next((row for row in rows if row.current), rows[0])
    return render(request, "authoring/versions.html", {"slug": slug, "versions": found, "newest": newest})


def taught_by(user: User) -> list[int]:
    """The classes whose lessons somebody may arrange."""
    if user.role == Role.ADMINISTRATOR:
        return list(Classroom.objects.values_list("pk", flat=True))
    return list(Seat.objects.filter(user=user, role=Role.INSTRUCTOR).values_list("classroom", flat=True))


def told(older: LessonVersion | None, row: LessonVersion) -> list[dict[str, str]] | None:
    """What changed since the version before, in the reader's language; None where there is none, or this release cannot read one."""
    old, new = (catalogue.at(shelf.folder(each)) if each else None for each in (older, row))
    if old is None or new is None:
        return None
    return [
        {"what": gettext(PARTS[change.what]), "name": change.name, "how": gettext(BECAME[change.how])}
        for change in changes.between(old, new)
    ]


def version(request: HttpRequest, slug: str, digest: str) -> LessonVersion:
    """A version of the author's lesson; raises Http404."""
    for row in versions_of(request, slug):
        if row.digest == digest:
            return row
    raise Http404("no such version")


@require_GET
def download(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """A version as a zip."""
    return zipped(slug, version(request, slug, digest).files)


def zipped(name: str, files: Mapping[str, str]) -> HttpResponse:
    """Files of a lesson to take away."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
    return HttpResponse(zips.packed(files, name), content_type="application/zip", headers=headers)


@require_POST
def act(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """Open a version as a draft, publish it, take it out of the catalogue, or have a class go on with it."""
    row, wish = version(request, slug, digest), request.POST.get("wish", "")
    if wish == "draft":
        return opened(request, row)
    if wish == "publish":
        shelf.publish(row)
        messages.success(request, gettext("Learners find this version from now on."))
    elif wish == "withdraw":
        shelf.withdraw(slug)
        messages.success(request, gettext("The lesson is out of the catalogue. Who has begun goes on."))
    elif wish == "move":
        move(request, row)
    return redirect("my-lesson", slug)


def opened(request: HttpRequest, row: LessonVersion) -> HttpResponse:
    """A draft with the files of a version."""
    try:
        made = drafts.arrive(cast(User, request.user), row.slug, Parcel(row.slug, row.files))
    except Refused as error:
        messages.error(request, str(error))
        return redirect("my-lesson", row.slug)
    return redirect("draft-desk", made.pk)


def move(request: HttpRequest, row: LessonVersion) -> None:
    """Have a class that the author teaches go on with a version."""
    chosen = request.POST.get("classroom", "")
    classes = Classroom.objects.filter(pk__in=taught_by(cast(User, request.user)))
    room = (
        classes.filter(pk=int(chosen)).first() if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else None
    )
    if room and assignments.move(room, row.slug, row.digest):
        said = gettext("%(name)s goes on with this version: who begins the lesson now begins with it.")
        messages.success(request, said % {"name": room.name})
    else:
        messages.error(request, gettext("There is no such class, or it is not yours."))
