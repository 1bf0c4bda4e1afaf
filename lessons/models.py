"""What is kept of learning: a learner's way through a lesson."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Run(models.Model):
    """A learner does a lesson, in a sandbox of their own. *progress* is what `lessons.progress` makes of it."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="runs")
    lesson = models.SlugField()
    sandbox = models.UUIDField(unique=True)
    progress = models.JSONField(default=dict)
    started = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True, blank=True)
    # Kept when the lesson is begun anew: what was once done stays done.
    first_finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["learner", "lesson"], name="one_run_of_a_lesson")]

    def __str__(self) -> str:
        return f"{self.learner} does {self.lesson}"
