"""Roles: what somebody is on the site, in a class, and in a sandbox."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser

from labsite.accounts.models import User
from labsite.authoring.models import Draft
from labsite.classes.models import Seat
from labsite.sandboxes.models import Sandbox

Visitor = User | AnonymousUser


class Role(StrEnum):
    """From the least to the most. In a sandbox the learner is whoever it belongs to."""

    STRANGER = "stranger"
    LEARNER = "learner"
    ASSISTANT = "assistant"
    INSTRUCTOR = "instructor"
    ADMINISTRATOR = "administrator"


def on_site(visitor: Visitor) -> Role:
    """The role on the site as a whole; who is not logged in is a stranger."""
    return Role(visitor.role) if isinstance(visitor, User) and visitor.is_active else Role.STRANGER


def in_class(visitor: Visitor, classroom: int) -> Role:
    """The role in a class."""
    site = on_site(visitor)
    if site in (Role.STRANGER, Role.ADMINISTRATOR):
        return site
    seat = Seat.objects.filter(classroom=classroom, user=visitor.pk).first()
    return Role(seat.role) if seat else Role.STRANGER


def in_sandbox(visitor: Visitor, sandbox: UUID) -> Role:
    """The role in a sandbox: whose it is, and who teaches a class in which they learn, are no strangers."""
    site = on_site(visitor)
    owner = Sandbox.objects.filter(pk=sandbox).values_list("owner", flat=True).first()
    if owner is None or site == Role.STRANGER:
        return Role.STRANGER
    if owner == visitor.pk:
        return Role.LEARNER
    return site if site == Role.ADMINISTRATOR else teaching(visitor, owner)


def on_draft(visitor: Visitor, draft: UUID) -> Role:
    """The role at a draft: its author's on the site; to all others it is not there."""
    is_own = isinstance(visitor, User) and Draft.objects.filter(pk=draft, author=visitor.pk).exists()
    return on_site(visitor) if is_own else Role.STRANGER


def teaching(visitor: Visitor, learner: int) -> Role:
    """The highest role in which somebody teaches *learner*."""
    classes = Seat.objects.filter(user=learner, role=Role.LEARNER).values("classroom")
    roles = set(Seat.objects.filter(user=visitor.pk, classroom__in=classes).values_list("role", flat=True))
    return next((role for role in (Role.INSTRUCTOR, Role.ASSISTANT) if role in roles), Role.STRANGER)


# Where a role is asked for, by the parts of an address.
SCOPES: Mapping[str, Callable[[Visitor, Mapping[str, Any]], Role]] = {
    "site": lambda visitor, parts: on_site(visitor),
    "class": lambda visitor, parts: in_class(visitor, parts["classroom"]),
    "sandbox": lambda visitor, parts: in_sandbox(visitor, parts["sandbox"]),
    "draft": lambda visitor, parts: on_draft(visitor, parts["draft"]),
}
