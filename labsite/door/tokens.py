"""Giving out tokens, and recognising them."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from labsite.access import gate, table
from labsite.access.roles import Role, in_sandbox, on_site
from labsite.accounts.models import User
from labsite.door.models import Token
from labsite.sandboxes.models import Sandbox

PATTERN = re.compile(r"([a-z0-9]{12})\.([A-Za-z0-9_-]{43})")
MOST = 10  # living tokens for one person and sandbox; the oldest makes room


@dataclass(frozen=True)
class Visitor:
    """Who has come to which sandbox with a good token."""

    token: str
    sandbox: UUID
    read_only: bool


def issue(sandbox: Sandbox, owner: User, *, read_only: bool | None = None) -> str:
    """A new token for *owner*; its text is not stored anywhere. In somebody else's cluster it is for looking, unless said otherwise."""
    if read_only is None:
        read_only = owner.pk != sandbox.owner_id
    name, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    Token.objects.create(name=name, digest=digest(secret), sandbox=sandbox, owner=owner, read_only=read_only)
    living = Token.objects.filter(sandbox=sandbox, owner=owner, revoked=False).order_by("-created", "-id")
    Token.objects.filter(pk__in=[token.pk for token in living[MOST:]]).update(revoked=True)
    return f"{name}.{secret}"


def revoke_all(sandbox: Sandbox, owner: User) -> int:
    """Make all tokens of *owner* for the sandbox worthless; how many there were."""
    return Token.objects.filter(sandbox=sandbox, owner=owner, revoked=False).update(revoked=True)


def recognise(text: str) -> Visitor | None:
    """Whose token *text* is; None if it is nobody's, or revoked, or of somebody who may not look at the cluster any more."""
    found = PATTERN.fullmatch(text)
    if found is None:
        return None
    token = Token.objects.filter(name=found[1]).select_related("owner").annotate(holder=F("sandbox__owner")).first()
    good = hmac.compare_digest(token.digest if token else digest(""), digest(found[2]))
    if token is None or not good or token.revoked:
        return None
    if not gate.may(table.DOOR, "read", role(token)):
        return None
    return Visitor(token.name, token.sandbox_id, token.read_only)


def role(token: Token) -> Role:
    """What the owner of *token* is in its sandbox now; *holder* is whose that is, so that nothing more need be asked for them."""
    own = token.owner_id == getattr(token, "holder", None) and on_site(token.owner) != Role.STRANGER
    return Role.LEARNER if own else in_sandbox(token.owner, token.sandbox_id)


def digest(secret: str) -> str:
    """What is stored of a secret, which is long and random enough for a plain hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
