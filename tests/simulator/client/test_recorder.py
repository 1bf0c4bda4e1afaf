"""Events are counted, folded and dropped as client-go does, and what is remembered is bounded."""

from typing import Any

import pytest

from simulator.apiserver.backend import EVENT_TTL, SWEEP_PERIOD
from simulator.client.correlator import MOST_KEYS
from simulator.client.recorder import Recorder
from simulator.client.series import SeriesRecorder
from simulator.kernel.units import SECOND
from tests.simulator.controlplane import ControlPlane

POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "default", "uid": "u1"}}


@pytest.fixture
def plane() -> ControlPlane:
    plane = ControlPlane()
    plane.namespace()
    return plane


def recorder(plane: ControlPlane) -> Recorder:
    return Recorder(plane.world, plane.api, "kubelet", "node01")


def events(plane: ControlPlane) -> list[dict[str, Any]]:
    return list(plane.api.list("events"))


def test_an_event_names_its_object_its_source_and_its_times(plane: ControlPlane) -> None:
    recorder(plane).event(POD, "Normal", "Started", "Container started", "spec.containers{c}")
    (event,) = events(plane)
    assert event["metadata"]["name"].startswith("web.")
    assert event["involvedObject"]["fieldPath"] == "spec.containers{c}"
    assert event["source"] == {"component": "kubelet", "host": "node01"}
    assert event["count"] == 1
    assert event["firstTimestamp"] == event["lastTimestamp"]


def test_the_same_event_again_is_counted(plane: ControlPlane) -> None:
    for _ in range(3):
        recorder(plane).event(POD, "Warning", "BackOff", "Back-off restarting failed container")
        plane.run(10)
    (event,) = events(plane)
    assert event["count"] == 3
    assert event["firstTimestamp"] < event["lastTimestamp"]


def test_the_same_of_two_containers_is_counted_apart(plane: ControlPlane) -> None:
    for _ in range(3):
        for name in ("a", "b"):
            recorder(plane).event(POD, "Warning", "Failed", "Error: ErrImagePull", f"spec.containers{{{name}}}")
    assert [each["count"] for each in events(plane)] == [3, 3]


def test_what_is_similar_of_two_containers_is_folded_together(plane: ControlPlane) -> None:
    for at in range(12):
        recorder(plane).event(POD, "Warning", "Failed", f"Error: {at}", f"spec.containers{{{'ab'[at % 2]}}}")
    assert len(events(plane)) == 10


def test_from_the_tenth_on_similar_events_are_folded_as_recorded(plane: ControlPlane) -> None:
    for at in range(12):
        recorder(plane).event(POD, "Warning", "FailedCreate", f'Error creating: pods "dq-{at}" is forbidden')
    texts = [each["message"] for each in events(plane)]
    assert len(texts) == 10
    folded = next(each for each in events(plane) if each["message"].startswith("(combined"))
    assert folded["message"] == '(combined from similar events): Error creating: pods "dq-11" is forbidden'
    assert folded["count"] == 3


def test_more_than_25_events_of_a_type_about_an_object_are_dropped(plane: ControlPlane) -> None:
    for at in range(40):
        recorder(plane).event(POD, "Normal", f"Reason{at}", "text")
    assert len(events(plane)) == 25
    recorder(plane).event(POD, "Warning", "Failed", "text")
    assert len(events(plane)) == 26
    plane.run(301)
    recorder(plane).event(POD, "Normal", "Later", "text")
    assert len(events(plane)) == 27


def test_dropped_events_are_counted_all_the_same(plane: ControlPlane) -> None:
    for _ in range(40):
        recorder(plane).event(POD, "Warning", "BackOff", "text")
    assert [each["count"] for each in events(plane)] == [25]
    plane.run(301)
    recorder(plane).event(POD, "Warning", "BackOff", "text")
    assert [each["count"] for each in events(plane)] == [41]


def test_what_has_no_namespace_has_its_events_in_default(plane: ControlPlane) -> None:
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node01", "uid": "n"}}
    recorder(plane).event(node, "Normal", "NodeReady", "Node node01 status is now: NodeReady")
    (event,) = events(plane)
    assert event["metadata"]["namespace"] == "default"


def test_an_event_in_a_namespace_that_is_not_there_is_let_go(plane: ControlPlane) -> None:
    lost = {**POD, "metadata": {**POD["metadata"], "namespace": "nowhere"}}  # type: ignore[dict-item]
    recorder(plane).event(lost, "Normal", "Started", "text")
    assert events(plane) == []


def test_memory_is_bounded(plane: ControlPlane) -> None:
    found = recorder(plane).correlator
    for at in range(2 * MOST_KEYS):
        found.fold((str(at),), "text", 0)
        found.admit((str(at),), 0)
        found.observe(str(at), 0, "")
        found.forget(0)
    assert max(len(found.similar), len(found.seen), len(found.buckets)) <= MOST_KEYS


def test_nothing_is_remembered_of_events_that_have_expired(plane: ControlPlane) -> None:
    mine = recorder(plane)
    mine.event(POD, "Normal", "Started", "text")
    plane.run((EVENT_TTL + SWEEP_PERIOD) // SECOND)
    assert events(plane) == []
    assert (mine.correlator.similar, mine.correlator.seen, mine.correlator.buckets) == ({}, {}, {})


def test_events_of_one_moment_keep_their_order(plane: ControlPlane) -> None:
    for at in range(9):
        recorder(plane).event(POD, "Normal", f"R{at}", "text")
    assert [each["reason"] for each in events(plane)] == [f"R{at}" for at in range(9)]


def test_a_series_keeps_its_first_note(plane: ControlPlane) -> None:
    for at in range(4):
        SeriesRecorder(plane.world, plane.api, "default-scheduler", "x").event(
            POD, "Warning", "FailedScheduling", "Scheduling", f"note {at}"
        )
        plane.run(100)
    (event,) = events(plane)
    assert (event["message"], event["series"]["count"]) == ("note 0", 2)
