"""Who comes from the provider: their account here, and their role."""

import logging
from typing import Any

from django.conf import settings
from django.db import transaction

from labsite.accounts.models import User
from labsite.accounts.naming import free_name
from labsite.hosting import belongings
from labsite.oidc.models import Login

log = logging.getLogger(__name__)

NAMES = ("preferred_username", "email", "name")  # the first that there is
NAMELESS = "user"

Claims = dict[str, Any]


class Taken(Exception):
    """The person has another account here already."""


@transaction.atomic
def account(claims: Claims) -> User:
    """The account of whoever the claims are of, made when they come for the first time. No password opens it. An account that is
    there already is never theirs by a name or an e-mail address: only its owner, logged in, connects it."""
    known = login_of(claims)
    if known:
        return known.user
    user = User(username=free_name(name(claims), NAMELESS))
    user.set_unusable_password()
    user.save()
    Login.objects.create(issuer=claims["iss"], subject=claims["sub"], user=user)
    return user


def login_of(claims: Claims) -> Login | None:
    """What is known of them."""
    return Login.objects.filter(issuer=claims["iss"], subject=claims["sub"]).select_related("user").first()


def name(claims: Claims) -> str:
    """What they are called."""
    said = (claims.get(each) for each in NAMES)
    return next((each for each in said if isinstance(each, str) and each.strip()), "")


@transaction.atomic
def connect(claims: Claims, user: User) -> None:
    """Have the person be *user* from now on, who is logged in and wants that; raises Taken."""
    known = login_of(claims)
    if known and known.user != user:
        raise Taken
    if not known:
        Login.objects.create(issuer=claims["iss"], subject=claims["sub"], user=user)


# --- roles ----------------------------------------------------------------------------------------------------------------


def give_role(user: User, claims: Claims) -> None:
    """Give somebody the role on the site that their claims say; where no claim is set, roles are given on the page "People"."""
    if not settings.OIDC_ROLE_CLAIM:
        return
    role = role_of(claims)
    if role == user.role:
        return
    if belongings.last_keeper(user):
        log.warning("%s stays administrator, whatever the provider says: there is no other", user.username)
        return
    user.role = role
    user.save(update_fields=["role"])


def role_of(claims: Claims) -> str:
    """The highest role of their groups."""
    groups = said(claims, settings.OIDC_ROLE_CLAIM)
    if groups & set(settings.OIDC_ADMINISTRATORS):
        return "administrator"
    return "instructor" if groups & set(settings.OIDC_INSTRUCTORS) else "learner"


def said(claims: Claims, path: str) -> set[str]:
    """The values of a claim; in a name with dots, each may lead into an object (`realm_access.roles`)."""
    value: Any = claims.get(path)
    if path not in claims:
        value = claims
        for part in path.split("."):
            value = value.get(part) if isinstance(value, dict) else None
    return {each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)}
