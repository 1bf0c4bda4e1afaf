"""Settings from the environment: typed, and loud about a value that cannot be meant."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off"})

# IMMEDIATE: a transaction that reads first and writes later would otherwise fail with `database is locked` at once,
# whatever the timeout says. WAL: readers do not wait for the writer.
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA busy_timeout=20000;",
}
# The site answers from several threads; a pool keeps their connections, and gives back those that idle.
POSTGRES_OPTIONS = {"pool": {"min_size": 0, "max_size": 8}}


class Environment:
    """Reads variables; an empty one counts as not set."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables

    def text(self, name: str, default: str = "") -> str:
        """The variable *name*, without blanks around it."""
        return self.variables.get(name, "").strip() or default

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no; raises ImproperlyConfigured for anything else."""
        value = self.text(name).lower()
        if not value:
            return default
        if value not in YES | NO:
            raise ImproperlyConfigured(
                f"{name}={value!r} is neither yes (1, true, yes, on) nor no (0, false, no, off)."
            )
        return value in YES

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        """A whole number from *low* to *high*."""
        value = self.text(name) or str(default)
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            raise ImproperlyConfigured(f"{name}={value!r} is not a whole number from {low} to {high}.")
        return int(value)

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        """One of *choices*."""
        value = self.text(name, default)
        if value not in choices:
            raise ImproperlyConfigured(f"{name}={value!r} is none of {', '.join(choices)}.")
        return value

    def names(self, name: str, default: tuple[str, ...] = ()) -> list[str]:
        """A list separated by commas."""
        return [part.strip() for part in self.text(name).split(",") if part.strip()] or list(default)


def database(url: str, var: Path) -> dict[str, Any]:
    """Django's description of the database at *url*; without one, the SQLite file in *var*."""
    if not url:
        return sqlite(str(var / "podlab.sqlite3"))
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(parts.path.removeprefix("/"))  # sqlite:///relative, sqlite:////absolute
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(f"DATABASE_URL: {parts.scheme!r} is neither postgres nor sqlite.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")) or "podlab",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": POSTGRES_OPTIONS,
    }


def log_in_elsewhere(issuer: str, client: str, scopes: str, claim: str, values: list[str], plain: bool) -> None:
    """Nothing, if the settings of OpenID Connect can be meant; raises ImproperlyConfigured. *plain*: HTTP will do."""
    if not issuer:
        if client or claim or values:
            raise ImproperlyConfigured("OIDC_ISSUER is missing, and other settings of OpenID Connect are there.")
        return
    if not client:
        raise ImproperlyConfigured("OIDC_CLIENT_ID is missing: as what Podlab is registered with OIDC_ISSUER.")
    parts = urlsplit(issuer)
    if parts.scheme not in (("https", "http") if plain else ("https",)) or not parts.hostname or parts.query:
        raise ImproperlyConfigured(f"OIDC_ISSUER={issuer!r} is no address that begins with https://.")
    if "openid" not in scopes.split():
        raise ImproperlyConfigured(f"OIDC_SCOPES={scopes!r} lacks openid.")
    if bool(claim) != bool(values):
        raise ImproperlyConfigured("OIDC_ROLE_CLAIM needs OIDC_ADMINISTRATORS or OIDC_INSTRUCTORS, and they need it.")


def sqlite(path: str) -> dict[str, Any]:
    """Django's description of a SQLite file."""
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": SQLITE_OPTIONS}


def secret_key(file: Path) -> str:
    """The key in *file*, made on the first run, readable by its owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    key = secrets.token_urlsafe(50)
    with os.fdopen(handle, "w") as out:
        out.write(key)
    return key
