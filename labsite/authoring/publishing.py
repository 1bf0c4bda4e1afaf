"""What becomes of a draft: a version that learners find, or its files to take away."""

import io
import zipfile
from uuid import UUID

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_GET, require_POST

from labsite.authoring import drafts, picture, views
from labsite.authoring.models import Draft
from lessons import shelf
from lessons.catalogue import LessonError
from lessons.drafting.desk import NAMELESS

UNCHECKED = _("Check the lesson first: a version is published only if everything is right.")
# What the shelf says (lessons/shelf.py).
REFUSALS = (
    _("there are too many versions of this lesson"),
    _("give the lesson a name for its address"),
    _("a lesson of the course has this name"),
    _("somebody else's lesson has this name"),
)


@require_POST
def publish(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Publish the draft as it was checked."""
    row = views.mine(request, draft)
    if row.report != {"problems": [], "version": row.version}:
        return JsonResponse({"refused": gettext(UNCHECKED)}, status=409)
    try:
        kept = shelf.keep(row.slug, row.files, row.author)
        shelf.publish(kept)
    except (shelf.Refused, LessonError, IntegrityError) as error:
        return JsonResponse({"refused": gettext(str(error))}, status=409)
    return stands(row, kept.digest)


@require_POST
def withdraw(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Learners find the lesson no more."""
    row = views.mine(request, draft)
    if row.published:
        shelf.withdraw(row.slug)
    return stands(row, "")


def stands(row: Draft, published: str) -> HttpResponse:
    """Note which version is published, and tell all windows."""
    Draft.objects.filter(pk=row.pk).update(published=published)
    row.refresh_from_db()
    drafts.tell(row)
    return JsonResponse(picture.state(row))


@require_GET
def download(request: HttpRequest, draft: UUID) -> HttpResponse:
    """The lesson's folder as a zip."""
    row = views.mine(request, draft)
    name, data = row.slug or NAMELESS, io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for path, text in sorted(row.files.items()):
            file.writestr(f"{name}/{path}", text)
    headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
    return HttpResponse(data.getvalue(), content_type="application/zip", headers=headers)
