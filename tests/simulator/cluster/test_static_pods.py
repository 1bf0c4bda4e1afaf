"""Static Pods follow the files of their node, and the control plane lives in such files itself."""

import pytest

from simulator.kernel.units import SECOND
from simulator.lab import Lab

EPOCH = 1_795_165_200_000_000
FOLDER = "/etc/kubernetes/manifests"
POD = """apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {{app: web}}
spec:
  terminationGracePeriodSeconds: 3
  containers:
  - name: c
    image: {image}
    command: [sleep, "3600"]
"""
OLD, NEW = "busybox:1.28", "busybox:1.36"


@pytest.fixture
def lab():
    nodes = [{"name": "master", "roles": ["control-plane"]}, {"name": "node01", "images": [OLD, NEW]}]
    lab = Lab.boot({"nodes": nodes}, seed=1, epoch=EPOCH)
    lab.world.strict = True
    for host in ("master", "node01"):
        lab.submit({"type": "terminal.open", "terminal": host, "host": host, "columns": 120, "rows": 30})
    lab.settle(SECOND)
    return lab


def run(lab, seconds):
    lab.advance(lab.now + int(seconds * SECOND))


def typed(lab, line, host="master"):
    lab.drain()
    lab.submit({"type": "line", "terminal": host, "text": line})
    lab.settle(60 * SECOND)
    return next(change.data["output"] for change in lab.drain() if change.kind == "command")


def save(lab, text, name="web.yaml", host="node01"):
    assert lab.submit({"type": "file.save", "host": host, "path": f"{FOLDER}/{name}", "content": text}) == {}


def web(lab):
    return lab.find("pods", "default", "web-node01")


def test_a_file_makes_a_pod_that_the_api_server_mirrors(lab):
    save(lab, POD.format(image=OLD))
    run(lab, 5)
    metadata = web(lab)["metadata"]
    assert web(lab)["status"]["phase"] == "Running"
    assert metadata["annotations"]["kubernetes.io/config.source"] == "file"
    assert [(owner["kind"], owner["name"]) for owner in metadata["ownerReferences"]] == [("Node", "node01")]
    assert {"effect": "NoExecute", "operator": "Exists"} in web(lab)["spec"]["tolerations"]


def test_a_deleted_mirror_comes_back_and_the_container_never_stops(lab):
    save(lab, POD.format(image=OLD))
    run(lab, 5)
    before = web(lab)
    typed(lab, "kubectl delete pod web-node01")
    run(lab, 5)
    after = web(lab)
    assert after["metadata"]["uid"] != before["metadata"]["uid"]
    assert (
        after["status"]["containerStatuses"][0]["containerID"]
        == before["status"]["containerStatuses"][0]["containerID"]
    )


def test_a_changed_file_ends_the_old_pod_before_the_new_one_begins(lab):
    save(lab, POD.format(image=OLD))
    run(lab, 5)
    typed(lab, f"sed -i s/{OLD}/{NEW}/ {FOLDER}/web.yaml", "node01")
    run(lab, 2)
    assert web(lab) is None
    run(lab, 10)
    assert (web(lab)["spec"]["containers"][0]["image"], web(lab)["status"]["phase"]) == (NEW, "Running")
    assert len([line for line in typed(lab, "crictl ps -a", "node01").splitlines() if " web-node01 " in line]) == 1


def test_a_removed_file_ends_its_pod(lab):
    save(lab, POD.format(image=OLD))
    run(lab, 5)
    typed(lab, f"rm {FOLDER}/web.yaml", "node01")
    run(lab, 10)
    assert web(lab) is None
    assert " web-node01 " not in typed(lab, "crictl ps -a", "node01")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: [",
        "kind: Service\napiVersion: v1\n",
        POD.format(image='""'),
        POD.format(image="[1]"),
        POD.replace("{{app: web}}", "7").format(image=OLD),
        "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: 'A/b', annotations: [1]}, spec: {containers: x, tolerations: y}}",
        "- 1\n",
        "\0",
    ],
)
def test_a_file_that_is_no_pod_is_left_alone(lab, text):
    save(lab, text)
    run(lab, 30)
    assert [pod["metadata"]["name"] for pod in lab.objects("pods", "default")] == []
    save(lab, POD.format(image=OLD))
    run(lab, 5)
    assert web(lab)["status"]["phase"] == "Running"


def test_without_its_manifest_the_scheduler_rests_and_then_goes_on(lab):
    assert (
        typed(lab, f"ls {FOLDER}")
        == "etcd.yaml  kube-apiserver.yaml  kube-controller-manager.yaml  kube-scheduler.yaml\n"
    )
    typed(lab, f"mv {FOLDER}/kube-scheduler.yaml /root/")
    run(lab, 5)
    assert lab.find("pods", "kube-system", "kube-scheduler-master") is None
    typed(lab, "kubectl run idle --image=busybox:1.28 -- sleep 3600")
    run(lab, 60)
    assert lab.find("pods", "default", "idle")["status"]["phase"] == "Pending"
    lab = Lab.restore(lab.snapshot())
    typed(lab, f"mv /root/kube-scheduler.yaml {FOLDER}/")
    run(lab, 60)
    assert lab.find("pods", "default", "idle")["status"]["phase"] == "Running"


def test_without_its_manifest_the_controller_manager_rests(lab):
    typed(lab, f"mv {FOLDER}/kube-controller-manager.yaml /root/")
    run(lab, 5)
    typed(lab, "kubectl create deployment shop --image=busybox:1.28 -- sleep 3600")
    run(lab, 60)
    assert lab.objects("replicasets.apps", "default") == []
    typed(lab, f"mv /root/kube-controller-manager.yaml {FOLDER}/")
    run(lab, 60)
    assert [pod["status"]["phase"] for pod in lab.objects("pods", "default")] == ["Running"]


def test_a_static_pod_takes_no_ephemeral_containers_and_no_other_resources(lab):
    refused = typed(lab, "kubectl -n kube-system debug kube-scheduler-master --image=busybox -c x -- ls")
    assert "is invalid: []: Forbidden: static pods do not support ephemeral containers" in refused
    patch = '{"spec":{"containers":[{"name":"kube-scheduler","resources":{"requests":{"cpu":"200m"}}}]}}'
    refused = typed(lab, f"kubectl -n kube-system patch pod kube-scheduler-master --subresource resize -p '{patch}'")
    assert "is invalid: []: Forbidden: static pods cannot be resized" in refused
