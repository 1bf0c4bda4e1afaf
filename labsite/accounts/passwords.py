"""Passwords: changed by whom they belong to; forgotten ones anew, by a link from an administrator, since the site sends no mail."""

from typing import Any, cast

from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.contrib.messages.views import SuccessMessageMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from labsite.accounts.models import User

CHANGED = _("Your password is another one now.")


class Change(SuccessMessageMixin, PasswordChangeView):  # type: ignore[type-arg]
    """With the old one; the browser stays logged in, all others are logged out."""

    template_name = "accounts/password.html"
    success_url = reverse_lazy("account")
    success_message = CHANGED

    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only for those who have one: guests, and who come in from elsewhere, have none."""
        has_one = cast(User, self.request.user).has_usable_password()
        return cast(HttpResponse, super().dispatch(*args, **kwargs)) if has_one else redirect("account")


class Choose(SuccessMessageMixin, PasswordResetConfirmView):  # type: ignore[type-arg]
    """Whoever has the link chooses a new one: once, and within PASSWORD_RESET_TIMEOUT."""

    template_name = "accounts/password.html"
    success_url = reverse_lazy("log-in")
    success_message = CHANGED


@require_POST
@never_cache
def give_link(request: HttpRequest, person: int) -> HttpResponse:
    """A link by which somebody who has forgotten their password chooses another; shown once, to be handed to them."""
    found = get_object_or_404(User, pk=person, is_guest=False)
    words = {"uidb64": urlsafe_base64_encode(force_bytes(found.pk)), "token": default_token_generator.make_token(found)}
    link = request.build_absolute_uri(reverse("password-choose", kwargs=words))
    return render(request, "accounts/password_link.html", {"person": found, "link": link})
