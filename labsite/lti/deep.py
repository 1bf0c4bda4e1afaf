"""Deep linking: somebody who teaches picks lessons, and the platform gets links to them. Follows LTI Deep Linking 2.0.

It goes on in the platform's frame without a session: the ticket in the form is all that it needs, and can be used once.
"""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from labsite.lti import keys
from labsite.lti.claims import CLAIM, DEEP, VERSION, Message
from labsite.lti.models import Platform
from labsite.lti.services import allowed
from labsite.lti.tokens import Forged
from labsite.pages import outline
from labsite.sandboxes import clock
from lessons import catalogue
from lessons.catalogue import Lesson

RESPONSE = "LtiDeepLinkingResponse"
RESOURCE = "ltiResourceLink"
LIFE_S = 300
MOST = 100


def page(request: HttpRequest, said: Message, ticket: str) -> HttpResponse:
    """The lessons, to be picked; raises Forged."""
    if said.person.role == "learner":
        raise Forged(_("Only who teaches can pick lessons."))
    if RESOURCE not in (said.wishes.get("accept_types") or ()):
        raise Forged(_("The platform takes no links to lessons here."))
    context = {
        "chapters": outline.chapters({}, get_language() or "en"),
        "ticket": ticket,
        "several": said.wishes.get("accept_multiple") is True,
    }
    return render(request, "lti/pick.html", context)


def answer(request: HttpRequest, platform: Platform, said: Message, chosen: list[str]) -> HttpResponse:
    """The page that hands the platform the links to the lessons *chosen*; raises Forged."""
    back = said.wishes.get("deep_link_return_url")
    if not isinstance(back, str) or not allowed(platform, [back]):
        raise Forged(_("The platform does not say where to go back to."))
    lessons = [found for slug in chosen[:MOST] if (found := catalogue.get(slug))]
    if said.wishes.get("accept_multiple") is not True:
        lessons = lessons[:1]
    token = keys.sign(response(request, platform, said, lessons))
    return render(request, "lti/back.html", {"back": back, "token": token})


def response(request: HttpRequest, platform: Platform, said: Message, lessons: list[Lesson]) -> dict[str, Any]:
    """The claims of the answer."""
    now = clock.wall() // clock.SECOND
    lines = said.wishes.get("accept_lineitem") is not False
    claims: dict[str, Any] = {
        "iss": platform.client,
        "aud": [platform.issuer],
        "iat": now,
        "exp": now + LIFE_S,
        "nonce": secrets.token_urlsafe(24),
        CLAIM + "message_type": RESPONSE,
        CLAIM + "version": VERSION,
        CLAIM + "deployment_id": said.deployment,
        DEEP + "content_items": [item(request, each, lines) for each in lessons],
    }
    if "data" in said.wishes:  # to be given back as it came
        claims[DEEP + "data"] = said.wishes["data"]
    return claims


def item(request: HttpRequest, lesson: Lesson, line: bool) -> dict[str, Any]:
    """A link to a lesson, with a line in the gradebook that is worth what the lesson is."""
    title = lesson.text(get_language() or "en").title
    found: dict[str, Any] = {
        "type": RESOURCE,
        "title": title,
        "url": request.build_absolute_uri(reverse("lti-launch")),
        "custom": {"lesson": lesson.slug},
    }
    if line:
        found["lineItem"] = {"scoreMaximum": worth(lesson), "label": title, "resourceId": lesson.slug}
    return found


def worth(lesson: Lesson) -> int:
    """The points of a lesson."""
    return sum(sum(step.weights.values()) for step in lesson.steps)
