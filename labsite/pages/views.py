"""Home, the catalogue, a lesson, the free lab."""

from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from labsite.accounts.models import User
from labsite.pages import words
from labsite.sandboxes import engine, keeping
from labsite.sandboxes.models import Sandbox
from lessons import catalogue as course
from lessons import markdown
from lessons.catalogue import Lesson
from lessons.models import Run
from lessons.texts import LessonText


def learner(request: HttpRequest) -> User:
    """Who is logged in."""
    return cast(User, request.user)


def home(request: HttpRequest) -> HttpResponse:
    """What this is, and the one click with which a guest starts."""
    return render(request, "pages/home.html", {"lessons": cards(request)})


@login_required
def catalogue(request: HttpRequest) -> HttpResponse:
    """All lessons."""
    return render(request, "pages/catalogue.html", {"lessons": cards(request)})


def cards(request: HttpRequest) -> list[dict[str, Any]]:
    """Each lesson as the catalogue shows it, in the learner's language, with how far the learner has come."""
    runs = (
        {run.lesson: run for run in Run.objects.filter(learner=learner(request))}
        if request.user.is_authenticated
        else {}
    )
    return [card(lesson, runs.get(lesson.slug)) for lesson in course.lessons().values()]


def card(lesson: Lesson, run: Run | None) -> dict[str, Any]:
    """A lesson as the catalogue shows it."""
    done = len(run.progress.get("done", ())) if run else 0
    text = lesson.text(get_language() or "en")
    summary = strip_tags(markdown.render(text.intro.partition("\n\n")[0])).strip()
    facts = {"title": text.title, "summary": summary, "done": done, "total": len(lesson.steps)}
    return {"lesson": lesson, "run": run, **facts}


@login_required
def lesson(request: HttpRequest, slug: str) -> HttpResponse:
    """The learner's own sandbox for a lesson, with its text."""
    if course.get(slug) is None:
        raise Http404("no such lesson")
    return show(request, keeping.of(learner(request), slug))


@login_required
def free_lab(request: HttpRequest) -> HttpResponse:
    """A sandbox without a lesson."""
    return show(request, keeping.of(learner(request), ""))


@login_required
def lab(request: HttpRequest, sandbox: UUID) -> HttpResponse:
    """A sandbox by its own address, also one that was set aside; somebody else's is not found."""
    return show(request, mine(request, sandbox))


@require_POST
@login_required
def anew(request: HttpRequest, sandbox: UUID) -> HttpResponse:
    """Start the lesson, or the free lab, again from the beginning; what was there is set aside, not deleted."""
    fresh = keeping.anew(mine(request, sandbox), learner(request))
    return redirect("lesson", fresh.lesson) if fresh.lesson else redirect("free-lab")


def mine(request: HttpRequest, sandbox: UUID) -> Sandbox:
    """The learner's sandbox; raises Http404 for anybody else's."""
    found = keeping.owned(learner(request), sandbox)
    if found is None:
        raise Http404("no such lab")
    return found


@never_cache
@ensure_csrf_cookie
def show(request: HttpRequest, sandbox: Sandbox) -> HttpResponse:
    """The page of a sandbox, or the one that says that this release cannot open it."""
    if not engine.readable(sandbox):
        return render(request, "pages/unreadable.html", {"sandbox": sandbox}, status=409)
    found = course.of(sandbox.lesson, sandbox.seed)
    language = get_language() or "en"
    text = found.text(language) if found else None
    context = {"sandbox": sandbox, "lesson": found, "text": text, "language": language, "words": words.catalogue()}
    return render(request, "pages/lab.html", context | (prose(found, text) if found and text else {}))


def prose(lesson: Lesson, text: LessonText) -> dict[str, Any]:
    """The introduction and the steps, as HTML."""
    steps = [(step.id, text.steps[step.id]) for step in lesson.steps]
    return {
        "intro": as_html(text.intro),
        "steps": [{"id": name, "title": part.title, "html": as_html(part.body)} for name, part in steps],
    }


def as_html(text: str) -> SafeString:
    """A piece of lesson text. What the Markdown renderer makes is safe: it lets nothing through but text and its marks."""
    return mark_safe(markdown.render(text))
