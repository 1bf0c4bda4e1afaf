"""Tokens: who may speak to which cluster. What is stored does not open anything."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from labsite.sandboxes.models import Sandbox


class Token(models.Model):
    """A key to one sandbox for one person. Its secret is shown once and kept only as a hash."""

    name = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)  # SHA-256 of the secret, hexadecimal
    sandbox = models.ForeignKey(Sandbox, on_delete=models.CASCADE, related_name="tokens")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens")
    read_only = models.BooleanField(default=False)
    revoked = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-created"]

    def __str__(self) -> str:
        return f"{self.name} for {self.sandbox_id}"
