"""Who uses the site: people with a name and a password, and guests, who have neither."""

import secrets

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A learner. A guest is a learner too, known by the session alone until they sign up."""

    is_guest = models.BooleanField(default=False)

    @classmethod
    def new_guest(cls) -> "User":
        """A guest, stored, whom no password lets in."""
        guest = cls(username=f"guest-{secrets.token_hex(8)}", is_guest=True)
        guest.set_unusable_password()
        guest.save()
        return guest
