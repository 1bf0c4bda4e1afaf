"""A class, who has a seat in it, and which lessons it does."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# Without letters and digits that look alike.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH, PIN_LENGTH = 8, 6


def new_code() -> str:
    """A code that nobody has had: about 40 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def new_pin() -> str:
    """A PIN, with which somebody comes back to their seat."""
    return f"{secrets.randbelow(10**PIN_LENGTH):0{PIN_LENGTH}}"


class Classroom(models.Model):
    """A class."""

    name = models.CharField(max_length=80)
    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code)
    open = models.BooleanField(default=True)  # whether who is not on the list may join with the code
    gates = models.BooleanField(default=False)  # whether a lesson waits for those that it requires
    zone = models.CharField(max_length=64, default="UTC")  # in which due dates are written
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-created", "-id"]

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """A place in a class. It is empty until somebody whose name is on the list comes."""

    ROLES: ClassVar = [("learner", _("Learner")), ("assistant", _("Assistant")), ("instructor", _("Instructor"))]

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="seats")
    role = models.CharField(max_length=12, choices=ROLES, default="learner")
    name = models.CharField(max_length=80)  # as it was given
    number = models.CharField(max_length=40, blank=True)
    pin = models.CharField(max_length=PIN_LENGTH, default=new_pin)
    joined = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["number", "name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["classroom", "user"], name="one_seat_in_a_class"),
            models.UniqueConstraint(
                fields=["classroom", "number"], condition=~Q(number=""), name="one_seat_for_each_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} in {self.classroom}"


class Assignment(models.Model):
    """A lesson that a class does, as the lesson was when it was chosen."""

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="assignments")
    lesson = models.SlugField(max_length=100)
    digest = models.CharField(max_length=64)  # of the lesson's folder (lessons/versions.py)
    due = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["classroom", "lesson"], name="a_lesson_once_in_a_class")
        ]

    def __str__(self) -> str:
        return f"{self.lesson} in {self.classroom}"


class Desk(models.Model):
    """Where a learner stands, as those who teach see it. Times are those of the wall, in Unix microseconds; 0: never."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desk")
    sandbox = models.UUIDField(null=True)
    lesson = models.SlugField(max_length=100, blank=True)
    step = models.CharField(max_length=100, blank=True)
    done = models.IntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)  # the last command that failed since the last step
    progressed = models.BigIntegerField(default=0)  # when a step was reached, or the lesson begun
    seen = models.BigIntegerField(default=0)  # when something was done last
    hand = models.BigIntegerField(default=0)  # when the hand was raised; 0: it is not

    def __str__(self) -> str:
        return f"the desk of {self.user}"


class Look(models.Model):
    """Somebody who teaches looks at a learner's sandbox, in a browser; forgotten when it was not heard of for a while."""

    sandbox = models.UUIDField(db_index=True)
    channel = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=150)
    expires = models.BigIntegerField()  # on the wall

    def __str__(self) -> str:
        return f"{self.name} looks"


class Offer(models.Model):
    """A hint or a command that somebody who teaches sends to a learner, who may take it or leave it."""

    KINDS: ClassVar = [("hint", "hint"), ("command", "command")]

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="offers")
    sender = models.CharField(max_length=150)
    kind = models.CharField(max_length=8, choices=KINDS)
    text = models.CharField(max_length=500)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user}"
