"""The page of a class on where its learners get stuck and what helps; and the same as a table for spreadsheets."""

import csv
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from labsite.analytics import drawing, figures, folding, trouble
from labsite.analytics.figures import LEAST, LessonFigures, StepFigures
from labsite.analytics.table import rows
from labsite.analytics.trouble import CheckFigures, ErrorFigures, ExamFigures, HintFigures
from labsite.classes.models import Classroom
from lessons.catalogue import Lesson

Row = dict[str, Any]


@require_GET
@never_cache
def page(request: HttpRequest, classroom: int) -> HttpResponse:
    """All lessons of the class; with ?lesson=, one of them step by step."""
    folding.fold_all()
    room = get_object_or_404(Classroom, pk=classroom)
    slug = request.GET.get("lesson", "")
    shown = of_lesson(room, chosen(room, slug)) if slug else of_class(room)
    return render(request, "analytics/lesson.html" if slug else "analytics/class.html", {"classroom": room} | shown)


def chosen(room: Classroom, slug: str) -> Lesson:
    """The lesson of the class with that name; raises Http404."""
    found = next((lesson for lesson in figures.lessons_of(room) if lesson.slug == slug), None)
    if found is None:
        raise Http404
    return found


def title(lesson: Lesson, step: str = "") -> str:
    """What a lesson, or a step of it, is called in the language of the page."""
    text = lesson.text(get_language() or "en")
    return text.steps[step].title if step in text.steps else text.title


# --- all lessons ----------------------------------------------------------------------------------------------------------


def of_class(room: Classroom) -> Row:
    """What the page of all lessons shows."""
    found = figures.lessons(room)
    whole = drawing.scale(each.seconds for each in found)
    met = trouble.frequent(room, [each.lesson.slug for each in found], by_step=False)
    return {
        "least": LEAST,
        "lessons": [of_row(each, whole) for each in found],
        "errors": [error_row(each) for each in met],
    }


def of_row(each: LessonFigures, whole: float) -> Row:
    """A lesson."""
    return {
        "slug": each.lesson.slug,
        "title": title(each.lesson),
        "begun": drawing.few(each.begun),
        "finished": drawing.few(each.finished),
        "share": drawing.share(each.finished, each.begun),
        **times(each, whole),
        "slowest": each.slowest and title(each.lesson, each.slowest.step.id),
        "last": each.last and title(each.lesson, each.last.step.id),
    }


def times(each: LessonFigures | StepFigures, whole: float) -> Row:
    """How long something took: quartiles as text, and as a bar."""
    if not each.seconds.told:
        return {}
    names = ("low", "middle", "high")
    texts = {name: drawing.minutes(getattr(each.seconds, name)) for name in names}
    return {**texts, "bar": drawing.quartiles(each.seconds, whole)}


def error_row(each: ErrorFigures, lesson: Lesson | None = None) -> Row:
    """A kind of error."""
    where = title(lesson, each.step) if lesson and each.step else ""
    return {"what": each.what, "why": each.why, "learners": each.learners, "times": each.times, "where": where}


# --- one lesson -----------------------------------------------------------------------------------------------------------


def of_lesson(room: Classroom, lesson: Lesson) -> Row:
    """What the page of one lesson shows."""
    by = figures.ways(room, [lesson.slug]).get(lesson.slug, [])
    found = figures.of_lesson(lesson, by)
    whole = drawing.scale(step.seconds for step in found.steps)
    return {
        "least": LEAST,
        "lesson": of_row(found, found.seconds.high or 1),
        "is_exam": lesson.is_exam,
        "steps": [step_row(lesson, each, found.begun, whole) for each in found.steps],
        "errors": [error_row(each, lesson) for each in trouble.frequent(room, [lesson.slug], by_step=True)],
        "checks": [check_row(lesson, each) for each in trouble.lacking(lesson, trouble.lacks(room, [lesson.slug]))],
        "exam": [exam_row(lesson, each) for each in trouble.examined(lesson, by)] if lesson.is_exam else [],
        "hints": [hint_row(lesson, each) for each in trouble.helping(lesson, trouble.helps(room, [lesson.slug]))],
    }


def step_row(lesson: Lesson, each: StepFigures, begun: int, whole: float) -> Row:
    """A step."""
    return {
        "title": title(lesson, each.step.id),
        "came": drawing.few(each.came),
        "passed": drawing.few(each.passed),
        "skipped": drawing.few(each.skipped),
        "share": drawing.share(each.passed, begun),
        "done": drawing.part(each.passed, begun),
        **times(each, whole),
    }


def check_row(lesson: Lesson, each: CheckFigures) -> Row:
    """A check that was lacking."""
    return {
        "step": title(lesson, each.step.id),
        "check": said(lesson, each.step.id, each.check),
        "learners": drawing.few(each.times.count),
        "times": f"{each.times.middle:g}" if each.times.told else "",
    }


def said(lesson: Lesson, step: str, check: str) -> str:
    """What a learner is told while a check is not fulfilled, as plain text; what it found there is left out."""
    text = lesson.text(get_language() or "en").steps[step].missing.get(check, check)
    return plain(text)


def plain(text: str) -> str:
    """*text* without the places for values, and without marks of Markdown."""
    whole, rest = "", text
    while "{found" in rest:
        before, _, after = rest.partition("{found")
        whole, rest = f"{whole}{before}…", after.partition("}")[2]
    return (whole + rest).replace("`", "").replace("**", "")


def exam_row(lesson: Lesson, each: ExamFigures) -> Row:
    """What counted in an exam."""
    return {
        "step": title(lesson, each.step.id),
        "check": said(lesson, each.step.id, each.check),
        "of": drawing.few(each.of),
        "fulfilled": drawing.few(each.fulfilled) if each.of >= LEAST else "",
        "share": drawing.share(each.fulfilled, each.of),
        "bar": drawing.part(each.fulfilled, each.of),
    }


def hint_row(lesson: Lesson, each: HintFigures) -> Row:
    """A hint."""
    told = each.given >= LEAST
    return {
        "step": title(lesson, each.step.id),
        "hint": int(each.hint) + 1 if each.hint.isdigit() else each.hint,
        "given": drawing.few(each.given),
        "helped": drawing.share(each.helped, each.given) if told else "",
        "another": drawing.share(each.another, each.given) if told else "",
        "bar": drawing.part(each.helped, each.given) if told else None,
    }


# --- for spreadsheets -----------------------------------------------------------------------------------------------------


@require_GET
@never_cache
def export(request: HttpRequest, classroom: int) -> HttpResponse:
    """All figures, for all lessons, as CSV; with a mark by which spreadsheets know UTF-8."""
    folding.fold_all()
    room = get_object_or_404(Classroom, pk=classroom)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="analytics-{room.pk}.csv"'
    csv.writer(answer).writerows(rows(room))
    return answer
