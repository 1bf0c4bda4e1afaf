"""The page of a shared moment, and the button that opens a copy of it."""

from typing import cast

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from labsite import limits
from labsite.accounts.models import User
from labsite.accounts.views import BACKEND, address, too_often
from labsite.sandboxes import sharing
from lessons import catalogue

COPIES = limits.Rate(burst=20, every=30_000_000)


@never_cache
def moment(request: HttpRequest, signed: str) -> HttpResponse:
    """What the link leads to. Nothing is made by looking; who presses the button gets a copy, as a guest if need be."""
    found = sharing.find(signed)
    if found is None:
        raise Http404("no such moment")
    if request.method != "POST":
        lesson = catalogue.get(found.sandbox.lesson)
        text = lesson.text(request.LANGUAGE_CODE) if lesson else None
        return render(request, "pages/moment.html", {"share": found, "text": text})
    if not limits.allowed("copies", address(request), COPIES):
        return too_often(request)
    if not request.user.is_authenticated:
        if not limits.allowed("guest", address(request), limits.GUEST):
            return too_often(request)
        login(request, User.new_guest(), backend=BACKEND)
    return redirect("lab", sharing.copy(found, cast(User, request.user)).pk)
