"""Whom a client asks to be: `kubectl --as` (models k8s.io/apiserver/pkg/endpoints/filters/impersonation.go)."""

from typing import Any

USER, GROUP = b"impersonate-user", b"impersonate-group"
ACCOUNT = "system:serviceaccount:"


def impersonated(scope: dict[str, Any]) -> dict[str, Any]:
    """The part of a request that says who asks; nothing if a client asks as itself."""
    names = [value.decode("latin-1") for key, value in scope["headers"] if key == USER]
    if not names:
        return {}
    groups = [value.decode("latin-1") for key, value in scope["headers"] if key == GROUP]
    return {"user": {"name": names[-1], "groups": [*(groups or account_groups(names[-1])), "system:authenticated"]}}


def account_groups(name: str) -> list[str]:
    """The groups that every service account is in."""
    if not name.startswith(ACCOUNT):
        return []
    return ["system:serviceaccounts", f"system:serviceaccounts:{name.removeprefix(ACCOUNT).partition(':')[0]}"]
