"""Scenarios: what makes one cluster differ from another."""

import pytest

from simulator.cluster.scenario import ScenarioError
from simulator.lab import Lab

MASTER = {"name": "master", "roles": ["control-plane"]}
EPOCH = 1_795_165_200_000_000


def boot(**scenario):
    return Lab.boot(scenario, seed=1, epoch=EPOCH)


def test_the_default_cluster_is_what_kubeadm_leaves_behind():
    lab = Lab.boot(None, seed=1, epoch=EPOCH)
    rows = lab.table("nodes")["rows"]
    assert [row["cells"][:5] for row in rows] == [
        ["master", "Ready", "control-plane", "2d1h", "v1.36.2"],
        ["node01", "Ready", "<none>", "2d1h", "v1.36.2"],
        ["node02", "Ready", "<none>", "2d1h", "v1.36.2"],
    ]
    pods = lab.objects("pods")
    assert {pod["metadata"]["namespace"] for pod in pods} == {"kube-system"}
    assert {pod["status"]["phase"] for pod in pods} == {"Running"}
    assert lab.objects("events") == []
    assert lab.next_at() is None
    assert lab.unix == EPOCH


def test_nodes_have_the_labels_and_taints_of_the_scenario():
    taint = {"key": "disk", "value": "slow", "effect": "NoSchedule"}
    lab = boot(nodes=[MASTER, {"name": "n1", "labels": {"zone": "a"}, "taints": [taint]}])
    node = lab.find("nodes", None, "n1")
    assert node["metadata"]["labels"]["zone"] == "a"
    assert node["spec"]["taints"] == [taint]


def test_files_and_objects_of_the_scenario_are_there():
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "b"}}
    lab = boot(files={"/root/notes/a.txt": "hello\n"}, objects=[config])
    assert lab.read_file("master", "/root/notes/a.txt") == "hello\n"
    assert lab.find("configmaps", "default", "c")["data"] == {"a": "b"}
    assert {"path": "/root/notes/a.txt", "kind": "file", "size": 6} in lab.files("master", "/root")


@pytest.mark.parametrize(
    ("scenario", "message"),
    [
        ({"node": []}, "unknown key 'node'"),
        ({"nodes": [{"name": "a"}]}, "exactly one node must have the role control-plane"),
        ({"nodes": [MASTER, MASTER]}, "two nodes have the same name"),
        ({"nodes": [MASTER, {"name": "n", "image": []}]}, "unknown key 'image'"),
        ({"nodes": [{**MASTER, "images": ["no such image:1"]}]}, "node master"),
        ({"faults": [{"type": "gremlins"}]}, "unknown fault 'gremlins'"),
        ({"objects": [{"kind": "Gremlin"}]}, "unknown kind 'Gremlin'"),
        (
            {"objects": [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "A"}, "spec": {}}]},
            'Pod "A" is invalid',
        ),
        ({"admission_plugins": ["Gremlins"]}, "Gremlins"),
    ],
)
def test_a_scenario_that_says_something_unknown_is_refused(scenario, message):
    with pytest.raises(ScenarioError, match=message):
        boot(**scenario)
