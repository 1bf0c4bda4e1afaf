"""Volumes that cannot be mounted, claims without a volume, volumes that do not fit: each says what it looked for and where it stands."""

from typing import Any

import pytest

from tests.simulator.why.asker import SLEEPS, Asker, pod

CLASSES = """apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: manual}
provisioner: kubernetes.io/no-provisioner
---
"""


def volume(name: str, size: str = "1Gi", modes: str = "ReadWriteOnce", rest: str = "") -> str:
    return (
        f"apiVersion: v1\nkind: PersistentVolume\nmetadata:\n  name: {name}\n  labels: {{disk: fast}}\nspec:\n"
        f"  storageClassName: manual\n  capacity: {{storage: {size}}}\n  accessModes: [{modes}]\n"
        f"  hostPath: {{path: /mnt/{name}, type: DirectoryOrCreate}}\n{rest}---\n"
    )


def claim(name: str, size: str = "1Gi", modes: str = "ReadWriteOnce", rest: str = "", kind: str = "manual") -> str:
    named = f"  storageClassName: {kind}\n" if kind else ""
    return (
        f"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: {name}\nspec:\n{named}  accessModes: [{modes}]\n"
        f"  resources:\n    requests:\n      storage: {size}\n{rest}---\n"
    )


def uses(name: str, claim: str, rest: str = "") -> str:
    return pod(name, SLEEPS, f"{rest}  volumes:\n  - name: v\n    persistentVolumeClaim:\n      claimName: {claim}\n")


def mounts(name: str, source: str) -> str:
    return pod(name, SLEEPS, f"  nodeName: node01\n  volumes:\n  - name: v\n{source}")


MANIFESTS = {
    # --- what a kubelet finds, or does not
    "nopath": mounts("nopath", "    hostPath:\n      path: /data/nothing\n      type: Directory\n"),
    "nofile": mounts("nofile", "    hostPath:\n      path: /etc\n      type: File\n"),
    "nomap": mounts("nomap", "    configMap:\n      name: nothing\n"),
    "nokey": mounts(
        "nokey", "    secret:\n      secretName: there\n      items:\n      - key: colour\n        path: x\n"
    ),
    "projected": mounts("projected", "    projected:\n      sources:\n      - configMap:\n          name: nothing\n"),
    "noclaim": uses("noclaim", "nothing", "  nodeName: node01\n"),
    "bypass": claim("bypassed", kind="standard") + uses("bypass", "bypassed", "  nodeName: node01\n"),
    # --- claims
    "size": claim("size", "5Gi"),
    "modes": claim("modes", modes="ReadWriteMany"),
    "labels": claim("labels", rest="  selector:\n    matchLabels: {disk: slow}\n"),
    "mode": claim("mode", rest="  volumeMode: Block\n"),
    "empty": claim("empty", kind="''"),
    "lost": claim("lost", rest="  volumeName: nothing\n"),
    "taken": claim("taken", rest="  volumeName: given\n"),
    "waits": claim("waits", kind="standard"),
    "placed": claim("placed", kind="standard") + uses("homeless", "placed", "  nodeSelector: {disk: ssd}\n"),
}


@pytest.fixture(scope="module")
def asker() -> Asker:
    asker = Asker()
    asker.save("/root/base.yaml", CLASSES + volume("given") + claim("first"))
    asker.type("kubectl apply -f base.yaml")
    asker.type("kubectl create secret generic there --from-literal=color=red")
    asker.wait(20)
    asker.save("/root/free.yaml", volume("free"))
    asker.type("kubectl apply -f free.yaml")
    for name, text in MANIFESTS.items():
        asker.save(f"/root/{name}.yaml", text)
        asker.type(f"kubectl apply -f {name}.yaml")
    asker.wait(20)
    return asker


PODS: list[tuple[str, str, dict[str, Any], str]] = [
    ("nopath", "volume.no_path", {"path": "/data/nothing", "type": "Directory", "node": "node01"}, "type: Directory"),
    ("nofile", "volume.path_type", {"path": "/etc", "type": "File", "found": "dir"}, "type: File"),
    ("nomap", "config.object", {"object": "ConfigMap", "name": "nothing"}, "name: nothing"),
    ("nokey", "config.key_near", {"key": "colour", "near": "color"}, "key: colour"),
    ("projected", "config.object", {"object": "ConfigMap"}, "name: nothing"),
    ("noclaim", "claim.missing", {"claim": "nothing"}, "claimName: nothing"),
    ("bypass", "claim.consumer_placed", {"claim": "bypassed", "pod": "bypass"}, "nodeName: node01"),
]


@pytest.mark.parametrize(("name", "kind", "values", "text"), PODS, ids=[case[0] for case in PODS])
def test_what_keeps_a_volume_from_being_mounted_is_named_with_its_line(
    asker: Asker, name: str, kind: str, values: dict[str, Any], text: str
) -> None:
    assert asker.kinds("pods", name)[0] == "volume.waits"
    link = asker.link("pods", name, kind)
    assert values.items() <= link["values"].items()
    assert link["place"]["file"] == f"/root/{name}.yaml"
    assert link["place"]["text"].removeprefix("- ") == text


