"""Who somebody is for the provider."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Login(models.Model):
    """A person of an issuer, who is this user here. Names and e-mail addresses say nothing of that: they change hands."""

    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="oidc_logins")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["issuer", "subject"], name="one_user_of_a_person")]

    def __str__(self) -> str:
        return f"{self.user} at {self.issuer}"
