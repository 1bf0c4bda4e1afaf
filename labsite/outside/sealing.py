"""Secrets that are kept: readable with the site's SECRET_KEY alone, so that whoever has a copy of the database has none of them."""

import base64
import hashlib

from cryptography.fernet import Fernet
from django.conf import settings


def box(purpose: str) -> Fernet:
    """What seals and opens the secrets of one *purpose*; opening raises `cryptography.fernet.InvalidToken` with another SECRET_KEY."""
    digest = hashlib.sha256(f"podlab {purpose}\0".encode() + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
