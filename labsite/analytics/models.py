"""What is counted of learners in classes: commands that failed, checks that were missing, hints and what came after them."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Note(models.Model):
    """What is to be counted of a turn; it is, within a minute or when somebody looks, and then the note is gone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sandbox = models.UUIDField()
    lesson = models.SlugField(max_length=100)
    wall = models.BigIntegerField()  # when it was, in Unix microseconds
    facts = models.JSONField()  # folding.Facts

    def __str__(self) -> str:
        return f"a turn in {self.lesson}"


class Stumble(models.Model):
    """A kind of error that somebody has met at a step, and how often."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="stumbles")
    lesson = models.SlugField(max_length=100)
    step = models.CharField(max_length=100)
    what = models.CharField(max_length=80)  # errors.py: the command, without its names
    why = models.CharField(max_length=80)  # and the reason
    times = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "lesson", "step", "what", "why"], name="one_stumble_of_a_kind")
        ]
        indexes: ClassVar = [models.Index(fields=["lesson", "user"], name="stumbles_at_a_lesson")]

    def __str__(self) -> str:
        return f"{self.what}: {self.why} ({self.times})"


class Lack(models.Model):
    """A check that was not fulfilled, after how many commands at its step."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lacks")
    lesson = models.SlugField(max_length=100)
    step = models.CharField(max_length=100)
    check_id = models.CharField(max_length=100)
    times = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "lesson", "step", "check_id"], name="one_lack_of_a_check")
        ]
        indexes: ClassVar = [models.Index(fields=["lesson", "user"], name="lacks_at_a_lesson")]

    def __str__(self) -> str:
        return f"{self.step}/{self.check_id} ({self.times})"


class Help(models.Model):
    """A hint that somebody was given, and when they passed its step. Times are those of the wall, in Unix microseconds; 0: not yet."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="helps")
    sandbox = models.UUIDField()
    lesson = models.SlugField(max_length=100)
    step = models.CharField(max_length=100)
    hint = models.CharField(max_length=100)  # its key (lessons/hints.py)
    given = models.BigIntegerField()
    followed = models.BigIntegerField(default=0)  # when they were given another
    passed = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sandbox", "step", "hint"], name="a_hint_once_at_a_step")
        ]
        indexes: ClassVar = [models.Index(fields=["lesson", "user"], name="helps_at_a_lesson")]

    def __str__(self) -> str:
        return f"hint {self.hint} for {self.step}"
