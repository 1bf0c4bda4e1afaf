"""What `kubectl top` knows."""

import pytest

from simulator.api.errors import NotFound
from simulator.lab import Lab

EPOCH = 1_795_187_045_000_000
MINUTE = 60_000_000
SPIN = ["sh", "-c", "while true; do :; done"]


def pod(name: str, command: list[str], **resources: dict[str, str]) -> dict:
    container = {"name": "c", "image": "busybox:1.28", "command": command, "resources": resources}
    return {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": name}, "spec": {"containers": [container]}}


@pytest.fixture
def lab() -> Lab:
    objects = [pod("idle", ["sleep", "3600"]), pod("busy", SPIN), pod("held", SPIN, limits={"cpu": "100m"})]
    return Lab.boot({"objects": objects}, seed=1, epoch=EPOCH)


def used(lab: Lab) -> dict[str, dict[str, str]]:
    found = lab.objects("pods.metrics.k8s.io", "default")
    return {each["metadata"]["name"]: each["containers"][0]["usage"] for each in found}


def test_nothing_is_known_of_containers_that_have_just_started(lab: Lab) -> None:
    lab.advance(lab.now + MINUTE // 6)
    assert used(lab) == {}
    assert [each["metadata"]["name"] for each in lab.objects("nodes.metrics.k8s.io")] == ["master", "node01", "node02"]


def test_a_program_that_computes_takes_a_core_or_its_limit(lab: Lab) -> None:
    lab.advance(lab.now + 2 * MINUTE)
    found = used(lab)
    assert (found["idle"]["cpu"], found["busy"]["cpu"], found["held"]["cpu"]) == ("0", "1000000000n", "100000000n")


def test_what_is_not_there_is_told_apart_from_what_is_not_measured(lab: Lab) -> None:
    with pytest.raises(NotFound, match=r'^pods "nope" not found'):
        lab.cluster.api.get("pods.metrics.k8s.io", "default", "nope")
    with pytest.raises(NotFound, match=r'^podmetrics\.metrics\.k8s\.io "default/idle" not found'):
        lab.cluster.api.get("pods.metrics.k8s.io", "default", "idle")
