"""From the order to run to the last word: what a learner sees of a Pod on a node."""

import pytest

from simulator.api.errors import BadRequest
from tests.simulator.kubelet.one_node import OneNode

SLEEP = {"command": ["sleep", "86400"]}


@pytest.fixture
def node() -> OneNode:
    return OneNode().bring("busybox:1.28")


def test_a_pod_comes_up_as_on_a_real_node(node: OneNode) -> None:
    node.pod("p", SLEEP)
    node.run(3)
    assert node.shown("p") == ["Pending", "ContainerCreating", "Running"]
    assert node.events("p") == [
        ("Pulled", 'Container image "busybox:1.28" already present on machine and can be accessed by the pod', 1),
        ("Created", "Container created", 1),
        ("Started", "Container started", 1),
    ]
    status = node.get("p")["status"]
    assert {entry["type"]: entry["status"] for entry in status["conditions"]} == dict.fromkeys(
        ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"), "True"
    )
    assert (status["phase"], status["hostIP"], status["podIP"]) == ("Running", "192.168.10.11", "10.244.0.2")
    assert node.status("p")["image"] == "docker.io/library/busybox:1.28"


def test_a_steady_node_asks_for_nothing(node: OneNode) -> None:
    node.pod("p", SLEEP)
    node.run(10)
    written = len(node.written)
    assert not [entry for entry in node.world.agenda.heap if entry[2] == node.kubelet.name]
    assert len(node.run(3600).written) == written


def test_init_containers_run_one_after_the_other(node: OneNode) -> None:
    init = [{"name": name, "image": "busybox:1.28", "command": ["sleep", "2"]} for name in ("one", "two")]
    node.pod("p", SLEEP, initContainers=init)
    node.run(2)
    assert (node.reason("p", "one"), node.reason("p", "two"), node.reason("p", "c")) == (
        "Running",
        "PodInitializing",
        "PodInitializing",
    )
    conditions = {entry["type"]: entry for entry in node.get("p")["status"]["conditions"]}
    assert conditions["Initialized"]["message"] == "containers with incomplete status: [one two]"
    node.run(10)
    assert (node.reason("p", "one"), node.reason("p", "two"), node.reason("p", "c")) == (
        "Completed",
        "Completed",
        "Running",
    )
    assert node.status("p", "one")["ready"]


def test_an_init_container_that_fails_is_tried_again_and_holds_the_others_up(node: OneNode) -> None:
    init = [{"name": "one", "image": "busybox:1.28", "command": ["sh", "-c", "exit 1"]}]
    node.pod("p", SLEEP, initContainers=init)
    node.run(30)
    assert node.status("p", "one")["restartCount"] == 2
    assert node.reason("p") == "PodInitializing"
    assert node.get("p")["status"]["phase"] == "Pending"


def test_a_failed_init_container_fails_a_pod_that_is_never_restarted(node: OneNode) -> None:
    init = [{"name": "one", "image": "busybox:1.28", "command": ["sh", "-c", "exit 1"]}]
    node.pod("p", SLEEP, initContainers=init, restartPolicy="Never")
    node.run(30)
    assert node.get("p")["status"]["phase"] == "Failed"
    assert node.status("p", "one")["restartCount"] == 0


def test_a_crashing_container_is_restarted_at_once_and_then_ever_later(node: OneNode) -> None:
    node.pod("p", {"command": ["sh", "-c", "exit 1"]})
    counts = [node.run(until).status("p")["restartCount"] for until in (8, 22, 32, 50, 100)]
    assert counts == [1, 2, 3, 4, 5] or counts == [1, 2, 3, 4, 4]
    assert {"Error", "CrashLoopBackOff"} <= set(node.shown("p"))
    about = f"p_default({node.get('p')['metadata']['uid']})"
    assert ("BackOff", f"Back-off restarting failed container c in pod {about}") in [e[:2] for e in node.events("p")]
    assert node.get("p")["status"]["phase"] == "Running"


def test_a_pod_that_is_taken_down_still_tells_of_the_run_before_its_last(node: OneNode) -> None:
    node.pod("p", {"command": ["sh", "-c", "sleep 5; exit 1"]})
    node.run(14)  # the second run has ended, what was left of the first is cleared away
    node.api.delete("pods", "default", "p")
    node.run(1)
    told = [obj["status"]["containerStatuses"][0] for _, obj in node.written[-2:]]
    assert [(status["restartCount"], "terminated" in status["lastState"]) for status in told] == [(1, True), (1, True)]


def test_a_wait_says_how_long_it_is(node: OneNode) -> None:
    node.pod("p", {"command": ["sh", "-c", "exit 1"]})
    node.run(280)
    waiting = node.status("p")["state"]["waiting"]
    about = f"p_default({node.get('p')['metadata']['uid']})"
    assert waiting["message"] == f"back-off 2m40s restarting failed container=c pod={about}"
    assert node.status("p")["lastState"]["terminated"]["exitCode"] == 1


