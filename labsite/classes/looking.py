"""The pages beside a learner: their bench, read-only; and a copy of their cluster for whoever teaches."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_GET, require_POST

from labsite import limits
from labsite.accounts.models import User
from labsite.accounts.views import too_often
from labsite.classes.models import Seat
from labsite.classes.words import room_words
from labsite.pages import views, words
from labsite.pages.moments import COPIES
from labsite.sandboxes import sharing
from labsite.sandboxes.models import Sandbox, Share
from simulator.lab import FAULTS


@require_GET
def look(request: HttpRequest, sandbox: UUID) -> HttpResponse:
    """The learner's page as it is, with nothing that changes it but what is sent to the learner, and faults."""
    row = get_object_or_404(Sandbox.objects.select_related("owner"), pk=sandbox)
    known, seat = words.catalogue() | room_words(), seat_of(row.owner, cast(User, request.user))
    name, room = (seat.name, seat.classroom_id) if seat else (row.owner.username, None)
    return views.show(request, row, words=known, looks=name, room=room, faults=faults())


def seat_of(learner: User, teacher: User) -> Seat | None:
    """Where *learner* sits in a class that *teacher* teaches, or in any, before an administrator: the name there is a guest's only one."""
    seats = learner.seats.filter(role="learner")
    taught = Seat.objects.filter(user=teacher, role__in=("instructor", "assistant")).values("classroom")
    return seats.filter(classroom__in=taught).first() or seats.first()


# What the fields of a fault are called, and what stands in an empty one as an example.
FIELDS: Mapping[str, tuple[str, str]] = {
    "registry": (_("Registry"), "docker.io"),
    "image": (_("Image"), "nginx:1.27"),
    "node": (_("Node"), "node01"),
    "pod": (_("Name of the Pod"), "web"),
    "namespace": (_("Namespace"), "default"),
    "container": (_("Container; without one, all of them"), "web"),
    "message": (_("Message; without one, the usual"), ""),
    "seconds": (_("Seconds"), ""),
    "percent": (_("Percent"), ""),
    "milliseconds": (_("Milliseconds"), ""),
}


def faults() -> dict[str, dict[str, Any]]:
    """The kinds of faults: what goes wrong in the reader's language, and which fields each has: name, what stands in it, an example."""
    found = {}
    for kind, fault in FAULTS.items():
        fields = dict.fromkeys(fault.needs, "") | dict(fault.takes)
        called = {name: gettext(FIELDS[name][0]) for name in fields}
        examples = {name: FIELDS[name][1] for name in fields}
        what = gettext(fault.what)
        found[kind] = {"what": what, "fields": fields, "called": called, "examples": examples, "needs": fault.needs}
    return found


@require_POST
def copy(request: HttpRequest, sandbox: UUID) -> HttpResponse:
    """A private copy of the cluster as it stands, in which a cure can be tried; the learner's own is not touched."""
    row, user = get_object_or_404(Sandbox, pk=sandbox), cast(User, request.user)
    if not limits.allowed("copies", f"user-{user.pk}", COPIES):
        return too_often(request)
    now = Share(sandbox=row, at=row.now, unix=row.birth + row.now, state=bytes(row.state), screens=bytes(row.screens))
    return redirect("lab", sharing.copy(now, user).pk)
