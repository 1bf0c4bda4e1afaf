"""The scheduler as a whole: placement, messages as recorded on a real cluster, waiting and preemption."""

from typing import Any

import pytest

from simulator.scheduler.scheduler import Scheduler
from tests.simulator.controlplane import ControlPlane

CONTROL_PLANE = [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}]
SSD = {"nodeSelector": {"disktype": "ssd"}}


@pytest.fixture
def plane() -> ControlPlane:
    plane = ControlPlane()
    plane.namespace()
    plane.node("controlplane", taints=CONTROL_PLANE)
    plane.node("node01")
    plane.node("node02")
    plane.add(Scheduler(plane.world, plane.api, "controlplane"))
    return plane


def node_of(plane: ControlPlane, name: str) -> str:
    return plane.api.get("pods", "default", name)["spec"].get("nodeName", "")


def requests(**amounts: str) -> dict[str, Any]:
    return {"containers": [{"name": "c", "image": "nginx", "resources": {"requests": amounts}}]}


def anti_affinity() -> dict[str, Any]:
    term = {"labelSelector": {"matchLabels": {"grp": "x"}}, "topologyKey": "kubernetes.io/hostname"}
    return {"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}}


def test_a_pod_gets_a_node_that_it_may_run_on(plane: ControlPlane) -> None:
    plane.pod("web")
    plane.run(0.1)
    assert node_of(plane, "web") in ("node01", "node02")
    assert plane.events("Scheduled") == [f"Successfully assigned default/web to {node_of(plane, 'web')}"]


def test_its_event_is_in_the_name_of_the_scheduler(plane: ControlPlane) -> None:
    plane.pod("web")
    plane.run(0.1)
    (event,) = plane.api.list("events")
    assert event["reportingComponent"] == "default-scheduler"
    assert event["reportingInstance"] == "default-scheduler-controlplane"
    assert event["action"] == "Binding"


PREEMPT_NOT = (
    "no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (SSD, "1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector."),
        (requests(cpu="10"), "1 node(s) had untolerated taint(s), 2 Insufficient cpu."),
        (requests(memory="1000Gi"), "1 node(s) had untolerated taint(s), 2 Insufficient memory."),
    ],
)
def test_why_a_pod_fits_nowhere_is_told_as_recorded(plane: ControlPlane, spec: dict[str, Any], message: str) -> None:
    plane.pod("sel", **spec)
    plane.run(0.1)
    expected = f"0/3 nodes are available: {message} {PREEMPT_NOT}"
    assert plane.events("FailedScheduling") == [expected]
    (condition,) = plane.api.get("pods", "default", "sel")["status"]["conditions"]
    assert (condition["type"], condition["status"], condition["reason"]) == ("PodScheduled", "False", "Unschedulable")
    assert condition["message"] == expected


def test_pods_that_avoid_each_other_get_a_node_each(plane: ControlPlane) -> None:
    for name in ("anti-1", "anti-2", "anti-3"):
        plane.pod(name, labels={"grp": "x"}, **anti_affinity())
    plane.run(0.1)
    assert {node_of(plane, "anti-1"), node_of(plane, "anti-2")} == {"node01", "node02"}
    assert plane.events("FailedScheduling") == [
        "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match pod anti-affinity rules."
        " no new claims to deallocate, preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling,"
        " 2 No preemption victims found for incoming pod."
    ]


def test_a_missing_claim_is_told_as_recorded(plane: ControlPlane) -> None:
    volume = {"name": "data", "persistentVolumeClaim": {"claimName": "noclaim"}}
    plane.pod("web", volumes=[volume])
    plane.run(0.1)
    assert plane.events("FailedScheduling") == [
        '0/3 nodes are available: persistentvolumeclaim "noclaim" not found. not found'
    ]


def test_a_label_on_a_node_frees_who_waited_for_it(plane: ControlPlane) -> None:
    plane.pod("sel", **SSD)
    plane.run(5)
    node = plane.api.get("nodes", None, "node01")
    labels = {**node["metadata"]["labels"], "disktype": "ssd"}
    plane.api.update("nodes", {**node, "metadata": {**node["metadata"], "labels": labels}})
    plane.run(0.1)
    assert node_of(plane, "sel") == "node01"


def test_a_taint_that_is_taken_away_frees_who_did_not_tolerate_it(plane: ControlPlane) -> None:
    for name in ("node01", "node02"):
        node = plane.api.get("nodes", None, name)
        plane.api.update("nodes", {**node, "spec": {"taints": [{"key": "a", "value": "b", "effect": "NoSchedule"}]}})
    plane.pod("web")
    plane.pod("brave", tolerations=[{"key": "a", "operator": "Exists"}])
    plane.run(2)
    assert (node_of(plane, "web"), node_of(plane, "brave") != "") == ("", True)
    node = plane.api.get("nodes", None, "node02")
    plane.api.update("nodes", {**node, "spec": {}})
    plane.run(0.1)
    assert node_of(plane, "web") == "node02"


