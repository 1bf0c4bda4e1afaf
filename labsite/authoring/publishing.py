"""What becomes of a draft: a version that learners find, or its files to take away."""

from uuid import UUID

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_GET, require_POST

from labsite.authoring import drafts, picture, published, views
from labsite.authoring.models import Draft
from lessons import shelf
from lessons.catalogue import LessonError
from lessons.drafting.desk import NAMELESS
from lessons.refusals import Refused

UNCHECKED = _("Check the lesson first: a version is published only if everything is right.")
AT_ONCE = _("Somebody publishes this lesson at the same moment. Try again.")


@require_POST
def publish(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Publish the draft as it was checked."""
    row = views.mine(request, draft)
    if row.report != {"problems": [], "version": row.version}:
        return JsonResponse({"refused": gettext(UNCHECKED)}, status=409)
    try:
        kept = shelf.keep(row.slug, row.files, row.author)
        shelf.publish(kept)
    except IntegrityError:
        return JsonResponse({"refused": gettext(AT_ONCE)}, status=409)
    except (Refused, LessonError) as error:
        return JsonResponse({"refused": str(error)}, status=409)
    return stands(row, kept.digest)


@require_POST
def withdraw(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Learners find the lesson no more."""
    row = views.mine(request, draft)
    if row.published:
        shelf.withdraw(row.slug)
    return stands(row, "")


def stands(row: Draft, digest: str) -> HttpResponse:
    """Note which version is published, and tell all windows."""
    Draft.objects.filter(pk=row.pk).update(published=digest)
    row.refresh_from_db()
    drafts.tell(row)
    return JsonResponse(picture.state(row))


@require_GET
def download(request: HttpRequest, draft: UUID) -> HttpResponse:
    """The lesson's folder as a zip."""
    row = views.mine(request, draft)
    return published.zipped(row.slug or NAMELESS, row.files)
