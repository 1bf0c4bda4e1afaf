"""What a platform is asked behind the scenes: access tokens, and JSON by them. Nothing is asked of another origin than it is registered with."""

import hashlib
import json
import secrets
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache

from labsite.lti import keys
from labsite.lti.models import Platform
from labsite.outside.requests import Answer, Unreachable, ask, origin
from labsite.sandboxes import clock

SECONDS = 8.0
ASSERTION_LIFE_S, TOKEN_LEAST_S = 60, 60
GRANT = "client_credentials"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class NotOurs(Unreachable):
    """An address that is not the platform's."""


def request(
    platform: Platform,
    scope: str,
    method: str,
    url: str,
    *,
    accept: str,
    content: Any = None,
    kind: str = "",
    again: bool = True,
) -> Answer:
    """The platform's answer to a request by a token with *scope*; raises Unreachable. *content* goes as JSON of the media type *kind*."""
    own(platform, url)
    head = {"Authorization": f"Bearer {access(platform, scope)}", "Accept": accept}
    body = None if content is None else json.dumps(content).encode()
    answer = ask(
        method,
        url,
        headers=head | ({"Content-Type": kind} if kind else {}),
        body=body,
        private=True,
        seconds=SECONDS,
    )
    if answer.status == 401 and again:  # the token was taken back before its time
        cache.delete(place(platform, scope))
        return request(platform, scope, method, url, accept=accept, content=content, kind=kind, again=False)
    return answer


def own(platform: Platform, url: str) -> None:
    """Nothing, if the platform answers for *url*; raises NotOurs."""
    try:
        good = origin(url) in platform.origins()
    except ValueError:
        good = False
    if not good:
        raise NotOurs(f"{url[:100]} is at no origin of the registration")


def place(platform: Platform, scope: str) -> str:
    """Where the token is kept."""
    digest = hashlib.sha256(f"{platform.token}\0{platform.client}\0{scope}".encode()).hexdigest()
    return f"lti:token:{platform.pk}:{digest}"


def access(platform: Platform, scope: str) -> str:
    """An access token (IMS Security Framework, section 4.1); raises Unreachable."""
    if kept := cache.get(place(platform, scope)):
        return str(kept)
    asked = {
        "grant_type": GRANT,
        "client_assertion_type": ASSERTION,
        "client_assertion": assertion(platform),
        "scope": scope,
    }
    head = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    answer = ask("POST", platform.token, headers=head, body=urlencode(asked).encode(), private=True, seconds=SECONDS)
    if not answer.good:
        raise Unreachable(f"the platform gives no access token (HTTP {answer.status})")
    found = answer.json()
    token = found.get("access_token") if isinstance(found, dict) else None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise Unreachable("the platform's answer has no access token in it")
    life = found.get("expires_in")
    if isinstance(life, int) and life > TOKEN_LEAST_S:
        cache.set(place(platform, scope), token, timeout=min(life - TOKEN_LEAST_S, 3600))
    return token


def assertion(platform: Platform) -> str:
    """The proof that it is us who asks."""
    now = clock.wall() // clock.SECOND
    try:
        return keys.sign(
            {
                "iss": platform.client,
                "sub": platform.client,
                "aud": platform.audience or platform.token,
                "iat": now,
                "exp": now + ASSERTION_LIFE_S,
                "jti": secrets.token_urlsafe(24),
            }
        )
    except keys.Unsealed as error:
        raise Unreachable(str(error)) from None


def allowed(platform: Platform, urls: Iterable[str]) -> bool:
    """Whether the platform answers for all of *urls*."""
    try:
        for url in urls:
            own(platform, url)
    except NotOurs:
        return False
    return True
