"""Roles: what somebody is on the site, in a class, and in a sandbox."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser

from labsite.accounts.models import User
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


def in_sandbox(visitor: Visitor, sandbox: UUID) -> Role:
    """The role in a sandbox, also in one that does not exist: then only an administrator is no stranger."""
    site = on_site(visitor)
    if site != Role.STRANGER and Sandbox.objects.filter(pk=sandbox, owner=visitor.pk).exists():
        return Role.LEARNER
    return site if site == Role.ADMINISTRATOR else Role.STRANGER


# Where a role is asked for, by the parts of an address.
SCOPES: Mapping[str, Callable[[Visitor, Mapping[str, Any]], Role]] = {
    "site": lambda visitor, parts: on_site(visitor),
    "sandbox": lambda visitor, parts: in_sandbox(visitor, parts["sandbox"]),
}
