"""The people of the site, for administrators: who they are, and who may teach."""

from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from labsite.accounts.models import User

MOST = 100


@require_GET
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Those with an account whose name matches a search; without one, those who teach."""
    query = request.GET.get("q", "").replace("\0", "")[:150]
    people = User.objects.filter(is_guest=False).order_by("username")
    found = people.filter(username__icontains=query) if query else people.exclude(role="learner")
    context = {"people": found[:MOST], "q": query, "roles": User.ROLES}
    return render(request, "accounts/people.html", context)


@require_POST
@transaction.atomic
def appoint(request: HttpRequest, person: int) -> HttpResponse:
    """Give somebody another role on the site. One administrator always remains: nobody can dismiss themselves."""
    found = get_object_or_404(User.objects.select_for_update(), pk=person, is_guest=False)
    role = request.POST.get("role", "")
    if role in dict(User.ROLES) and found.pk != cast(User, request.user).pk:
        found.role = role
        found.save(update_fields=["role"])
        messages.success(request, _("%(name)s has another role now.") % {"name": found.username})
    else:
        messages.error(request, _("Nobody can change their own role."))
    return redirect("people")
