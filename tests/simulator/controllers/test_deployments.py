"""Deployments and ReplicaSets, with nodes on which Pods run after a moment."""

from typing import Any

import pytest

from simulator.api import meta, timestamps
from simulator.controllers.rolling import fenceposts
from tests.simulator.controlplane import ControlPlane, Nodes

DEPLOYMENTS, REPLICA_SETS = "deployments.apps", "replicasets.apps"
Obj = dict[str, Any]


def template(image: str) -> Obj:
    return {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "nginx", "image": image}]}}


def deploy(plane: ControlPlane, replicas: int = 3, image: str = "nginx:1.14.2", **spec: Any) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    spec = {
        "replicas": replicas,
        "strategy": strategy,
        "selector": {"matchLabels": {"app": "web"}},
        "progressDeadlineSeconds": 600,
        **spec,
    }
    spec["template"] = template(image)
    plane.api.create(DEPLOYMENTS, {"metadata": {"name": "web", "namespace": "default"}, "spec": spec})


def change(plane: ControlPlane, **spec: Any) -> None:
    old = plane.api.get(DEPLOYMENTS, "default", "web")
    plane.api.update(DEPLOYMENTS, {**old, "spec": {**old["spec"], **spec}})


def status(plane: ControlPlane) -> Obj:
    found: Obj = plane.api.get(DEPLOYMENTS, "default", "web")["status"]
    return found


def reason(plane: ControlPlane, kind: str) -> str:
    found = meta.condition(plane.api.get(DEPLOYMENTS, "default", "web"), kind)
    return str(found and found["reason"])


def scalings(plane: ControlPlane) -> list[str]:
    names = {
        meta.name(each): f"rs{meta.annotations(each)['deployment.kubernetes.io/revision']}" for each in sets(plane)
    }
    texts = plane.events("ScalingReplicaSet")
    for name, short in names.items():
        texts = [text.replace(name, short) for text in texts]
    return texts


def sets(plane: ControlPlane) -> list[Obj]:
    return sorted(
        plane.api.list(REPLICA_SETS), key=lambda each: int(meta.annotations(each)["deployment.kubernetes.io/revision"])
    )


def test_a_deployment_gets_its_pods(plane: ControlPlane, nodes: Nodes) -> None:
    deploy(plane)
    plane.run(3)
    (replica_set,) = sets(plane)
    assert replica_set["metadata"]["name"].startswith("web-")
    assert meta.labels(replica_set)["pod-template-hash"] == replica_set["metadata"]["name"].removeprefix("web-")
    assert status(plane)["availableReplicas"] == status(plane)["updatedReplicas"] == 3
    assert (reason(plane, "Available"), reason(plane, "Progressing")) == (
        "MinimumReplicasAvailable",
        "NewReplicaSetAvailable",
    )
    assert scalings(plane) == ["Scaled up replica set rs1 from 0 to 3"]
    assert meta.annotations(replica_set) == {
        "deployment.kubernetes.io/revision": "1",
        "deployment.kubernetes.io/desired-replicas": "3",
        "deployment.kubernetes.io/max-replicas": "4",
    }


def test_a_rolling_update_goes_as_recorded(plane: ControlPlane, nodes: Nodes) -> None:
    deploy(plane)
    plane.run(3)
    change(plane, template=template("nginx:1.16.1"))
    plane.run(10)
    assert scalings(plane)[1:] == [
        "Scaled up replica set rs2 from 0 to 1",
        "Scaled down replica set rs1 from 3 to 2",
        "Scaled up replica set rs2 from 1 to 2",
        "Scaled down replica set rs1 from 2 to 1",
        "Scaled up replica set rs2 from 2 to 3",
        "Scaled down replica set rs1 from 1 to 0",
    ]
    assert reason(plane, "Progressing") == "NewReplicaSetAvailable"
    assert len(plane.api.list("pods")) == 3


