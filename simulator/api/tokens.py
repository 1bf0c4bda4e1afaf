"""Tokens of service accounts in the form of real ones (JSON Web Tokens); their signature is none that could be checked."""

import base64
import hashlib
import json
from functools import lru_cache
from typing import Any

ISSUER = "https://kubernetes.default.svc.cluster.local"


def _encoded(value: bytes) -> str:
    """base64url without padding, as JSON Web Tokens are written."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


HEADER = _encoded(b'{"alg":"RS256","kid":"podlab"}')


def issue(claims: dict[str, Any]) -> str:
    """The token that says *claims*."""
    return signed(json.dumps(claims, separators=(",", ":")).encode()).decode()


@lru_cache(maxsize=1024)
def signed(claims: bytes) -> bytes:
    """The token that says *claims* (JSON): it follows from them alone."""
    body = _encoded(claims)
    signature = b"".join(hashlib.sha512(f"{part}.{HEADER}.{body}".encode()).digest() for part in range(4))
    return f"{HEADER}.{body}.{_encoded(signature)}".encode()


def claims_in(token: bytes) -> bytes | None:
    """What `signed` made *token* of; None if it is none of ours."""
    parts = token.split(b".")
    if len(parts) != 3 or parts[0] != HEADER.encode():
        return None
    try:
        claims = base64.urlsafe_b64decode(parts[1] + b"=" * (-len(parts[1]) % 4))
    except ValueError:
        return None
    return claims if signed(claims) == token else None


def account_claims(
    namespace: str, account: str, uid: str, *, audiences: list[str], issued: int, seconds: int
) -> dict[str, Any]:
    """What the token of a service account says: whose it is, for whom, from when (Unix seconds) and for how long."""
    return {
        "aud": audiences or [ISSUER],
        "exp": issued + seconds,
        "iat": issued,
        "iss": ISSUER,
        "kubernetes.io": {"namespace": namespace, "serviceaccount": {"name": account, "uid": uid}},
        "nbf": issued,
        "sub": f"system:serviceaccount:{namespace}:{account}",
    }
