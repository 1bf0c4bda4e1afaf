"""One turn of a cluster: stored all or nothing, once, with one alarm."""

from typing import Any

import msgspec
import pytest
from django.test import Client

from labsite.accounts.models import User
from labsite.celery import app
from labsite.sandboxes import clock, engine, keeping, presence, tasks
from labsite.sandboxes.engine import Awake
from labsite.sandboxes.models import Entry, Sandbox
from labsite.sandboxes.turn import Turn, take
from tests.labsite.echo_lab import EchoLab

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice() -> User:
    """Alice learns."""
    return User.new_guest()


@pytest.fixture
def sandbox(alice: User) -> Sandbox:
    """Her sandbox, with somebody watching and a terminal."""
    row = keeping.of(alice, "")
    presence.arrive(row.id, "alice's browser", clock.wall())
    tasks.act(str(row.id), [put("open", "terminal.open", host="master", columns=80, rows=24)])
    return row


def put(name: str, kind: str, **data: Any) -> dict[str, Any]:
    """An input as the console hands it on."""
    return {"id": name, "type": kind, "entry": {"type": kind, "terminal": "t1", **data}}


def line(name: str, text: str) -> dict[str, Any]:
    """A line that was typed."""
    return put(name, "line", text=text)


def fresh(row: Sandbox) -> Sandbox:
    """The row as it is stored now."""
    return Sandbox.objects.get(pk=row.pk)


def test_the_same_input_happens_once_however_often_its_task_runs(sandbox: Sandbox) -> None:
    for _ in range(3):
        tasks.act(str(sandbox.id), [line("1", "say a"), line("2", "say b"), line("2", "say b")])
    assert [entry.entry.get("text") for entry in Entry.objects.filter(sandbox=sandbox)] == [None, "say a", "say b"]


def test_who_missed_the_answer_to_a_repeated_input_sees_a_gap(sandbox: Sandbox) -> None:
    tasks.act(str(sandbox.id), [line("1", "say a")])
    before = fresh(sandbox).seq
    tasks.act(str(sandbox.id), [line("1", "say a")])
    assert fresh(sandbox).seq == before + 1


def test_a_turn_that_was_overtaken_is_taken_again(sandbox: Sandbox) -> None:
    rivals = [line("rival", "say rival")]

    def act(turn: Turn) -> None:
        if rivals:
            tasks.act(str(sandbox.id), [rivals.pop()])
        tasks.put_all([line("mine", "say mine")], turn)

    before = fresh(sandbox)
    take(sandbox.id, act)
    after = fresh(sandbox)
    assert after.version == before.version + 2
    assert [entry.client_id for entry in Entry.objects.filter(sandbox=sandbox)] == ["open", "rival", "mine"]


def test_the_input_log_played_on_a_new_cluster_gives_the_same_bytes(sandbox: Sandbox) -> None:
    tasks.act(str(sandbox.id), [line("1", "tick"), put("2", "keys", data="\x03"), line("3", "pod web")])
    tasks.watch(str(sandbox.id))
    row = fresh(sandbox)
    lab = EchoLab.boot({}, seed=row.seed, epoch=row.epoch)
    for entry in row.entries.all():
        lab.advance(entry.at)
        lab.submit(entry.entry)
    lab.advance(row.now)
    assert lab.snapshot() == bytes(row.state)


def test_a_turn_in_which_the_simulator_fails_leaves_everything_as_it_was(sandbox: Sandbox) -> None:
    before = fresh(sandbox)
    tasks.act(str(sandbox.id), [line("1", "say a"), line("2", "crash")])
    after = fresh(sandbox)
    assert (after.version, bytes(after.state)) == (before.version, bytes(before.state))
    assert not Entry.objects.filter(sandbox=sandbox, client_id="1").exists()


def test_a_stale_alarm_steps_aside(sandbox: Sandbox) -> None:
    before = fresh(sandbox)
    tasks.wake(str(sandbox.id), before.alarm_at - 1)
    assert fresh(sandbox).version == before.version
    tasks.wake(str(sandbox.id), before.alarm_at)
    assert fresh(sandbox).version == before.version + 1
    assert fresh(sandbox).alarm_at != before.alarm_at


