"""Parcels: what is to be sent to another site, and is tried again until it has arrived or is given up.

A parcel is a row, so that nothing is lost when a process ends. Who tries takes it first, by writing down when it will be tried
next: a worker that dies while it tries costs a wait and nothing else.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from labsite.outside import alarm
from labsite.sandboxes import clock

# Seconds until the next attempt: together about nine hours.
WAITS = (10, 30, 120, 600, 1800, 7200, 21600)
LONGEST_PROBLEM = 300


class Parcel(models.Model):
    """Something on its way. Times are those of the wall, in Unix microseconds."""

    STATES: ClassVar = [("waiting", _("on its way")), ("sent", _("arrived")), ("dead", _("given up"))]

    state = models.CharField(max_length=8, choices=STATES, default="waiting", db_index=True)
    tries = models.IntegerField(default=0)
    due = models.BigIntegerField(default=0)
    tried = models.BigIntegerField(default=0)
    code = models.IntegerField(default=0)  # the last answer's; 0: there was none
    problem = models.CharField(max_length=LONGEST_PROBLEM, blank=True)

    class Meta:
        abstract = True

    def post(self, due: int = 0) -> None:
        """Have it tried when the wall shows *due*, or now, once what is stored is stored for good."""
        self.address(due)
        self.save()
        transaction.on_commit(partial(alarm.ring, self.due))

    def address(self, due: int) -> None:
        """It is to be tried when the wall shows *due*, or now."""
        self.state, self.tries, self.due = "waiting", 0, max(due, clock.wall())

    @classmethod
    def post_all(cls, parcels: Sequence["Parcel"], due: int = 0, **stored: Any) -> None:
        """The same for several new ones, which are *stored* by one query as Django's `bulk_create` does."""
        for parcel in parcels:
            parcel.address(due)
        if parcels:
            cls._default_manager.bulk_create(parcels, **stored)
            transaction.on_commit(partial(alarm.ring, parcels[0].due))

    def take(self) -> bool:
        """Take it for one attempt; whether nobody else has."""
        now = clock.wall()
        wait = WAITS[min(self.tries, len(WAITS) - 1)] * clock.SECOND
        facts = {"tries": self.tries + 1, "due": now + wait, "tried": now}
        return self.note(**facts)

    def arrived(self, code: int) -> bool:
        """It was taken in; whether nothing else has become of it meanwhile."""
        return self.note(state="sent", code=code, problem="")

    def failed(self, problem: str, code: int = 0, *, final: bool = False) -> bool:
        """It did not arrive: it is tried again, or given up after the last attempt, or where trying is of no use (*final*)."""
        given_up = final or self.tries > len(WAITS)
        return self.note(state="dead" if given_up else "waiting", code=code, problem=problem[:LONGEST_PROBLEM])

    def note(self, **facts: Any) -> bool:
        """Write down what became of it, unless it was filled anew or taken meanwhile."""
        same = type(self)._default_manager.filter(pk=self.pk, state="waiting", due=self.due, tries=self.tries)
        if not same.update(**facts):
            return False
        for name, value in facts.items():
            setattr(self, name, value)
        return True


Sender = Callable[[Any], None]
SENDERS: dict[type[Parcel], Sender] = {}


def sends(kind: type[Parcel]) -> Callable[[Sender], Sender]:
    """Marks the function that tries to send a parcel of *kind*, and says what came of it by `arrived` or `failed`."""

    def known(sender: Sender) -> Sender:
        SENDERS[kind] = sender
        return sender

    return known
