"""The way in by OpenID Connect: the authorization code flow, with PKCE. What makes a question this browser's own is kept in its session."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from labsite import limits
from labsite.accounts.models import User
from labsite.accounts.views import address, come_in, too_often
from labsite.oidc import leaving, people, provider, tokens
from labsite.oidc.provider import Facts, Unusable
from labsite.sandboxes import clock

RATE = limits.Rate(burst=100, every=clock.SECOND)  # a whole class may sit behind one address
PENDING, WISH = "oidc", "oidc-connect"  # places in the session
MOST_PENDING = 5  # tabs in which somebody comes in at the same time
LIFE, WISH_LIFE = 600 * clock.SECOND, 300 * clock.SECOND


def refused(request: HttpRequest, why: object) -> HttpResponse:
    """The page that says why not."""
    context = {"why": why, "name": settings.OIDC_NAME}
    return render(request, "oidc/refused.html", context, status=400)


def back(request: HttpRequest) -> str:
    """Where the provider sends browsers back to."""
    return request.build_absolute_uri(reverse("oidc-back"))


@require_GET
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """To the provider. A link and no form: the policy lets no form lead to another site."""
    if not settings.OIDC_ISSUER:
        raise Http404
    if not limits.allowed("oidc", address(request), RATE):
        return too_often(request)
    try:
        facts = provider.discovered()
    except Unusable as error:
        return refused(request, error)
    asked, connects = provider.new_question(), wants_to_connect(request)
    kept = {"nonce": asked["nonce"], "verifier": asked["verifier"], "at": clock.wall(), "connects": connects}
    kept["next"] = request.GET.get("next", "")[:2000]
    others = list(request.session.get(PENDING, {}).items())[1 - MOST_PENDING :]
    request.session[PENDING] = dict(others) | {asked["state"]: kept}
    # Who connects an account says there who they are: the browser may be logged in there as somebody else.
    more = {"prompt": "login"} if connects else {}
    return HttpResponse(status=302, headers={"Location": provider.question(facts, back(request), asked, **more)})


@require_POST
@never_cache
def connect(request: HttpRequest) -> HttpResponse:
    """Somebody wants to come in from the provider from now on, into the account that they are in."""
    user = cast(User, request.user)
    if not settings.OIDC_ISSUER or user.is_guest:
        raise Http404
    request.session[WISH] = [user.pk, clock.wall()]
    return render(request, "oidc/connect.html", {"name": settings.OIDC_NAME})


def wants_to_connect(request: HttpRequest) -> bool:
    """Whether they have said so a moment ago; it holds once."""
    wish = request.session.pop(WISH, None)
    return bool(wish) and wish[0] == request.user.pk and clock.wall() - wish[1] < WISH_LIFE


@require_GET
@never_cache
def come_back(request: HttpRequest) -> HttpResponse:
    """Back from the provider, with a code."""
    kept = taken(request)
    if kept is None:
        return refused(request, _("This log-in is over, or was not begun in this browser. Start it again."))
    if "error" in request.GET:
        return refused(request, _("The provider does not let you in (%s).") % request.GET["error"][:100])
    try:
        facts = provider.discovered()
        if request.GET.get("iss", facts["issuer"]) != facts["issuer"]:  # RFC 9207: the answer of another provider
            raise Unusable(_("The provider's token is not valid: %s") % "iss")
        found = provider.redeemed(facts, request.GET.get("code", "")[:4000], kept["verifier"], back(request))
        claims = known(facts, tokens.verified(facts, found.get("id_token"), kept["nonce"]), found)
    except Unusable as error:
        return refused(request, error)
    return connected(request, claims) if kept["connects"] else entered(request, claims, kept, found["id_token"])


def taken(request: HttpRequest) -> dict[str, Any] | None:
    """What the session keeps of the question that is answered; it is answered once."""
    pending = request.session.get(PENDING, {})
    kept: dict[str, Any] | None = pending.pop(request.GET.get("state", ""), None)
    request.session[PENDING] = pending
    return kept if kept and 0 <= clock.wall() - kept["at"] < LIFE else None


def known(facts: Facts, claims: dict[str, Any], found: Facts) -> dict[str, Any]:
    """All that the provider says of the person: what is not in the token, it tells whoever has the access token. Raises Unusable."""
    wanted = ["preferred_username", *([settings.OIDC_ROLE_CLAIM] if settings.OIDC_ROLE_CLAIM else [])]
    access = found.get("access_token")
    if "userinfo_endpoint" not in facts or all(name in claims for name in wanted) or not isinstance(access, str):
        return claims
    more = provider.person(facts, access)
    if more.get("sub") != claims["sub"]:
        raise Unusable(_("The provider's token is not valid: %s") % "sub")
    return {**more, **claims}


def entered(request: HttpRequest, claims: dict[str, Any], kept: dict[str, Any], token: str) -> HttpResponse:
    """In, to where they wanted; what a guest did before goes with them."""
    user = people.account(claims)
    if not user.is_active:
        return refused(request, _("This account is closed."))
    people.give_role(user, claims)
    come_in(request, user)
    leaving.remember(request, token)
    safe = url_has_allowed_host_and_scheme(kept["next"], {request.get_host()}, require_https=request.is_secure())
    return redirect(kept["next"] if safe else "catalogue")


def connected(request: HttpRequest, claims: dict[str, Any]) -> HttpResponse:
    """The account in which they are is theirs from the provider, too."""
    if not isinstance(request.user, User) or request.user.is_guest:
        return refused(request, _("This log-in is over, or was not begun in this browser. Start it again."))
    try:
        people.connect(claims, request.user)
    except people.Taken:
        return refused(request, _("You have another account here, to which this log-in belongs already."))
    messages.success(request, _("Connected. You can come in by %s from now on.") % settings.OIDC_NAME)
    return redirect("account")
