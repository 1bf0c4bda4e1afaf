"""Whose sandbox is whose: finding the one for a lesson, starting anew, and taking a guest's work along."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from labsite.accounts.models import User
from labsite.classes.models import Assignment
from labsite.sandboxes import clock
from labsite.sandboxes.models import Sandbox
from lessons import catalogue, progress, shelf, versions
from lessons.catalogue import Lesson
from lessons.models import Run


def of(owner: User, lesson: str) -> Sandbox:
    """The owner's sandbox for *lesson* (empty: the free lab), made if there is none."""
    found = current(owner, lesson)
    if found is None:
        try:
            found = make(owner, lesson)
        except IntegrityError:  # made by another request of the same learner a moment ago
            found = Sandbox.objects.get(owner=owner, lesson=lesson, set_aside=False)
    return found


def current(owner: User, lesson: str) -> Sandbox | None:
    """The owner's sandbox for *lesson*, if there is one."""
    return Sandbox.objects.filter(owner=owner, lesson=lesson, set_aside=False).first()


@transaction.atomic
def make(owner: User, lesson: str) -> Sandbox:
    """A new sandbox; the learner's way through the lesson begins in it."""
    found = version(owner, lesson) if lesson else None
    if found:
        shelf.keep_of_course(found)
    edition = versions.digest(found.folder) if found else ""
    row = Sandbox.objects.create(owner=owner, lesson=lesson, edition=edition)
    if lesson:
        begun = progress.begin(found, clock.wall())
        fresh = {"sandbox": row.id, "progress": begun, "finished": None, "started": timezone.now()}
        Run.objects.update_or_create(learner=owner, lesson=lesson, defaults=fresh)
    return row


def version(owner: User, lesson: str) -> Lesson | None:
    """The lesson as *owner* begins it: in the version with which a class of theirs began, or as it is now. Of several
    classes, the one that took the lesson up last: it is the one that is at it."""
    chosen = Assignment.objects.filter(lesson=lesson, classroom__seats__user=owner, classroom__seats__role="learner")
    newest = chosen.order_by("-pk").values_list("digest", flat=True).first()
    return catalogue.edition(lesson, newest or "")


@transaction.atomic
def anew(old: Sandbox, owner: User) -> Sandbox:
    """A new sandbox in the place of *old*, which is set aside and kept."""
    Sandbox.objects.filter(owner=owner, lesson=old.lesson, set_aside=False).update(set_aside=True)
    return make(owner, old.lesson)


@transaction.atomic
def adopt(guest: User, owner: User) -> None:
    """Hand the guest's sandboxes to *owner*; where the owner has one already, the guest's is set aside."""
    if guest.pk == owner.pk:
        return
    has = list(Sandbox.objects.filter(owner=owner, set_aside=False).values_list("lesson", flat=True))
    mine = Sandbox.objects.filter(owner=guest)
    mine.filter(lesson__in=has).update(set_aside=True)
    Run.objects.filter(~Q(lesson__in=has), learner=guest).update(learner=owner)
    mine.update(owner=owner)


def owned(owner: User, sandbox: UUID) -> Sandbox | None:
    """The sandbox, if it is *owner*'s."""
    return Sandbox.objects.filter(pk=sandbox, owner=owner).first()