def test_a_bad_image_takes_no_pod_away_and_misses_the_deadline(plane: ControlPlane, nodes: Nodes) -> None:
    deploy(plane, progressDeadlineSeconds=10)
    plane.run(3)
    nodes.broken.add("nginx:nope")
    change(plane, template=template("nginx:nope"))
    plane.run(5)
    assert (status(plane)["availableReplicas"], status(plane)["updatedReplicas"]) == (3, 1)
    assert reason(plane, "Progressing") == "ReplicaSetUpdated"
    plane.run(8)
    assert reason(plane, "Progressing") == "ProgressDeadlineExceeded"
    plane.wakeups = 0
    plane.run(3600)
    assert plane.wakeups == 0


def test_going_back_renumbers_the_old_replica_set(plane: ControlPlane, nodes: Nodes) -> None:
    deploy(plane)
    plane.run(3)
    change(plane, template=template("nginx:1.16.1"))
    plane.run(10)
    change(plane, template=template("nginx:1.14.2"))
    plane.run(10)
    newest = sets(plane)[-1]
    assert meta.annotations(newest)["deployment.kubernetes.io/revision"] == "3"
    assert meta.annotations(newest)["deployment.kubernetes.io/revision-history"] == "1"
    assert len(sets(plane)) == 2


def test_scaling_makes_no_revision(plane: ControlPlane, nodes: Nodes) -> None:
    deploy(plane)
    plane.run(3)
    change(plane, replicas=5)
    plane.run(3)
    assert (len(sets(plane)), status(plane)["availableReplicas"]) == (1, 5)
    change(plane, replicas=1)
    plane.run(3)
    assert scalings(plane)[1:] == ["Scaled up replica set rs1 from 3 to 5", "Scaled down replica set rs1 from 5 to 1"]
    assert len(plane.api.list("pods")) == 1


def test_a_paused_deployment_is_scaled_but_not_updated(plane: ControlPlane, nodes: Nodes) -> None:
    deploy(plane)
    plane.run(3)
    change(plane, paused=True)
    plane.run(1)
    assert reason(plane, "Progressing") == "DeploymentPaused"
    change(plane, template=template("nginx:1.25"), replicas=2)
    plane.run(3)
    assert (len(sets(plane)), len(plane.api.list("pods"))) == (1, 2)
    change(plane, paused=False)
    plane.run(10)
    assert (len(sets(plane)), status(plane)["updatedReplicas"]) == (2, 2)


def test_recreate_waits_until_all_old_pods_are_gone(plane: ControlPlane, nodes: Nodes) -> None:
    deploy(plane, strategy={"type": "Recreate"})
    plane.run(3)
    change(plane, template=template("nginx:1.25"))
    plane.run(10)
    assert scalings(plane) == [
        "Scaled up replica set rs1 from 0 to 3",
        "Scaled down replica set rs1 from 3 to 0",
        "Scaled up replica set rs2 from 0 to 3",
    ]
    assert status(plane)["availableReplicas"] == 3


def test_scaling_in_the_middle_of_an_update_is_proportional(plane: ControlPlane, nodes: Nodes) -> None:
    deploy(plane, 10, strategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}})
    plane.run(3)
    nodes.broken.add("nginx:nope")
    change(plane, template=template("nginx:nope"))
    plane.run(3)
    assert [each["spec"]["replicas"] for each in sets(plane)] == [8, 5]
    change(plane, replicas=15)
    plane.run(3)
    assert [each["spec"]["replicas"] for each in sets(plane)] == [11, 7]


def test_a_lost_pod_is_replaced(plane: ControlPlane, nodes: Nodes) -> None:
    deploy(plane)
    plane.run(3)
    plane.api.delete("pods", "default", meta.name(plane.api.list("pods")[0]))
    plane.run(3)
    assert status(plane)["availableReplicas"] == 3
    assert len(plane.events("SuccessfulCreate")) == 4


