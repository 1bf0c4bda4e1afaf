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
    # Which version of it, where several are kept (lessons/shelf.py): with the one that was begun the learner goes on.
    edition = models.CharField(max_length=64, blank=True)
    # Set aside when the learner starts anew; it is kept, and can still be opened by its own address.
    set_aside = models.BooleanField(default=False)

    seed = models.BigIntegerField(default=new_seed)
    epoch = models.BigIntegerField(default=clock.wall)
    state = models.BinaryField(default=bytes)  # Lab.snapshot(); empty until it is first opened
    version = models.BigIntegerField(default=0)  # compare and swap
    seq = models.BigIntegerField(default=0)  # publications so far
    entries_count = models.BigIntegerField(default=0)

    # Which way of its history the cluster goes, and after which input of it it stands (sandboxes/history.py).
    branch = models.IntegerField(default=0)
    number = models.BigIntegerField(default=0)
    travels = models.BigIntegerField(default=0)  # how often another moment was gone to
    kept_at = models.BigIntegerField(default=-1)  # virtual time of the newest checkpoint; -1: there is none yet
    spent = models.BigIntegerField(default=0)  # processor time since it, in microseconds
    logged = models.BigIntegerField(default=0)  # about how many bytes the input log takes

    birth = models.BigIntegerField(default=0)  # virtual time 0 on the cluster's calendar
    now = models.BigIntegerField(default=0)  # virtual
    anchor = models.BigIntegerField(default=0)  # what the wall showed at `now`
    lease = models.BigIntegerField(default=0)  # until when, on the wall, somebody is known to watch
    speed = models.IntegerField(default=1)
    paused = models.BooleanField(default=False)
    rate = models.FloatField(
        default=1.0
    )  # how fast the clock really goes: less than `speed` where the machine cannot keep up
    jump = models.JSONField(default=dict)  # where the clock is on its way to (sandboxes/jumps.py); {}: it is not
    hold = models.JSONField(default=dict)  # by which pause of a class it is held (sandboxes/holding.py); {}: by none
    alarm_at = models.BigIntegerField(default=0)  # the one alarm that counts, on the wall; 0: none

    screens = models.BinaryField(default=bytes)  # what the terminals showed last
    focuses = models.JSONField(default=list)  # what each page looks at (console/focuses.py)

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

    def watched(self, wall_now: int) -> bool:
        """Whether somebody is known to watch."""
        return self.lease > wall_now

    def running(self, wall_now: int) -> bool:
        """Whether the cluster's clock goes by itself."""
        return self.watched(wall_now) and self.pace > 0 and not self.hold

    @property
    def pace(self) -> int:
        """How many times as fast as the wall's the clock goes by itself; 0 while it is stopped, or jumps."""
        return 0 if self.paused or self.jump else self.speed

    def virtual(self, wall_now: int) -> int:
        """The virtual time when the wall shows *wall_now*."""
        return clock.virtual_target(self.now, self.anchor, self.lease, self.schooltime(wall_now), self.pace)

    def schooltime(self, wall_now: int) -> int:
        """What the wall shows for those who learn: while their class is paused, what it showed when that began."""
        since: int = self.hold.get("since", wall_now)
        return min(wall_now, since)

    def clock(self, wall_now: int) -> dict[str, Any]:
        """What a browser needs in order to reckon ages and to draw the time bar (console/messages/)."""
        return {
            "now": (self.birth + self.virtual(wall_now)) // 1000,
            "birth": self.birth,
            "running": self.running(wall_now),
            "speed": self.speed,
            "rate": self.rate if self.running(wall_now) else 0,
            "paused": self.paused,
            "held": self.hold.get("by", ""),
            "jump": self.jump and {**self.jump, "at": self.now},
            "branch": self.branch,
        }


class Entry(models.Model):
    """The input log: what was put into a cluster and when. Replaying it on a new cluster gives the same bytes."""

    sandbox = models.ForeignKey(Sandbox, on_delete=models.CASCADE, related_name="entries")
    number = models.BigIntegerField()  # over all branches: it grows with each input
    branch = models.IntegerField(default=0)
    at = models.BigIntegerField()  # virtual microseconds
    entry = models.JSONField()
    by = models.CharField(max_length=150, blank=True)  # who typed it, if the learner had lent the keyboard
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
    page = models.CharField(max_length=80, blank=True)  # what it calls itself (console/focuses.py)
    beside = models.CharField(max_length=150, blank=True)  # who looks over the learner's shoulder; empty: it is theirs
    expires = models.BigIntegerField()  # on the wall

    def __str__(self) -> str:
        return self.channel


class Keyboard(models.Model):
    """Whoever looks over the learner's shoulder would like to type, or does, lent the keyboard; gone with their browser."""

    sandbox = models.ForeignKey(Sandbox, on_delete=models.CASCADE, related_name="keyboards")
    channel = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=150)
    lent = models.BooleanField(default=False)
    expires = models.BigIntegerField()  # on the wall

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sandbox"], condition=models.Q(lent=True), name="one_has_the_keyboard")
        ]

    def __str__(self) -> str:
        return f"{self.name} {'has' if self.lent else 'asks for'} the keyboard"


