"""Addresses of other sites, as somebody gives them in a form."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from labsite.outside.requests import parts


def proper(url: str) -> str:
    """*url*, if another site may be reached there; raises ValidationError."""
    try:
        scheme = parts(url).scheme
    except ValueError:
        raise ValidationError(_("This is no address that begins with https://.")) from None
    if scheme != "https" and not settings.PRIVATE_TARGETS:
        raise ValidationError(_("The address must begin with https://."))
    return url
