"""The gradebook to take along, for spreadsheets."""

from collections.abc import Iterator, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from labsite import spreadsheets
from labsite.classes.models import Classroom
from labsite.grades import book
from labsite.spreadsheets import Value

WIDTHS = (12, 20, 10)


@require_GET
@never_cache
def as_csv(request: HttpRequest, classroom: int) -> HttpResponse:
    """As CSV."""
    found = get_object_or_404(Classroom, pk=classroom)
    data = spreadsheets.as_csv(table(classroom, get_language() or "en"))
    return spreadsheets.download(named(found, "csv"), spreadsheets.CSV, data)


@require_GET
@never_cache
def as_xlsx(request: HttpRequest, classroom: int) -> HttpResponse:
    """As XLSX."""
    found, rows = get_object_or_404(Classroom, pk=classroom), table(classroom, get_language() or "en")
    data = spreadsheets.as_xlsx(_("Marks"), rows, WIDTHS, "C2")
    return spreadsheets.download(named(found, "xlsx"), spreadsheets.XLSX, data)


def named(classroom: Classroom, kind: str) -> str:
    """The name of the class and the day."""
    return f"{classroom.name} {timezone.now():%Y-%m-%d}.{kind}"


def table(classroom: int, language: str) -> Iterator[Sequence[Value]]:
    """A line of headings, then a line for each learner; nothing stands where there is no mark yet."""
    shown = book.columns(classroom)
    titles = [
        _("{title} (of {points})").format(title=each.lesson.text(language).title, points=each.of) for each in shown
    ]
    yield [_("Number"), _("Name"), _("Result (%)"), *titles]
    for line in book.lines(classroom, shown):
        marks = [line.marks.get(each.lesson.slug) for each in shown]
        yield [line.seat.number, line.seat.name, line.result, *(entry and entry.mark for entry in marks)]
