"""A mistake of the simulator's own stops one thing, and not the cluster."""

import pytest

from simulator.api.requests import Request
from simulator.kernel.units import SECOND
from simulator.kernel.world import World
from simulator.lab import Lab


@pytest.fixture
def lab(monkeypatch):
    monkeypatch.setattr(World, "strict", False)
    lab = Lab.boot({"nodes": [{"name": "master", "roles": ["control-plane"]}]}, seed=1, epoch=1_795_165_200_000_000)
    lab.submit({"type": "terminal.open", "terminal": "t", "host": "master", "columns": 80, "rows": 24})
    lab.settle(SECOND)
    lab.drain()
    return lab


class Wrong(Exception):
    """A mistake."""


def fail(*args):
    raise Wrong(args)


def failures(lab):
    return [(change.data["component"], change.data["error"]) for change in lab.drain() if change.kind == "failure"]


def test_a_component_that_fails_drops_its_key_and_the_clock_goes_on(lab):
    lab.cluster.woken["faults"].reconcile = fail
    lab.world.agenda.wake("faults", "0", after=SECOND)
    end = lab.now + 5 * SECOND
    assert lab.advance(end)
    assert lab.now == end
    assert [component for component, _ in failures(lab)] == ["faults"]


def test_a_component_that_fails_leaves_an_event(lab):
    lab.cluster.woken["faults"].reconcile = fail
    lab.world.agenda.wake("faults", "some-key", after=SECOND)
    lab.advance(lab.now + 5 * SECOND)
    event = next(event for event in lab.objects("events") if event["reason"] == "ComponentFailed")
    assert event["type"] == "Warning"
    assert "faults failed at 'some-key' (Wrong)" in event["message"]


def test_who_hears_wrongly_does_not_stop_who_writes(lab):
    lab.cluster.parts[0].notice = fail
    lab.ask(Request("create", "configmaps", "default", body={"metadata": {"name": "a"}}))
    assert lab.find("configmaps", "default", "a")
    assert failures(lab)


def test_an_api_server_that_fails_answers_500(lab, monkeypatch):
    monkeypatch.setattr("simulator.apiserver.handlers.handle", fail)
    response = lab.ask(Request("get", "pods", "default", "a"))
    assert (response.code, response.body["reason"]) == (500, "InternalError")


def test_a_program_that_fails_ends_alone(lab, monkeypatch):
    monkeypatch.setitem(lab.machines.machinery.programs, "echo", fail)
    lab.submit({"type": "line", "terminal": "t", "text": "/bin/echo; true && kubectl version | head -1"})
    lab.advance(lab.now + SECOND)
    text = "".join(change.data["data"] for change in lab.drain() if change.kind == "output")
    assert "echo: not simulated here: Wrong" in text
    assert "Client Version" in text


def test_a_trap_that_calls_itself_ends_its_shell_only(lab):
    lab.submit(
        {
            "type": "line",
            "terminal": "t",
            "text": """bash -c "trap 'kill -USR1 \\$\\$' USR1; kill -USR1 \\$\\$"; echo on""",
        }
    )
    lab.advance(lab.now + 60 * SECOND)
    text = "".join(change.data["data"] for change in lab.drain() if change.kind == "output")
    assert "on\r\n" in text
