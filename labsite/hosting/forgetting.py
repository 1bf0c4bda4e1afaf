"""What is not kept for ever: guests who have not come for long, sessions and links that are over, versions of lessons that nobody uses."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from labsite.accounts.models import User
from labsite.authoring.models import Draft
from labsite.celery import app
from labsite.classes.models import Assignment
from labsite.hosting import belongings
from labsite.sandboxes import clock
from labsite.sandboxes.models import Sandbox, Share
from lessons import shelf
from lessons.models import LessonVersion

EVERY_S = 86_400
VERSIONS_KEPT = timedelta(days=30)  # also of lessons with which nobody began
MOST = 200  # guests in one task; the rest goes the next time


class Policy(NamedTuple):
    """What is forgotten, and when: *due* are the rows that are, and *drop* forgets them."""

    what: str  # %(number)s is how many; %(days)s are those of `days`
    due: Callable[[], "QuerySet[Any]"]
    drop: Callable[["QuerySet[Any]"], None]
    days: Callable[[], int] = lambda: 0
    most: int | None = None  # in one task, where each takes its time
    name: Callable[[Any], str] = str  # of one of them


@app.task
def forget() -> None:
    """Do it."""
    for policy in POLICIES:
        policy.drop(policy.due()[: policy.most])


def versions_in_use() -> set[str]:
    """The digests of versions of lessons with which a class or a learner began, or that a draft became."""
    begun = Sandbox.objects.exclude(edition="").values_list("edition", flat=True)
    chosen = Assignment.objects.values_list("digest", flat=True)
    return {*begun.distinct(), *chosen.distinct(), *Draft.objects.values_list("published", flat=True)}


def guests() -> "QuerySet[User]":
    """The guests who did nothing for GUEST_DAYS; by then their session is over, and they could not come back."""
    since = timezone.now() - timedelta(days=settings.GUEST_DAYS)
    active = Sandbox.objects.filter(owner=OuterRef("pk"), updated__gte=since)
    return User.objects.filter(~Exists(active), is_guest=True, date_joined__lt=since).order_by("pk")


def drop_guests(found: "QuerySet[User]") -> None:
    """Each with all that they made."""
    for guest in found:
        belongings.delete(guest)


def sessions() -> "QuerySet[Session]":
    """Those that are over."""
    return Session.objects.filter(expire_date__lt=timezone.now())


def until(session: Session) -> str:
    """When it was over; its key is nobody's business."""
    return session.expire_date.isoformat()


def links() -> "QuerySet[Share]":
    """Links to moments that open no more."""
    return Share.objects.filter(expires__lte=clock.wall()).defer("state", "screens")


def versions() -> "QuerySet[LessonVersion]":
    """Versions of lessons that nobody finds and nobody began with."""
    return shelf.unused(versions_in_use(), timezone.now() - VERSIONS_KEPT)


def drop_versions(found: "QuerySet[LessonVersion]") -> None:
    """With what was laid out of them."""
    shelf.prune(found, timezone.now() - VERSIONS_KEPT)


def drop(found: "QuerySet[Any]") -> None:
    """Rows that nothing else hangs on."""
    found.delete()


POLICIES = (
    Policy(
        _("guests who did nothing for %(days)s days: %(number)s"),
        guests,
        drop_guests,
        lambda: settings.GUEST_DAYS,
        MOST,
    ),
    Policy(_("log-ins that are over: %(number)s"), sessions, drop, name=until),
    Policy(_("links to moments that are over: %(number)s"), links, drop),
    Policy(
        _("versions of lessons that nobody has used for %(days)s days: %(number)s"),
        versions,
        drop_versions,
        lambda: VERSIONS_KEPT.days,
    ),
)


def in_time() -> None:
    """Have it done, once a day at most; called when a new guest comes, so it needs no timer of its own."""
    if cache.add("forget", "under way", timeout=EVERY_S):
        forget.delay()
