"""A draft as a learner sees it, rendered by what renders lessons."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from labsite.authoring import misspellings
from labsite.authoring.models import Draft
from labsite.pages.prose import as_html, prose
from lessons import catalogue, course
from lessons.catalogue import SOLUTION, Lesson, LessonError
from lessons.drafting import desk
from lessons.texts import LessonText
from lessons.words import FOUND

NO_STEPS = "There are no steps yet: play the solution."  # as the form says it (labsite/authoring/words.py)
NEEDED = {SOLUTION: ""}  # without which there would be no lesson


def page(request: HttpRequest, row: Draft, language: str) -> HttpResponse:
    """The lesson's part of the page, or why there is none yet."""
    with translation.override(language):
        try:
            context = shown(row, language) if row.document.get("steps", True) else {"problem": gettext(NO_STEPS)}
        except LessonError as error:
            context = {"problem": misspellings.spoken_with_place(str(error))}
        except (KeyError, ValueError):
            context = {"problem": gettext("There is nothing to be seen yet.")}
        return render(request, "authoring/preview.html", {"language": language, **context})


def shown(row: Draft, language: str) -> dict[str, Any]:
    """What the lesson says in *language*, with all that a learner sees at some time; raises LessonError, KeyError and ValueError."""
    with desk.laid_out(row.slug, {**NEEDED, **row.files}) as folder:
        lesson = catalogue.load(folder)
    text = lesson.texts[language]
    found = {"lesson": lesson, "text": text, "chapter": course.title(lesson.chapter, language), **prose(lesson, text)}
    steps = [{**step, **said(text, step["id"])} for step in found["steps"]]
    return {
        **found,
        "steps": steps,
        "mistakes": mistakes(lesson, text),
        "debrief": as_html(text.debrief),
        "preview": True,
    }


def said(text: LessonText, step: str) -> dict[str, list[SafeString]]:
    """What a step says only when something is missing, or a hint is wanted."""
    part = text.steps[step]
    return {
        "missing": [as_html(re.sub(FOUND.pattern, "…", each)) for each in part.missing.values()],
        "hints": [as_html(each) for each in (*part.clues.values(), *part.hints)],
    }


def mistakes(lesson: Lesson, text: LessonText) -> list[SafeString]:
    """The answers to foreseen mistakes."""
    return [mark_safe(as_html(text.mistakes[each.id])) for each in lesson.mistakes if each.id in text.mistakes]
