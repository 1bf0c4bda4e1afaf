"""A cluster asleep in its row, who watches it, and everything that was ever put into it."""

import secrets
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from labsite.sandboxes import clock

SEED_BITS = 48


def new_seed() -> int:
    """A seed that nobody has had."""
    return secrets.randbits(SEED_BITS)


class Sandbox(models.Model):
    """One learner's cluster. Times are whole microseconds: virtual ones since its birth, those of the wall in Unix time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sandboxes")
    lesson = models.SlugField(max_length=100, blank=True)  # empty: the free lab
    # Set aside when the learner starts anew; it is kept, and can still be opened by its own address.
    set_aside = models.BooleanField(default=False)

    seed = models.BigIntegerField(default=new_seed)
    epoch = models.BigIntegerField(default=clock.wall)
    state = models.BinaryField(default=bytes)  # Lab.snapshot(); empty until it is first opened
    version = models.BigIntegerField(default=0)  # compare and swap
    seq = models.BigIntegerField(default=0)  # publications so far
    entries_count = models.BigIntegerField(default=0)

    birth = models.BigIntegerField(default=0)  # virtual time 0 on the cluster's calendar
    now = models.BigIntegerField(default=0)  # virtual
    anchor = models.BigIntegerField(default=0)  # what the wall showed at `now`
    lease = models.BigIntegerField(default=0)  # until when, on the wall, somebody is known to watch
    alarm_at = models.BigIntegerField(default=0)  # the one alarm that counts, on the wall; 0: none

    screens = models.BinaryField(default=bytes)  # what the terminals showed last
    focus = models.JSONField(default=dict)  # the Pod whose describe text and log are shown

    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "lesson"], condition=models.Q(set_aside=False), name="one_sandbox_for_each_lesson"
            )
        ]

    def __str__(self) -> str:
        return f"{self.lesson or 'free lab'} of {self.owner}"

    def running(self, wall_now: int) -> bool:
        """Whether the cluster's clock goes."""
        return self.lease > wall_now

    def clock(self, wall_now: int) -> dict[str, Any]:
        """What a browser needs in order to reckon ages: virtual Unix milliseconds, and whether the clock goes."""
        virtual = clock.virtual_target(self.now, self.anchor, self.lease, wall_now)
        return {"now": (self.birth + virtual) // 1000, "running": self.running(wall_now), "speed": 1}


class Entry(models.Model):
    """The input log: what was put into a cluster and when. Replaying it on a new cluster gives the same bytes."""

    sandbox = models.ForeignKey(Sandbox, on_delete=models.CASCADE, related_name="entries")
    number = models.BigIntegerField()
    at = models.BigIntegerField()  # virtual microseconds
    entry = models.JSONField()
    client_id = models.CharField(
        max_length=64
    )  # the browser's own number for it: it happens once, however often it is sent

    class Meta:
        ordering: ClassVar = ["sandbox", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sandbox", "number"], name="entry_number"),
            models.UniqueConstraint(fields=["sandbox", "client_id"], name="entry_happens_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.entry.get('type')}"


class Viewer(models.Model):
    """A browser that watches a sandbox; forgotten when it was not heard of for a while."""

    sandbox = models.ForeignKey(Sandbox, on_delete=models.CASCADE, related_name="viewers")
    channel = models.CharField(max_length=120, unique=True)
    expires = models.BigIntegerField()  # on the wall

    def __str__(self) -> str:
        return self.channel
