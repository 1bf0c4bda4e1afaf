"""Claims, volumes, and who makes them."""

from typing import Any

import pytest

from tests.simulator.controlplane import ControlPlane, Nodes

CLAIMS, VOLUMES, CLASSES = "persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io"
Obj = dict[str, Any]


def claim(plane: ControlPlane, name: str = "data", size: str = "3Gi", **spec: Any) -> None:
    body = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **spec}
    plane.api.create(CLAIMS, {"metadata": {"name": name, "namespace": "default"}, "spec": body})
    plane.run(0.3)


def volume(plane: ControlPlane, name: str, size: str, **spec: Any) -> None:
    body = {
        "accessModes": ["ReadWriteOnce"],
        "capacity": {"storage": size},
        "hostPath": {"path": "/srv"},
        "storageClassName": "manual",
        "persistentVolumeReclaimPolicy": "Retain",
        **spec,
    }
    plane.api.create(VOLUMES, {"metadata": {"name": name}, "spec": body})


def status(plane: ControlPlane, name: str = "data") -> str:
    return str(plane.api.get(CLAIMS, "default", name)["status"]["phase"])


@pytest.fixture
def standard(plane: ControlPlane) -> None:
    entry = {
        "provisioner": "rancher.io/local-path",
        "volumeBindingMode": "WaitForFirstConsumer",
        "reclaimPolicy": "Delete",
    }
    plane.api.create(CLASSES, {"metadata": {"name": "standard"}, **entry})


def user(plane: ControlPlane, name: str = "web") -> None:
    plane.pod(name, volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}])


def test_a_claim_takes_the_smallest_volume_that_is_large_enough(plane: ControlPlane) -> None:
    for name, size in (("small", "1Gi"), ("large", "100Gi"), ("right", "10Gi")):
        volume(plane, name, size)
    claim(plane, storageClassName="manual")
    found = plane.api.get(CLAIMS, "default", "data")
    assert (found["spec"]["volumeName"], found["status"]["phase"]) == ("right", "Bound")
    assert found["status"]["capacity"] == {"storage": "10Gi"}
    assert plane.api.get(VOLUMES, None, "right")["status"]["phase"] == "Bound"
    assert plane.api.get(VOLUMES, None, "large")["status"]["phase"] == "Available"


def test_a_retained_volume_is_released_with_its_claim(plane: ControlPlane) -> None:
    volume(plane, "task", "10Gi")
    claim(plane, storageClassName="manual")
    plane.api.delete(CLAIMS, "default", "data")
    plane.run(0.3)
    assert plane.api.list(CLAIMS) == []
    assert plane.api.get(VOLUMES, None, "task")["status"]["phase"] == "Released"
    plane.api.delete(VOLUMES, None, "task")
    plane.run(0.3)
    assert plane.api.list(VOLUMES) == []


@pytest.mark.parametrize(
    ("source", "phase", "text"),
    [
        ({"hostPath": {"path": "/tmp/v"}}, "", ""),
        ({"hostPath": {"path": "/srv"}}, "Failed", "host_path deleter only supports /tmp/.+ but received provided /srv"),
        ({"hostPath": None, "nfs": {"server": "s", "path": "/"}}, "Failed",
            'error getting deleter volume plugin for volume "pv": no deletable volume plugin matched'),
    ],
)  # fmt: skip
def test_what_cannot_be_deleted_says_so_once(plane: ControlPlane, source: Obj, phase: str, text: str) -> None:
    volume(plane, "pv", "5Gi", **source, persistentVolumeReclaimPolicy="Delete")
    claim(plane, storageClassName="manual")
    plane.api.delete(CLAIMS, "default", "data")
    plane.run(30)
    left = [(each["status"]["phase"], each["status"]["message"]) for each in plane.api.list(VOLUMES)]
    assert left == ([(phase, text)] if phase else [])
    assert plane.events("VolumeFailedDelete") == ([text] if text else [])


def test_without_a_class_and_a_volume_a_claim_waits_as_recorded(plane: ControlPlane) -> None:
    claim(plane, storageClassName="")
    user(plane)
    plane.run(0.3)
    assert status(plane) == "Pending"
    assert plane.events("FailedBinding") == [
        "no persistent volumes available for this claim and no storage class is set"
    ]
    assert plane.events("FailedScheduling") == [
        "0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found"
    ]


def test_a_claim_that_waits_falls_silent(plane: ControlPlane) -> None:
    claim(plane, storageClassName="")
    plane.run(120)
    plane.wakeups = 0
    plane.run(3600)
    assert plane.wakeups == 0


@pytest.mark.usefixtures("standard", "nodes")
def test_a_volume_is_made_when_a_pod_needs_it(plane: ControlPlane) -> None:
    claim(plane, storageClassName="standard")
    assert plane.events("WaitForFirstConsumer") == ["waiting for first consumer to be created before binding"]
    user(plane)
    plane.run(10)
    pod = plane.api.get("pods", "default", "web")
    found = plane.api.get(CLAIMS, "default", "data")
    assert (found["status"]["phase"], pod["status"]["phase"]) == ("Bound", "Running")
    (made,) = plane.api.list(VOLUMES)
    assert made["metadata"]["name"] == f"pvc-{found['metadata']['uid']}"
    assert made["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"][0]["matchExpressions"][0]["values"] == [
        pod["spec"]["nodeName"]
    ]
    assert plane.events("ProvisioningSucceeded") == [f"Successfully provisioned volume {made['metadata']['name']}"]


@pytest.mark.usefixtures("standard", "nodes")
def test_a_claim_in_use_stays_until_its_pod_is_gone(plane: ControlPlane, nodes: Nodes) -> None:
    claim(plane, storageClassName="standard")
    user(plane)
    plane.run(10)
    plane.api.delete(CLAIMS, "default", "data")
    plane.run(1)
    assert "deletionTimestamp" in plane.api.get(CLAIMS, "default", "data")["metadata"]
    plane.api.delete("pods", "default", "web")
    plane.run(3)
    assert (plane.api.list(CLAIMS), plane.api.list(VOLUMES)) == ([], [])


def test_a_class_that_is_not_there_is_told(plane: ControlPlane) -> None:
    claim(plane, storageClassName="fast")
    assert plane.events("ProvisioningFailed") == ['storageclass.storage.k8s.io "fast" not found']
