"""`kubectl cluster-info dump`: everything in one text, or in a folder of files."""

import json

import pytest
import yaml

NODE = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {"name": "n1", "labels": {"b": "2", "a": "1"}},
    "spec": {"podCIDR": "10.0.0.0/24", "taints": [{"effect": "NoSchedule", "key": "k"}], "podCIDRs": ["10.0.0.0/24"]},
    "status": {"capacity": {"memory": "4194304Ki"}},
}
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "p", "namespace": "default"},
    "spec": {
        "initContainers": [{"name": "first", "image": "busybox"}],
        "containers": [{"name": "c", "image": "nginx", "ports": [{"protocol": "TCP", "containerPort": 80}]}],
    },
}
KINDS = ["Event", "ReplicationController", "Service", "DaemonSet", "Deployment", "ReplicaSet", "Pod"]
LOGS = (
    "==== START logs for container first of pod default/p ====\n==== END logs for container first of pod default/p ====\n"
    "==== START logs for container c of pod default/p ====\n==== END logs for container c of pod default/p ====\n"
)


@pytest.fixture
def full(bench):
    bench.create("nodes", NODE)
    bench.create("pods", POD)
    return bench


def lists(text: str) -> list[dict]:
    """The lists in a dump as JSON, without the logs."""
    decoder, found, at = json.JSONDecoder(), [], 0
    while (at := text.find("{\n", at)) >= 0:
        value, at = decoder.raw_decode(text, at)
        found.append(value)
    return found


def test_nodes_come_first_then_each_namespace(full):
    text = full.kubectl("cluster-info dump")
    assert [each["kind"] for each in lists(text)] == [f"{kind}List" for kind in ["Node", *KINDS, *KINDS]]
    assert text.index(LOGS) > text.rindex('"kind": "PodList"')


def test_a_namespace_can_be_chosen(full):
    assert len(lists(full.kubectl("cluster-info dump --namespaces=kube-system"))) == 8
    assert len(lists(full.kubectl("cluster-info dump --namespaces=kube-system -A"))) == 15


def test_fields_stand_as_in_the_structs_of_a_typed_client(full):
    dumped = lists(full.kubectl("cluster-info dump --namespaces=default"))
    node, pod = dumped[0]["items"][0], dumped[-1]["items"][0]
    assert list(node) == ["metadata", "spec", "status"]
    assert list(node["metadata"]["labels"]) == ["a", "b"]
    assert list(node["spec"]) == ["podCIDR", "podCIDRs", "taints"]
    assert list(node["spec"]["taints"][0]) == ["key", "effect"]
    assert node["status"]["capacity"]["memory"] == "4Gi"
    container = pod["spec"]["containers"][0]
    assert list(container["ports"][0]) == ["containerPort", "protocol"]
    assert list(container)[-2:] == ["terminationMessagePolicy", "imagePullPolicy"]


def test_a_folder_takes_a_file_for_each_list(full):
    assert (
        full.kubectl("cluster-info dump --output-directory=state/now -o yaml") == "Cluster info dumped to state/now\n"
    )
    assert full.read("state/now/nodes.yaml").startswith("apiVersion: v1\nitems:\n")
    pods = full.read("state/now/default/pods.yaml")
    assert pods.startswith("---\n")
    assert yaml.safe_load(pods)["items"][0]["metadata"]["name"] == "p"
    assert full.read("state/now/default/p/logs.txt") == LOGS
    full.kubectl("cluster-info dump --output-directory=json")
    assert json.loads(full.read("json/kube-system/replication-controllers.json"))["items"] == []


def test_a_folder_that_cannot_be_made_is_told_of(full):
    full.write("file", "")
    assert (
        full.kubectl("cluster-info dump --output-directory=file")
        == "error: open file/nodes.json: not a directory\n[1]\n"
    )


def test_lists_have_no_single_name(full):
    assert (
        full.kubectl("cluster-info dump -o name")
        == "error: list types are not supported by name printing: *v1.NodeList\n[1]\n"
    )
