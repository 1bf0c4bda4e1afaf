"""The way out: whoever came in from the provider can log out there, too (OpenID Connect RP-Initiated Logout 1.0)."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from labsite.oidc import provider

TOKEN = "oidc-token"  # in the session: by it the provider knows whose log-in is to end
LONGEST_TOKEN = 6000  # a longer one fits into no address


def remember(request: HttpRequest, token: str) -> None:
    """They came in by this ID token."""
    request.session[TOKEN] = token if len(token) <= LONGEST_TOKEN else ""


def address(request: HttpRequest) -> str:
    """Where they log out at the provider; empty where they did not come from it, or it knows no such thing."""
    if not settings.OIDC_ISSUER or TOKEN not in request.session:
        return ""
    try:
        end = provider.discovered().get("end_session_endpoint")
    except provider.Unusable:
        return ""
    query = {
        "client_id": settings.OIDC_CLIENT_ID,
        "post_logout_redirect_uri": request.build_absolute_uri(reverse("home")),
    }
    if token := request.session[TOKEN]:
        query["id_token_hint"] = token
    return provider.with_query(str(end), query) if end else ""
