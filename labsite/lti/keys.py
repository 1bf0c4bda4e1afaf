"""The keys with which Podlab signs for platforms: made at first need, kept sealed, shown to the world as a JWK set."""

import json
import secrets
from typing import Any

import jwt
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import transaction
from jwt.algorithms import RSAAlgorithm

from labsite.lti.models import Key
from labsite.outside.sealing import box

PURPOSE = "lti key"
ALGORITHM, BITS = "RS256", 2048  # what the IMS Security Framework asks of every tool
SHOWN = 2  # keys: the one that signs, and the one before it, by which platforms may still know us


class Unsealed(Exception):
    """The stored key was sealed with another SECRET_KEY."""


def rotate() -> Key:
    """A new key, which signs from now on; those before the last are forgotten."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    name = secrets.token_hex(8)
    public = json.loads(RSAAlgorithm.to_jwk(made.public_key())) | {"kid": name, "alg": ALGORITHM, "use": "sig"}
    public["key_ops"] = ["verify"]
    with transaction.atomic():
        key = Key.objects.create(name=name, sealed=box(PURPOSE).encrypt(pem), public=public)
        Key.objects.filter(pk__in=list(Key.objects.values_list("pk", flat=True)[SHOWN:])).delete()
    return key


def newest() -> Key:
    """The key that signs."""
    return Key.objects.first() or rotate()


def sign(claims: dict[str, Any]) -> str:
    """*claims* as a JWT; raises Unsealed."""
    key = newest()
    try:
        pem = box(PURPOSE).decrypt(bytes(key.sealed))
    except InvalidToken:
        raise Unsealed("the key was sealed with another SECRET_KEY: manage.py lti rotate makes a new one") from None
    return jwt.encode(claims, pem.decode(), algorithm=ALGORITHM, headers={"kid": key.name})


def shown() -> dict[str, Any]:
    """The JWK set."""
    newest()
    return {"keys": [key.public for key in Key.objects.all()[:SHOWN]]}
