"""How the files of configMap, secret and downwardAPI volumes lie in a container, as recorded on a real cluster."""

import pytest
import re2

from tests.simulator.kubelet.one_node import OneNode

ITEMS = [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]
NOTES = [{"path": "notes", "fieldRef": {"fieldPath": "metadata.annotations"}}]


@pytest.fixture
def node() -> OneNode:
    return OneNode().bring("busybox:1.28")


def printed(node: OneNode, script: str, *volumes: dict) -> str:
    mounts = [{"name": each["name"], "mountPath": f"/{each['name']}"} for each in volumes]
    container = {"command": ["sh", "-c", script], "volumeMounts": mounts}
    node.pod("p", container, volumes=list(volumes), restartPolicy="Never")
    node.run(5)
    id = node.status("p")["containerID"].partition("://")[2]
    return b"\n".join(line for _, _, line in node.machines.cri("node01").logs(id)).decode()


def test_they_lie_in_memory_and_cannot_be_written(node: OneNode) -> None:
    volume = {"name": "info", "downwardAPI": {"items": ITEMS}}
    text = printed(node, "mount | grep info; echo x > /info/labels; ls -ld /info", volume)
    assert "tmpfs on /info type tmpfs (ro,relatime,size=" in text
    assert "can't create /info/labels: Read-only file system" in text
    assert re2.search("drwxrwxrwt +3 root +root +100 ", text)


def test_a_config_map_lies_on_the_disk(node: OneNode) -> None:
    node.create({"kind": "ConfigMap", "metadata": {"name": "cm"}, "data": {"a": "b"}})
    text = printed(node, "mount | grep /cm; ls -a /cm", {"name": "cm", "configMap": {"name": "cm"}})
    assert "/dev/vda1 on /cm type ext4 (ro,relatime)" in text
    assert re2.search(r"\.\.2026_11_20_16_38_58\.[0-9]+", text)


def test_annotations_tell_where_the_kubelet_has_the_pod_from(node: OneNode) -> None:
    text = printed(node, "cat /info/notes", {"name": "info", "downwardAPI": {"items": NOTES}})
    assert 'kubernetes.io/config.source="api"' in text
    assert 'kubernetes.io/config.seen="2026-11-20T16:38:58' in text
