"""Who uses the site: people with a name and a password, and guests, who have neither."""

import secrets
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A learner, or somebody who teaches. A guest is a learner too, known by the session alone until they sign up."""

    ROLES: ClassVar = [
        ("learner", _("Learner")),
        ("instructor", _("Instructor")),
        ("administrator", _("Administrator")),
    ]

    is_guest = models.BooleanField(default=False)
    role = models.CharField(
        max_length=16, choices=ROLES, default="learner"
    )  # on the site; in a class it may be another

    @classmethod
    def new_guest(cls) -> "User":
        """A guest, stored, whom no password lets in."""
        guest = cls(username=f"guest-{secrets.token_hex(8)}", is_guest=True)
        guest.set_unusable_password()
        guest.save()
        return guest