def test_many_lines_set_few_alarms(sandbox: Sandbox) -> None:
    tasks.act(str(sandbox.id), [line("0", "tick")])
    alarms = set()
    for number in range(20):
        tasks.act(str(sandbox.id), [put(f"k{number}", "terminal.resize", columns=80 + number, rows=24)])
        alarms.add(fresh(sandbox).alarm_at)
    assert len(alarms) <= 2


def test_nobody_watches_and_the_clock_stands_still_with_no_alarm(sandbox: Sandbox) -> None:
    assert fresh(sandbox).alarm_at
    presence.leave("alice's browser", clock.wall())
    tasks.rest(str(sandbox.id))
    row = fresh(sandbox)
    assert (row.alarm_at, row.lease) == (0, 0)
    assert row.clock(clock.wall() + 3600 * clock.SECOND)["now"] == (row.birth + row.now) // 1000


def test_a_viewer_who_was_not_heard_of_is_forgotten(sandbox: Sandbox) -> None:
    later = clock.wall() + clock.VIEWER_LIFE + clock.SECOND
    assert presence.watching(sandbox.id, clock.wall())[0]
    assert presence.watching(sandbox.id, later) == (0, set())


def test_an_alarm_that_was_lost_is_noticed(sandbox: Sandbox) -> None:
    row = fresh(sandbox)
    assert not presence.overdue(row.id, row.alarm_at)
    assert presence.overdue(row.id, row.alarm_at + clock.HEARTBEAT)


def test_a_screen_is_kept_for_whoever_comes_back(sandbox: Sandbox) -> None:
    tasks.act(str(sandbox.id), [line("1", "say here")])
    turn = take(sandbox.id, tasks.show)
    (terminal,) = turn.answers[0]["terminals"]
    assert terminal["screen"] == "$ say here\r\nhere\r\n$ "
    assert (terminal["mode"], terminal["prompt"]) == ("edit", "$ ")


def test_a_cluster_of_another_release_is_kept_and_a_new_one_is_offered(client: Client, alice: User) -> None:
    row = keeping.of(alice, "")
    Sandbox.objects.filter(pk=row.pk).update(state=b"what another release stored")
    client.force_login(alice)
    page = client.get("/lab/")
    assert page.status_code == 409
    assert f"/labs/{row.id}/anew/" in page.content.decode()
    client.post(f"/labs/{row.id}/anew/")
    assert keeping.of(alice, "") != row
    assert fresh(row).set_aside


def test_starting_a_lesson_anew_begins_its_progress_anew(client: Client, alice: User) -> None:
    client.force_login(alice)
    client.get("/lessons/init-containers/")
    old = keeping.of(alice, "init-containers")
    client.post(f"/labs/{old.id}/anew/")
    new = keeping.of(alice, "init-containers")
    assert new != old
    assert client.get(f"/labs/{old.id}/").status_code == 200


def test_no_two_turns_share_a_lab_and_old_ones_are_dropped(sandbox: Sandbox) -> None:
    awake = Awake(kept=1)
    first, second = (EchoLab.boot({}, seed=seed, epoch=0) for seed in (1, 2))
    awake.put(sandbox.id, 1, first)
    awake.put(sandbox.id, 2, second)
    assert awake.take(sandbox.id, 1) is None
    assert awake.take(sandbox.id, 2) is second
    assert awake.take(sandbox.id, 2) is None


def test_a_cluster_that_is_not_kept_awake_is_restored_from_its_row(sandbox: Sandbox) -> None:
    engine.awake.labs.clear()
    tasks.act(str(sandbox.id), [line("1", "say a")])
    engine.awake.labs.clear()
    row = fresh(sandbox)
    assert engine.wake(row).snapshot() == bytes(row.state)
    assert msgspec.msgpack.decode(bytes(row.screens)) == {"t1": "$ say a\r\na\r\n$ "}


def test_every_task_is_known_to_the_worker() -> None:
    names = {f"labsite.sandboxes.tasks.{name}" for name in ("act", "watch", "ask", "rest", "wake")}
    assert names <= set(app.tasks)
