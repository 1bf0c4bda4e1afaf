"""`/metrics`: how the whole installation does, in the text format that Prometheus reads."""

import hmac
import ipaddress
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from labsite import metrics
from labsite.celery import app
from labsite.release import RELEASE
from labsite.sandboxes import clock, presence
from labsite.sandboxes.models import Sandbox

# What a tool outside is known by among those who watch (sandboxes/presence.py).
TOOL = r"^[0-9a-f-]{36}:"
KIND = "text/plain; version=0.0.4; charset=utf-8"


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Everything; 404 for whom it does not concern, as if it were not there."""
    if not admitted(request):
        return HttpResponse("Not found\n", status=404, content_type="text/plain")
    return HttpResponse("".join(written()), content_type=KIND, headers={"Cache-Control": "no-store"})


def admitted(request: HttpRequest) -> bool:
    """Whoever has the METRICS_TOKEN; where none is set, programs on this machine that no proxy stands before."""
    if settings.METRICS_TOKEN:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return kind.lower() == "bearer" and hmac.compare_digest(token.encode(), settings.METRICS_TOKEN.encode())
    if settings.BEHIND_PROXY or "X-Forwarded-For" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def written() -> Iterator[str]:
    """The text."""
    for name, (says, look) in GAUGES.items():
        yield from (f"# HELP {name} {says}\n", f"# TYPE {name} gauge\n", f"{name} {look():g}\n")
    yield f'# HELP podlab_info The release\n# TYPE podlab_info gauge\npodlab_info{{release="{RELEASE}"}} 1\n'
    sums = metrics.sums.all()
    for name, says in metrics.COUNTERS.items():
        yield from (f"# HELP {name} {says}\n", f"# TYPE {name} counter\n")
        series = sorted(key for key in sums if key.partition("{")[0] == name)
        yield from (f"{key} {sums[key]:.12g}\n" for key in series)
        if not series:
            yield f"{name} 0\n"


# --- what can be looked up --------------------------------------------------------------------------------------------


def viewers(tools: bool) -> int:
    """Browsers that watch a cluster, or tools outside that use one (once for each web process and cluster)."""
    found = Q(channel__regex=TOOL)
    return presence.own(clock.wall()).filter(found if tools else ~found).count()


def waiting() -> int:
    """Tasks that no worker has taken yet."""
    with app.connection_for_read() as connection, connection.channel() as channel:
        count: int = channel.queue_declare(app.conf.task_default_queue).message_count
        return count


GAUGES: dict[str, tuple[str, Callable[[], int]]] = {
    "podlab_sockets": ("Browsers that watch a cluster", lambda: viewers(tools=False)),
    "podlab_tools": ("Tools outside that use a cluster", lambda: viewers(tools=True)),
    "podlab_sandboxes": ("Clusters stored", Sandbox.objects.count),
    "podlab_sandboxes_watched": (
        "Clusters that somebody watches",
        lambda: Sandbox.objects.filter(lease__gt=clock.wall()).count(),
    ),
    "podlab_queue_tasks": ("Tasks that no worker has taken yet", waiting),
}
