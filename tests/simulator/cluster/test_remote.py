"""A client's streams outside the cluster: as much is told as it has room for, and nothing is lost."""

from typing import Any

import pytest

from simulator.cluster.remote import WINDOW
from simulator.kernel.units import SECOND
from simulator.lab import Lab
from simulator.runtime.clients import CHUNK

HERE: dict[str, Any] = {"namespace": "default", "resource": "pods", "name": "web"}
POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web"},
    "spec": {"containers": [{"name": "c", "image": "busybox:1.36", "command": ["sleep", "36000"]}]},
}


@pytest.fixture(scope="module")
def running() -> bytes:
    """A cluster in which the Pod runs."""
    lab = Lab.boot(None, seed=1, epoch=0)
    lab.submit({"type": "api", "request": {**HERE, "name": "", "verb": "create", "body": POD}})
    lab.advance(lab.now + 30 * SECOND)
    return lab.snapshot()


def begun(running: bytes, *command: str) -> Lab:
    """The cluster with a program as the stream `s`."""
    lab = Lab.restore(running)
    lab.drain()
    query = {"command": list(command), "stdout": ["true"]}
    request = {**HERE, "verb": "create", "subresource": "exec", "query": query}
    assert lab.submit({"type": "stream.open", "stream": "s", "request": request})["response"]["code"] < 400
    return lab


def told(lab: Lab, seconds: int) -> tuple[int, list[str]]:
    """How many bytes of output come in so many virtual seconds, and which channels end."""
    lab.advance(lab.now + seconds * SECOND)
    pieces = [change.data for change in lab.drain() if change.kind == "stream"]
    size = sum(len(piece["data"]) for piece in pieces if piece["channel"] == "stdout")
    return size, [piece["channel"] for piece in pieces if not piece["data"]]


def test_a_program_stops_where_its_client_does_not_hear_it(running: bytes) -> None:
    lab = begun(running, "yes")
    size, _ = told(lab, 60)
    assert WINDOW <= size < WINDOW + CHUNK
    assert told(lab, 60) == (0, [])
    lab.submit({"type": "stream.heard", "stream": "s", "size": 1 << 20})
    size, _ = told(lab, 60)
    assert (1 << 20) - CHUNK <= size < (1 << 20) + CHUNK


def test_there_is_never_more_room_than_a_window(running: bytes) -> None:
    lab = begun(running, "yes")
    told(lab, 60)
    lab.submit({"type": "stream.heard", "stream": "s", "size": 1 << 60})
    lab.submit({"type": "stream.heard", "stream": "s", "size": -(1 << 60)})
    size, _ = told(lab, 600)
    assert WINDOW <= size < WINDOW + CHUNK


def test_the_end_is_told_after_all_that_was_said(running: bytes) -> None:
    length = WINDOW + 300_000
    lab = begun(running, "head", "-c", str(length), "/dev/zero")
    first, ended = told(lab, 60)
    assert ended == []
    lab.submit({"type": "stream.heard", "stream": "s", "size": first})
    rest, ended = told(lab, 60)
    assert first + rest == length
    assert ended[-1] == ""


def test_without_a_stream_there_is_nothing_to_hear(running: bytes) -> None:
    lab = Lab.restore(running)
    assert lab.submit({"type": "stream.heard", "stream": "none", "size": 1}) == {}
