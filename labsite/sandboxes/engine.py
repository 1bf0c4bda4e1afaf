"""Clusters that are awake: restored ones are kept for a while, because the next task often wants the same."""

import threading
from collections import OrderedDict
from functools import cache
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from labsite.sandboxes.models import Sandbox
from lessons import catalogue, starting
from simulator.lab import Lab, UnknownVersion

KEPT = 64


class Awake:
    """The newest labs by sandbox and version. Taking one out makes it the taker's own: no two threads share a lab."""

    def __init__(self, kept: int) -> None:
        self.kept = kept
        self.labs: OrderedDict[tuple[UUID, int], Lab] = OrderedDict()
        self.lock = threading.Lock()

    def take(self, sandbox: UUID, version: int) -> Lab | None:
        """The lab of that version, if it is here."""
        with self.lock:
            return self.labs.pop((sandbox, version), None)

    def put(self, sandbox: UUID, version: int, lab: Lab) -> None:
        """Keep *lab*, which is what the row of that version stores."""
        with self.lock:
            self.labs[sandbox, version] = lab
            while len(self.labs) > self.kept:
                self.labs.popitem(last=False)


awake = Awake(KEPT)


@cache
def lab_class() -> type[Lab]:
    """The simulator's door."""
    found: type[Lab] = import_string(settings.LAB_CLASS)
    return found


def wake(row: Sandbox) -> Lab:
    """The cluster of *row*, begun if it never was; raises UnknownVersion if another release stored it."""
    if not row.state:
        lesson = catalogue.of(row.lesson, row.seed, row.edition)
        if lesson is None:
            return lab_class().boot({}, seed=row.seed, epoch=row.epoch)
        return starting.begin(lesson, seed=row.seed, epoch=row.epoch, lab_class=lab_class())
    return awake.take(row.id, row.version) or lab_class().restore(bytes(row.state))


def readable(row: Sandbox) -> bool:
    """Whether this release can open *row*."""
    try:
        lab = wake(row)
    except UnknownVersion:
        return False
    if row.state:
        awake.put(row.id, row.version, lab)
    return True
