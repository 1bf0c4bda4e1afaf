"""A lesson that is being made."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from labsite.sandboxes.models import Sandbox


class Draft(models.Model):
    """A lesson that somebody makes, and the cluster in which they do."""

    STAGES: ClassVar = [("setup", "setup"), ("play", "play"), ("edit", "edit")]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    sandbox = models.OneToOneField(Sandbox, null=True, on_delete=models.SET_NULL, related_name="draft")
    version = models.BigIntegerField(default=0)  # compare and swap: two windows do not write over each other
    stage = models.CharField(max_length=8, choices=STAGES, default="setup")

    before = models.TextField(blank=True)  # what the prepared cluster's own start.md does
    begun = models.JSONField(default=dict)  # the moment at which a learner begins: branch, at, number

    document = models.JSONField(
        default=dict
    )  # lessons/drafting/document.py; {}: the files say what no form has a place for
    files = models.JSONField(default=dict)  # by name; those that the document gives included
    borders = models.JSONField(default=list)  # the numbers of the solution's pieces with which the steps begin
    proposals = models.JSONField(default=list)  # by step (lessons/drafting/joining.py)
    lost = models.JSONField(default=list)  # what was done and cannot be played again: [why, what]
    differences = models.JSONField(default=list)  # what the replayed start has otherwise

    job = models.JSONField(default=dict)  # what is being done for it: work, and when it began
    report = models.JSONField(default=dict)  # of the last check: problems, and of which version
    published = models.CharField(max_length=64, blank=True)  # the digest of the version that was published last

    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["-updated"]

    def __str__(self) -> str:
        return self.slug or str(self.id)

    @property
    def slug(self) -> str:
        """The name in the lesson's address; empty while it has none."""
        return str(self.document.get("slug", ""))

    @property
    def scenario(self) -> dict[str, Any]:
        """The cluster of the lesson, without its files."""
        return dict(self.document.get("scenario") or {})

    def title(self, language: str) -> str:
        """The title in a language, or in another."""
        titles = self.document.get("title") or {}
        return str(titles.get(language) or next(iter(titles.values()), ""))
