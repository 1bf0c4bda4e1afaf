"""The course as the catalogue shows it: chapters of lessons, with what the learner has done and what should come before."""

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.utils.html import strip_tags

from labsite.accounts.models import User
from labsite.classes.models import Assignment
from lessons import catalogue, course, markdown
from lessons.catalogue import Lesson
from lessons.models import Run

Runs = Mapping[str, Run]


def runs_of(learner: User | None) -> Runs:
    """The learner's way through each lesson."""
    return {run.lesson: run for run in Run.objects.filter(learner=learner)} if learner else {}


def chapters(
    runs: Runs, language: str, query: str = "", kind: str = "", gates: Collection[str] = ()
) -> list[dict[str, Any]]:
    """The chapters that have lessons which match, each with its cards and how many of them are finished."""
    found: dict[int, list[dict[str, Any]]] = {}
    for lesson in catalogue.everything().values():
        one = card(lesson, runs, language, gates)
        if (not kind or lesson.kind == kind) and all(word in one["words"] for word in query.lower().split()):
            found.setdefault(lesson.chapter, []).append(one)
    return [
        {
            "number": number,
            "title": course.title(number, language),
            "cards": cards,
            "done": sum(one["finished"] for one in cards),
        }
        for number, cards in found.items()
    ]


def card(lesson: Lesson, runs: Runs, language: str, gates: Collection[str] = ()) -> dict[str, Any]:
    """A lesson as the catalogue shows it; *words* is what a search looks at."""
    run, text = runs.get(lesson.slug), lesson.text(language)
    summary = strip_tags(markdown.render(text.intro.partition("\n\n")[0])).strip()
    before = [(each.text(language).title, is_finished(runs, each.slug)) for each in before_it(lesson)]
    titles = " ".join(each.title for each in lesson.texts.values())
    return {
        "lesson": lesson,
        "run": run,
        "title": text.title,
        "summary": summary,
        "done": len(run.progress.get("done", ())) if run else 0,
        "total": len(lesson.steps),
        "finished": is_finished(runs, lesson.slug),
        "before": before,
        "locked": is_locked(lesson, runs, gates),
        "words": f"{titles} {summary} {lesson.slug} {course.title(lesson.chapter, language)}".lower(),
    }


def before_it(lesson: Lesson) -> list[Lesson]:
    """The prerequisites that exist."""
    return [found for name in lesson.requires if (found := catalogue.get(name))]


def is_finished(runs: Runs, slug: str) -> bool:
    """Whether the learner has finished a lesson, now or some time before."""
    run = runs.get(slug)
    return run is not None and (run.finished is not None or run.first_finished is not None)


def gated(learner: User | None) -> Collection[str]:
    """The lessons that wait for those that they require: all where the site is set up so, else those of classes that are."""
    if settings.LESSON_GATES:
        return catalogue.everything().keys()
    chosen = Assignment.objects.filter(
        classroom__gates=True, classroom__seats__user=learner, classroom__seats__role="learner"
    )
    return set(chosen.values_list("lesson", flat=True)) if learner else ()


def is_locked(lesson: Lesson, runs: Runs, gates: Collection[str]) -> bool:
    """Whether the lesson is one of *gates* and waits for others."""
    return lesson.slug in gates and not all(is_finished(runs, each.slug) for each in before_it(lesson))


def following(lesson: Lesson) -> Lesson | None:
    """The lesson after this one, in the order of the course."""
    order = list(catalogue.everything().values())
    at = next((number for number, each in enumerate(order) if each.slug == lesson.slug), -1)
    return order[at + 1] if 0 <= at < len(order) - 1 else None
