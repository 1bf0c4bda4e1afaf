"""The pages of an author: their drafts, the bench on which one is played, the desk at which it is written."""

import shutil
from typing import Any, cast
from uuid import UUID

import msgspec
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from labsite import limits
from labsite.accounts.models import User
from labsite.authoring import bases, drafts, misspellings, picture, preview, published, tasks
from labsite.authoring.models import Draft
from labsite.authoring.words import draft_words
from labsite.pages import views as pages
from labsite.pages import words
from lessons import catalogue, course
from lessons.catalogue import LANGUAGES
from lessons.refusals import Refused

LARGEST = 900_000  # bytes of what a form or the files say
JOBS = limits.Rate(burst=40, every=3_000_000)  # of one author: each keeps a worker busy for seconds


def mine(request: HttpRequest, draft: UUID) -> Draft:
    """The author's draft; raises Http404 for anybody else's."""
    return get_object_or_404(Draft.objects.select_related("sandbox"), pk=draft, author=cast(User, request.user))


@require_GET
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """All drafts of an author, and the clusters from which another can be begun."""
    language = get_language() or "en"
    rows = Draft.objects.filter(author=cast(User, request.user)).defer("files", "proposals")
    found = [{"draft": row, "title": row.title(language), "page": page_of(row)} for row in rows]
    blank = [(name, gettext(text)) for name, (text, _scenario) in bases.BLANK.items()]
    prepared = [
        (f"{bases.LESSON}{each.slug}", f"{each.chapter}. {each.text(language).title}")
        for each in catalogue.everything().values()
    ]
    mine = published.lessons_of(cast(User, request.user), language)
    context = {"drafts": found, "published": mine, "blank": blank, "prepared": prepared, "fetches": fetches()}
    return render(request, "authoring/index.html", context)


def fetches() -> bool:
    """Whether lessons can be fetched from repositories here (arriving.py)."""
    return bool(shutil.which("git")) and ("https" in settings.LESSON_SOURCES or settings.PRIVATE_TARGETS)


def page_of(row: Draft) -> str:
    """The page on which a draft goes on."""
    return "draft-desk" if row.stage == "edit" else "draft-bench"


@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Begin a draft."""
    base = bases.find(request.POST.get("base", ""))
    if base is None:
        raise Http404("no such cluster")
    try:
        row = drafts.begin(cast(User, request.user), base)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("drafts")
    return redirect("draft-bench", row.pk)


@require_POST
def delete(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Give a draft up."""
    drafts.give_up(mine(request, draft))
    messages.success(request, _("The draft is deleted."))
    return redirect("drafts")


# --- the bench --------------------------------------------------------------------------------------------------------------


@require_GET
def bench(request: HttpRequest, draft: UUID) -> HttpResponse:
    """The cluster in which the lesson is set up and played."""
    row = mine(request, draft)
    if row.sandbox is None:
        return redirect("draft-desk", row.pk)
    known = words.catalogue() | draft_words()
    return pages.show(request, row.sandbox, words=known, draft=row, draft_state=picture.state(row))


@require_POST
def go(request: HttpRequest, draft: UUID, work: str) -> HttpResponse:
    """Press one of the buttons of the bench or the desk."""
    row = mine(request, draft)
    if not limits.allowed("authoring", f"user-{row.author_id}", JOBS):
        return JsonResponse({"refused": gettext("Too often. Wait a moment.")}, status=429)
    try:
        act = ACTIONS[work]
    except KeyError as error:
        raise Http404("no such work") from error
    data = body(request)
    if data is None:
        return JsonResponse({"refused": gettext("That cannot be read.")}, status=400)
    if refused := act(row, data):
        return JsonResponse({"refused": gettext(refused)}, status=409)
    row.refresh_from_db()
    return JsonResponse(picture.state(row))


def start(row: Draft, data: dict[str, Any]) -> str:
    """This is the start."""
    return hand_on(row, "begin", tasks.begin) if row.sandbox and row.stage == "setup" else picture.NOT_NOW