CLAIMS: list[tuple[str, list[str], dict[str, Any], str]] = [
    ("size", ["claim.no_provisioner", "misfit.size"], {"volume": "free", "has": "1Gi", "wants": "5Gi"}, "storage: 5Gi"),
    ("modes", ["claim.no_provisioner", "misfit.modes"], {"wants": "ReadWriteMany"}, "accessModes: [ReadWriteMany]"),
    ("labels", ["claim.no_provisioner", "misfit.labels"], {"has": "disk=fast", "wants": "disk=slow"}, "selector:"),
    ("mode", ["claim.no_provisioner", "misfit.mode"], {"has": "Filesystem", "wants": "Block"}, "volumeMode: Block"),
    ("empty", ["claim.class_empty", "misfit.class"], {"has": "manual", "wants": '""'}, "storageClassName: ''"),
    ("lost", ["claim.volume_missing"], {"volume": "nothing"}, "volumeName: nothing"),
    ("taken", ["claim.volume_taken", "misfit.held"], {"volume": "given", "has": "default/first"}, "spec:"),
    ("waits", ["claim.no_consumer"], {"class": "standard", "claim": "waits"}, ""),
    ("placed", ["claim.consumer_waits"], {"pod": "homeless"}, "volumes:"),
]


@pytest.mark.parametrize(("name", "kinds", "values", "text"), CLAIMS, ids=[case[0] for case in CLAIMS])
def test_a_claim_without_a_volume_says_what_does_not_suit(
    asker: Asker, name: str, kinds: list[str], values: dict[str, Any], text: str
) -> None:
    assert asker.kinds("persistentvolumeclaims", name) == ["claim.pending", *kinds]
    link = asker.link("persistentvolumeclaims", name, kinds[-1])
    assert values.items() <= link["values"].items()
    assert ((link["place"] or {}).get("text") or "") == text


def test_the_table_shows_every_volume_beside_what_the_claim_wants(asker: Asker) -> None:
    table = asker.of("persistentvolumeclaims", "size")["table"]
    rows = {row["name"]: [cell["passes"] for cell in row["cells"]] for row in table["rows"]}
    assert rows == {"free": [True, True, False, True, True, True], "given": [False, True, False, True, True, True]}


def test_a_volume_says_whose_it_is_and_what_becomes_of_it() -> None:
    asker = Asker()
    asker.save("/root/base.yaml", CLASSES + volume("given") + volume("spare", "5Gi") + claim("first"))
    asker.type("kubectl apply -f base.yaml")
    asker.wait(20)
    assert asker.link("persistentvolumes", "given", "pv.bound")["values"]["claim"] == "default/first"
    assert asker.kinds("persistentvolumes", "spare") == ["pv.free"]
    asker.type("kubectl delete pvc first")
    asker.wait(5)
    released = asker.link("persistentvolumes", "given", "pv.released")["values"]
    assert released == {"volume": "given", "claim": "default/first", "policy": "Retain"}
    asker.type("kubectl delete pv spare")
    asker.save("/root/second.yaml", claim("second"))
    asker.type("kubectl apply -f second.yaml")
    asker.wait(5)
    assert asker.kinds("persistentvolumeclaims", "second")[1:] == ["claim.no_provisioner", "misfit.released"]


def test_a_volume_of_another_node_is_named_where_no_node_is_left() -> None:
    asker = Asker()
    there = (
        "  nodeAffinity:\n    required:\n      nodeSelectorTerms:\n      - matchExpressions:\n"
        "        - {key: kubernetes.io/hostname, operator: In, values: [node01]}\n"
    )
    asker.save("/root/base.yaml", CLASSES + volume("local", rest=there) + claim("data"))
    asker.save("/root/away.yaml", uses("away", "data", "  nodeSelector: {kubernetes.io/hostname: node02}\n"))
    asker.type("kubectl apply -f base.yaml")
    asker.wait(20)
    asker.type("kubectl apply -f away.yaml")
    asker.wait(10)
    asker.type("kubectl uncordon node01")
    assert asker.link("pods", "away", "filter.volume_node")["values"] == {
        "nodes": "node02",
        "claim": "data",
        "volume": "local",
        "wants": "kubernetes.io/hostname In [node01]",
    }
    assert asker.link("pods", "away", "filter.volume_node")["place"]["text"].startswith(
        "- {key: kubernetes.io/hostname"
    )


def test_a_claim_for_one_pod_only_names_the_pod_that_has_it() -> None:
    asker = Asker()
    asker.save("/root/base.yaml", claim("alone", modes="ReadWriteOncePod", kind="standard"))
    asker.save("/root/holder.yaml", uses("holder", "alone"))
    asker.save("/root/second.yaml", uses("second", "alone"))
    for name in ("base", "holder", "second"):
        asker.type(f"kubectl apply -f {name}.yaml")
        asker.wait(20)
    assert asker.link("pods", "second", "filter.volume_in_use")["values"] == {
        "claim": "alone",
        "pod": "holder",
        "node": "node01",
    }
