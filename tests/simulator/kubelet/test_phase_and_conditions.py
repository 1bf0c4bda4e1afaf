"""Phase and conditions as the states of containers make them."""

from typing import Any

import pytest

from simulator.kubelet.conditions import conditions
from simulator.kubelet.phase import phase_of

RUNNING = {"state": {"running": {"startedAt": "2026-11-20T12:00:00Z"}}, "lastState": {}, "ready": True, "started": True}
WAITING = {"state": {"waiting": {"reason": "ContainerCreating"}}, "lastState": {}, "ready": False, "started": False}


def ended(code: int) -> dict[str, Any]:
    return {"state": {"terminated": {"exitCode": code}}, "lastState": {}, "ready": code == 0, "started": False}


def crashed(code: int) -> dict[str, Any]:
    waiting = {"waiting": {"reason": "CrashLoopBackOff"}}
    return {"state": waiting, "lastState": {"terminated": {"exitCode": code}}, "ready": False, "started": False}


def pod(policy: str, init: tuple[str, ...] = (), names: tuple[str, ...] = ("a",), **fields: Any) -> dict[str, Any]:
    spec: dict[str, Any] = {"restartPolicy": policy, "containers": [{"name": name} for name in names], **fields}
    if init:
        spec["initContainers"] = [{"name": name} for name in init]
    return {"metadata": {"name": "p", "generation": 1}, "spec": spec, "status": {}}


@pytest.mark.parametrize(
    ("policy", "statuses", "phase"),
    [
        ("Always", {"a": WAITING}, "Pending"),
        ("Always", {"a": RUNNING}, "Running"),
        ("Always", {"a": ended(0)}, "Running"),
        ("Always", {"a": crashed(1)}, "Running"),
        ("OnFailure", {"a": ended(0)}, "Succeeded"),
        ("OnFailure", {"a": ended(1)}, "Running"),
        ("Never", {"a": ended(0)}, "Succeeded"),
        ("Never", {"a": ended(1)}, "Failed"),
    ],
)
def test_phase_follows_containers_and_policy(policy: str, statuses: dict[str, Any], phase: str) -> None:
    assert phase_of(pod(policy), statuses, terminal=False) == phase


@pytest.mark.parametrize(("code", "phase"), [(0, "Succeeded"), (137, "Failed")])
def test_a_pod_that_was_taken_down_has_succeeded_or_failed(code: int, phase: str) -> None:
    assert phase_of(pod("Always"), {"a": ended(code)}, terminal=True) == phase


@pytest.mark.parametrize(("policy", "phase"), [("Never", "Failed"), ("Always", "Pending"), ("OnFailure", "Pending")])
def test_a_failed_init_container_fails_the_pod_that_is_never_restarted(policy: str, phase: str) -> None:
    assert phase_of(pod(policy, init=("i",)), {"i": ended(1), "a": WAITING}, terminal=False) == phase


def test_a_container_that_is_never_restarted_fails_a_pod_whose_policy_is_always() -> None:
    meant = pod("Always")
    meant["spec"]["containers"][0]["restartPolicy"] = "Never"
    assert phase_of(meant, {"a": ended(1)}, terminal=False) == "Failed"


def test_a_running_sidecar_does_not_keep_a_pod_from_succeeding() -> None:
    meant = pod("Never", init=("s",))
    meant["spec"]["initContainers"][0]["restartPolicy"] = "Always"
    assert phase_of(meant, {"s": RUNNING, "a": ended(0)}, terminal=False) == "Succeeded"


def test_conditions_stand_in_the_order_of_a_real_cluster_and_say_who_is_missing() -> None:
    statuses = {"i": WAITING, "j": WAITING, "a": WAITING}
    found = conditions(
        pod("Always", init=("i", "j")), statuses, "Pending", sandbox_ready=True, now="2026-11-20T16:42:30Z"
    )
    assert [(entry["type"], entry["status"], entry.get("message")) for entry in found] == [
        ("PodReadyToStartContainers", "True", None),
        ("Initialized", "False", "containers with incomplete status: [i j]"),
        ("Ready", "False", "containers with unready status: [a]"),
        ("ContainersReady", "False", "containers with unready status: [a]"),
        ("PodScheduled", "True", None),
    ]


def test_a_transition_time_moves_only_with_the_status() -> None:
    meant = pod("Always")
    meant["status"]["conditions"] = conditions(meant, {"a": WAITING}, "Pending", sandbox_ready=False, now="t1")
    later = {
        entry["type"]: entry for entry in conditions(meant, {"a": RUNNING}, "Running", sandbox_ready=True, now="t2")
    }
    assert (later["Ready"]["lastTransitionTime"], later["PodScheduled"]["lastTransitionTime"]) == ("t2", "t1")


def test_a_readiness_gate_without_its_condition_keeps_the_pod_unready() -> None:
    meant = pod("Always", readinessGates=[{"conditionType": "example.com/lb"}])
    found = {
        entry["type"]: entry for entry in conditions(meant, {"a": RUNNING}, "Running", sandbox_ready=True, now="t")
    }
    assert found["Ready"]["message"] == 'corresponding condition of pod readiness gate "example.com/lb" does not exist.'
    assert found["ContainersReady"]["status"] == "True"


@pytest.mark.parametrize(("phase", "reason"), [("Succeeded", "PodCompleted"), ("Failed", "PodFailed")])
def test_a_finished_pod_is_not_ready_for_that_reason(phase: str, reason: str) -> None:
    found = {
        entry["type"]: entry for entry in conditions(pod("Never"), {"a": ended(0)}, phase, sandbox_ready=False, now="t")
    }
    assert (found["Ready"]["status"], found["Ready"]["reason"]) == ("False", reason)
