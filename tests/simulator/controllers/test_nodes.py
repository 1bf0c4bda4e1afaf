"""Taints that evict, nodes that are lost, Pods whose node is not there."""

from typing import Any

from simulator.api import meta, timestamps
from tests.simulator.controlplane import ControlPlane, Nodes

Obj = dict[str, Any]
LEASES = "leases.coordination.k8s.io"


def taint(plane: ControlPlane, name: str, *taints: Obj) -> None:
    node = plane.api.get("nodes", None, name)
    plane.api.update("nodes", {**node, "spec": {**node["spec"], "taints": list(taints)}})


def evict(key: str) -> Obj:
    return {"key": key, "value": "v", "effect": "NoExecute"}


def toleration(seconds: int | None) -> Obj:
    limit = {} if seconds is None else {"tolerationSeconds": seconds}
    return {"key": "key2", "operator": "Exists", "effect": "NoExecute", **limit}


def names(plane: ControlPlane) -> list[str]:
    return [meta.name(pod) for pod in plane.api.list("pods")]


def placed(plane: ControlPlane) -> None:
    on = {"nodeSelector": {"kubernetes.io/hostname": "node02"}}
    plane.pod("e-none", **on)
    plane.pod("e-20", tolerations=[toleration(20)], **on)
    plane.pod("e-forever", tolerations=[toleration(None)], **on)
    plane.run(2)


def test_no_execute_evicts_as_recorded(plane: ControlPlane, nodes: Nodes) -> None:
    placed(plane)
    taint(plane, "node02", evict("key2"))
    plane.run(0.3)
    assert plane.events("TaintManagerEviction") == ["Marking for deletion Pod default/e-none"]
    condition = meta.condition(plane.api.get("pods", "default", "e-none"), "DisruptionTarget")
    assert condition is not None
    assert condition["reason"] == "DeletionByTaintManager"
    plane.run(18)
    assert names(plane) == ["e-20", "e-forever"]
    plane.run(3)
    assert names(plane) == ["e-forever"]
    plane.run(3600)
    assert names(plane) == ["e-forever"]


def test_a_taint_taken_away_in_time_saves_the_pod(plane: ControlPlane, nodes: Nodes) -> None:
    placed(plane)
    taint(plane, "node02", evict("key2"))
    plane.run(10)
    taint(plane, "node02")
    plane.run(60)
    assert names(plane) == ["e-20", "e-forever"]
    assert "Cancelling deletion of Pod default/e-20" in plane.events("TaintManagerEviction")


def test_a_pod_of_a_node_that_does_not_exist_is_removed_after_its_quarantine(plane: ControlPlane) -> None:
    plane.pod("lost", nodeName="nosuchnode")
    plane.run(35)
    assert names(plane) == ["lost"]
    plane.run(30)
    assert names(plane) == []


def lease(plane: ControlPlane, name: str) -> None:
    spec = {"holderIdentity": name, "renewTime": timestamps.rfc3339_micro(plane.world.unix)}
    plane.api.create(LEASES, {"metadata": {"name": name, "namespace": "kube-node-lease"}, "spec": spec})


def silence(plane: ControlPlane, name: str) -> None:
    found = plane.api.get(LEASES, "kube-node-lease", name)
    renewed = timestamps.rfc3339_micro(plane.world.unix)
    plane.api.update(LEASES, {**found, "spec": {**found["spec"], "renewTime": renewed}})


def test_a_silent_node_is_unknown_and_its_pods_go_after_five_minutes(plane: ControlPlane, nodes: Nodes) -> None:
    plane.namespace("kube-node-lease")
    lease(plane, "node02")
    tolerations = [
        {"key": f"node.kubernetes.io/{kind}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
        for kind in ("not-ready", "unreachable")
    ]
    plane.pod("web", nodeSelector={"kubernetes.io/hostname": "node02"}, tolerations=tolerations)
    plane.run(2)
    silence(plane, "node02")
    plane.run(40)
    assert meta.is_true(plane.api.get("nodes", None, "node02"), "Ready")
    plane.run(15)
    node = plane.api.get("nodes", None, "node02")
    ready = meta.condition(node, "Ready")
    assert ready is not None
    assert (ready["status"], ready["message"]) == ("Unknown", "Kubelet stopped posting node status.")
    assert [(each["key"], each["effect"]) for each in node["spec"]["taints"]] == [
        ("node.kubernetes.io/unreachable", "NoSchedule"),
        ("node.kubernetes.io/unreachable", "NoExecute"),
    ]
    assert not meta.is_true(plane.api.get("pods", "default", "web"), "Ready")
    assert plane.events("NodeNotReady") == ["Node node02 status is now: NodeNotReady", "Node is not ready"]
    plane.run(290)
    assert names(plane) == ["web"]
    plane.run(20)
    assert names(plane) == []


def test_a_cordon_is_a_taint_too(plane: ControlPlane) -> None:
    node = plane.api.get("nodes", None, "node01")
    plane.api.update("nodes", {**node, "spec": {"unschedulable": True}})
    plane.run(0.2)
    (found,) = plane.api.get("nodes", None, "node01")["spec"]["taints"]
    assert (found["key"], found["effect"]) == ("node.kubernetes.io/unschedulable", "NoSchedule")
    node = plane.api.get("nodes", None, "node01")
    plane.api.update("nodes", {**node, "spec": {"taints": node["spec"]["taints"]}})
    plane.run(0.2)
    assert "taints" not in plane.api.get("nodes", None, "node01")["spec"]


def test_a_budget_counts_what_may_be_lost(plane: ControlPlane, nodes: Nodes) -> None:
    for name in ("a", "b", "c"):
        plane.pod(name, labels={"app": "x"})
    spec = {"minAvailable": 2, "selector": {"matchLabels": {"app": "x"}}}
    plane.api.create("poddisruptionbudgets.policy", {"metadata": {"name": "pdb", "namespace": "default"}, "spec": spec})
    plane.run(2)
    status = plane.api.get("poddisruptionbudgets.policy", "default", "pdb")["status"]
    assert (status["currentHealthy"], status["desiredHealthy"], status["disruptionsAllowed"]) == (3, 2, 1)
    assert (status["expectedPods"], status["conditions"][0]["reason"]) == (3, "SufficientPods")
