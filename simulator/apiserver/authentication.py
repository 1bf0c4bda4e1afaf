"""Whose token it is: those of service accounts hold as long as what they are bound to (pkg/serviceaccount, TokenReview)."""

import json
from collections.abc import Iterator
from typing import Any

from simulator.api import tokens
from simulator.api.errors import Unauthorized
from simulator.api.requests import User
from simulator.apiserver.backend import Backend
from simulator.kernel.units import SECOND

Obj = dict[str, Any]
EXTRA = "authentication.kubernetes.io/"
# What a token may be bound to, by its name among the claims.
BOUND = {
    "pod": "pods",
    "secret": "secrets",
    "node": "nodes",
}  # what tokens are bound to; one of a Pod only names its node


def user_of(backend: Backend, token: str) -> User:
    """The service account that *token* speaks for; raises Unauthorized."""
    data = tokens.claims_in(token.encode("utf-8", "replace"))
    claims: Obj = json.loads(data) if data else {}
    if not claims or not holds(backend, claims):
        raise Unauthorized("Unauthorized")
    namespace = claims["kubernetes.io"]["namespace"]
    groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated")
    return User(str(claims["sub"]), groups, claims["kubernetes.io"]["serviceaccount"]["uid"], tuple(extras(claims)))


def extras(claims: Obj) -> Iterator[tuple[str, str]]:
    """What reviews tell of a token besides its account: which one it is, and for which Pod on which node."""
    if "jti" in claims:
        yield f"{EXTRA}credential-id", f"JTI={claims['jti']}"
    for kind in ("node", "pod"):
        for name, value in claims["kubernetes.io"].get(kind, {}).items():
            yield f"{EXTRA}{kind}-{name}", str(value)


def holds(backend: Backend, claims: Obj) -> bool:
    """Whether the token is for this API server, is in force, and all that it is bound to is still there."""
    now = backend.world.unix // SECOND
    if tokens.ISSUER not in claims["aud"] or not claims["nbf"] <= now < claims["exp"]:
        return False
    bound: Obj = claims["kubernetes.io"]
    account = {"serviceaccounts": bound["serviceaccount"]}
    kinds = [kind for kind in BOUND if kind in bound and not (kind == "node" and "pod" in bound)]
    objects = account | {BOUND[kind]: bound[kind] for kind in kinds}
    return all(there(backend, resource, bound["namespace"], named) for resource, named in objects.items())


def there(backend: Backend, resource: str, namespace: str, named: Obj) -> bool:
    """Whether the very object that a token names exists."""
    found = backend.find(resource, None if resource == "nodes" else namespace, named["name"])
    return found is not None and found["metadata"]["uid"] == named["uid"]


def review(backend: Backend, spec: Obj) -> Obj:
    """The status of a TokenReview."""
    try:
        user = user_of(backend, str(spec.get("token", "")))
    except Unauthorized:
        return {"user": {}, "error": "invalid bearer token"}
    return {
        "authenticated": True,
        "user": user.info(),
        "audiences": [tokens.ISSUER],
    }
