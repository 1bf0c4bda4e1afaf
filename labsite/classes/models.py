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


class Pause(models.Model):
    """The clocks of all learners in a class stand still. Times are those of the wall, in Unix microseconds."""

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="pauses")
    by = models.CharField(max_length=150)
    since = models.BigIntegerField()
    until = models.BigIntegerField(default=0)  # 0: they still do

    class Meta:
        ordering: ClassVar = ["since", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["classroom"], condition=Q(until=0), name="one_pause_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.by} has paused {self.classroom}"


class Demonstration(models.Model):
    """Somebody who teaches shows a cluster of theirs to the class, as they work in it."""

    classroom = models.OneToOneField(Classroom, on_delete=models.CASCADE, related_name="demonstration")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="demonstrations")
    sandbox = models.ForeignKey("sandboxes.Sandbox", on_delete=models.CASCADE, related_name="demonstrations")
    began = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.user} shows {self.sandbox} to {self.classroom}"


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


class Prepared(models.Model):
    """A cluster as somebody who teaches has prepared it, once for all to whom it is offered; gone with the last offer of it."""

    state = models.BinaryField()  # Lab.snapshot()
    screens = models.BinaryField(default=bytes)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"prepared at {self.created}"


class Offer(models.Model):
    """What somebody who teaches sends to a learner, who may take it or leave it: a hint, a command, the start of a lesson (its name is
    the text), a prepared cluster (its title is the text)."""

    KINDS: ClassVar = [("hint", "hint"), ("command", "command"), ("start", "start"), ("state", "state")]

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="offers")
    sender = models.CharField(max_length=150)
    kind = models.CharField(max_length=8, choices=KINDS)
    text = models.CharField(max_length=500)
    prepared = models.ForeignKey(Prepared, on_delete=models.SET_NULL, null=True, related_name="offers")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user}"