class Branch(models.Model):
    """A way that a cluster's history took from a moment on. The first has the number 0, and comes from nowhere."""

    sandbox = models.ForeignKey(Sandbox, on_delete=models.CASCADE, related_name="branches")
    branch = models.IntegerField()
    name = models.CharField(max_length=80, blank=True)
    parent = models.IntegerField(null=True)
    fork_at = models.BigIntegerField(default=0)  # where it left its parent: virtual time,
    fork_number = models.BigIntegerField(default=0)  # and the last input that they have in common
    end_at = models.BigIntegerField(default=0)  # where it was left; the one that goes on ends where its cluster stands
    end_number = models.BigIntegerField(default=0)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["sandbox", "branch"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["sandbox", "branch"], name="branch_number")]

    def __str__(self) -> str:
        return self.name or f"branch {self.branch}"


class Checkpoint(models.Model):
    """A cluster as it was at virtual time *at*, after the input *number*: from here its history is played again."""

    sandbox = models.ForeignKey(Sandbox, on_delete=models.CASCADE, related_name="checkpoints")
    branch = models.IntegerField()
    at = models.BigIntegerField()
    number = models.BigIntegerField()
    state = models.BinaryField()  # Lab.snapshot()
    screens = models.BinaryField(default=bytes)
    size = models.IntegerField()  # bytes
    cost = models.BigIntegerField()  # processor time from the checkpoint before it, in microseconds
    pinned = models.BooleanField(
        default=False
    )  # the beginning, or the end of a branch that was left: never thinned out

    class Meta:
        ordering: ClassVar = ["sandbox", "number", "at", "id"]
        indexes: ClassVar = [models.Index(fields=["sandbox", "branch", "number", "at"], name="checkpoint_moment")]

    def __str__(self) -> str:
        return f"{self.branch}: {self.at}"


class Mark(models.Model):
    """Something that is worth a mark on the time bar: a command, an event, another status."""

    sandbox = models.ForeignKey(Sandbox, on_delete=models.CASCADE, related_name="marks")
    branch = models.IntegerField()
    at = models.BigIntegerField()
    number = models.BigIntegerField()  # the last input before it; for an input, its own
    kind = models.CharField(max_length=12)  # see sandboxes/marks.py
    subject = models.CharField(max_length=300, blank=True)  # pods/default/web
    text = models.CharField(max_length=300)
    by = models.CharField(max_length=150, blank=True)  # who typed it, if it was not the learner

    class Meta:
        ordering: ClassVar = ["sandbox", "number", "at", "id"]
        indexes: ClassVar = [models.Index(fields=["sandbox", "branch", "at"], name="mark_moment")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


class Life(models.Model):
    """What happened to one Pod for a while: facts on its lanes (sandboxes/lives.py)."""

    sandbox = models.ForeignKey(Sandbox, on_delete=models.CASCADE, related_name="lives")
    branch = models.IntegerField()
    at = models.BigIntegerField()  # of the first fact
    number = models.BigIntegerField()  # the last input before it
    pod = models.CharField(max_length=320)  # NAMESPACE/NAME
    uid = models.CharField(max_length=36)
    facts = models.JSONField()

    class Meta:
        ordering: ClassVar = ["sandbox", "number", "at", "id"]
        indexes: ClassVar = [models.Index(fields=["sandbox", "pod", "branch", "at"], name="life_of_a_pod")]

    def __str__(self) -> str:
        return self.pod


class Standing(models.Model):
    """How far the learner was in the lesson from a moment on: progress belongs to the moments of a branch."""

    sandbox = models.ForeignKey(Sandbox, on_delete=models.CASCADE, related_name="standings")
    branch = models.IntegerField()
    at = models.BigIntegerField()
    number = models.BigIntegerField()
    progress = models.JSONField()

    class Meta:
        ordering: ClassVar = ["sandbox", "number", "at", "id"]
        indexes: ClassVar = [models.Index(fields=["sandbox", "branch", "at"], name="standing_moment")]

    def __str__(self) -> str:
        return f"{self.branch}: {self.at}"


class Share(models.Model):
    """A moment of a cluster that a link opens as a copy, until it expires or its owner takes it back (then it is deleted)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sandbox = models.ForeignKey(Sandbox, on_delete=models.CASCADE, related_name="shares")
    title = models.CharField(max_length=200, blank=True)
    at = models.BigIntegerField()
    unix = models.BigIntegerField()  # what the cluster's calendar showed
    state = models.BinaryField()
    screens = models.BinaryField(default=bytes)
    expires = models.BigIntegerField()  # on the wall
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-created"]

    def __str__(self) -> str:
        return self.title or str(self.id)
