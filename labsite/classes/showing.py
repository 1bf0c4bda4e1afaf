"""The pages of demonstrations: to begin one, and to follow it."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from labsite.accounts.models import User
from labsite.classes import demonstrations
from labsite.classes.models import Classroom
from labsite.pages import views
from labsite.sandboxes import keeping
from labsite.sandboxes.models import Sandbox
from lessons import catalogue


def labs(user: User, language: str) -> list[dict[str, Any]]:
    """The clusters of somebody's own that they may show or hand on: the free lab, and those of lessons."""
    free, mine = keeping.of(user, ""), Sandbox.objects.filter(owner=user, set_aside=False).exclude(lesson="")
    rows = mine.only("id", "lesson", "edition", "seed")
    found = [(row, catalogue.of(row.lesson, row.seed, row.edition)) for row in rows]
    titles = [{"id": row.pk, "title": lesson.text(language).title} for row, lesson in found if lesson]
    return [{"id": free.pk, "title": _("Free lab")}, *titles]


@require_POST
def demonstrate(request: HttpRequest, classroom: int) -> HttpResponse:
    """Begin to show one's free lab, or another cluster of one's own; or end what is shown."""
    found, user = get_object_or_404(Classroom, pk=classroom), cast(User, request.user)
    if "end" in request.POST:
        demonstrations.end(classroom)
        return redirect("room", classroom)
    wanted = request.POST.get("sandbox", "")
    mine = Sandbox.objects.filter(owner=user, set_aside=False)
    shown = next((each for each in mine if str(each.pk) == wanted), None) if wanted else keeping.of(user, "")
    if shown is None:
        messages.error(request, _("There is no such lab, or it is not yours."))
        return redirect("room", classroom)
    demonstrations.begin(found, user, shown)
    return redirect("lab", shown.pk)


@require_GET
def follow(request: HttpRequest, classroom: int) -> HttpResponse:
    """What is shown in the class, to look at."""
    found = demonstrations.current(classroom)
    if found is None:
        messages.info(request, _("Nothing is demonstrated now."))
        return redirect("class", classroom)
    socket = reverse("follow", args=[classroom]).replace("/classes/", "/ws/classes/", 1)
    return views.show(request, found.sandbox, looks=found.user.username, follows=classroom, socket=socket)
