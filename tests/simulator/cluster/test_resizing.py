"""Other resources for a Pod that runs."""

from typing import Any

import pytest

from simulator.api.requests import Request
from simulator.kernel.units import SECOND
from simulator.lab import Lab

EPOCH = 1_795_187_045_000_000
Obj = dict[str, Any]
STRATEGIC = "application/strategic-merge-patch+json"


def pod(policy: str = "NotRequired") -> Obj:
    resources = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "200m", "memory": "128Mi"}}
    container = {
        "name": "c",
        "image": "busybox:1.28",
        "command": ["sleep", "3600"],
        "resources": resources,
        "resizePolicy": [{"resourceName": "memory", "restartPolicy": policy}],
    }
    spec = {"containers": [container], "terminationGracePeriodSeconds": 1}
    return {"metadata": {"name": "web", "namespace": "default"}, "spec": spec}


def running(policy: str = "NotRequired") -> Lab:
    lab = Lab.boot(None, seed=1, epoch=EPOCH)
    assert lab.ask(Request("create", "pods", "default", body=pod(policy))).code == 201
    lab.advance(lab.now + 20 * SECOND)
    return lab


def resize(lab: Lab, code: int = 200, **resources: Any) -> Obj:
    body = {"spec": {"containers": [{"name": "c", "resources": resources}]}}
    request = Request("patch", "pods", "default", "web", subresource="resize", body=body, content_type=STRATEGIC)
    response = lab.ask(request)
    assert response.code == code, response.body
    lab.advance(lab.now + 20 * SECOND)
    return dict(response.body)


def seen(lab: Lab) -> Obj:
    found = lab.find("pods", "default", "web")
    assert found is not None
    return dict(found["status"]["containerStatuses"][0])


@pytest.mark.parametrize(("policy", "restarts"), [("NotRequired", 0), ("RestartContainer", 1)])
def test_limits_change_while_a_container_runs_or_by_a_restart(policy: str, restarts: int) -> None:
    lab = running(policy)
    resize(lab, limits={"memory": "256Mi"})
    status = seen(lab)
    assert status["resources"]["limits"] == {"cpu": "200m", "memory": "256Mi"}
    assert status["restartCount"] == restarts
    id = status["containerID"].rpartition("//")[2]
    node = lab.find("pods", "default", "web")["spec"]["nodeName"]  # type: ignore[index]
    assert lab.machines.cri(node).container_status(id)["limits"]["memory"] == 256 << 20  # type: ignore[index]
    assert "OOM" not in str(status)


@pytest.mark.parametrize(
    ("resources", "text"),
    [
        ({"limits": {"ephemeral-storage": "1Gi"}}, "only cpu and memory resources are mutable"),
        ({"limits": {"cpu": None}}, "resource limits cannot be removed"),
        ({"requests": {"memory": "512Mi"}}, "must be less than or equal to memory limit"),
        (
            {"requests": {"cpu": "200m", "memory": "128Mi"}},
            'spec: Invalid value: "Guaranteed": Pod QOS Class may not change as a result of resizing',
        ),
    ],
)
def test_what_a_resize_may_not_do(resources: Obj, text: str) -> None:
    lab = running()
    assert text in resize(lab, 422, **resources)["message"]


def test_nothing_but_resources_is_taken_from_a_resize() -> None:
    lab = running()
    body = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    request = Request("patch", "pods", "default", "web", subresource="resize", body=body, content_type=STRATEGIC)
    answer = lab.ask(request).body
    assert (answer["spec"]["containers"][0]["image"], "labels" in answer["metadata"]) == ("busybox:1.28", False)
