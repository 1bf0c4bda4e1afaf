"""The platforms that are registered, for administrators: which there are, and to add, change and remove them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from labsite.lti import joining
from labsite.lti.forms import PlatformForm
from labsite.lti.models import Platform
from labsite.lti.pages import addresses

MOST = 200


@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """All of them, what they have to know of us, and the form for another one; or a link by which one registers itself."""
    registers = request.method == "POST" and "invite" not in request.POST
    form = PlatformForm(request.POST if registers else None)
    if registers and Platform.objects.count() < MOST and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("lti-platforms")
    link = joining.invitation(request) if "invite" in request.POST else ""
    context = {"platforms": Platform.objects.all(), "form": form, "addresses": addresses(request), "link": link}
    return render(request, "lti/platforms.html", context)


@never_cache
def change(request: HttpRequest, platform: int) -> HttpResponse:
    """One of them, to be changed or removed."""
    found = get_object_or_404(Platform, pk=platform)
    if "remove" in request.POST:
        found.delete()
        messages.success(
            request, _("The platform is removed. Accounts, classes and work of those who came from it stay.")
        )
        return redirect("lti-platforms")
    form = PlatformForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("lti-platforms")
    return render(request, "lti/platform.html", {"platform": found, "form": form})
