"""The alarm that calls the carrier: one at a time for the whole installation, and never far ahead."""

from django.core.cache import cache

from labsite.celery import app
from labsite.sandboxes import clock

CARRIER = "labsite.outside.carrier.carry"
PLACE = "outside:alarm"
# What is put off for longer than a minute would be handed out again by the broker (settings.py): the carrier then asks anew.
LONGEST = 45 * clock.SECOND


def ring(due: int = 0) -> None:
    """Have the carrier come when the wall shows *due*, or earlier; it needs no second call for what it comes in time for."""
    now = clock.wall()
    due = min(max(due, now), now + LONGEST)
    if now < cache.get(PLACE, 0) <= due:
        return
    cache.set(PLACE, due, timeout=2 * LONGEST // clock.SECOND)
    app.send_task(CARRIER, countdown=(due - now) / clock.SECOND)
