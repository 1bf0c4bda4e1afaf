"""Addresses that want to hear what happens, and what is on its way to them."""

import secrets
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from labsite.classes.models import Classroom
from labsite.outside.parcels import Parcel
from labsite.sandboxes import clock


def new_name() -> str:
    """The id of a message, which stays the same however often it is sent."""
    return f"msg_{secrets.token_hex(12)}"


class Hook(models.Model):
    """An address, and which events it is told. Times are those of the wall, in Unix microseconds."""

    WHY: ClassVar = [
        ("", ""),
        ("hand", _("It was switched off by hand.")),
        ("failures", _("Too many deliveries in a row have failed.")),
        ("gone", _("The other side says that it is gone for good (HTTP 410).")),
        ("owner", _("Whoever registered it may not do so any more.")),
    ]

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, null=True, related_name="hooks")  # null: all
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="hooks")
    url = models.CharField(max_length=2000)
    kinds = models.JSONField(default=list)  # of events.EVENTS
    sealed = models.BinaryField()  # the secret (signing.py)
    before = models.BinaryField(default=bytes)  # the one before it,
    before_until = models.BigIntegerField(default=0)  # with which is signed as well until then
    on = models.BooleanField(default=True)
    why_off = models.CharField(max_length=8, choices=WHY, blank=True)
    told = models.BooleanField(default=True)  # whether the owner has seen that it was switched off
    failures = models.IntegerField(default=0)  # in a row
    resting = models.BigIntegerField(default=0)  # until when nothing is tried, after a failure
    missed = models.IntegerField(default=0)  # events that were left out because too much was on its way
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.url


class Delivery(Parcel):
    """One event, on its way to one address."""

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="deliveries")
    name = models.CharField(max_length=40, default=new_name)
    kind = models.CharField(max_length=40)
    body = models.TextField()  # exactly what is signed
    # Whom it is about: it goes with their account.
    about = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} to {self.hook}"

    @property
    def when(self) -> datetime | None:
        """When it was tried last."""
        return clock.date(self.tried) if self.tried else None

    @property
    def next(self) -> datetime:
        """When it is tried next."""
        return clock.date(self.due)
