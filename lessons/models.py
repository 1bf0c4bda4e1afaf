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


class LessonVersion(models.Model):
    """A version of a lesson that somebody wrote here (lessons/shelf.py): it never changes."""

    slug = models.SlugField(max_length=60)
    digest = models.CharField(max_length=64)  # lessons/versions.py
    files = models.JSONField(default=dict)
    current = models.BooleanField(default=False)  # whether this is the one that learners find
    # Who learns from a lesson keeps it when its author leaves.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="lesson_versions"
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["slug", "digest"], name="one_of_each_version"),
            models.UniqueConstraint(
                fields=["slug"], condition=models.Q(current=True), name="one_current_version_of_a_lesson"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.digest[:12]}"
