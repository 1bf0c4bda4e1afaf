"""Whether a message is from whom it says, for us, of now, and here for the first time.

Podlab speaks LTI with PyJWT and its own door to the outside, not with pylti1p3next: that keeps launches in a session, which browsers
do not send to a frame; its requests know no limit of time or size and follow a roster's next page to whatever host it names; and
it takes the algorithm from a key's own entry, where the standard has but one. What would be left of it is the names of the claims.
"""

from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.core.cache import cache
from django.utils.translation import gettext as _

from labsite.lti.claims import CLAIM, DEEP_LINKING, LAUNCH, VERSION, Message, understood
from labsite.lti.keys import ALGORITHM
from labsite.lti.models import Platform
from labsite.outside.requests import Unreachable, ask

LEEWAY_S, OLDEST_S = 60, 600
LEAST_BITS = 2048
KEYS_LIFE_S, ASKED_S = 3600, 10
MOST_KEYS = 50
REQUIRED = ["iss", "aud", "exp", "iat", "nonce", "sub"]


class Forged(Exception):
    """Why a message is not believed; the text is for whoever stands before it."""


def verified(platform: Platform, token: str, nonce: str) -> dict[str, Any]:
    """The claims of *token*, if it is a message of *platform* that answers our question *nonce*; raises Forged."""
    try:
        claims = jwt.decode(
            token,
            key_for(platform, token),
            algorithms=[ALGORITHM],
            audience=platform.client,
            issuer=platform.issuer,
            leeway=LEEWAY_S,
            options={"require": REQUIRED},
        )
    except jwt.PyJWTError as error:
        raise Forged(_("The message of the platform is not valid: %s") % error) from None
    if why := wrong(platform, claims, nonce):
        raise Forged(why)
    return claims


def wrong(platform: Platform, claims: dict[str, Any], nonce: str) -> str:
    """What is wrong with claims that are signed; empty if nothing is."""
    said: Message = understood(claims)
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != platform.client:
        return _("The message is for another tool.")
    if claims["nonce"] != nonce:
        return _("The message does not answer what this browser asked.")
    if claims["exp"] - claims["iat"] > 24 * 3600:
        return _("The message is valid for too long.")
    if said.deployment not in platform.deployments:
        return _("The deployment “%s” of the platform is not registered here.") % said.deployment
    if claims.get(CLAIM + "version") != VERSION or said.kind not in (LAUNCH, DEEP_LINKING):
        return _("The message is none that Podlab knows.")
    if not said.person.subject:
        return _("The platform does not say who you are.")
    return ""


def key_for(platform: Platform, token: str) -> RSAPublicKey:
    """The platform's key that *token* names; raises Forged."""
    try:
        head = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise Forged(_("The message of the platform is not valid: %s") % "no JWT") from None
    name = head.get("kid")
    if head.get("alg") != ALGORITHM or not isinstance(name, str):
        raise Forged(_("The message of the platform is not signed as LTI wants it (%s).") % ALGORITHM)
    found = match(keys_of(platform), name) or match(keys_of(platform, anew=True), name)
    if found is None:
        raise Forged(_("The platform does not know the key that the message is signed with."))
    return found


def match(keys: list[Any], name: str) -> RSAPublicKey | None:
    """The key of that name, if it is one for signatures, and long enough."""
    for each in keys[:MOST_KEYS]:
        if isinstance(each, dict) and each.get("kid") == name and each.get("use", "sig") == "sig":
            try:
                key = jwt.PyJWK(each, algorithm=ALGORITHM).key
            except (jwt.PyJWTError, ValueError, TypeError):
                continue
            if isinstance(key, RSAPublicKey) and key.key_size >= LEAST_BITS:
                return key
    return None


def keys_of(platform: Platform, *, anew: bool = False) -> list[Any]:
    """The platform's keys, as it last showed them; *anew*: as it shows them now, if it was not asked a moment ago. Raises Forged."""
    place = f"lti:keys:{platform.pk}:{platform.keys}"
    kept = cache.get(place)
    if kept is not None and not (anew and cache.add(f"{place}:asked", 1, timeout=ASKED_S)):
        return list(kept)
    try:
        found = ask("GET", platform.keys, headers={"Accept": "application/json"}, private=True).json()
    except Unreachable as error:
        raise Forged(_("The platform's keys cannot be fetched: %s") % error) from None
    keys = found.get("keys") if isinstance(found, dict) else None
    keys = keys if isinstance(keys, list) else []
    cache.set(place, keys, timeout=KEYS_LIFE_S)
    return keys
