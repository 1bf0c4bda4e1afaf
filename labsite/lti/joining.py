"""A platform registers itself, by a link that an administrator has made. Follows LTI Dynamic Registration 1.0."""

import hashlib
import json
import secrets
from typing import Any

from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from labsite.lti import claims
from labsite.lti.forms import PlatformForm
from labsite.lti.framing import framed
from labsite.lti.models import Platform
from labsite.outside.requests import Unreachable, ask, origin

SALT, LIFE_S = "lti.register", 3600
CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
OF_PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
SCOPES = (claims.LINE_SCOPE, claims.SCORE_SCOPE, claims.ROSTER_SCOPE)
KNOWN_OF_PEOPLE = ["iss", "sub", "name", "given_name", "family_name"]


class Refused(Exception):
    """Why a platform is not registered."""


def invitation(request: HttpRequest) -> str:
    """A link that serves once, within an hour."""
    token = signing.dumps(secrets.token_urlsafe(12), salt=SALT)
    return request.build_absolute_uri(reverse("lti-register", args=[token]))


@require_GET
@never_cache
def register(request: HttpRequest, token: str) -> HttpResponse:
    """The platform opens the link, with the address at which it describes itself."""
    try:
        platform = joined(request, token)
    except (Refused, Unreachable) as error:
        return render(request, "lti/refused.html", {"why": str(error)}, status=400)
    return framed(render(request, "lti/registered.html", {"platform": platform}), platform)


def joined(request: HttpRequest, token: str) -> Platform:
    """The new registration; raises Refused and Unreachable."""
    admitted(token)
    about = ask("GET", request.GET.get("openid_configuration", ""), private=True).json()
    if not isinstance(about, dict) or not isinstance(about.get("registration_endpoint"), str):
        raise Refused(_("The platform does not describe itself."))
    said = told(request, about)
    more = claims.inner(said, CONFIGURATION)
    deployment = more.get("deployment_id")
    return registered(about, said.get("client_id"), [deployment] if isinstance(deployment, str) else [])


def admitted(token: str) -> None:
    """Nothing, if *token* is an invitation that was not used; raises Refused."""
    place = f"lti:register:{hashlib.sha256(token.encode()).hexdigest()}"
    try:
        signing.loads(token, salt=SALT, max_age=LIFE_S)
    except signing.BadSignature:
        raise Refused(_("The link is over. An administrator can make another one.")) from None
    if not cache.add(place, 1, timeout=LIFE_S):
        raise Refused(_("The link was used already. An administrator can make another one."))


def told(request: HttpRequest, about: dict[str, Any]) -> dict[str, Any]:
    """What the platform answers when it is told of us; raises Refused and Unreachable."""
    where = about["registration_endpoint"]
    if not isinstance(about.get("issuer"), str) or origin_of(where) != origin_of(request.GET["openid_configuration"]):
        raise Refused(_("The platform does not describe itself."))
    head = {"Content-Type": "application/json", "Accept": "application/json"}
    if token := request.GET.get("registration_token"):
        if not token.isascii() or not token.isprintable() or len(token) > 4000:
            raise Refused(_("The platform does not describe itself."))
        head["Authorization"] = f"Bearer {token}"
    answer = ask("POST", where, headers=head, body=json.dumps(ourselves(request)).encode(), private=True)
    said = answer.json() if answer.good else None
    if not isinstance(said, dict) or not isinstance(said.get("client_id"), str):
        raise Refused(_("The platform does not take the registration (HTTP %s).") % answer.status)
    return said


def origin_of(url: Any) -> str:
    """Its origin; empty for what is no address."""
    try:
        return origin(str(url))
    except ValueError:
        return ""


def registered(about: dict[str, Any], client: Any, deployments: list[str]) -> Platform:
    """The registration, kept; raises Refused. What the platform says is looked at as what an administrator says."""
    family = claims.text(claims.inner(about, OF_PLATFORM), "product_family_code")
    form = PlatformForm(
        {
            "name": f"{family or 'LTI'} {origin_of(about['issuer']).partition('//')[2]}".strip()[:80],
            "issuer": about["issuer"],
            "client": client,
            "deployments": "\n".join(deployments),
            "authorization": about.get("authorization_endpoint"),
            "token": about.get("token_endpoint"),
            "keys": about.get("jwks_uri"),
            "audience": about.get("authorization_server") or "",
            "more_origins": "",
        }
    )
    if not form.is_valid():
        raise Refused(" ".join(f"{name}: {' '.join(map(str, why))}" for name, why in form.errors.items()))
    return form.save()


def ourselves(request: HttpRequest) -> dict[str, Any]:
    """How Podlab describes itself."""
    launch = request.build_absolute_uri(reverse("lti-launch"))
    deep = request.build_absolute_uri(reverse("lti-deep"))
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": request.build_absolute_uri(reverse("lti-login")),
        "redirect_uris": [launch, deep],
        "client_name": "Podlab",
        "jwks_uri": request.build_absolute_uri(reverse("lti-keys")),
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(SCOPES),
        CONFIGURATION: {
            "domain": request.get_host(),
            "target_link_uri": launch,
            "claims": KNOWN_OF_PEOPLE,
            "messages": [
                {"type": claims.LAUNCH, "target_link_uri": launch},
                {"type": claims.DEEP_LINKING, "target_link_uri": deep, "label": "Podlab"},
            ],
        },
    }
