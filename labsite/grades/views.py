"""The pages of marks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from labsite.classes.models import Classroom
from labsite.grades.words import book_words


@require_GET
@never_cache
def gradebook(request: HttpRequest, classroom: int) -> HttpResponse:
    """The gradebook; what stands in it comes over its socket."""
    context = {
        "classroom": get_object_or_404(Classroom, pk=classroom),
        "words": book_words(),
        "language": get_language(),
    }
    return render(request, "grades/book.html", context)
