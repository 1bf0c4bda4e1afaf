"""Other resources for a Pod that runs."""

from typing import Any

import pytest

from simulator.api.requests import Request
from simulator.kernel.units import SECOND
from simulator.lab import Lab

EPOCH = 1_795_187_045_000_000
Obj = dict[str, Any]
STRATEGIC = "application/strategic-merge-patch+json"


def pod(policy: str = "NotRequired", name: str = "web", cpu: str = "100m", **spec: Any) -> Obj:
    resources = {"requests": {"cpu": cpu, "memory": "64Mi"}, "limits": {"cpu": "4", "memory": "128Mi"}}
    container = {
        "name": "c",
        "image": "busybox:1.28",
        "command": ["sleep", "3600"],
        "resources": resources,
        "resizePolicy": [{"resourceName": "memory", "restartPolicy": policy}],
    }
    spec = {"containers": [container], "nodeName": "node01", "terminationGracePeriodSeconds": 1, **spec}
    return {"metadata": {"name": name, "namespace": "default"}, "spec": spec}


def running(policy: str = "NotRequired", **other: Any) -> Lab:
    lab = Lab.boot(None, seed=1, epoch=EPOCH)
    lab.world.strict = True
    add(lab, pod(policy, **other))
    return lab


def add(lab: Lab, pod: Obj) -> None:
    assert lab.ask(Request("create", "pods", "default", body=pod)).code == 201
    lab.advance(lab.now + 20 * SECOND)


def resize(lab: Lab, code: int = 200, name: str = "web", **resources: Any) -> Obj:
    body = {"spec": {"containers": [{"name": "c", "resources": resources}]}}
    request = Request("patch", "pods", "default", name, subresource="resize", body=body, content_type=STRATEGIC)
    response = lab.ask(request)
    assert response.code == code, response.body
    lab.advance(lab.now + 20 * SECOND)
    return dict(response.body)


def condition(lab: Lab, kind: str = "PodResizePending") -> Obj | None:
    found = lab.find("pods", "default", "web")
    assert found is not None
    return next((each for each in found["status"]["conditions"] if each["type"] == kind), None)


def events(lab: Lab) -> list[tuple[str, str, str]]:
    found = [each for each in lab.objects("events", "default") if each["reason"].startswith("Resize")]
    return [(each["type"], each["reason"], each["message"]) for each in found]


def told(cpu: str, generation: int, error: str = "", memory: tuple[str, str] = ("128Mi", "64Mi")) -> str:
    limits, requests = f'"cpu":"4","memory":"{memory[0]}"', f'"cpu":"{cpu}","memory":"{memory[1]}"'
    tail = f',"error":"{error}"' if error else ""
    resources = f'{{"limits":{{{limits}}},"requests":{{{requests}}}}}'
    return f'{{"containers":[{{"name":"c","resources":{resources}}}],"generation":{generation}{tail}}}'


def seen(lab: Lab) -> Obj:
    found = lab.find("pods", "default", "web")
    assert found is not None
    return dict(found["status"]["containerStatuses"][0])


@pytest.mark.parametrize(("policy", "restarts"), [("NotRequired", 0), ("RestartContainer", 1)])
def test_limits_change_while_a_container_runs_or_by_a_restart(policy: str, restarts: int) -> None:
    lab = running(policy)
    resize(lab, limits={"memory": "256Mi"})
    status = seen(lab)
    assert status["resources"]["limits"] == {"cpu": "4", "memory": "256Mi"}
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
            {"requests": {"cpu": "4", "memory": "128Mi"}},
            'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
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


def test_a_resize_is_in_progress_until_it_is_in_force_and_events_say_both() -> None:
    lab = running()
    body = {"spec": {"containers": [{"name": "c", "resources": {"requests": {"cpu": "300m"}}}]}}
    request = Request("patch", "pods", "default", "web", subresource="resize", body=body, content_type=STRATEGIC)
    assert lab.ask(request).code == 200
    while condition(lab, "PodResizeInProgress") is None:
        lab.advance(lab.next_at() or lab.now)
    status = seen(lab)
    assert (status["allocatedResources"]["cpu"], status["resources"]["requests"]["cpu"]) == ("300m", "100m")
    lab.advance(lab.now + 3 * SECOND)
    assert (condition(lab, "PodResizeInProgress"), seen(lab)["resources"]["requests"]["cpu"]) == (None, "300m")
    assert events(lab) == [
        ("Normal", "ResizeStarted", f"Pod resize started: {told('300m', 2)}"),
        ("Normal", "ResizeCompleted", f"Pod resize completed: {told('300m', 2)}"),
    ]


def test_what_no_node_of_the_size_can_give_is_infeasible_and_nothing_changes() -> None:
    lab = running()
    resize(lab, requests={"cpu": "3"})
    why = "Node didn't have enough capacity: cpu, requested: 3000, capacity: 2000"
    found = condition(lab)
    assert found is not None
    assert (found["reason"], found["message"], found["observedGeneration"]) == ("Infeasible", why, 2)
    assert seen(lab)["resources"]["requests"]["cpu"] == seen(lab)["allocatedResources"]["cpu"] == "100m"
    assert events(lab) == [("Warning", "ResizeInfeasible", f"Pod resize Infeasible: {told('3', 2, why)}")]
    resize(lab, requests={"cpu": "100m"})
    assert condition(lab) is None


