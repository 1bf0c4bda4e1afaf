"""StatefulSets and DaemonSets."""

from itertools import pairwise
from typing import Any

from simulator.api import meta
from tests.simulator.controlplane import ControlPlane, Nodes

STATEFUL_SETS, DAEMON_SETS = "statefulsets.apps", "daemonsets.apps"
Obj = dict[str, Any]


def template(image: str = "nginx:1.14") -> Obj:
    return {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [{"name": "nginx", "image": image}]}}


def make(plane: ControlPlane, resource: str, name: str, **spec: Any) -> None:
    spec = {"selector": {"matchLabels": {"app": "x"}}, "template": template(), **spec}
    plane.api.create(resource, {"metadata": {"name": name, "namespace": "default"}, "spec": spec})


def change(plane: ControlPlane, resource: str, name: str, **spec: Any) -> None:
    old = plane.api.get(resource, "default", name)
    plane.api.update(resource, {**old, "spec": {**old["spec"], **spec}})


def names(plane: ControlPlane) -> list[str]:
    return [meta.name(pod) for pod in plane.api.list("pods")]


def images(plane: ControlPlane) -> list[str]:
    return [pod["spec"]["containers"][0]["image"] for pod in plane.api.list("pods")]


def test_a_stateful_set_makes_its_pods_one_after_the_other(plane: ControlPlane, nodes: Nodes) -> None:
    make(plane, STATEFUL_SETS, "web", serviceName="nginx", replicas=2)
    plane.run(0.3)
    assert names(plane) == ["web-0"]
    plane.run(3)
    assert names(plane) == ["web-0", "web-1"]
    pod = plane.api.get("pods", "default", "web-0")
    assert (pod["spec"]["hostname"], pod["spec"]["subdomain"]) == ("web-0", "nginx")
    status = plane.api.get(STATEFUL_SETS, "default", "web")["status"]
    assert (status["readyReplicas"], status["currentRevision"]) == (2, status["updateRevision"])
    assert plane.events("SuccessfulCreate") == [
        "Create Pod web-0 in StatefulSet web successful",
        "Create Pod web-1 in StatefulSet web successful",
    ]


def test_it_shrinks_from_the_highest_number(plane: ControlPlane, nodes: Nodes) -> None:
    make(plane, STATEFUL_SETS, "web", serviceName="nginx", replicas=3)
    plane.run(5)
    change(plane, STATEFUL_SETS, "web", replicas=1)
    plane.run(5)
    assert names(plane) == ["web-0"]
    assert plane.events("SuccessfulDelete") == [
        "Delete Pod web-2 in StatefulSet web successful",
        "Delete Pod web-1 in StatefulSet web successful",
    ]


def test_it_updates_from_the_highest_number_down_to_the_partition(plane: ControlPlane, nodes: Nodes) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}
    make(plane, STATEFUL_SETS, "web", serviceName="nginx", replicas=3, updateStrategy=strategy)
    plane.run(5)
    change(plane, STATEFUL_SETS, "web", template=template("nginx:1.16"))
    plane.run(10)
    assert images(plane) == ["nginx:1.14", "nginx:1.16", "nginx:1.16"]
    change(plane, STATEFUL_SETS, "web", updateStrategy={"type": "RollingUpdate"})
    plane.run(10)
    status = plane.api.get(STATEFUL_SETS, "default", "web")["status"]
    assert images(plane) == ["nginx:1.16"] * 3
    assert status["currentRevision"] == status["updateRevision"]
    assert len(plane.api.list("controllerrevisions.apps")) == 2


def test_a_broken_pod_blocks_those_after_it(plane: ControlPlane, nodes: Nodes) -> None:
    nodes.broken.add("nginx:1.14")
    make(plane, STATEFUL_SETS, "web", serviceName="nginx", replicas=3)
    plane.run(60)
    assert names(plane) == ["web-0"]


def test_in_parallel_all_pods_come_at_once(plane: ControlPlane, nodes: Nodes) -> None:
    make(plane, STATEFUL_SETS, "web", serviceName="nginx", replicas=3, podManagementPolicy="Parallel")
    plane.run(0.3)
    assert names(plane) == ["web-0", "web-1", "web-2"]


def test_a_claim_is_made_for_each_pod_and_stays(plane: ControlPlane, nodes: Nodes) -> None:
    claim = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "fast"}}
    claim["spec"]["resources"] = {"requests": {"storage": "2Gi"}}
    entry = {"metadata": {"name": "fast"}, "provisioner": "driver.longhorn.io", "volumeBindingMode": "Immediate"}
    plane.api.create("storageclasses.storage.k8s.io", entry)
    make(plane, STATEFUL_SETS, "db", serviceName="db", replicas=1, volumeClaimTemplates=[claim])
    plane.run(10)
    assert plane.events("SuccessfulCreate") == [
        "Create Claim data-db-0 Pod db-0 in StatefulSet db success",
        "Create Pod db-0 in StatefulSet db successful",
    ]
    (pod,) = plane.api.list("pods")
    assert pod["status"]["phase"] == "Running"
    assert pod["spec"]["volumes"][0]["persistentVolumeClaim"]["claimName"] == "data-db-0"
    plane.api.delete(STATEFUL_SETS, "default", "db", propagation="Background")
    plane.run(5)
    assert names(plane) == []
    assert plane.api.get("persistentvolumeclaims", "default", "data-db-0")["status"]["phase"] == "Bound"


