"""A learner's files as one: the workspace as a zip, and what is in a zip that was brought along."""

from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from labsite.pages.views import mine
from labsite.sandboxes.turn import look
from lessons.carrying import zips
from lessons.refusals import Refused
from simulator.lab import Lab

HOME = "/root"
LIMITS = zips.Limits(files=200, size=4 << 20, largest=1 << 20)


@require_safe
@never_cache
def download(request: HttpRequest, sandbox: UUID) -> HttpResponse:
    """The text files of the learner's home, as a zip."""
    row = mine(request, sandbox)
    files = look(row.pk, collected)["files"]
    name = f"podlab-{row.lesson or 'free-lab'}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(zips.packed(files), content_type="application/zip", headers=headers)


def collected(lab: Lab) -> dict[str, dict[str, str]]:
    """The files of the learner's home by their names there, as many as fit."""
    found: dict[str, str] = {}
    left = LIMITS.size
    for entry in lab.files(lab.home, HOME):
        if entry["kind"] != "file" or entry["size"] > left or len(found) == LIMITS.files:
            continue
        text = lab.read_file(lab.home, entry["path"])
        if text is not None:
            found[entry["path"].removeprefix(f"{HOME}/")] = text
            left -= entry["size"]
    return {"files": found}


@require_POST
@never_cache
def unpack(request: HttpRequest) -> JsonResponse:
    """What is in the zip that is the body: {"files": [{"path", "content"}]}, or {"error"}. Nothing is stored: the browser puts them
    into the cluster one by one, as it does with files of its own."""
    try:
        return JsonResponse({"files": unpacked(request.body)})
    except RequestDataTooBig:
        return JsonResponse({"error": _("The zip is too large: at most 1 MiB.")}, status=413)
    except Refused as refusal:
        return JsonResponse({"error": str(refusal)})


def unpacked(data: bytes) -> list[dict[str, str]]:
    """The files of a zip with their paths below the learner's home; raises Refused."""
    found = zips.unpacked(data, LIMITS)
    return [{"path": f"{HOME}/{path}", "content": zips.text_of(path, content)} for path, content in found.items()]
