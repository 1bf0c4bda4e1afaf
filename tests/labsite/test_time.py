"""The cluster's clock in the learner's hand: stopped, faster, on to where something happens."""

import pytest
from django.db import connection

from labsite.sandboxes import clock, jumps, moving, presence, tasks, turn
from labsite.sandboxes.models import Mark
from tests.labsite.travelling import START, Message, Traveller, Wall

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("real_simulator")]
S = clock.SECOND


@pytest.fixture
def alice(monkeypatch: pytest.MonkeyPatch) -> Traveller:
    """Alice at her free lab, with a terminal."""
    return Traveller(Wall(monkeypatch))


def ended(said: list[Message]) -> list[str]:
    """How jumps ended."""
    return [message["reason"] for message in said if message["type"] == "jump.ended"]


def test_a_stopped_clock_stands_still_and_goes_on_at_its_speed(alice: Traveller) -> None:
    alice.wind(paused=True)
    before = alice.row.now
    alice.wait(60)
    row = alice.row
    assert (row.now, row.alarm_at, row.running(alice.wall.now)) == (before, 0, False)
    assert not presence.overdue(row.pk, alice.wall.now + 3600 * S)
    alice.wind(speed=60, paused=False)
    assert alice.row.now == before
    alice.wait(10)
    assert alice.row.now == before + 600 * S


def test_a_command_runs_while_the_clock_is_stopped(alice: Traveller) -> None:
    alice.wind(paused=True)
    alice.type("kubectl get nodes")
    assert "control-plane" in alice.screen()
    alice.type("sleep 5; echo late")
    alice.wait(30)
    assert not alice.screen().endswith("late\r\n[root@master ~]# ")


def test_the_alarm_of_a_fast_clock_rings_when_the_next_timer_is_due(alice: Traveller) -> None:
    alice.wind(speed=100)
    alice.type("sleep 200; echo done")
    row = alice.row
    assert alice.wall.now < row.alarm_at <= alice.wall.now + 3 * S
    alice.wall.now += 3 * S
    alice.watch()
    assert "done" in alice.screen()


