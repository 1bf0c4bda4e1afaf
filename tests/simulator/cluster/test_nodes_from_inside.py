"""What a learner finds on a node: the runtime asked by crictl, the kubelet's files, and other machines from there."""

import json

import pytest

from tests.simulator.cluster.console import Console


class Node(Console):
    """A terminal on master, and a Pod that runs on node01."""

    def __init__(self) -> None:
        super().__init__()
        self.typed('kubectl run web --image=nginx:1.14 --labels=app=web --overrides=\'{"spec":{"nodeName":"node01"}}\'')
        self.typed("kubectl wait --for=condition=Ready pod/web")

    def crictl(self, words: str) -> dict[str, object]:
        """What crictl prints on node01, as JSON."""
        found: dict[str, object] = json.loads(self.typed(f"ssh node01 crictl {words}"))
        return found


@pytest.fixture(scope="module")
def console() -> Node:
    return Node()


# --- crictl
def test_containers_and_images_are_called_by_the_same_id(console: Node) -> None:
    row = console.typed("ssh node01 crictl ps --name ^web$ | tail -n 1").split()
    assert row[1] == console.typed("ssh node01 crictl images | grep library/nginx").split()[2]


def test_a_container_is_inspected_in_the_words_of_the_interface(console: Node) -> None:
    number = console.typed("ssh node01 crictl ps -q --name web").strip()
    found = console.crictl(f"inspect {number[:12]}")
    status = found["status"]
    assert isinstance(status, dict)
    uid = console.typed("kubectl get pod web -o jsonpath='{.metadata.uid}'").strip()
    assert status["id"] == number
    assert status["state"] == "CONTAINER_RUNNING"
    assert status["metadata"] == {"name": "web", "attempt": 0}
    assert status["startedAt"].startswith("2026-11-20T09:00:0")
    assert status["finishedAt"] == "0001-01-01T00:00:00Z"
    assert status["image"]["image"] == "docker.io/library/nginx:1.14"
    assert status["labels"]["io.kubernetes.pod.uid"] == uid
    assert status["logPath"] == f"/var/log/pods/default_web_{uid}/web/0.log"


def test_lists_are_told_as_json(console: Node) -> None:
    containers, pods = console.crictl("ps --name web -o json"), console.crictl("pods --name web -o json")
    assert [each["image"]["userSpecifiedImage"] for each in containers["containers"]] == [
        "docker.io/library/nginx:1.14"
    ]
    (pod,) = pods["items"]
    assert (pod["state"], pod["labels"]["app"]) == ("SANDBOX_READY", "web")
    assert [each["podSandboxId"] for each in containers["containers"]] == [pod["id"]]
    image = console.crictl("inspecti nginx:1.14")["status"]
    assert image["repoTags"] == ["docker.io/library/nginx:1.14"]


def test_the_first_sandbox_of_each_pod_is_attempt_0(console: Node) -> None:
    pods = console.crictl("pods -o json")["items"]
    assert {each["metadata"]["attempt"] for each in pods} == {0}


def test_the_runtime_says_whether_it_is_ready(console: Node) -> None:
    conditions = console.crictl("info")["status"]["conditions"]
    assert [(each["type"], each["status"]) for each in conditions] == [("RuntimeReady", True), ("NetworkReady", True)]


# --- files and programs
def test_the_files_that_a_kubelet_is_told_of_are_there(console: Node) -> None:
    assert "staticPodPath: /etc/kubernetes/manifests" in console.typed("ssh node01 cat /var/lib/kubelet/config.yaml")
    assert "server: https://192.168.10.10:6443" in console.typed("ssh node01 cat /etc/kubernetes/kubelet.conf")


@pytest.mark.parametrize("name", ["kubeadm", "iptables", "ctr"])
def test_what_is_not_simulated_says_so(console: Node, name: str) -> None:
    assert console.typed(f"{name} --help").startswith(f"{name}: not simulated here: ")


# --- other machines
def test_another_machine_is_asked_within_a_substitution(console: Node) -> None:
    assert console.typed("echo $(ssh node01 hostname)/$(ssh node02 hostname)") == "node01/node02\n"
    assert (
        console.typed("for n in node01 node02; do echo $n: $(ssh $n uname -n); done")
        == "node01: node01\nnode02: node02\n"
    )
    assert console.typed("echo $(kubectl exec -i web -- hostname)") == "web\n"
