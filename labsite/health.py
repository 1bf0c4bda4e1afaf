"""Whether the site lives, and whether it can work."""

from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from labsite import embedded


def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """The database and the cache answer, and so does the worker if it is a thread here; 503 and which does not, if one does not."""
    found = {"database": works(database), "cache": works(shared), "worker": embedded.works()}
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def works(probe: Callable[[], None]) -> bool:
    """Whether *probe* raises nothing."""
    try:
        probe()
    except Exception:
        return False
    return True


def database() -> None:
    """Ask the database something."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def shared() -> None:
    """Ask the cache, which is Redis in the distributed profile."""
    cache.get("readyz")
