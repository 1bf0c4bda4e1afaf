"""What owners are told on whatever page they see next: which of their webhooks were switched off."""

from typing import Any

from django.http import HttpRequest

from labsite.accounts.models import User
from labsite.webhooks.models import Hook


def fallen(request: HttpRequest) -> dict[str, Any]:
    """For every page: the webhooks of whoever looks at it that were switched off, and that they have not looked at since."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or user.is_guest:
        return {}
    return {"fallen_webhooks": Hook.objects.filter(owner=user, told=False)}