def test_a_mount_may_name_a_claim_that_is_no_volume_yet(plane: ControlPlane, nodes: Nodes) -> None:
    container = {"name": "c", "image": "nginx", "volumeMounts": [{"name": "www", "mountPath": "/data"}]}
    claim = {"metadata": {"name": "www"}, "spec": {"accessModes": ["ReadWriteOnce"]}}
    claim["spec"]["resources"] = {"requests": {"storage": "1Gi"}}
    mounting = {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [container]}}
    make(plane, STATEFUL_SETS, "web", template=mounting, volumeClaimTemplates=[claim])
    plane.run(1)
    assert plane.api.get("pods", "default", "web-0")["spec"]["volumes"][0]["name"] == "www"


def test_what_is_wrong_with_its_pods_shows_when_they_are_made(plane: ControlPlane, nodes: Nodes) -> None:
    make(plane, STATEFUL_SETS, "web", template={"metadata": {"labels": {"app": "x"}}, "spec": {}})
    plane.run(1)
    refusal = 'Pod "web-0" is invalid: spec.containers: Required value'
    assert set(plane.events("FailedCreate")) == {f"Create Pod web-0 in StatefulSet web failed error: {refusal}"}


def test_a_daemon_set_has_a_pod_on_each_node(plane: ControlPlane, nodes: Nodes) -> None:
    plane.node("master", taints=[{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}])
    make(plane, DAEMON_SETS, "ds")
    plane.run(3)
    assert sorted(pod["spec"]["nodeName"] for pod in plane.api.list("pods")) == ["node01", "node02"]
    status = plane.api.get(DAEMON_SETS, "default", "ds")["status"]
    assert (status["desiredNumberScheduled"], status["numberReady"], status["updatedNumberScheduled"]) == (2, 2, 2)
    plane.node("node03")
    plane.run(3)
    assert len(plane.api.list("pods")) == 3


def test_a_daemon_set_ignores_a_cordon_and_follows_labels(plane: ControlPlane, nodes: Nodes) -> None:
    node = plane.api.get("nodes", None, "node01")
    plane.api.update("nodes", {**node, "spec": {"unschedulable": True}})
    spec = template()
    spec["spec"]["nodeSelector"] = {"disk": "ssd"}
    make(plane, DAEMON_SETS, "ds", template=spec)
    plane.run(3)
    assert names(plane) == []
    node = plane.api.get("nodes", None, "node01")
    plane.api.update("nodes", meta.with_metadata(node, labels={**meta.labels(node), "disk": "ssd"}))
    plane.run(3)
    assert [pod["spec"]["nodeName"] for pod in plane.api.list("pods")] == ["node01"]
    node = plane.api.get("nodes", None, "node01")
    plane.api.update("nodes", meta.with_metadata(node, labels={}))
    plane.run(3)
    assert names(plane) == []


def test_a_daemon_set_is_updated_one_node_at_a_time(plane: ControlPlane, nodes: Nodes) -> None:
    make(plane, DAEMON_SETS, "ds", updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}})
    plane.run(3)
    change(plane, DAEMON_SETS, "ds", template=template("nginx:1.16"))
    plane.run(0.2)
    assert sum(meta.deleting(pod) for pod in plane.api.list("pods")) == 1
    plane.run(10)
    assert images(plane) == ["nginx:1.16", "nginx:1.16"]


def test_new_daemons_may_come_before_the_old_ones_go(plane: ControlPlane, nodes: Nodes) -> None:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    make(plane, DAEMON_SETS, "ds", updateStrategy=rolling)
    plane.run(3)
    change(plane, DAEMON_SETS, "ds", template=template("nginx:1.16"))
    plane.run(0.2)
    assert (len(plane.api.list("pods")), sum(meta.deleting(pod) for pod in plane.api.list("pods"))) == (3, 0)
    plane.run(20)
    assert images(plane) == ["nginx:1.16", "nginx:1.16"]


def test_a_daemon_that_fails_again_and_again_is_replaced_more_and_more_slowly(plane: ControlPlane) -> None:
    spec = template()
    spec["spec"]["nodeName"] = "node01"
    make(plane, DAEMON_SETS, "ds", template=spec)
    replaced = []
    for second in range(20):
        plane.run(1)
        for pod in plane.api.list("pods"):
            if (pod.get("status") or {}).get("phase") != "Failed":
                plane.api.update_status("pods", {**pod, "status": {"phase": "Failed"}})
                replaced.append(second)
    gaps = [after - before for before, after in pairwise(replaced)]
    assert gaps == sorted(set(gaps))
    assert len(gaps) in (4, 5)
