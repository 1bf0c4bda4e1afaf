"""What the editor knows of Kubernetes' own kinds: each in a file of its own that browsers keep for good."""

import hashlib
from functools import cache, lru_cache
from typing import Any

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from simulator.lab import kinds, shape

FOR_GOOD = "public, max-age=31536000, immutable"
SOON = "public, max-age=60"


@require_safe
@gzip_page
def index(request: HttpRequest, mark: str) -> HttpResponse:
    """All kinds: [[version, kind], ...]."""
    return answer(mark, listed())


@require_safe
@gzip_page
def kind(request: HttpRequest, mark: str, version: str, kind: str) -> HttpResponse:
    """One kind, as simulator/kubectl/shapes.py describes it."""
    found = described(version[:200], kind[:200])
    if found is None:
        raise Http404("no such kind")
    return answer(mark, found)


def answer(mark: str, body: bytes) -> HttpResponse:
    """JSON, kept for as long as its address says what it is made from."""
    headers = {"Cache-Control": FOR_GOOD if mark == current() else SOON}
    return HttpResponse(body, content_type="application/json", headers=headers)


@cache
def listed() -> bytes:
    """The index as JSON."""
    return msgspec.json.encode(kinds())


@lru_cache(maxsize=64)
def described(version: str, kind: str) -> bytes | None:
    """One kind as JSON."""
    found: dict[str, Any] | None = shape(version, kind)
    return msgspec.json.encode(found) if found else None


@cache
def current() -> str:
    """What the addresses have in them: it changes with what they answer."""
    return hashlib.sha256(listed() + (described("v1", "Pod") or b"")).hexdigest()[:12]
