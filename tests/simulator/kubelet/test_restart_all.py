"""Rules by which a container is restarted after its end, and the one that restarts all containers of its Pod in their place."""

from typing import Any

import pytest

from simulator.apiserver.tables.pods import PODS
from simulator.kubelet.restarts import restarts_after
from tests.simulator.kubelet.one_node import OneNode

Obj = dict[str, Any]


def rule(action: str, operator: str, *codes: int) -> Obj:
    return {"action": action, "exitCodes": {"operator": operator, "values": list(codes)}}


# The Pod's policy, the container's own, its rules, how it ended, and whether it is started again.
ROWS: list[tuple[str, str, list[Obj], int, bool]] = [
    ("Always", "", [], 0, True),
    ("OnFailure", "", [], 0, False),
    ("OnFailure", "", [], 1, True),
    ("Never", "", [], 1, False),
    ("Never", "Always", [], 0, True),
    ("Always", "Never", [], 1, False),
    ("Never", "OnFailure", [], 0, False),
    ("Never", "Never", [rule("Restart", "In", 3, 4)], 4, True),
    ("Never", "Never", [rule("Restart", "In", 3, 4)], 5, False),
    ("Never", "Never", [rule("Restart", "NotIn", 3)], 5, True),
    ("Never", "Never", [rule("Restart", "NotIn", 3)], 3, False),
    ("Always", "Always", [rule("Restart", "In", 3)], 5, True),  # no rule speaks of it: the policy decides
    ("Never", "Never", [rule("RestartAllContainers", "In", 3)], 3, True),
]


@pytest.mark.parametrize(("policy", "own", "rules", "code", "again"), ROWS)
def test_who_is_started_again(policy: str, own: str, rules: list[Obj], code: int, again: bool) -> None:
    container = {"name": "c", "restartPolicyRules": rules, **({"restartPolicy": own} if own else {})}
    pod = {"metadata": {"name": "p"}, "spec": {"restartPolicy": policy, "containers": [container]}}
    assert restarts_after(pod, container, "containers", code) is again


def gang() -> OneNode:
    node = OneNode().bring("busybox:1.28")
    busy = {"image": "busybox:1.28"}
    trigger = {"command": ["sh", "-c", "sleep 5; exit 3"], "restartPolicy": "Never"}
    containers = [
        {"name": "main", **busy, "command": ["sleep", "3600"], "lifecycle": {"preStop": {"sleep": {"seconds": 20}}}},
        {"name": "t", **busy, **trigger, "restartPolicyRules": [rule("RestartAllContainers", "In", 3)]},
    ]
    init = [{"name": "i", **busy, "command": ["true"]}]
    spec = {"restartPolicy": "Never", "initContainers": init, "containers": containers}
    node.create({"metadata": {"name": "p"}, "spec": spec})
    return node


def rows(node: OneNode) -> list[str]:
    """READY, STATUS and RESTARTS, one after the other."""
    seen: list[str] = []
    for _, pod in node.written:
        row = " ".join(PODS.cells(pod, node.world.unix)[1:4])
        if not seen or seen[-1] != row:
            seen.append(row)
    return seen


def test_all_containers_begin_again_with_the_init_containers() -> None:
    node = gang().run(12)
    assert rows(node) == [
        "0/2 Pending 0",
        "0/2 Init:0/1 0",
        "0/2 PodInitializing 0",
        "2/2 Running 0",
        "1/2 Error 0",
        "0/2 RestartingAllContainers 2",
        "2/2 Running 2",
    ]
    for name in ("i", "main", "t"):
        status = node.status("p", name)
        last = status["lastState"]["terminated"]
        assert (status["restartCount"], last["exitCode"], last["reason"]) == (1, 137, "RestartingAllContainers")


def test_the_pod_keeps_its_address_and_says_what_is_going_on() -> None:
    node = gang().run(6)
    before = node.get("p")["status"]
    node.run(6)
    told = [
        (each["status"], each.get("reason"), each.get("message"))
        for _, pod in node.written
        for each in (pod.get("status") or {}).get("conditions") or ()
        if each["type"] == "AllContainersRestarting"
    ]
    assert list(dict.fromkeys(told)) == [
        ("False", None, None),
        ("True", "RestartAllContainersStarted", "container exited with restart policy rule"),
    ]
    after = node.get("p")["status"]
    assert (after["podIP"], after["startTime"]) == (before["podIP"], before["startTime"])


def test_a_pod_that_begins_again_may_be_saved_and_restored() -> None:
    node = gang().run(8.2)
    assert node.again().run(4).world.to_bytes() == node.run(4).world.to_bytes()
