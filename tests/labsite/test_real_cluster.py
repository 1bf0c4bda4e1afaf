"""The site with the simulator behind it."""

import re
from itertools import count
from typing import Any

import pytest

from labsite.accounts.models import User
from labsite.sandboxes import clock, keeping, presence, tasks
from labsite.sandboxes.models import Sandbox
from labsite.sandboxes.turn import Turn, take
from simulator.lab import Lab

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("real_simulator")]

NUMBERS = count()
POD = """apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "echo hello; sleep 3600"]
"""


@pytest.fixture
def sandbox() -> Sandbox:
    """A free lab with a terminal, which somebody watches."""
    row = keeping.of(User.new_guest(), "")
    presence.arrive(row.id, "a browser", clock.wall())
    act(row, {"type": "terminal.open", "terminal": "t1", "host": "master", "columns": 80, "rows": 24})
    return row


def act(row: Sandbox, *entries: dict[str, Any]) -> list[dict[str, Any]]:
    """Put *entries* in: what is published."""
    inputs = [{"id": str(next(NUMBERS)), "type": entry["type"], "entry": entry} for entry in entries]
    return take(row.id, lambda turn: tasks.put_all(inputs, turn)).said


def line(text: str) -> dict[str, Any]:
    """A line that was typed."""
    return {"type": "line", "terminal": "t1", "text": text}


def pass_time(row: Sandbox, seconds: int) -> list[dict[str, Any]]:
    """Let virtual time pass, as if the wall's clock had gone on: what is published."""

    def go_on(turn: Turn) -> None:
        turn.lab.advance(turn.lab.now + seconds * clock.SECOND)

    return take(row.id, go_on).said


def shown(said: list[dict[str, Any]]) -> str:
    """All terminal output in what was published."""
    return "".join(message["data"] for message in said if message["type"] == "output.shown")


def test_a_pod_is_applied_and_seen_in_every_pane(sandbox: Sandbox) -> None:
    said = act(
        sandbox, {"type": "file.save", "path": "/root/web.yaml", "content": POD}, line("kubectl apply -f web.yaml")
    )
    assert "pod/web created" in shown(said)
    assert any(message["type"] == "files.changed" for message in said)
    act(sandbox, {"type": "focus", "namespace": "default", "pod": "web", "container": ""})
    said = pass_time(sandbox, 30)
    rows = [row for message in said if message["type"] == "rows.changed" for row in message["put"]]
    assert any(row["key"] == "default/web" and "Running" in row["cells"] for row in rows)
    assert any(row["key"].startswith("default/web.") for row in rows), "its events"
    assert any(message["type"] == "log.shown" and "hello" in message["lines"] for message in said)
    described = [message for message in said if message["type"] == "focus.changed"]
    assert re.search(r"^Status: +Running$", described[-1]["describe"], re.M)


def test_a_new_clusters_clock_shows_the_walls_time_and_goes_on_with_it(sandbox: Sandbox) -> None:
    row, wall = Sandbox.objects.get(pk=sandbox.pk), clock.wall()
    assert abs(row.clock(wall)["now"] - wall // 1000) < 5000
    later = wall + 10 * clock.SECOND
    assert row.clock(later)["now"] - row.clock(wall)["now"] > 5000


def test_the_picture_is_whole(sandbox: Sandbox) -> None:
    act(sandbox, line("kubectl get nodes"))
    picture = take(sandbox.id, tasks.show).answers[0]
    (terminal,) = picture["terminals"]
    assert "node02" in terminal["screen"]
    assert terminal["mode"] == "edit"
    assert {name: table["columns"][0] for name, table in picture["tables"].items()} == {
        "pods": "Name",
        "services": "Name",
        "events": "Last Seen",
    }


def test_the_input_log_played_on_a_new_cluster_gives_the_same_bytes(sandbox: Sandbox) -> None:
    act(sandbox, {"type": "file.save", "path": "/root/web.yaml", "content": POD}, line("kubectl apply -f web.yaml"))
    pass_time(sandbox, 3)
    act(sandbox, line("kubectl get pods"), line("echo one; sleep 1; echo two"))
    pass_time(sandbox, 3)
    row = Sandbox.objects.get(pk=sandbox.pk)
    lab = Lab.boot({}, seed=row.seed, epoch=row.epoch)
    for entry in row.entries.all():
        lab.advance(entry.at)
        lab.submit(entry.entry)
    lab.advance(row.now)
    assert lab.snapshot() == bytes(row.state)


def test_a_loop_that_prints_all_the_time_neither_stalls_the_worker_nor_fills_the_row(sandbox: Sandbox) -> None:
    act(sandbox, line("while true; do echo x; done"))
    for _ in range(3):
        began = clock.cpu()
        pass_time(sandbox, 1)
        assert clock.cpu() - began < 5 * clock.SECOND
    act(sandbox, {"type": "keys", "terminal": "t1", "data": "\x03"})
    assert "back" in shown(act(sandbox, line("echo back")))
    row = Sandbox.objects.get(pk=sandbox.pk)
    assert len(row.state) < 200_000
    assert len(row.screens) < 80_000
