"""What is not kept for ever: guests who have not come for long, sessions and links that are over."""

from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.utils import timezone

from labsite.accounts.models import User
from labsite.celery import app
from labsite.hosting import belongings
from labsite.sandboxes import clock
from labsite.sandboxes.models import Sandbox, Share

EVERY_S = 86_400
MOST = 200  # guests in one task; the rest goes the next time


@app.task
def forget() -> None:
    """Do it."""
    for guest in guests()[:MOST]:
        belongings.delete(guest)
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    Share.objects.filter(expires__lte=clock.wall()).delete()


def guests() -> list[User]:
    """The guests who did nothing for GUEST_DAYS; by then their session is over, and they could not come back."""
    since = timezone.now() - timedelta(days=settings.GUEST_DAYS)
    active = Sandbox.objects.filter(owner=OuterRef("pk"), updated__gte=since)
    return list(User.objects.filter(~Exists(active), is_guest=True, date_joined__lt=since).order_by("pk"))


def in_time() -> None:
    """Have it done, once a day at most; called when a new guest comes, so it needs no timer of its own."""
    if cache.add("forget", "under way", timeout=EVERY_S):
        forget.delay()
