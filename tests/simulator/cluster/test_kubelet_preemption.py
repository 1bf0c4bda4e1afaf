"""A kubelet takes Pods away for a critical one that is bound to its node and finds no room (pkg/kubelet/preemption)."""

from typing import Any

import pytest

from simulator.api.requests import Request
from simulator.kernel.units import SECOND
from simulator.kubelet.preemption import NoRoom, victims
from simulator.lab import Lab

EPOCH = 1_795_187_045_000_000
Obj = dict[str, Any]
TEXT = "Preempted in order to admit critical pod"
CRITICAL = {"priorityClassName": "system-node-critical"}


def pod(name: str, cpu: str = "", **spec: Any) -> Obj:
    resources = {"resources": {"requests": {"cpu": cpu}}} if cpu else {}
    container = {"name": "c", "image": "busybox:1.28", "command": ["sleep", "3600"], **resources}
    base = {"containers": [container], "nodeName": "node01", "terminationGracePeriodSeconds": 3}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "default"}, "spec": base | spec}


@pytest.fixture
def lab() -> Lab:
    nodes = [{"name": "master", "roles": ["control-plane"]}, {"name": "node01", "images": ["busybox:1.28"]}]
    lab = Lab.boot({"nodes": nodes}, seed=1, epoch=EPOCH)
    lab.world.strict = True
    for each in (pod("idle"), pod("small", "300m"), pod("large", "1")):
        add(lab, each)
    return lab


def add(lab: Lab, pod: Obj, seconds: int = 5) -> None:
    assert lab.ask(Request("create", "pods", "default", body=pod)).code == 201
    run(lab, seconds)


def run(lab: Lab, seconds: int) -> None:
    lab.advance(lab.now + seconds * SECOND)


def status(lab: Lab, name: str) -> Obj:
    return dict((lab.find("pods", "default", name) or {})["status"])


def phases(lab: Lab) -> dict[str, str]:
    return {each["metadata"]["name"]: each["status"]["phase"] for each in lab.objects("pods", "default")}


def told(lab: Lab, name: str, reason: str) -> list[tuple[str, str]]:
    found = [each for each in lab.objects("events", "default") if each["involvedObject"]["name"] == name]
    return [(each["type"], each["message"]) for each in found if each["reason"] == reason]


def test_a_critical_pod_takes_the_place_of_the_one_that_frees_what_is_missing(lab: Lab) -> None:
    add(lab, pod("vital", "1500m", **CRITICAL), 2)
    assert phases(lab)["vital"] == "Pending", "it waits for the other's end"
    run(lab, 10)
    assert phases(lab) == {"idle": "Running", "small": "Running", "large": "Failed", "vital": "Running"}
    assert told(lab, "large", "Preempting") == [("Warning", TEXT)]
    gone = status(lab, "large")
    assert (gone["reason"], gone["message"]) == ("Preempting", TEXT)
    condition = next(each for each in gone["conditions"] if each["type"] == "DisruptionTarget")
    assert (condition["reason"], condition["message"]) == (
        "TerminationByKubelet",
        "Pod was preempted by Kubelet to accommodate a critical pod.",
    )


def test_an_ordinary_pod_is_turned_away(lab: Lab) -> None:
    add(lab, pod("vital", "1500m"))
    assert status(lab, "vital")["reason"] == "OutOfcpu"
    assert phases(lab)["large"] == "Running"


def test_a_critical_pod_that_the_whole_node_could_not_hold_takes_nobody_away(lab: Lab) -> None:
    add(lab, pod("vital", "3", **CRITICAL))
    text = (
        "Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods "
        "to preempt: no set of running pods found to reclaim resources: [(res: cpu, q: 1000), ]"
    )
    found = status(lab, "vital")
    assert (found["reason"], found["message"]) == ("UnexpectedAdmissionError", f"Pod was rejected: {text}")
    assert set(phases(lab).values()) == {"Running", "Failed"}
    assert phases(lab)["large"] == "Running"


def test_a_critical_pod_in_the_wrong_place_is_told_why(lab: Lab) -> None:
    add(lab, pod("vital", "1500m", nodeSelector={"disk": "ssd"}, **CRITICAL))
    assert status(lab, "vital")["reason"] == "NodeAffinity"


def test_a_static_pod_takes_what_it_needs(lab: Lab) -> None:
    manifest = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: own}\nspec:\n  containers:\n  - name: c\n    image: busybox:1.28\n"
        '    command: [sleep, "3600"]\n    resources: {requests: {cpu: 1500m}}\n'
    )
    path = "/etc/kubernetes/manifests/own.yaml"
    assert lab.submit({"type": "file.save", "host": "node01", "path": path, "content": manifest}) == {}
    run(lab, 30)
    assert (phases(lab)["own-node01"], phases(lab)["large"]) == ("Running", "Failed")


def test_a_snapshot_while_a_pod_waits_for_room_changes_nothing(lab: Lab) -> None:
    add(lab, pod("vital", "1500m", **CRITICAL), 1)
    twin = Lab.restore(lab.snapshot())
    run(lab, 10)
    run(twin, 10)
    assert lab.snapshot() == twin.snapshot()


def one(name: str, quality: str, cpu: str = "0", priority: int = 0) -> Obj:
    return {**pod(name, cpu, priority=priority), "status": {"qosClass": quality}}


@pytest.mark.parametrize(
    ("others", "missing", "names"),
    [
        ([("a", "Burstable", "500m"), ("b", "Burstable", "300m")], 300, ["b"]),
        ([("a", "Burstable", "500m"), ("b", "Burstable", "300m")], 400, ["a"]),
        ([("a", "Burstable", "500m"), ("b", "Burstable", "300m")], 700, ["a", "b"]),
        ([("a", "Guaranteed", "500m"), ("b", "Burstable", "300m"), ("c", "Burstable", "300m")], 500, ["b", "c"]),
        ([("a", "Guaranteed", "500m"), ("b", "Burstable", "300m")], 500, ["a"]),
        ([("a", "BestEffort", "0"), ("b", "Guaranteed", "300m")], 200, ["b"]),
    ],
)
def test_who_has_to_go(others: list[tuple[str, str, str]], missing: int, names: list[str]) -> None:
    vital = one("vital", "Burstable", priority=2_000_000_000)
    found = victims(vital, [one(*each) for each in others], {"cpu": missing})
    assert sorted(each["metadata"]["name"] for each in found) == sorted(names)


def test_nobody_critical_has_to_go_for_an_equal() -> None:
    vital = one("vital", "Burstable", priority=2_000_000_000)
    with pytest.raises(NoRoom):
        victims(vital, [one("other", "Burstable", "1", 2_000_000_000)], {"cpu": 100})
    higher = one("higher", "Burstable", priority=2_000_001_000)
    assert victims(higher, [one("other", "Burstable", "1", 2_000_000_000)], {"cpu": 100})