def test_a_clock_that_the_machine_cannot_keep_up_with_says_how_fast_it_really_goes(
    alice: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.wind(speed=3600)
    alice.type("while true; do kubectl get pods -A > /dev/null; sleep 1; done")
    monkeypatch.setattr(moving, "SLICE", 5)
    monkeypatch.setattr(turn.Turn, "in_budget", lambda self: self.lab.now < self.was_now + 100 * S)
    alice.wall.now += S
    alice.watch()
    told = alice.row.clock(alice.wall.now)
    assert told["speed"] == 3600
    assert 100 <= told["rate"] < 200


def test_a_step_goes_to_the_next_thing_that_happens_and_stops_the_clock(alice: Traveller) -> None:
    alice.type("sleep 100; echo woken")
    before = alice.row.now
    assert ended(alice.jump("step")) == ["reached"]
    row = alice.row
    assert row.paused
    assert 99 * S < row.now - before < 102 * S
    assert "woken" in alice.screen()


def test_a_jump_until_a_pod_is_running_ends_at_the_moment_it_is(alice: Traveller) -> None:
    alice.wind(paused=True)
    alice.type("kubectl run web --image=nginx:1.25")
    assert ended(alice.jump("pod", pod="web", state="Running")) == ["reached"]
    row = alice.row
    mark = Mark.objects.get(sandbox=row, kind="status", subject="pods/default/web", text__endswith="→ Running")
    assert mark.at == row.now
    assert ended(alice.jump("pod", pod="web", state="Running")) == ["reached"]
    assert alice.row.now == mark.at
    assert ended(alice.jump("pod", pod="web", state="Ready")) == ["reached"]
    alice.type("kubectl delete pod web --wait=false")
    assert ended(alice.jump("pod", pod="web", state="Deleted")) == ["reached"]


def test_a_jump_until_something_changes_passes_over_what_only_prints(alice: Traveller) -> None:
    alice.type("kubectl run web --image=busybox:1.28 --restart=Never -- sh -c 'sleep 50; echo hi; sleep 50'")
    alice.jump("pod", pod="web", state="Running")
    before = alice.row.now
    while ended(alice.jump("change")) and alice.row.now < before + 10 * S:
        before = max(before, alice.row.now - 9 * S)
    assert alice.row.now - before > 90 * S


def test_a_jump_for_what_does_not_come_ends_where_nothing_more_happens_or_when_it_took_too_long(
    alice: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jumps, "PATIENCE", 600 * S)
    alice.wait(600)
    before = alice.row.now
    alice.jump("time", seconds=1)
    assert ended(alice.jump("change")) == ["idle"]
    assert alice.row.now == before + 1 * S
    alice.type("while true; do sleep 60; done")
    before = alice.row.now
    assert ended(alice.jump("pod", pod="nobody", state="Running")) == ["limit"]
    assert alice.row.now == before + 600 * S


@pytest.mark.parametrize("name", ["later", "lat*"])
def test_a_jump_waits_for_a_pod_that_is_not_made_yet(alice: Traveller, name: str) -> None:
    alice.wait(600)
    before = alice.row.now
    assert ended(alice.jump("pod", pod=name, state="Running")) == []
    assert (bool(alice.row.jump), alice.row.alarm_at, alice.row.now) == (True, 0, before)
    alice.type("kubectl run later --image=nginx:1.27")
    for _ in range(20):
        if not alice.row.jump:
            break
        tasks.wake(str(alice.id), alice.row.alarm_at)
    assert alice.row.jump == {}
    assert before < alice.row.now < before + 60 * S
    assert ended(alice.jump("pod", pod=name, state="Running")) == ["reached"]


def test_a_jump_of_an_hour_is_an_hour_and_leaves_a_mark(alice: Traveller) -> None:
    before = alice.row.now
    assert ended(alice.jump("time", seconds=3600)) == ["reached"]
    assert alice.row.now == before + 3600 * S
    assert Mark.objects.get(sandbox=alice.id, kind="jump").text == "3600"


def test_a_long_jump_goes_on_from_turn_to_turn_tells_how_far_it_is_and_can_be_stopped(
    alice: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.type("while true; do sleep 1; echo x; done")
    slices = iter([True, False] * 99)
    monkeypatch.setattr(turn.Turn, "in_budget", lambda self: next(slices) if self.row.jump else True)
    assert ended(alice.jump("time", seconds=30 * 86_400)) == []
    heard = []
    for _ in range(3):
        tasks.wake(str(alice.id), alice.row.alarm_at)
        heard.append(alice.row.clock(alice.wall.now)["jump"]["at"])
    assert heard == sorted(set(heard))
    alice.wind()
    assert ended(alice.turn.said) == ["stopped"]
    stopped = alice.row
    assert stopped.jump == {}
    assert heard[-1] <= stopped.now
    alice.wait(10)
    assert alice.row.now == stopped.now + 10 * S


def test_a_jump_waits_while_nobody_watches(alice: Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    alice.type("while true; do sleep 1; echo x; done")
    slices = iter([True, False] * 99)
    monkeypatch.setattr(turn.Turn, "in_budget", lambda self: next(slices) if self.row.jump else True)
    alice.jump("time", seconds=86_400)
    alice.wall.now += 3600 * S
    tasks.rest(str(alice.id))
    row = alice.row
    assert (row.alarm_at, bool(row.jump)) == (0, True)
    tasks.rest(str(alice.id))
    assert alice.row.now == row.now
    alice.watch()
    alice.watch()
    assert alice.row.now > row.now


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"to": "time", "seconds": 0}, "A jump goes on by 1 to 2592000 seconds."),
        ({"to": "pod", "pod": "", "state": "Running"}, "Which Pod, and what is it to be?"),
    ],
)
def test_a_jump_to_nowhere_is_refused(alice: Traveller, wish: Message, reason: str) -> None:
    assert alice.jump(**wish)[0]["reason"] == reason
    assert alice.row.jump == {}


def test_an_hour_of_idle_watching_keeps_few_checkpoints(alice: Traveller) -> None:
    with connection.cursor() as cursor:
        alice.wait(3600)
        cursor.execute("SELECT count(*) FROM sandboxes_checkpoint")
        assert cursor.fetchone()[0] < 10
    assert alice.wall.now == START + 3600 * S
