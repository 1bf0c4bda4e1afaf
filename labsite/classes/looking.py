"""The pages beside a learner: their bench, read-only; and a copy of their cluster for whoever teaches."""

from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from labsite import limits
from labsite.accounts.models import User
from labsite.accounts.views import too_often
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
    known = words.catalogue() | room_words()
    return views.show(request, row, words=known, looks=name(row), faults=faults())


def name(row: Sandbox) -> str:
    """Whose bench it is: the name in a class, which is a guest's only one."""
    seat = row.owner.seats.filter(role="learner").first()
    return seat.name if seat else row.owner.username


def faults() -> dict[str, dict[str, Any]]:
    """The kinds of faults: what goes wrong in the reader's language, and which fields each has with what stands in them."""
    return {
        kind: {
            "what": gettext(fault.what),
            "fields": dict.fromkeys(fault.needs, "") | dict(fault.takes),
            "needs": fault.needs,
        }
        for kind, fault in FAULTS.items()
    }


@require_POST
def copy(request: HttpRequest, sandbox: UUID) -> HttpResponse:
    """A private copy of the cluster as it stands, in which a cure can be tried; the learner's own is not touched."""
    row, user = get_object_or_404(Sandbox, pk=sandbox), cast(User, request.user)
    if not limits.allowed("copies", f"user-{user.pk}", COPIES):
        return too_often(request)
    now = Share(sandbox=row, at=row.now, unix=row.birth + row.now, state=bytes(row.state), screens=bytes(row.screens))
    return redirect("lab", sharing.copy(now, user).pk)
