"""Home, the catalogue, a lesson, the free lab."""

from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from labsite.accounts.models import User
from labsite.pages import kinds, outline, words
from labsite.pages.prose import prose
from labsite.sandboxes import engine, keeping
from labsite.sandboxes.models import Sandbox
from lessons import catalogue as lessons
from lessons import course
from lessons.catalogue import Lesson

KINDS = ("lesson", "mission", "exam")


def learner(request: HttpRequest) -> User:
    """Who is logged in."""
    return cast(User, request.user)


def language() -> str:
    """The reader's language."""
    return get_language() or "en"


def home(request: HttpRequest) -> HttpResponse:
    """What this is, and the one click with which a guest starts."""
    runs = outline.runs_of(learner(request) if request.user.is_authenticated else None)
    return render(request, "pages/home.html", {"chapters": outline.chapters(runs, language())})


def catalogue(request: HttpRequest) -> HttpResponse:
    """All lessons by chapter, or those that match a search."""
    runs = outline.runs_of(learner(request))
    query, kind = request.GET.get("q", "")[:100], request.GET.get("kind", "")
    gates = outline.gated(learner(request))
    chapters = outline.chapters(runs, language(), query, kind if kind in KINDS else "", gates)
    done, total = sum(outline.is_finished(runs, slug) for slug in lessons.lessons()), len(lessons.lessons())
    context = {"chapters": chapters, "q": query, "kind": kind, "done": done, "total": total}
    return render(request, "pages/catalogue.html", context)


def lesson(request: HttpRequest, slug: str) -> HttpResponse:
    """The learner's own sandbox for a lesson, with its text; before an exam, and where others come first, a page that says so."""
    begun = keeping.current(learner(request), slug)
    found = lessons.edition(slug, begun.edition) if begun else keeping.version(learner(request), slug)
    if found is None:
        raise Http404("no such lesson")
    runs, gates = outline.runs_of(learner(request)), outline.gated(learner(request))
    locked = outline.is_locked(found, runs, gates)
    if begun is None and (found.is_exam or locked):
        if request.method != "POST" or locked:
            context = {
                "card": outline.card(found, runs, language(), gates),
                "chapter": course.title(found.chapter, language()),
            }
            return render(request, "pages/before.html", context)
        keeping.of(learner(request), slug)
        return redirect("lesson", slug)
    return show(request, begun or keeping.of(learner(request), slug))


def free_lab(request: HttpRequest) -> HttpResponse:
    """A sandbox without a lesson."""
    return show(request, keeping.of(learner(request), ""))


def lab(request: HttpRequest, sandbox: UUID) -> HttpResponse:
    """A sandbox by its own address, also one that was set aside; somebody else's is not found."""
    return show(request, mine(request, sandbox))


@require_POST
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
def show(request: HttpRequest, sandbox: Sandbox, **more: object) -> HttpResponse:
    """The page of a sandbox, with what *more* is to be in it, or the one that says that this release cannot open it."""
    if not engine.readable(sandbox):
        return render(request, "pages/unreadable.html", {"sandbox": sandbox} | more, status=409)
    found = lessons.of(sandbox.lesson, sandbox.seed, sandbox.edition)
    context = {"sandbox": sandbox, "lesson": found, "language": language(), "words": words.catalogue()}
    context["kinds_mark"] = kinds.current()
    return render(request, "pages/lab.html", context | (around(found) if found else {}) | more)


def around(lesson: Lesson) -> dict[str, object]:
    """A lesson's text, its chapter, and what comes after it."""
    text, after = lesson.text(language()), outline.following(lesson)
    facts = {"text": text, "chapter": course.title(lesson.chapter, language()), "following": after}
    return {**facts, **prose(lesson, text), "following_title": after.text(language()).title if after else ""}
