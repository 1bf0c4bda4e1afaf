"""A cluster in which nothing happens costs nothing: whoever waits is not asked again and again."""

from typing import Any

import pytest

from simulator.kernel.units import SECOND
from simulator.lab import Lab

MINUTE = 60 * SECOND
BOUND = {"capabilities": {"drop": ["SETUID"]}}
AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"


@pytest.mark.parametrize(
    "container",
    [
        {"image": "nginx:1.27"},
        {"image": "nginx:1.27", "securityContext": BOUND},  # its workers cannot be started, and are not tried again
        {"image": AGNHOST, "args": ["pause"]},
        {"image": "busybox:1.36", "command": ["sh", "-c", "(sleep 1 &); exec sleep 36000"]},
        {"image": "redis:7"},
    ],
    ids=str,
)
def test_a_pod_that_rests_wakes_nobody(container: dict[str, Any]) -> None:
    lab = Lab.boot(None, seed=1, epoch=0)
    spec = {"shareProcessNamespace": True, "containers": [{"name": "c", **container}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec}
    lab.submit({"type": "api", "request": {"verb": "create", "resource": "pods", "namespace": "default", "body": pod}})
    lab.advance(lab.now + MINUTE)
    assert lab.advance(lab.now + MINUTE, steps=200), "200 wake-ups were not enough for a minute"
