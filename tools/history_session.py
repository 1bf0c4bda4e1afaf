"""A learner's three busy hours, lived through in a test database: how long the way back takes, and what it costs to keep.

To be imported when Django is set up.
"""

import statistics
import time

import pytest
from django.db.models import Sum

from labsite.console import past
from labsite.sandboxes import history
from labsite.sandboxes.models import Checkpoint, Sandbox
from tests.labsite.travelling import Traveller, Wall

MINUTES = 180
MOMENTS = 60
SECOND = 1_000_000
BESIDE = (1, -1, 2, -2, 0)
LINES = (
    "kubectl run crash{0} --image=busybox:1.28 -- sh -c 'sleep 5; exit 1'",
    "kubectl create deployment web{0} --image=nginx:1.25 --replicas=3",
    "kubectl get pods -o wide",
    "kubectl describe pods",
    "kubectl scale deployment web{0} --replicas=5",
    "kubectl get events",
    "kubectl logs crash{0}",
    "kubectl set image deployment/web{0} nginx=nginx:1.27",
    "kubectl delete pod crash{0} --now",
    "kubectl delete deployment web{0}",
)


def lived(monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Three hours with a command a minute."""
    alice = Traveller(Wall(monkeypatch))
    for minute in range(MINUTES):
        alice.type(LINES[minute % len(LINES)].format(minute // len(LINES))).wait(60)
    return alice.row


def look_ms(row: Sandbox, at: int) -> float:
    """Processor time of a look at one moment, with the picture that is drawn of it."""
    question = {"type": "moment.wanted", "id": "q", "branch": 0, "at": at, "number": history.EVER}
    began = time.process_time()
    past.answer(row.pk, {**question, "namespace": "", "pod": "", "container": ""})
    return (time.process_time() - began) * 1000


def moments(row: Sandbox) -> list[int]:
    """Many moments, evenly over the whole history."""
    begun = history.beginning(row.pk, history.line(row.pk, row.branch)).at
    return [begun + (row.now - begun) * step // MOMENTS for step in range(MOMENTS)]


def slowest_ms(row: Sandbox) -> float:
    """The slowest way back to one of many moments."""
    return max(look_ms(row, at) for at in moments(row))


def beside_ms(row: Sandbox) -> float:
    """What 19 of 20 looks at a moment a second or two before or after one that has just been looked at do not exceed."""
    found = []
    for at in moments(row)[1:]:
        look_ms(row, at)
        found += [look_ms(row, at + aside * SECOND) for aside in BESIDE]
    return statistics.quantiles(found, n=20)[-1]


def stored_kb(row: Sandbox) -> float:
    """What is stored of the history."""
    kept = Checkpoint.objects.filter(sandbox=row).aggregate(all=Sum("size"))["all"]
    return float(kept + row.logged) / 1000
