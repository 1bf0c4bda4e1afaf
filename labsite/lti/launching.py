"""The way in from a platform: it says that somebody comes, is asked who, answers with a signed message, and they come in.

No step needs a cookie in a frame. What is to become a session is always led into a tab of its own, and there, where browsers send
cookies, the browser that comes back must be the one that set out. A guest's own session is seen at the last step, which browsers
make as a visit of ours, so that their work goes with them.
"""

import hashlib
import secrets
from datetime import timedelta
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from labsite import limits
from labsite.accounts.views import address, come_in, too_often
from labsite.lti import deep, people
from labsite.lti.claims import DEEP_LINKING, LAUNCH, Message, understood
from labsite.lti.framing import framed
from labsite.lti.keys import Unsealed
from labsite.lti.models import Launch, Platform
from labsite.lti.tokens import Forged, verified
from labsite.sandboxes import clock

LIFE = timedelta(minutes=10)
PICKING = timedelta(hours=2)  # so long may somebody choose lessons
RATE = limits.Rate(burst=300, every=clock.SECOND // 5)  # a whole class comes at once, from one address
ASKED = ("iss", "login_hint", "target_link_uri", "lti_message_hint", "client_id", "lti_deployment_id")
LONGEST = 4000
COOKIE = "podlab-lti-"


# --- the platform says that somebody comes ----------------------------------------------------------------------------------


@csrf_exempt
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """The platform is asked who it is (OpenID Connect, third-party initiated login)."""
    if not limits.allowed("lti", address(request), RATE):
        return too_often(request)
    fields = request.POST if request.method == "POST" else request.GET
    said = {name: fields[name][:LONGEST] for name in ASKED if name in fields}
    platform = registration(said)
    if platform is None or not said.get("login_hint"):
        return refused(request, _("No platform with this issuer and client id is registered here."))
    deep_linking = said.get("target_link_uri", "").partition("?")[0].endswith(reverse("lti-deep"))
    if request.headers.get("Sec-Fetch-Dest") in ("iframe", "frame") and not deep_linking:
        again = f"{reverse('lti-login')}?{urlencode(said)}"
        return framed(render(request, "lti/outside.html", {"again": again}), platform)
    return asked(request, platform, said)


def registration(said: dict[str, str]) -> Platform | None:
    """The registration that a platform means; it need not say the client id if there is but one."""
    found = Platform.objects.filter(issuer=said.get("iss", ""))
    if client := said.get("client_id"):
        found = found.filter(client=client)
    return found.get() if found.count() == 1 else None


def asked(request: HttpRequest, platform: Platform, said: dict[str, str]) -> HttpResponse:
    """To the platform's authorization, with a question that can be answered once, by this browser."""
    Launch.objects.filter(created__lt=timezone.now() - PICKING).delete()
    nonce, state = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    held = secrets.token_urlsafe(32)
    Launch.objects.create(platform=platform, secret=digest(state), nonce=nonce, browser=digest(held))
    query = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client,
        "redirect_uri": request.build_absolute_uri(reverse("lti-launch")),
        "login_hint": said["login_hint"],
        "state": state,
        "nonce": nonce,
    }
    if "lti_message_hint" in said:
        query["lti_message_hint"] = said["lti_message_hint"]
    joint = "&" if "?" in platform.authorization else "?"
    answer = HttpResponse(status=302, headers={"Location": f"{platform.authorization}{joint}{urlencode(query)}"})
    seconds = int(LIFE.total_seconds())
    answer.set_cookie(
        cookie(digest(held)), held, seconds, path="/lti/", httponly=True, samesite="Lax", secure=settings.HTTPS
    )
    return answer


def digest(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def cookie(browser: str) -> str:
    """The name of a launch's cookie: several may be under way in one browser."""
    return COOKIE + browser[:16]


# --- the platform answers ---------------------------------------------------------------------------------------------------


@csrf_exempt  # the state and the signature say where it comes from, which a cookie could not
@require_POST
@never_cache
def launch(request: HttpRequest) -> HttpResponse:
    """The platform's signed message."""
    row = taken(request.POST.get("state", ""), LIFE)
    if row is None or row.claims is not None:
        return refused(request, _("This launch is over, or was made already. Start it again from your course."))
    if "error" in request.POST:
        return framed(refused(request, _("The platform does not let you in.")), row.platform)
    try:
        claims = verified(row.platform, request.POST.get("id_token", ""), row.nonce)
        return went(request, row, claims)
    except Forged as error:
        return framed(refused(request, str(error)), row.platform)


def taken(secret: str, life: timedelta) -> Launch | None:
    """The launch with that secret, which nobody else can take any more; None if there is none, or it is too old."""
    since = timezone.now() - life
    row = Launch.objects.filter(secret=digest(secret), created__gte=since).select_related("platform").first()
    return row if row and Launch.objects.filter(pk=row.pk).delete()[0] else None


def went(request: HttpRequest, row: Launch, claims: dict[str, Any]) -> HttpResponse:
    """On: to the lessons that can be picked, or in."""
    ticket, said = secrets.token_urlsafe(32), understood(claims)
    Launch.objects.create(platform=row.platform, secret=digest(ticket), nonce="", browser=row.browser, claims=claims)
    if said.kind == DEEP_LINKING:
        return framed(deep.page(request, said, ticket), row.platform)
    if not said.context:
        raise Forged(_("The message does not say from which course you come."))
    return redirect("lti-enter", ticket)


@require_GET
@never_cache
def enter(request: HttpRequest, ticket: str) -> HttpResponse:
    """In, as who the platform says, to the lesson that the link is for; what a guest did before goes with them."""
    row = taken(ticket, LIFE)
    said = understood(row.claims or {}) if row else None
    if row is None or said is None or said.kind != LAUNCH:
        return refused(request, _("This launch is over, or was made already. Start it again from your course."))
    held = request.COOKIES.get(cookie(row.browser), "")
    if not compare_digest(digest(held), row.browser):
        says = _(
            "This is not the browser in which the launch began, or it takes no cookies. Open the link in a new tab."
        )
        return framed(refused(request, says), row.platform)
    try:
        return seated(request, row.platform, said)
    except people.Full:
        return refused(request, _("The class is full."))


def seated(request: HttpRequest, platform: Platform, said: Message) -> HttpResponse:
    """To the lesson, logged in, with a seat in the class; raises Full."""
    user = people.account(platform, said.person)
    if not user.is_active:
        return refused(request, _("This account is closed."))
    come_in(request, user)
    where = people.context(platform, said)
    people.seat(where, said.person, user)
    link = people.link(where, said)
    return redirect("lesson", link.lesson) if link and link.lesson else redirect("class", where.classroom_id)


# --- the platform asks which lessons to link to ------------------------------------------------------------------------------


@csrf_exempt  # the ticket stands for the cookie, which a frame does not have
@require_POST
@never_cache
def pick(request: HttpRequest) -> HttpResponse:
    """Back to the platform, with links to the lessons that were picked."""
    row = taken(request.POST.get("ticket", ""), PICKING)
    said = understood(row.claims or {}) if row else None
    if row is None or said is None or said.kind != DEEP_LINKING:
        return refused(request, _("This choice is over, or was made already. Start it again from your course."))
    try:
        return framed(deep.answer(request, row.platform, said, request.POST.getlist("lesson")), row.platform)
    except (Forged, Unsealed) as error:
        return framed(refused(request, str(error)), row.platform)


def refused(request: HttpRequest, why: str) -> HttpResponse:
    """The page that says why not."""
    return render(request, "lti/refused.html", {"why": why}, status=400)
