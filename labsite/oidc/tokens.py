"""Whether an ID token is from the provider, for us, of now, and the answer to this browser's question."""

from hmac import compare_digest
from typing import Any

import jwt
from django.conf import settings
from django.utils.translation import gettext as _

from labsite.oidc.provider import Facts, Unusable
from labsite.outside import keysets
from labsite.outside.requests import Unreachable

# Signatures by which only the provider can sign; never by a shared secret, and never none, whatever a token says of itself.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
LEEWAY_S = 60
REQUIRED = ["iss", "aud", "exp", "iat", "sub"]
LONGEST_SUBJECT = 255


def verified(facts: Facts, token: Any, nonce: str) -> dict[str, Any]:
    """The claims of *token*; raises Unusable."""
    try:
        head = jwt.get_unverified_header(token)
        claims: dict[str, Any] = jwt.decode(
            token,
            key_for(facts, head),
            algorithms=[head["alg"]],
            audience=settings.OIDC_CLIENT_ID,
            issuer=facts["issuer"],
            leeway=LEEWAY_S,
            options={"require": REQUIRED},
        )
    except (jwt.PyJWTError, TypeError, AttributeError) as error:
        raise Unusable(_("The provider's token is not valid: %s") % error) from None
    if why := wrong(claims, nonce):
        raise Unusable(_("The provider's token is not valid: %s") % why)
    return claims


def wrong(claims: dict[str, Any], nonce: str) -> str:
    """What is wrong with claims that are signed; empty if nothing is."""
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != settings.OIDC_CLIENT_ID:
        return "azp"
    if not compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        return "nonce"
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= LONGEST_SUBJECT:
        return "sub"
    return ""


def key_for(facts: Facts, head: dict[str, Any]) -> keysets.Key:
    """The provider's key that a token's head names; raises Unusable."""
    name, algorithm = head.get("kid"), head.get("alg")
    if algorithm not in ALGORITHMS or not (name is None or isinstance(name, str)):
        raise Unusable(_("The provider's token is not valid: %s") % f"alg {str(algorithm)[:20]}")
    try:
        found = keysets.found(facts["jwks_uri"], name, algorithm)
    except Unreachable as error:
        raise Unusable(_("The provider's keys cannot be fetched: %s") % error) from None
    if found is None:
        raise Unusable(_("The provider does not know the key that its token is signed with."))
    return found
