"""Demonstrations: a cluster of whoever teaches, mirrored to the class while they work in it. Whoever follows looks, and nothing else."""

from typing import Any
from uuid import UUID

from django.db import transaction

from labsite.access.roles import Role, in_class
from labsite.accounts.models import User
from labsite.bridge import publish
from labsite.classes import beside
from labsite.classes.models import Classroom, Demonstration, Seat
from labsite.sandboxes.models import Sandbox

ENDED: dict[str, Any] = {"type": "demonstration.ended"}
TEACHERS = (Role.ASSISTANT, Role.INSTRUCTOR, Role.ADMINISTRATOR)


def group(classroom: int) -> str:
    """The group of those who follow the demonstration in a class."""
    return f"demonstration.{classroom}"


def current(classroom: int) -> Demonstration | None:
    """What is shown in a class now; nothing any more if whoever began it does not teach the class any longer."""
    found = Demonstration.objects.filter(classroom=classroom).select_related("user", "sandbox").first()
    return found if found and in_class(found.user, classroom) in TEACHERS else None


def begin(classroom: Classroom, user: User, sandbox: Sandbox) -> None:
    """Show *sandbox*, which is *user*'s own, in place of what may have been shown."""
    with transaction.atomic():
        Demonstration.objects.filter(classroom=classroom).delete()
        Demonstration.objects.create(classroom=classroom, user=user, sandbox=sandbox)
    publish(group(classroom.pk), ENDED)  # of who followed another one
    tell(classroom.pk, [sandbox.pk])


def end(classroom: int) -> None:
    """It is over."""
    sandboxes = list(Demonstration.objects.filter(classroom=classroom).values_list("sandbox", flat=True))
    if Demonstration.objects.filter(classroom=classroom).delete()[0]:
        publish(group(classroom), ENDED)
        tell(classroom, sandboxes)


def tell(classroom: int, sandboxes: list[UUID]) -> None:
    """Have the learners' pages told, and those of whoever shows."""
    learners = Seat.objects.filter(classroom=classroom, role="learner", user__isnull=False)
    beside.stir_owners([user for user in learners.values_list("user", flat=True) if user])
    beside.stir(sandboxes)
