"""How a class marks: the rules for each of its lessons, and what each weighs in the result."""

from decimal import Decimal
from typing import NamedTuple

from labsite.grades.models import Policy
from lessons.grades import Rules


class Policies(NamedTuple):
    """How a class marks."""

    general: Rules
    own: dict[str, Policy]  # of lessons that have their own

    def rules(self, lesson: str) -> Rules:
        """The rules for a lesson."""
        return self.own[lesson].over(self.general) if lesson in self.own else self.general

    def weight(self, lesson: str) -> Decimal:
        """What it weighs in the result."""
        return self.own[lesson].weight if lesson in self.own else Decimal(1)


def of(classroom: int) -> Policies:
    """How a class marks; what it does not say is as lessons/grades.py has it."""
    rows = {policy.lesson: policy for policy in Policy.objects.filter(classroom=classroom)}
    general = rows.pop("", None)
    return Policies(general.over(Rules()) if general else Rules(), rows)