@pytest.mark.parametrize(
    ("policy", "code", "phase", "restarts"),
    [
        ("OnFailure", 0, "Succeeded", 0),
        ("Never", 0, "Succeeded", 0),
        ("Never", 3, "Failed", 0),
        ("OnFailure", 3, "Running", 1),
    ],
)
def test_the_policy_decides_what_follows_an_end(
    node: OneNode, policy: str, code: int, phase: str, restarts: int
) -> None:
    node.pod("p", {"command": ["sh", "-c", f"sleep 1; exit {code}"]}, restartPolicy=policy)
    node.run(8)
    assert (node.get("p")["status"]["phase"], node.status("p")["restartCount"]) == (phase, restarts)
    if phase != "Running":
        conditions = {entry["type"]: entry for entry in node.get("p")["status"]["conditions"]}
        assert conditions["PodReadyToStartContainers"]["status"] == "False"
        assert conditions["Ready"]["reason"] == ("PodCompleted" if phase == "Succeeded" else "PodFailed")


def test_a_deleted_pod_passes_through_error_when_it_has_to_be_killed(node: OneNode) -> None:
    node.pod("p", SLEEP, terminationGracePeriodSeconds=5)
    node.run(5)
    node.api.delete("pods", "default", "p")
    node.run(4)
    assert node.shown("p")[-1] == "Terminating"
    node.run(4)
    assert node.shown("p")[-3:] == ["Terminating", "Error", "gone"]
    assert ("Killing", "Stopping container c", 1) in node.events("p")


def test_a_deleted_pod_passes_through_completed_when_it_obeys(node: OneNode) -> None:
    node.pod("p", {"command": ["sh", "-c", "trap 'exit 0' TERM; while true; do sleep 1; done"]})
    node.run(5)
    node.api.delete("pods", "default", "p")
    node.run(5)
    assert node.shown("p")[-3:] == ["Terminating", "Completed", "gone"]


def test_a_pod_that_is_deleted_by_force_is_ended_all_the_same(node: OneNode) -> None:
    node.pod("p", SLEEP)
    node.run(5)
    node.api.delete("pods", "default", "p", grace=0)
    assert node.gone("p")
    node.run(10)
    assert not node.kubelet.deps.section["workers"]
    assert not node.kubelet.deps.cri.list_containers()


def test_a_name_can_be_used_again_while_the_old_pod_still_ends(node: OneNode) -> None:
    node.pod("p", SLEEP)
    node.run(5)
    node.api.delete("pods", "default", "p", grace=0)
    node.pod("p", SLEEP)
    node.run(10)
    assert node.reason("p") == "Running"
    assert len(node.kubelet.deps.section["workers"]) == 1


def test_logs_are_those_of_the_run_that_is_meant(node: OneNode) -> None:
    node.pod("p", {"command": ["sh", "-c", "echo one; echo two; exit 1"]})
    node.run(280)
    kubelet = node.kubelet
    assert kubelet.logs("default", "p", "c", {}) == "one\ntwo\n"
    assert kubelet.logs("default", "p", "c", {"tailLines": "1"}) == "two\n"
    assert kubelet.logs("default", "p", "c", {"previous": "true"}) == "one\ntwo\n"
    assert kubelet.logs("default", "p", "c", {"limitBytes": "5"}) == "one\nt"
    stamped = kubelet.logs("default", "p", "c", {"timestamps": "true", "tailLines": "1"})
    assert stamped.startswith("20")
    assert stamped.endswith("Z two\n")


def test_a_log_that_is_not_there_is_refused_in_the_kubelets_words(node: OneNode) -> None:
    init = [{"name": "i", "image": "busybox:1.28", "command": ["sleep", "30"]}]
    node.pod("p", SLEEP, initContainers=init)
    node.run(3)
    with pytest.raises(BadRequest, match='container "c" in pod "p" is waiting to start: PodInitializing'):
        node.kubelet.logs("default", "p", "c", {})
    with pytest.raises(BadRequest, match='previous terminated container "i" in pod "p" not found'):
        node.kubelet.logs("default", "p", "i", {"previous": "true"})


def test_a_sidecar_starts_first_and_ends_last(node: OneNode) -> None:
    script = "trap 'exit 0' TERM; while true; do sleep 1; done"
    init = [{"name": "s", "image": "busybox:1.28", "restartPolicy": "Always", "command": ["sh", "-c", script]}]
    node.pod("p", {"command": ["sleep", "5"]}, initContainers=init, restartPolicy="Never")
    node.run(4)
    assert (node.reason("p", "s"), node.reason("p", "c")) == ("Running", "Running")
    assert node.status("p", "s")["ready"]
    node.run(30)
    assert (node.reason("p", "s"), node.get("p")["status"]["phase"]) == ("Completed", "Succeeded")


def test_a_deadline_ends_the_pod(node: OneNode) -> None:
    node.pod("p", SLEEP, activeDeadlineSeconds=10, terminationGracePeriodSeconds=1)
    node.run(30)
    status = node.get("p")["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "DeadlineExceeded")
    assert "DeadlineExceeded" in node.reasons("p")


def test_a_changed_image_restarts_its_container(node: OneNode) -> None:
    node.bring("busybox:1.36").pod("p", SLEEP, terminationGracePeriodSeconds=1)
    node.run(5)
    node.api.patch("pods", "default", "p", {"spec": {"containers": [{"name": "c", "image": "busybox:1.36"}]}})
    node.run(10)
    assert node.status("p")["image"] == "docker.io/library/busybox:1.36"
    assert node.status("p")["restartCount"] == 1
    assert "Container c definition changed, will be restarted" in [message for _, message, _ in node.events("p")]
