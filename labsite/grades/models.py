"""What is kept of marks: how a class marks, the attempts with their evidence, the marks, and who changed one and why."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from labsite.classes.models import Classroom, Seat
from labsite.sandboxes.models import Sandbox
from lessons import grades

PERCENT = (MinValueValidator(0), MaxValueValidator(100))
WEIGHT = (MinValueValidator(0), MaxValueValidator(1000))
LONGEST_REASON, LONGEST_COMMENT = 500, 1000


class Policy(models.Model):
    """How a class marks; with a *lesson*, how it marks that one: what is empty there is as for all."""

    ATTEMPTS: ClassVar = [
        ("best", _("the best attempt")),
        ("last", _("the last attempt")),
        ("first", _("the first attempt")),
    ]
    LATE: ClassVar = [
        ("none", _("what is late counts in full")),
        ("fixed", _("what is late counts less, however late it is")),
        ("daily", _("what is late counts less for each day")),
        ("closed", _("what is late does not count")),
    ]

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="policies")
    lesson = models.SlugField(max_length=100, blank=True)  # empty: all
    # Of the lesson in the result of the class.
    weight = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal(1), validators=WEIGHT)
    attempts = models.CharField(max_length=8, choices=ATTEMPTS, blank=True)
    hint_cost = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True, validators=PERCENT)
    late = models.CharField(max_length=8, choices=LATE, blank=True)  # with the two after it
    late_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0), validators=PERCENT)
    late_floor = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0), validators=PERCENT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["classroom", "lesson"], name="one_policy_for_each_lesson")
        ]

    def __str__(self) -> str:
        return f"how {self.classroom} marks {self.lesson or 'lessons'}"

    def over(self, general: grades.Rules) -> grades.Rules:
        """The rules that lessons/grades.py reckons with: these, and the *general* ones where these say nothing."""
        late = (self.late, self.late_percent, self.late_floor)
        return grades.Rules(
            self.attempts or general.attempts,
            general.hint_cost if self.hint_cost is None else self.hint_cost,
            *(late if self.late else (general.late, general.late_percent, general.late_floor)),
        )


class Attempt(models.Model):
    """A lesson that was begun, in a sandbox of its own: what of it counts, and when it was done."""

    sandbox = models.OneToOneField(Sandbox, on_delete=models.CASCADE, related_name="attempt")
    version = models.BigIntegerField(default=-1)  # of the sandbox when it was looked at last
    started = models.DateTimeField()
    finished = models.DateTimeField(null=True)  # every step is reached; of an exam: it is over
    facts = models.JSONField(default=dict)  # lessons/grades.py
    hints = models.JSONField(default=dict)  # by step, how many were given
    worked = models.BigIntegerField(default=0)  # microseconds on the wall without long pauses
    heard = models.BigIntegerField(default=0)  # when something was done last, on the wall

    class Meta:
        ordering: ClassVar = ["started", "pk"]

    def __str__(self) -> str:
        return f"{self.sandbox} since {self.started}"


class Grade(models.Model):
    """The mark of somebody on a seat for a lesson. Who has none yet has no row, or one that was given by hand."""

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="grades")
    lesson = models.SlugField(max_length=100)
    points = models.DecimalField(max_digits=8, decimal_places=2, default=Decimal(0))  # as it was reckoned
    adjusted = models.DecimalField(max_digits=8, decimal_places=2, null=True)  # as it was set by hand
    of = models.IntegerField(default=0)
    by_hints = models.DecimalField(max_digits=8, decimal_places=2, default=Decimal(0))  # points that hints took away
    by_delay = models.DecimalField(max_digits=8, decimal_places=2, default=Decimal(0))
    late = models.BooleanField(default=False)  # whether something came after it was due
    hints = models.IntegerField(default=0)  # that were given in the attempt that counts
    attempt = models.ForeignKey(Attempt, on_delete=models.SET_NULL, null=True)  # the one that counts
    attempts = models.IntegerField(default=0)
    done = models.IntegerField(default=0)  # steps of the attempt that counts
    steps = models.IntegerField(default=0)
    finished = models.DateTimeField(null=True)
    updated = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["seat", "lesson"], name="one_grade_for_each_lesson")]

    def __str__(self) -> str:
        return f"{self.seat}: {self.lesson}: {self.mark} / {self.of}"

    @property
    def mark(self) -> Decimal:
        """The points that count."""
        return self.points if self.adjusted is None else self.adjusted

    @property
    def percent(self) -> Decimal:
        """The same in percent."""
        return grades.percent(self.mark, self.of)


class Adjustment(models.Model):
    """Somebody who teaches has set a mark, or (without points) lets it be as it is reckoned. It is never changed: who errs sets it again."""

    grade = models.ForeignKey(Grade, on_delete=models.CASCADE, related_name="adjustments")
    points = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    before = models.DecimalField(max_digits=8, decimal_places=2)  # the mark until then
    after = models.DecimalField(max_digits=8, decimal_places=2, default=Decimal(0))  # and from then on
    reason = models.CharField(max_length=LONGEST_REASON)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=150)  # of whoever it was, also when their account is gone
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.grade}: {self.points} by {self.name}"


class Comment(models.Model):
    """What somebody who teaches says to the learner about a mark."""

    grade = models.ForeignKey(Grade, on_delete=models.CASCADE, related_name="comments")
    text = models.CharField(max_length=LONGEST_COMMENT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=150)  # of whoever it was, also when their account is gone
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.grade}: {self.text}"
