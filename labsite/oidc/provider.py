"""The provider of the settings: what it says of itself, and what it is asked. Follows OpenID Connect Core and Discovery 1.0.

Podlab speaks OpenID Connect with PyJWT and its own door to the outside, as it speaks LTI. Of the libraries: mozilla-django-oidc has no
discovery and asks without bounds of size; django-allauth brings accounts, pages and tables of its own beside ours, and sends no nonce;
Authlib brings a second implementation of tokens and a second client for HTTP, without our bounds. What they would save is this room.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from labsite.outside.addresses import proper
from labsite.outside.requests import Answer, Unreachable, ask

DOCUMENT = "/.well-known/openid-configuration"
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL = ("userinfo_endpoint", "end_session_endpoint")
LIFE_S = 3600
FORM = "application/x-www-form-urlencoded"

Facts = dict[str, Any]


class Unusable(Exception):
    """Why the provider cannot be used; the text is for whoever stands before it."""


def discovered(*, anew: bool = False) -> Facts:
    """What the provider says of itself, as it did within the hour; raises Unusable."""
    place = f"oidc:{settings.OIDC_ISSUER}"
    kept = None if anew else cache.get(place)
    if kept is None:
        kept = examined(fetched())
        cache.set(place, kept, timeout=LIFE_S)
    return dict(kept)


def fetched() -> Answer:
    """The document; raises Unusable."""
    url = settings.OIDC_ISSUER.rstrip("/") + DOCUMENT
    try:
        answer = ask("GET", url, headers={"Accept": "application/json"}, private=True)
    except Unreachable as error:
        raise Unusable(_("The provider does not answer: %s") % error) from None
    if not answer.good:
        raise Unusable(_("The provider does not answer: %s") % f"HTTP {answer.status}")
    return answer


def examined(answer: Answer) -> Facts:
    """What of the document is used; raises Unusable."""
    try:
        said = answer.json()
    except Unreachable as error:
        raise Unusable(_("What the provider says of itself cannot be used: %s") % error) from None
    said = said if isinstance(said, dict) else {}
    issuer = said.get("issuer")
    if not isinstance(issuer, str) or issuer.rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
        raise Unusable(_("What the provider says of itself cannot be used: %s") % f"issuer {str(issuer)[:100]}")
    found: Facts = {"issuer": issuer}
    for name in (*NEEDED, *OPTIONAL):
        if said.get(name) or name in NEEDED:
            found[name] = address(name, said.get(name))
    for name in ("token_endpoint_auth_methods_supported", "code_challenge_methods_supported"):
        if isinstance(said.get(name), list):
            found[name] = [str(each) for each in said[name]]
    return found


def address(name: str, url: Any) -> str:
    """An end point; raises Unusable."""
    try:
        return proper(url if isinstance(url, str) else "")
    except ValidationError as error:
        raise Unusable(
            _("What the provider says of itself cannot be used: %s") % f"{name}: {error.messages[0]}"
        ) from None


def question(facts: Facts, back: str, kept: Mapping[str, str], **more: str) -> str:
    """Where to send a browser that is to come *back* with a code; *kept* is what its session keeps (new_question)."""
    query = {
        "response_type": "code",
        "scope": settings.OIDC_SCOPES,
        "client_id": settings.OIDC_CLIENT_ID,
        "redirect_uri": back,
        "state": kept["state"],
        "nonce": kept["nonce"],
        "code_challenge": challenge(kept["verifier"]),
        "code_challenge_method": "S256",
        **more,
    }
    return with_query(facts["authorization_endpoint"], query)


def new_question() -> dict[str, str]:
    """What makes a question one's own: state, nonce, and the verifier of PKCE (RFC 7636)."""
    return {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}


def challenge(verifier: str) -> str:
    """What is shown of a verifier before it is."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def with_query(url: str, query: Mapping[str, str]) -> str:
    """*url*, which may have a query already, with more of it."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"


def redeemed(facts: Facts, code: str, verifier: str, back: str) -> Facts:
    """The tokens for a code; raises Unusable."""
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    head = {"Content-Type": FORM, "Accept": "application/json"}
    if settings.OIDC_CLIENT_SECRET and basic(facts):
        pair = f"{quote_plus(settings.OIDC_CLIENT_ID)}:{quote_plus(settings.OIDC_CLIENT_SECRET)}"
        head["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        asked["client_id"] = settings.OIDC_CLIENT_ID
        if settings.OIDC_CLIENT_SECRET:
            asked["client_secret"] = settings.OIDC_CLIENT_SECRET
    return said_by("POST", facts["token_endpoint"], head, urlencode(asked).encode())


def basic(facts: Facts) -> bool:
    """Whether the client's secret goes into a header: it does, unless the provider wants it in the form."""
    return "client_secret_basic" in facts.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])


def person(facts: Facts, access: str) -> Facts:
    """What the provider says of whoever the access token is for; raises Unusable."""
    head = {"Authorization": f"Bearer {access}", "Accept": "application/json"}
    return said_by("GET", facts["userinfo_endpoint"], head)


def said_by(method: str, url: str, head: Mapping[str, str], body: bytes | None = None) -> Facts:
    """An answer that is a JSON object; raises Unusable."""
    try:
        answer = ask(method, url, headers=head, body=body, private=True)
        said = answer.json()
    except (Unreachable, ValueError) as error:
        raise Unusable(_("The provider does not answer: %s") % error) from None
    if not answer.good or not isinstance(said, dict):
        why = said.get("error", "") if isinstance(said, dict) else ""
        raise Unusable(_("The provider does not answer: %s") % f"HTTP {answer.status} {str(why)[:100]}")
    return said
