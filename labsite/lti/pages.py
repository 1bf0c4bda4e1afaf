"""What platforms are told of Podlab: its keys and its addresses."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from labsite.lti.keys import shown


@require_safe
@cache_control(public=True, max_age=300)
def keys(request: HttpRequest) -> HttpResponse:
    """The keys with which Podlab signs, as a JWK set."""
    return JsonResponse(shown())


def addresses(request: HttpRequest) -> list[tuple[str, str]]:
    """What has to be told to a platform: what it is called, and the address."""
    return [
        (_("Tool URL, and redirection URI"), request.build_absolute_uri(reverse("lti-launch"))),
        (_("Login initiation URL"), request.build_absolute_uri(reverse("lti-login"))),
        (_("Public keyset URL"), request.build_absolute_uri(reverse("lti-keys"))),
        (_("Content selection URL (deep linking)"), request.build_absolute_uri(reverse("lti-deep"))),
    ]
