"""The public keys of another site (a JWK set): fetched when they are needed, kept for an hour, fetched anew for a key that is new."""

import hashlib
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.core.cache import cache

from labsite.outside.requests import ask

LEAST_BITS = 2048
KEYS_LIFE_S, ASKED_S = 3600, 10
MOST_KEYS = 50

Key = RSAPublicKey | EllipticCurvePublicKey


def found(url: str, name: str | None, algorithm: str) -> Key | None:
    """The key *name* of the set at *url*; without a name, the only one that fits. Raises Unreachable."""
    return match(kept(url), name, algorithm) or match(kept(url, anew=True), name, algorithm)


def match(keys: list[Any], name: str | None, algorithm: str) -> Key | None:
    """The key of that name, if it is one for signatures by *algorithm*, and long enough; without a name, if no other is."""
    fit = [key for each in keys[:MOST_KEYS] if (key := usable(each, name, algorithm))]
    return fit[0] if len(fit) == 1 or (fit and name is not None) else None


def usable(entry: Any, name: str | None, algorithm: str) -> Key | None:
    """The key of one entry of a set, if it may be used."""
    if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
        return None
    if (name is not None and entry.get("kid") != name) or entry.get("alg", algorithm) != algorithm:
        return None
    try:
        key = jwt.PyJWK(entry, algorithm=algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    if isinstance(key, RSAPublicKey):
        return key if key.key_size >= LEAST_BITS else None
    return key if isinstance(key, EllipticCurvePublicKey) else None


def kept(url: str, *, anew: bool = False) -> list[Any]:
    """The set as it was shown last; *anew*: as it is shown now, if it was not asked for a moment ago. Raises Unreachable."""
    place = f"keyset:{hashlib.sha256(url.encode()).hexdigest()}"
    known = cache.get(place)
    if known is not None and not (anew and cache.add(f"{place}:asked", 1, timeout=ASKED_S)):
        return list(known)
    shown = ask("GET", url, headers={"Accept": "application/json"}, private=True).json()
    keys = shown.get("keys") if isinstance(shown, dict) else None
    keys = keys if isinstance(keys, list) else []
    cache.set(place, keys, timeout=KEYS_LIFE_S)
    return keys
