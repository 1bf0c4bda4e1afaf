"""The law of the time machine: going back to any moment, and forward with the same inputs, gives the same bytes."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labsite.sandboxes import checkpoints, clock, history
from labsite.sandboxes.models import Entry, Sandbox
from simulator.lab import Lab
from tests.fuzzing import rounds
from tests.labsite.travelling import Traveller, Wall

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("real_simulator")]
S = clock.SECOND

CRASHING = "kubectl run crash --image=busybox:1.28 -- sh -c 'echo begun; sleep 3; exit 1'"
SERVING = "kubectl create deployment web --image=nginx:1.25 --replicas=2"
LINES = (
    CRASHING,
    SERVING,
    "kubectl delete pod crash --now",
    "kubectl scale deployment web --replicas=1",
    "kubectl get pods",
    "kubectl run lone --image=nginx:1.25; sleep 2; kubectl get pods",
    "for i in 1 2 3; do echo $i > /tmp/$i; sleep 1; done",
)
API = {"verb": "delete", "resource": "pods", "namespace": "default", "name": "crash"}
FILE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: made}\ndata: {a: b}\n"

step = st.one_of(
    st.tuples(st.just("type"), st.sampled_from(LINES)),
    st.tuples(st.just("type"), st.sampled_from(LINES)),
    st.tuples(st.just("wait"), st.integers(1, 40)),
    st.tuples(st.just("wait"), st.integers(1, 40)),
    st.tuples(st.just("speed"), st.sampled_from([1, 10, 60])),
    st.tuples(st.just("jump"), st.integers(1, 900)),
    st.tuples(st.just("step"), st.none()),
    st.tuples(st.just("keys"), st.just("\x03")),
    st.tuples(st.just("save"), st.just(FILE)),
    st.tuples(st.just("api"), st.none()),
    st.tuples(st.just("undo"), st.none()),
    st.tuples(st.just("back"), st.integers(0, 1000)),
    st.tuples(st.just("choose"), st.integers(0, 3)),
)


def back(alice: Traveller, part: int) -> None:
    """Continue from a moment that is so many thousandths on the way."""
    row = alice.row
    begun = history.beginning(row.pk, history.line(row.pk, row.branch)).at
    alice.go_back(begun + (row.now - begun) * part // 1000)


# What a step of a session does.
ACTS: dict[str, Callable[[Traveller, Any], object]] = {
    "type": lambda alice, text: alice.type(text),
    "wait": lambda alice, seconds: alice.wait(seconds),
    "speed": lambda alice, speed: alice.wind(speed, paused=False),
    "jump": lambda alice, seconds: alice.jump("time", seconds=seconds),
    "step": lambda alice, _: alice.jump("step"),
    "keys": lambda alice, data: alice.put({"type": "keys", "terminal": "t1", "data": data}),
    "save": lambda alice, text: alice.put({"type": "file.save", "path": "/root/made.yaml", "content": text}),
    "api": lambda alice, _: alice.put({"type": "api", "request": API}),
    "undo": lambda alice, _: alice.undo(),
    "back": back,
    "choose": lambda alice, branch: alice.choose(branch),
}


def settled(state: bytes) -> bytes:
    """The cluster with all done that is due at this instant."""
    lab = Lab.restore(state)
    lab.advance(lab.now)
    return lab.snapshot()


def played(row: Sandbox, moment: history.Moment) -> bytes:
    """The cluster at a moment, played from its birth with the inputs of its line alone."""
    lab = Lab.boot({}, seed=row.seed, epoch=row.epoch)
    line = history.line(row.pk, moment.branch)
    for entry in history.on(Entry.objects.filter(number__lte=moment.number), row.pk, line).order_by("number"):
        lab.advance(entry.at)
        lab.submit(entry.entry)
    lab.advance(moment.at)
    return lab.snapshot()


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=rounds(12))
@given(steps=st.lists(step, min_size=4, max_size=12), part=st.integers(0, 1000))
def test_going_back_to_any_moment_gives_the_bytes_that_were_there(steps: list[tuple[str, object]], part: int) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(checkpoints, "COST", 10 * clock.MILLISECOND)
        alice = Traveller(Wall(monkeypatch))
        lived: dict[history.Moment, bytes] = {}
        for kind, value in steps:
            ACTS[kind](alice, value)
            row = alice.row
            lived[history.end(row, row.branch)] = bytes(row.state)
        row = alice.row
        known = history.branches(row.pk)
        for moment, state in lived.items():
            if moment.branch in known:
                assert history.at(row, moment).lab.snapshot() == settled(state)
        end = history.end(row, row.branch)
        begun = history.beginning(row.pk, history.line(row.pk, row.branch)).at
        between = history.locate(row, row.branch, begun + (end.at - begun) * part // 1000)
        assert history.at(row, between).lab.snapshot() == played(row, between)
        forward = history.at(row, between).lab
        inputs = Entry.objects.filter(number__gt=between.number, number__lte=end.number)
        line = history.line(row.pk, row.branch)
        history.play(forward, history.on(inputs, row.pk, line).order_by("number"), end.at, {})
        assert forward.snapshot() == settled(bytes(row.state))
