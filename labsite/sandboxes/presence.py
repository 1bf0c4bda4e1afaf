"""Who watches. A cluster's clock goes while somebody does, and stands still when nobody does."""

from uuid import UUID

from django.db.models import Q, QuerySet

from labsite.sandboxes import clock
from labsite.sandboxes.models import Sandbox, Viewer


def arrive(sandbox: UUID, channel: str, now: int, page: str = "", beside: str = "") -> None:
    """A browser begins to watch, or still does: the learner's own, or that of who looks over their shoulder, *beside* them."""
    fresh = {"sandbox_id": sandbox, "page": page, "beside": beside, "expires": now + clock.VIEWER_LIFE}
    Viewer.objects.update_or_create(channel=channel, defaults=fresh)


def leave(channel: str, now: int) -> None:
    """A browser has gone; so have those that were not heard of for long."""
    Viewer.objects.filter(Q(channel=channel) | Q(expires__lte=now)).delete()


def watching(sandbox: UUID, now: int) -> tuple[int, set[str]]:
    """Until when the learner is known to watch (0 if they do not, or nobody was heard of), and which pages are open, of whomever."""
    there = Viewer.objects.filter(sandbox_id=sandbox, expires__gt=now).values_list("page", "beside", "expires")
    return max((expires for _, beside, expires in there if not beside), default=0), {page for page, _, _ in there}


def own(now: int) -> QuerySet[Viewer]:
    """The browsers of those who learn, and tools outside."""
    return Viewer.objects.filter(beside="", expires__gt=now)


def beside(sandbox: UUID, now: int) -> list[str]:
    """Who looks over the learner's shoulder."""
    return list(
        Viewer.objects.filter(sandbox=sandbox, expires__gt=now).exclude(beside="").values_list("beside", flat=True)
    )


def overdue(sandbox: UUID, now: int) -> bool:
    """Whether the alarm of a watched sandbox should have rung long ago: it was lost with the worker that held it."""
    late = now - clock.HEARTBEAT // 3
    stopped = (Q(paused=True) | ~Q(hold={})) & Q(alarm_at=0)  # nothing is to happen by itself
    return Sandbox.objects.filter(~stopped, pk=sandbox, alarm_at__lt=late).exists()


def attend(sandbox: UUID, channel: str, now: int) -> bool:
    """Tools outside use the sandbox, by way of *channel*; whether its clock is to be started, or its alarm was lost."""
    arrive(sandbox, f"{sandbox}:{channel}"[:120], now)
    row = Sandbox.objects.filter(pk=sandbox).only("lease", "alarm_at", "paused", "hold").first()
    return (
        row is not None
        and not row.paused
        and not row.hold
        and (row.lease < now + clock.HEARTBEAT or overdue(sandbox, now))
    )
