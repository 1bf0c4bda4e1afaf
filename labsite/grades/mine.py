"""A learner's own marks in a class, with what made them so."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from labsite.grades import book
from labsite.grades.models import Grade
from labsite.grades.sheets import learner


@require_GET
@never_cache
def my_marks(request: HttpRequest, classroom: int) -> HttpResponse:
    """All lessons of the class."""
    seat, columns, language = learner(classroom, user=request.user.pk), book.columns(classroom), get_language() or "en"
    line = book.lines(classroom, columns, [seat.pk])[0]
    kept = {grade.lesson: grade for grade in seat.grades.prefetch_related("adjustments", "comments")}
    rows = [
        {"column": column, "title": column.lesson.text(language).title, "entry": line.marks.get(column.lesson.slug)}
        | reasons(kept.get(column.lesson.slug))
        for column in columns
    ]
    context = {"classroom": seat.classroom, "rows": rows, "result": line.result}
    with timezone.override(seat.classroom.zone):
        return render(request, "grades/mine.html", context)


def reasons(grade: Grade | None) -> dict[str, Any]:
    """What took points away, what was changed by hand, and what was said of it."""
    if grade is None:
        return {}
    return {
        "by_hints": grade.by_hints,
        "by_delay": grade.by_delay,
        "adjustments": grade.adjustments.all(),
        "comments": grade.comments.all(),
    }
