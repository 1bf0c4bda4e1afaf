"""Whether a message is from whom it says, for us, of now, and here for the first time.

Podlab speaks LTI with PyJWT and its own door to the outside, not with pylti1p3next: that keeps launches in a session, which browsers
do not send to a frame; its requests know no limit of time or size and follow a roster's next page to whatever host it names; and
it takes the algorithm from a key's own entry, where the standard has but one. What would be left of it is the names of the claims.
"""

from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.utils.translation import gettext as _

from labsite.lti.claims import CLAIM, DEEP_LINKING, LAUNCH, VERSION, Message, understood
from labsite.lti.keys import ALGORITHM
from labsite.lti.models import Platform
from labsite.outside import keysets
from labsite.outside.requests import Unreachable

LEEWAY_S, OLDEST_S = 60, 600
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
    try:
        found = keysets.found(platform.keys, name, ALGORITHM)
    except Unreachable as error:
        raise Forged(_("The platform's keys cannot be fetched: %s") % error) from None
    if not isinstance(found, RSAPublicKey):
        raise Forged(_("The platform does not know the key that the message is signed with."))
    return found
