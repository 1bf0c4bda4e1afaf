"""The account page: what is stored of the learner, to take along or to have deleted."""

import tempfile
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from labsite import limits
from labsite.accounts.models import User
from labsite.hosting import belongings
from labsite.sandboxes import clock

EXPORTS = limits.Rate(burst=5, every=60 * clock.SECOND)
# What the page counts: table and name.
COUNTED = (
    ("sandboxes.sandbox", gettext_lazy("Clusters")),
    ("lessons.run", gettext_lazy("Lessons begun")),
    ("sandboxes.entry", gettext_lazy("Commands and other inputs")),
    ("sandboxes.checkpoint", gettext_lazy("Saved moments")),
    ("door.token", gettext_lazy("Kubeconfig files")),
)


class Farewell(forms.Form):
    """The second question: the password, or a guest's word."""

    sure = forms.BooleanField(label=gettext_lazy("Yes, delete everything that is stored of me."), label_suffix="")
    password = forms.CharField(
        label=gettext_lazy("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )

    def __init__(self, *args: Any, user: User) -> None:
        super().__init__(*args)
        self.user = user
        if not user.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> str:
        """The learner's own; tried as rarely as at the log-in."""
        password: str = self.cleaned_data["password"]
        if not limits.allowed("farewell", str(self.user.pk), limits.LOG_IN):
            raise forms.ValidationError(_("Too many tries. Wait a moment."))
        if not self.user.check_password(password):
            raise forms.ValidationError(_("That is not your password."))
        return password


@login_required
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """What is stored."""
    user = cast(User, request.user)
    found = belongings.counted(user)
    counts = [(name, found.get(label, 0)) for label, name in COUNTED]
    context = {"counts": counts, "oidc": "" if user.is_guest else settings.OIDC_NAME}
    return render(request, "accounts/account.html", context | {"connected": "oidc.login" in found})


@require_POST
@login_required
@never_cache
def export(request: HttpRequest) -> HttpResponseBase:
    """Everything as a zip."""
    user = cast(User, request.user)
    if not limits.allowed("export", str(user.pk), EXPORTS):
        return render(request, "accounts/too_often.html", status=429)
    out = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    belongings.export(user, out)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename="podlab.zip", content_type="application/zip")


@login_required
@never_cache
@sensitive_post_parameters("password")
def delete(request: HttpRequest) -> HttpResponse:
    """Ask again; then delete everything, and out."""
    user = cast(User, request.user)
    form = Farewell(request.POST or None, user=user)
    last = belongings.last_keeper(user)
    if request.method == "POST" and not last and form.is_valid():
        logout(request)
        belongings.delete(user)
        return redirect("home")
    return render(request, "accounts/delete.html", {"form": form, "last": last})