def finish(row: Draft, data: dict[str, Any]) -> str:
    """This is the solution."""
    return hand_on(row, "finish", tasks.finish) if row.sandbox and row.stage == "play" else picture.NOT_NOW


def split(row: Draft, data: dict[str, Any]) -> str:
    """Other steps, or fewer commands."""
    borders, without = data.get("borders"), data.get("without", [])
    lists = (borders, without)
    if not all(isinstance(each, list) and all(type(number) is int for number in each) for each in lists):
        return picture.NOT_NOW
    return hand_on(row, "split", tasks.split, borders[:200], without[:200]) if borders is not None else picture.NOT_NOW


def check(row: Draft, data: dict[str, Any]) -> str:
    """Check the lesson."""
    return hand_on(row, "check", tasks.check)


def set_up_again(row: Draft, data: dict[str, Any]) -> str:
    """Back to the start, to change it."""
    return back(row, "setup")


def play_again(row: Draft, data: dict[str, Any]) -> str:
    """Back to the start, to play another solution."""
    return back(row, "play")


def back(row: Draft, stage: str) -> str:
    """Back to the start."""
    there = row.sandbox and row.begun and row.stage != "setup"
    return hand_on(row, "again", tasks.again, stage) if there else picture.NOT_NOW


def hand_on(row: Draft, work: str, task: Any, *args: Any) -> str:
    """Have a task done; why it cannot be, or an empty text."""
    if not drafts.take_on(row, work):
        return picture.BUSY
    task.delay(str(row.pk), *args)
    drafts.tell(row)
    return ""


ACTIONS = {
    "start": start,
    "finish": finish,
    "split": split,
    "check": check,
    "set-up-again": set_up_again,
    "play-again": play_again,
}


# --- the desk ---------------------------------------------------------------------------------------------------------------


@require_GET
@never_cache
@ensure_csrf_cookie
def desk(request: HttpRequest, draft: UUID) -> HttpResponse:
    """The form beside the preview."""
    row = mine(request, draft)
    language = get_language() or "en"
    context = {
        "draft": row,
        "language": language,
        "languages": LANGUAGES,
        "state": picture.state(row),
        "whole": picture.whole(row),
        "chapters": [(number, course.title(number, language)) for number in course.chapters()],
        "words": words.catalogue() | draft_words(),
    }
    return render(request, "authoring/desk.html", context)


@require_POST
def save(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Take what the form says, or the text of the files."""
    row, data = mine(request, draft), body(request)
    if data is None or type(data.get("version")) is not int:
        return JsonResponse({"refused": gettext("That cannot be read.")}, status=400)
    complaint = ""
    try:
        if isinstance(data.get("files"), dict) and all(isinstance(text, str) for text in data["files"].values()):
            row, complaint = drafts.save_files(row, data["version"], data["files"])
        else:
            row = drafts.save_document(row, data["version"], data.get("document"))
    except drafts.Stale:
        return JsonResponse({"stale": True, **picture.whole(mine(request, draft))}, status=409)
    except Refused as error:
        return JsonResponse({"refused": str(error)}, status=400)
    drafts.tell(row)
    return JsonResponse(
        {
            "version": row.version,
            "complaint": misspellings.spoken_with_place(complaint),
            **(picture.whole(row) if "files" in data else {}),
        }
    )


@require_GET
@never_cache
def whole(request: HttpRequest, draft: UUID) -> HttpResponse:
    """All of a draft, for a window that has missed something."""
    row = mine(request, draft)
    return JsonResponse({**picture.whole(row), **picture.state(row)})


@require_GET
@never_cache
def show(request: HttpRequest, draft: UUID, language: str) -> HttpResponse:
    """The lesson as a learner sees it, in one of its languages."""
    if language not in LANGUAGES:
        raise Http404("no such language")
    return preview.page(request, mine(request, draft), language)


def body(request: HttpRequest) -> dict[str, Any] | None:
    """The JSON object that was sent; None if it is none."""
    if len(request.body) > LARGEST:
        return None
    try:
        data = msgspec.json.decode(request.body or b"{}")  # which takes no half of a surrogate pair
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None
