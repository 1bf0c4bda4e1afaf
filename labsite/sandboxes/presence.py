"""Who watches. A cluster's clock goes while somebody does, and stands still when nobody does."""

from uuid import UUID

from django.db.models import Max, Q

from labsite.sandboxes import clock
from labsite.sandboxes.models import Sandbox, Viewer


def arrive(sandbox: UUID, channel: str, now: int) -> None:
    """A browser begins to watch, or still does."""
    Viewer.objects.update_or_create(
        channel=channel, defaults={"sandbox_id": sandbox, "expires": now + clock.VIEWER_LIFE}
    )


def leave(channel: str, now: int) -> None:
    """A browser has gone; so have those that were not heard of for long."""
    Viewer.objects.filter(Q(channel=channel) | Q(expires__lte=now)).delete()


def lease(sandbox: UUID, now: int) -> int:
    """Until when somebody is known to watch; 0 if nobody does, or nobody was heard of."""
    watching = Viewer.objects.filter(sandbox_id=sandbox, expires__gt=now)
    return watching.aggregate(Max("expires"))["expires__max"] or 0


def overdue(sandbox: UUID, now: int) -> bool:
    """Whether the alarm of a watched sandbox should have rung long ago: it was lost with the worker that held it."""
    late = now - clock.HEARTBEAT // 3
    stopped = Q(paused=True, alarm_at=0)  # nothing is to happen by itself
    return Sandbox.objects.filter(~stopped, pk=sandbox, alarm_at__lt=late).exists()


def attend(sandbox: UUID, channel: str, now: int) -> bool:
    """Tools outside use the sandbox, by way of *channel*; whether its clock is to be started, or its alarm was lost."""
    arrive(sandbox, f"{sandbox}:{channel}"[:120], now)
    row = Sandbox.objects.filter(pk=sandbox).only("lease", "alarm_at", "paused").first()
    return row is not None and not row.paused and (row.lease < now + clock.HEARTBEAT or overdue(sandbox, now))
