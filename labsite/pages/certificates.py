"""Certificates: a page to print, and a signed link by which anybody can check it against what was really done.

The link holds the learner's number, the name as the learner gave it, and the day; what was finished by then is looked up, never believed.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from labsite.accounts.models import User
from lessons import catalogue, course
from lessons.models import Run

SALT = "podlab.certificate"
LONGEST_NAME = 80
BEGINNING, MICROSECOND = datetime(2020, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def ask(request: HttpRequest) -> HttpResponse:
    """Whose name is to stand on it; with a name, the certificate."""
    learner = cast(User, request.user)
    finished = done_by(learner.pk, timezone.now())
    name = " ".join(request.POST.get("name", "").split())[:LONGEST_NAME]
    if request.method == "POST" and name and finished:
        return redirect("certificate", sign(learner.pk, name, timezone.now()))
    facts = {"count": len(finished), "total": len(catalogue.lessons()), "longest": LONGEST_NAME}
    return render(request, "pages/certificate_name.html", facts)


@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """A certificate, for whoever has the link; without a log-in, so that others can check it."""
    learner, name, day = read(token)
    finished = done_by(learner, day)
    if not finished:
        raise Http404("nothing of this is known")
    facts = {"name": name, "day": day, "count": len(finished), "total": len(catalogue.lessons())}
    context = facts | {"chapters": grouped(finished), "link": request.build_absolute_uri()}
    return render(request, "pages/certificate.html", context)


def sign(learner: int, name: str, day: datetime) -> str:
    """The token of a certificate."""
    return signing.dumps([learner, name, (day - BEGINNING) // MICROSECOND], salt=SALT, compress=True)


def read(token: str) -> tuple[int, str, datetime]:
    """Learner, name and day of a token; raises Http404 for one that this site has not signed."""
    try:
        learner, name, day = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise Http404("not signed here") from error
    return int(learner), str(name), BEGINNING + day * MICROSECOND


def done_by(learner: int, day: datetime) -> list[Run]:
    """The learner's runs of lessons of this course that were finished by then."""
    runs = Run.objects.filter(learner=learner, first_finished__lte=day)
    return [run for run in runs if run.lesson in catalogue.lessons()]


def grouped(finished: list[Run]) -> list[dict[str, Any]]:
    """The finished lessons by chapter, in the order of the course."""
    language, days = get_language() or "en", {run.lesson: run.first_finished for run in finished}
    found: dict[int, list[tuple[str, datetime | None]]] = {}
    for slug, lesson in catalogue.lessons().items():
        if slug in days:
            found.setdefault(lesson.chapter, []).append((lesson.text(language).title, days[slug]))
    titles = {number: course.title(number, language) for number in found}
    return [{"number": number, "title": titles[number], "lessons": each} for number, each in found.items()]
