"""The law of the time machine: going back to any moment, and forward with the same inputs, gives the same bytes."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labsite.console import past
from labsite.sandboxes import checkpoints, clock, history, wayback
from labsite.sandboxes.footholds import Footholds, Place
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
        way = wayback.Way(row.pk, Place(0, 0, between.at), forward, {})
        way.go(history.on(inputs, row.pk, line).order_by("number"), end.at)
        assert forward.snapshot() == settled(bytes(row.state))


def seen(row: Sandbox, moment: history.Moment) -> tuple[dict[str, Any] | None, bytes]:
    """What a browser is shown of a moment, and the bytes of the cluster then."""
    focus = {"namespace": "", "pod": "", "container": ""}
    question = {"type": "moment.wanted", "id": "q", **moment._asdict(), **focus}
    answer, found = past.answer(row.pk, question), history.at(row, moment)
    state = found.lab.snapshot()
    past.looked_at(row, found)
    return answer, state


def look_around(
    alice: Traveller, visits: list[tuple[int, int]], kept: Footholds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Look at moments of any branch one after another, and at each without anything that was kept, too."""
    row = alice.row
    known = sorted(history.branches(row.pk))
    for which, part in visits:
        branch = known[which % len(known)]
        begun, end = history.beginning(row.pk, history.line(row.pk, branch)).at, history.end(row, branch).at
        moment = history.locate(row, branch, begun + (end - begun) * part // 1000)
        monkeypatch.setattr(wayback, "footholds", kept)
        warm = seen(row, moment)
        monkeypatch.setattr(wayback, "footholds", Footholds())
        assert warm == seen(row, moment)


visits = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1000)), min_size=3, max_size=8)


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=rounds(8))
@given(before=st.lists(step, min_size=3, max_size=8), after=st.lists(step, max_size=6), looks=st.tuples(visits, visits))
def test_what_is_kept_of_ways_back_changes_no_moment(
    before: list[tuple[str, object]],
    after: list[tuple[str, object]],
    looks: tuple[list[tuple[int, int]], list[tuple[int, int]]],
) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(wayback, "APART", 0)
        monkeypatch.setattr(checkpoints, "COST", 30 * clock.MILLISECOND)
        alice, kept = Traveller(Wall(monkeypatch)), Footholds()
        for steps, around in zip((before, after), looks, strict=True):  # what was kept meets what happened since
            for kind, value in steps:
                ACTS[kind](alice, value)
            look_around(alice, around, kept, monkeypatch)


def test_branches_that_part_at_one_moment_are_not_taken_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wayback, "APART", 0)
    alice, kept = Traveller(Wall(monkeypatch)), Footholds()
    alice.type("kubectl get nodes").wait(20)
    fork = alice.row.now
    alice.type(CRASHING).wait(40)
    for line in (SERVING, "kubectl run lone --image=nginx:1.25"):
        alice.go_back(fork)
        alice.type(line).wait(40)
    everywhere = [(branch, part) for part in (1000, 700, 900, 1000) for branch in (0, 1, 2)]
    look_around(alice, everywhere, kept, monkeypatch)
    (place, *_) = kept.kept[alice.id].footholds
    assert place.number  # something was kept, and after an input
