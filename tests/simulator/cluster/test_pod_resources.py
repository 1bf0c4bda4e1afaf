"""Requests and limits that a Pod has as a whole: in force for its containers, and resized (KEP 2837 and 5419)."""

from typing import Any

import pytest

from simulator.api.requests import Request
from simulator.kernel.units import SECOND
from simulator.lab import Lab

EPOCH = 1_795_187_045_000_000
Obj = dict[str, Any]
STRATEGIC = "application/strategic-merge-patch+json"


def stress(name: str, size: str, after: int = 0, **fields: Any) -> Obj:
    line = f"sleep {after}; exec stress --vm 1 --vm-bytes {size} --vm-hang 1"
    return {"name": name, "image": "polinux/stress", "command": ["sh", "-c", line], **fields}


@pytest.fixture
def lab() -> Lab:
    made = Lab.boot(None, seed=1, epoch=EPOCH)
    made.world.strict = True
    return made


def run(lab: Lab, memory: str, *containers: Obj, seconds: int = 20) -> None:
    spec = {
        "nodeName": "node01",
        "resources": {"requests": {"cpu": "100m", "memory": "32Mi"}, "limits": {"cpu": "1500m", "memory": memory}},
        "containers": list(containers),
    }
    body = {"metadata": {"name": "whole", "namespace": "default"}, "spec": spec}
    response = lab.ask(Request("create", "pods", "default", body=body))
    assert response.code == 201, response.body
    lab.advance(lab.now + seconds * SECOND)


def resize(lab: Lab, memory: str) -> None:
    body = {"spec": {"resources": {"limits": {"memory": memory}}}}
    request = Request("patch", "pods", "default", "whole", subresource="resize", body=body, content_type=STRATEGIC)
    assert lab.ask(request).code == 200
    lab.advance(lab.now + 5 * SECOND)


def ends(lab: Lab) -> dict[str, str]:
    """Why each container ended that has ended."""
    pod = lab.find("pods", "default", "whole")
    assert pod is not None
    found = {}
    for each in pod["status"]["containerStatuses"]:
        ended = each["state"].get("terminated") or each["lastState"].get("terminated")
        if ended:
            found[each["name"]] = ended["reason"]
    return found


def said(lab: Lab, container: str, line: str) -> str:
    """What a command prints in a container."""
    lab.submit({"type": "terminal.open", "terminal": "t", "host": "master", "columns": 200, "rows": 40})
    lab.settle(SECOND)
    lab.drain()
    lab.submit({"type": "line", "terminal": "t", "text": f"kubectl exec whole -c {container} -- sh -c '{line}'"})
    lab.settle(5 * SECOND)
    return str(next(change.data["output"] for change in lab.drain() if change.kind == "command"))


def test_a_container_without_limits_has_those_of_its_pod(lab: Lab) -> None:
    run(lab, "128Mi", stress("a", "200M"), stress("b", "10M", resources={"limits": {"memory": "32Mi"}}))
    assert ends(lab) == {"a": "OOMKilled"}
    assert said(lab, "b", "cd /sys/fs/cgroup; cat memory.max cpu.max") == "33554432\n150000 100000\n"


def test_the_downward_api_tells_the_limit_of_the_pod(lab: Lab) -> None:
    names = {"MEMORY": "limits.memory", "CPU": "limits.cpu", "ASKED": "requests.memory"}
    env = [
        {
            "name": name,
            "valueFrom": {"resourceFieldRef": {"resource": each, "divisor": "1m" if name == "CPU" else "1Mi"}},
        }
        for name, each in names.items()
    ]
    run(lab, "128Mi", stress("a", "10M", env=env))
    assert said(lab, "a", "echo $MEMORY $CPU $ASKED") == "128 1500 0\n"


def test_the_largest_goes_when_the_containers_are_together_over_the_limit(lab: Lab) -> None:
    run(lab, "128Mi", stress("a", "80M"), stress("b", "60M", after=20), seconds=15)
    assert ends(lab) == {}
    lab.advance(lab.now + 10 * SECOND)
    assert ends(lab) == {"a": "OOMKilled"}


def test_a_higher_limit_is_in_force_without_a_restart(lab: Lab) -> None:
    run(lab, "128Mi", stress("a", "80M"), stress("b", "60M", after=30), seconds=10)
    resize(lab, "256Mi")
    assert said(lab, "a", "cat /sys/fs/cgroup/memory.max") == "268435456\n"
    lab.advance(lab.now + 30 * SECOND)
    assert ends(lab) == {}


def test_a_limit_below_what_is_used_is_not_put_in_force(lab: Lab) -> None:
    run(lab, "128Mi", stress("a", "80M"))
    resize(lab, "64Mi")
    assert ends(lab) == {}
    errors = [each["message"] for each in lab.objects("events", "default") if each["reason"] == "ResizeError"]
    assert len(errors) == 1
    assert "attempting to set pod memory limit (67108864) below current usage" in errors[0]
