"""The carrier: takes the parcels that are due to other sites, one after the other.

One goes for the whole installation: however slow other sites are, they keep one worker busy and leave the others to the learners.
"""

import logging
from typing import Any

from celery.signals import worker_ready
from django.core.cache import cache

from labsite.celery import app
from labsite.outside import alarm
from labsite.outside.parcels import SENDERS, Parcel
from labsite.sandboxes import clock

log = logging.getLogger(__name__)

LOCK, LOCKED_S = "outside:carrier", 70
ROUND = 15 * clock.SECOND  # after which others have their turn in the queue


@app.task(soft_time_limit=50, time_limit=60)
def carry() -> None:
    """Send what is due, and come again for what is due later."""
    if not cache.add(LOCK, 1, timeout=LOCKED_S):
        alarm.ring(clock.wall() + ROUND)  # whoever goes comes to it; and if they died, it is not forgotten
        return
    try:
        go_round(clock.wall() + ROUND)
    finally:
        cache.delete(LOCK)
    if waiting := first():
        alarm.ring(waiting.due)


def go_round(end: int) -> None:
    """Send, until nothing is due or the round is over."""
    while clock.wall() < end and (parcel := first()) is not None and parcel.due <= clock.wall():
        if parcel.take():
            send(parcel)


def first() -> Parcel | None:
    """The parcel that is due first."""
    found = [kind._default_manager.filter(state="waiting").order_by("due").first() for kind in SENDERS]
    return min((each for each in found if each), key=lambda each: each.due, default=None)


def send(parcel: Parcel) -> None:
    """One attempt; a mistake of our own is a failed one, and told to whoever keeps the site."""
    try:
        SENDERS[type(parcel)](parcel)
    except Exception as error:
        log.exception("parcel %s %s", parcel._meta.label_lower, parcel.pk)
        parcel.failed(f"{type(error).__name__} inside Podlab")


@worker_ready.connect
def resume(**told: Any) -> None:
    """A worker begins: what waited when the last one ended is not forgotten."""
    cache.delete(alarm.PLACE)
    alarm.ring()
