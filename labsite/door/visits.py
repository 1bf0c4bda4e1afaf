"""Who comes, to which cluster, and what is left of the address: `/clusters/ID/api/...` or `/clusters/ID/t/TOKEN/api/...`."""

import re
from dataclasses import dataclass
from typing import Any

from labsite import limits, metrics
from labsite.door import lookups, tokens
from labsite.door.statuses import forbidden, not_found, too_many, unauthorized
from labsite.door.tokens import Visitor
from labsite.sandboxes import clock
from simulator.lab import VIEWER

PREFIX = "/clusters/"
ADDRESS = re.compile(r"/clusters/([0-9a-f-]{36})(?:/t/([^/]+))?(/.*)?")
RATE = limits.Rate(burst=400, every=clock.SECOND // 100)
WATCHING = frozenset(("get", "list", "watch"))
CONNECTING = frozenset(("exec", "attach", "portforward"))
# What is created when one asks who one is and what one may; nothing is kept of it.
ABOUT_ONESELF = frozenset(
    (
        "selfsubjectaccessreviews.authorization.k8s.io",
        "selfsubjectrulesreviews.authorization.k8s.io",
        "selfsubjectreviews.authentication.k8s.io",
    )
)
MOST_BUCKETS = 10_000

buckets: dict[str, tuple[int, int]] = {}
latest: dict[str, int] = {}  # when each token was last used


@dataclass(frozen=True)
class Visit:
    """A visitor, and the path below the cluster's own address."""

    visitor: Visitor
    path: str


def header(scope: dict[str, Any], name: str) -> str:
    """A header's text; empty if it is not there."""
    wanted = name.encode()
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == wanted), "")


async def admitted(scope: dict[str, Any]) -> Visit:
    """The visit; raises Refusal: 404 for no such address, 401 without a good token, 403 with one for another cluster."""
    found = ADDRESS.fullmatch(scope["path"])
    if found is None:
        raise not_found()
    kind, _, text = header(scope, "authorization").partition(" ")
    text = found[2] or (text.strip() if kind.lower() == "bearer" else "")
    visitor = await lookups.found(tokens.recognise, text)
    if visitor is None:
        raise unauthorized()
    path = found[3] or "/"
    if str(visitor.sandbox) != found[1]:
        raise forbidden(f'forbidden: User "{visitor.token}" cannot get path "{path}": the token is for another cluster')
    count(visitor)
    return Visit(visitor, path)


def count(visitor: Visitor) -> None:
    """One more request of this token; raises Refusal if there are too many."""
    if len(buckets) > MOST_BUCKETS:
        buckets.clear()
        latest.clear()
    latest[visitor.token] = now = clock.wall()
    buckets[visitor.token], granted = limits.take(RATE, buckets.get(visitor.token), now)
    if not granted:
        metrics.count("podlab_throttled_total", what="door")
        raise too_many()


def identity(visitor: Visitor) -> dict[str, Any]:
    """The part of a request that says who asks: who only looks is somebody else in the cluster than its administrator."""
    return {"user": {"name": VIEWER.name, "groups": list(VIEWER.groups)}} if visitor.read_only else {}


def check(visitor: Visitor, request: dict[str, Any]) -> None:
    """Raise Refusal if the visitor may only look and wants more, or wants to be somebody else."""
    if not visitor.read_only:
        return
    asks = request.get("user", {}).get("name", VIEWER.name)
    if asks != VIEWER.name:
        raise forbidden(
            f'users "{asks}" is forbidden: User "viewer" cannot impersonate resource "users" in API group "" at the cluster scope'
        )
    if request["verb"] == "create" and request.get("resource") in ABOUT_ONESELF:
        return
    if request["verb"] not in WATCHING or request.get("subresource") in CONNECTING:
        what = request.get("resource") or request.get("path", "")
        plural, _, group = what.partition(".")
        where = f' in the namespace "{request["namespace"]}"' if request.get("namespace") else " at the cluster scope"
        name = f' "{request["name"]}"' if request.get("name") else ""
        part = f"/{request['subresource']}" if request.get("subresource") else ""
        raise forbidden(
            f'{what}{name} is forbidden: User "viewer" cannot {request["verb"]} resource "{plural}{part}" '
            f'in API group "{group}"{where}'
        )