def test_a_relabelled_pod_is_let_go_and_replaced(plane: ControlPlane, nodes: Nodes) -> None:
    deploy(plane)
    plane.run(3)
    pod = plane.api.list("pods")[0]
    plane.api.update("pods", meta.with_metadata(pod, labels={"app": "debug"}))
    plane.run(3)
    assert len(plane.api.list("pods")) == 4
    assert meta.owners(plane.api.get("pods", "default", meta.name(pod))) == []


def test_an_orphan_that_fits_is_adopted(plane: ControlPlane, nodes: Nodes) -> None:
    plane.pod("stray", labels={"app": "rs"})
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "rs"}}, "template": template("nginx")}
    spec["template"]["metadata"] = {"labels": {"app": "rs"}}
    plane.api.create(REPLICA_SETS, {"metadata": {"name": "rs", "namespace": "default"}, "spec": spec})
    plane.run(2)
    assert [meta.name(each) for each in plane.api.list("pods")] == ["stray"]


def test_deleting_a_deployment_takes_everything_with_it(plane: ControlPlane, nodes: Nodes) -> None:
    deploy(plane)
    plane.run(3)
    plane.api.delete(DEPLOYMENTS, "default", "web", propagation="Background")
    plane.run(3)
    assert (plane.api.list(REPLICA_SETS), plane.api.list("pods")) == ([], [])


def test_orphaned_replica_sets_stay(plane: ControlPlane, nodes: Nodes) -> None:
    deploy(plane)
    plane.run(3)
    plane.api.delete(DEPLOYMENTS, "default", "web", propagation="Orphan")
    plane.run(3)
    assert plane.api.list(DEPLOYMENTS) == []
    assert [meta.owners(each) for each in sets(plane)] == [[]]
    assert len(plane.api.list("pods")) == 3


def test_in_the_foreground_the_owner_goes_last(plane: ControlPlane, nodes: Nodes) -> None:
    deploy(plane)
    plane.run(3)
    plane.api.delete(DEPLOYMENTS, "default", "web", propagation="Foreground")
    plane.run(0.3)
    assert meta.deleting(plane.api.get(DEPLOYMENTS, "default", "web"))
    plane.run(3)
    assert (plane.api.list(DEPLOYMENTS), plane.api.list("pods")) == ([], [])


def test_old_revisions_are_forgotten(plane: ControlPlane, nodes: Nodes) -> None:
    deploy(plane, 1, revisionHistoryLimit=1)
    for tag in ("a", "b", "c"):
        plane.run(5)
        change(plane, template=template(f"nginx:{tag}"))
    plane.run(5)
    assert len(sets(plane)) == 2


def test_min_ready_seconds_delay_availability(plane: ControlPlane, nodes: Nodes) -> None:
    deploy(plane, 1, minReadySeconds=10)
    plane.run(0.9)
    world = plane.world
    pod = plane.api.list("pods")[0]
    now = timestamps.rfc3339(world.unix)
    plane.set_status("pods", pod, conditions=[{"type": "Ready", "status": "True", "lastTransitionTime": now}])
    plane.run(5)
    assert status(plane).get("availableReplicas", 0) == 0
    plane.run(10)
    assert status(plane)["availableReplicas"] == 1


@pytest.mark.parametrize(("replicas", "posts"), [(3, (1, 0)), (4, (1, 1)), (10, (3, 2)), (1, (1, 0)), (0, (0, 1))])
def test_a_quarter_of_the_pods_is_rounded_up_for_more_and_down_for_less(replicas: int, posts: tuple[int, int]) -> None:
    assert fenceposts({"spec": {"replicas": replicas}}) == posts


def test_an_idle_cluster_asks_for_nothing(plane: ControlPlane, nodes: Nodes) -> None:
    deploy(plane)
    plane.run(2 * 3600)  # after which the events have been swept away
    assert plane.api.list("events") == []
    assert plane.world.agenda.next_at() is None
