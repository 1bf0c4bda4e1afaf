"""Secrets and signatures of webhooks, as the Standard Webhooks specification 1.0.0 has them (symmetric, `v1`)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping

from labsite.outside.sealing import box
from labsite.sandboxes import clock
from labsite.webhooks.models import Delivery, Hook

PURPOSE, PREFIX, BYTES = "webhook", "whsec_", 32
BOTH = 24 * 3600 * clock.SECOND  # so long the secret before the last is good, too


def new_secret() -> str:
    """A secret, as it is shown once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def give(hook: Hook) -> str:
    """A new secret for *hook*, which is not stored yet; the one that it had is good for a while."""
    secret = new_secret()
    if hook.sealed:
        hook.before, hook.before_until = hook.sealed, clock.wall() + BOTH
    hook.sealed = box(PURPOSE).encrypt(secret.encode())
    return secret


def opened(hook: Hook, now: int) -> list[str]:
    """The secrets that are good at *now*, the newest first; raises InvalidToken."""
    kept = [hook.sealed, *([hook.before] if hook.before and now < hook.before_until else [])]
    return [box(PURPOSE).decrypt(bytes(each)).decode() for each in kept]


def headers(delivery: Delivery, now: int) -> Mapping[str, str]:
    """The headers of one attempt at *now* (on the wall); raises InvalidToken."""
    seconds = now // clock.SECOND
    signatures = [signature(secret, delivery.name, seconds, delivery.body) for secret in opened(delivery.hook, now)]
    return {
        "webhook-id": delivery.name,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(signatures),
        "Content-Type": "application/json",
    }


def signature(secret: str, name: str, seconds: int, body: str) -> str:
    """What proves that a message is ours and of now."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.new(key, f"{name}.{seconds}.{body}".encode(), hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"