def test_a_pod_is_tried_again_only_after_its_back_off(plane: ControlPlane) -> None:
    plane.pod("sel", **SSD)
    plane.run(0.1)
    node = plane.api.get("nodes", None, "node01")
    labels = {**node["metadata"]["labels"], "disktype": "ssd"}
    plane.api.update("nodes", {**node, "metadata": {**node["metadata"], "labels": labels}})
    plane.run(0.5)
    assert node_of(plane, "sel") == ""
    plane.run(0.5)
    assert node_of(plane, "sel") == "node01"


def test_nothing_is_done_for_a_waiting_pod_but_one_attempt_in_five_minutes(plane: ControlPlane) -> None:
    plane.pod("sel", **SSD)
    plane.run(1)
    plane.wakeups = 0
    plane.run(3600)
    assert plane.wakeups <= 2 * 12


def test_further_failures_are_counted_as_a_series(plane: ControlPlane) -> None:
    plane.pod("sel", **SSD)
    plane.run(301)
    (event,) = [each for each in plane.api.list("events") if each["reason"] == "FailedScheduling"]
    assert event["series"]["count"] == 2


def test_a_pod_of_another_scheduler_is_left_alone(plane: ControlPlane) -> None:
    plane.pod("mine", schedulerName="my-scheduler")
    plane.run(1)
    assert (node_of(plane, "mine"), plane.events()) == ("", [])


def test_a_gate_keeps_a_pod_without_an_event_until_it_is_opened(plane: ControlPlane) -> None:
    pod = plane.pod("gate", schedulingGates=[{"name": "example.com/foo"}])
    plane.run(1)
    assert (node_of(plane, "gate"), plane.events()) == ("", [])
    pod = plane.api.get("pods", "default", "gate")
    plane.api.update("pods", {**pod, "spec": {**pod["spec"], "schedulingGates": []}})
    plane.run(0.1)
    assert node_of(plane, "gate")


def test_a_prefer_no_schedule_taint_is_avoided(plane: ControlPlane) -> None:
    node = plane.api.get("nodes", None, "node01")
    plane.api.update("nodes", {**node, "spec": {"taints": [{"key": "p", "value": "1", "effect": "PreferNoSchedule"}]}})
    for name in ("p1", "p2", "p3"):
        plane.pod(name)
    plane.run(0.1)
    assert [node_of(plane, name) for name in ("p1", "p2", "p3")] == ["node02"] * 3


def test_a_cordoned_node_takes_nobody(plane: ControlPlane) -> None:
    node = plane.api.get("nodes", None, "node01")
    plane.api.update("nodes", {**node, "spec": {"unschedulable": True}})
    for name in ("a", "b", "c"):
        plane.pod(name)
    plane.run(0.1)
    assert [node_of(plane, name) for name in ("a", "b", "c")] == ["node02"] * 3


def test_an_important_pod_takes_the_place_of_a_lesser_one(plane: ControlPlane) -> None:
    for name, value in (("low", 10), ("high", 1000)):
        plane.api.create("priorityclasses.scheduling.k8s.io", {"metadata": {"name": name}, "value": value})
    for name in ("a", "b"):
        plane.pod(name, priorityClassName="low", priority=10, **requests(cpu="1500m"))
    plane.run(0.1)
    plane.pod("boss", priorityClassName="high", priority=1000, **requests(cpu="1"))
    plane.run(0.1)
    assert plane.events("FailedScheduling") == [
        "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu."
    ]
    boss = plane.api.get("pods", "default", "boss")
    victim = next(pod for pod in plane.api.list("pods") if "deletionTimestamp" in pod["metadata"])
    assert boss["status"]["nominatedNodeName"] == victim["spec"]["nodeName"]
    assert plane.events("Preempted") == [
        f"Preempted by pod {boss['metadata']['uid']} on node {victim['spec']['nodeName']}"
    ]
    plane.api.delete("pods", "default", victim["metadata"]["name"], grace=0)
    plane.run(2)
    assert node_of(plane, "boss") == victim["spec"]["nodeName"]


def test_who_may_not_preempt_is_told_so(plane: ControlPlane) -> None:
    plane.pod("a", **requests(cpu="2"))
    plane.pod("b", **requests(cpu="2"))
    plane.run(0.1)
    plane.pod("c", preemptionPolicy="Never", **requests(cpu="1"))
    plane.run(0.1)
    assert plane.events("FailedScheduling")[0].endswith(
        "no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never."
    )


def test_hard_spread_keeps_the_skew(plane: ControlPlane) -> None:
    rule = {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": "x"}},
        "nodeTaintsPolicy": "Honor",
    }
    for at in range(4):
        plane.pod(f"p{at}", labels={"app": "x"}, topologySpreadConstraints=[rule])
    plane.run(0.1)
    assert sorted(node_of(plane, f"p{at}") for at in range(4)) == ["node01", "node01", "node02", "node02"]


def test_a_host_port_is_given_once(plane: ControlPlane) -> None:
    port = {"containers": [{"name": "c", "image": "nginx", "ports": [{"containerPort": 80, "hostPort": 8080}]}]}
    for name in ("a", "b", "c"):
        plane.pod(name, **port)
    plane.run(0.1)
    assert "2 node(s) didn't have free ports for the requested pod ports." in plane.events("FailedScheduling")[0]