def test_what_others_stand_in_the_way_of_is_deferred_until_they_go() -> None:
    lab = running()
    add(lab, pod(name="other", cpu="1"))
    resize(lab, requests={"cpu": "1500m"})
    found = condition(lab)
    assert found is not None
    assert found["reason"] == "Deferred"
    assert found["message"].startswith("Node didn't have enough resource: cpu, requested: 1500, used: 1")
    lab.advance(lab.now + 600 * SECOND)
    assert len(events(lab)) == 1
    assert lab.ask(Request("delete", "pods", "default", "other")).code == 200
    lab.advance(lab.now + 5 * SECOND)
    assert (condition(lab), seen(lab)["resources"]["requests"]["cpu"]) == (None, "1500m")


def test_another_pod_that_takes_less_makes_room_too() -> None:
    lab = running()
    add(lab, pod(name="other", cpu="1"))
    resize(lab, requests={"cpu": "1500m"})
    resize(lab, name="other", requests={"cpu": "100m"})
    assert (condition(lab), seen(lab)["resources"]["requests"]["cpu"]) == (None, "1500m")


def test_a_memory_limit_below_what_is_used_waits_and_says_so() -> None:
    lab = running()
    resize(lab, limits={"memory": "512Ki"}, requests={"memory": "512Ki"})
    found = condition(lab, "PodResizeInProgress")
    assert found is not None
    used = "below current usage (1048576)"
    why = (
        f"cannot decrease memory limits: [attempting to set pod memory limit (524288) {used}, "
        f'attempting to set container "c" memory limit (524288) {used}]'
    )
    assert (found["reason"], found["message"]) == ("Error", why)
    assert seen(lab)["resources"]["limits"]["memory"] == "128Mi"
    lab.advance(lab.now + 60 * SECOND)
    quoted = why.replace('"', '\\"')
    text = f"Pod resize error: {told('100m', 2, quoted, ('512Ki', '512Ki'))}"
    assert [each for each in events(lab) if each[1] == "ResizeError"] == [("Warning", "ResizeError", text)]
    resize(lab, limits={"memory": "64Mi"})
    assert (condition(lab, "PodResizeInProgress"), seen(lab)["resources"]["limits"]["memory"]) == (None, "64Mi")


def test_a_request_that_a_policy_ties_to_a_restart_restarts() -> None:
    lab = running("RestartContainer")
    resize(lab, requests={"memory": "96Mi"})
    assert (seen(lab)["restartCount"], seen(lab)["resources"]["requests"]["memory"]) == (1, "96Mi")
    killings = [each["message"] for each in lab.objects("events", "default") if each["reason"] == "Killing"]
    assert killings == ["Container c resize requires restart"]


def test_a_kubelet_that_was_away_still_knows_what_it_had_set_aside() -> None:
    lab = running()
    lab.cluster.kubelets["node01"].stop()
    resize(lab, requests={"cpu": "3"})
    lab.cluster.kubelets["node01"].resume()
    lab.advance(lab.now + 20 * SECOND)
    assert (condition(lab) or {})["reason"] == "Infeasible"
    assert seen(lab)["allocatedResources"]["cpu"] == "100m"


def test_the_scheduler_counts_what_is_wanted_or_set_aside_whichever_is_more() -> None:
    def node_of(cpu: str, wanted: str) -> str | None:
        lab = running()
        resize(lab, requests={"cpu": cpu})
        probe = pod(name="probe", cpu=wanted, nodeSelector={"kubernetes.io/hostname": "node01"})
        del probe["spec"]["nodeName"]
        add(lab, probe)
        found = lab.find("pods", "default", "probe")
        return dict(found or {})["spec"].get("nodeName")

    assert node_of("1", "1") is None
    assert node_of("1", "700m") == "node01"
    assert node_of("3", "1500m") == "node01", "what is infeasible does not count"


def test_a_resize_names_the_containers_that_are_there() -> None:
    lab = running()
    body = {"spec": {"containers": [{"name": "nginx", "resources": {"requests": {"cpu": "1"}}}]}}
    request = Request("patch", "pods", "default", "web", subresource="resize", body=body, content_type=STRATEGIC)
    assert (
        "spec.containers: Forbidden: containers may not be added or removed on resize"
        in lab.ask(request).body["message"]
    )


def test_a_snapshot_in_the_middle_of_a_resize_changes_nothing() -> None:
    lab = running()
    add(lab, pod(name="other", cpu="1"))
    resize(lab, requests={"cpu": "1500m"})
    twin = Lab.restore(lab.snapshot())
    for each in (lab, twin):
        assert each.ask(Request("delete", "pods", "default", "other")).code == 200
        each.advance(each.now + 5 * SECOND)
    assert lab.snapshot() == twin.snapshot()
