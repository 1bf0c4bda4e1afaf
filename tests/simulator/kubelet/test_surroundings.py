"""What a container finds around it: variables, files, users; and what boot and restore leave as it was."""

from typing import Any

import pytest

from simulator.kernel.units import HOUR
from tests.simulator.kubelet.one_node import NODE, OneNode

SLEEP: dict[str, Any] = {"command": ["sleep", "3600"]}


@pytest.fixture
def node() -> OneNode:
    return OneNode().bring("busybox:1.28")


def printed(node: OneNode, script: str, **spec: Any) -> str:
    """What a script prints in a container."""
    container = spec.pop("container", {})
    node.pod("p", {"command": ["sh", "-c", script], **container}, restartPolicy="Never", **spec)
    node.run(5)
    return node.kubelet.logs("default", "p", "c", {})


def test_variables_come_from_values_objects_the_pod_and_services(node: OneNode) -> None:
    node.apply("{kind: ConfigMap, metadata: {name: cm}, data: {LEVEL: very}}")
    node.apply("{kind: Secret, metadata: {name: sec}, data: {user: YWRtaW4=}}")
    node.apply("{kind: Service, metadata: {name: db}, spec: {ports: [{port: 5432}]}}")
    env = [
        {"name": "PLAIN", "value": "hello"},
        {"name": "REF", "value": "$(PLAIN) $(DB_SERVICE_PORT)"},
        {"name": "MY_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
    ]
    sources = [{"configMapRef": {"name": "cm"}}, {"secretRef": {"name": "sec"}, "prefix": "SEC_"}]
    text = printed(node, "printenv", container={"env": env, "envFrom": sources})
    lines = text.splitlines()
    for line in ("LEVEL=very", "SEC_user=admin", "REF=hello 5432", "MY_IP=10.244.0.2", "HOSTNAME=p"):
        assert line in lines


def test_arguments_are_expanded(node: OneNode) -> None:
    container = {
        "command": ["/bin/echo"],
        "args": ["$(M)", "$M", "$$(M)", "$(U)"],
        "env": [{"name": "M", "value": "hi"}],
    }
    assert printed(node, "", container=container) == "hi $M $(M) $(U)\n"


def test_hosts_and_resolver_are_the_kubelets(node: OneNode) -> None:
    text = printed(
        node, "cat /etc/hosts /etc/resolv.conf", hostAliases=[{"ip": "10.1.2.3", "hostnames": ["foo.remote"]}]
    )
    assert "10.244.0.2\tp\n" in text
    assert "10.1.2.3\tfoo.remote\n" in text
    assert "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\n" in text


def test_a_config_map_is_a_folder_that_follows_its_changes(node: OneNode) -> None:
    node.apply("{kind: ConfigMap, metadata: {name: cm}, data: {k: old}}")
    script = "while true; do cat /v/k; echo; sleep 10; done"
    mounts = [{"name": "v", "mountPath": "/v"}]
    node.pod(
        "p",
        {"command": ["sh", "-c", script], "volumeMounts": mounts},
        volumes=[{"name": "v", "configMap": {"name": "cm"}}],
    )
    node.run(15)
    node.api.patch("configmaps", "default", "cm", {"data": {"k": "new"}})
    lines = node.run(90).kubelet.logs("default", "p", "c", {}).split()
    assert (lines[0], lines[-1]) == ("old", "new")


def test_a_group_owns_the_files_of_the_volumes(node: OneNode) -> None:
    container = {"volumeMounts": [{"name": "v", "mountPath": "/data"}]}
    context = {"runAsUser": 1000, "runAsGroup": 3000, "fsGroup": 2000}
    volumes = [{"name": "v", "emptyDir": {}}]
    text = printed(node, "id; ls -ld /data", container=container, volumes=volumes, securityContext=context)
    assert text.startswith("uid=1000 gid=3000 groups=2000,3000\n")
    assert "drwxrwsrwx" in text
    assert " 2000 " in text


def test_what_the_kubelet_writes_belongs_to_the_group_too(node: OneNode) -> None:
    node.apply("{kind: ConfigMap, metadata: {name: cm}, data: {k: v}}")
    container = {"volumeMounts": [{"name": "v", "mountPath": "/v"}]}
    volumes = [{"name": "v", "configMap": {"name": "cm", "defaultMode": 0o400}}]
    script = "stat -c '%A %u %g' /v /v/..data/ /v/k /v/..data/k"
    text = printed(node, script, container=container, volumes=volumes, securityContext={"fsGroup": 2000})
    assert text.splitlines() == ["drwxrwsrwx 0 2000", "drwxr-sr-x 0 2000", "lrwxrwxrwx 0 2000", "-r--r----- 0 2000"]


@pytest.mark.parametrize(
    ("context", "mode"),
    [
        ({}, "-rw-r--r-- 0 0"),
        ({"runAsUser": 1000}, "-rw------- 1000 0"),
        ({"fsGroup": 2000}, "-rw-r----- 0 2000"),
        ({"runAsUser": 1000, "fsGroup": 2000}, "-rw-r----- 1000 2000"),
    ],
)
def test_a_token_is_for_those_whom_the_pod_names(node: OneNode, context: dict[str, int], mode: str) -> None:
    path = "/var/run/secrets/kubernetes.io/serviceaccount/..data/token"
    assert printed(node, f"stat -c '%A %u %g' {path}", securityContext=context) == f"{mode}\n"


def test_what_is_no_name_for_the_shell_still_reaches_its_children(node: OneNode) -> None:
    node.apply("{kind: ConfigMap, metadata: {name: cm}, data: {special.type: charm}}")
    container = {"envFrom": [{"configMapRef": {"name": "cm"}}]}
    assert printed(node, "printenv special.type", container=container) == "charm\n"


@pytest.mark.parametrize(
    ("limit", "size", "shown"),
    [("20Mi", None, "20480k"), ("20Mi", "8Mi", "8192k"), ("20Mi", "80Mi", "20480k"), (None, "8Mi", "8192k")],
)
def test_a_folder_in_memory_is_no_larger_than_the_memory_of_the_pod(
    node: OneNode, limit: str | None, size: str | None, shown: str
) -> None:
    container = {
        "volumeMounts": [{"name": "v", "mountPath": "/v"}],
        "resources": {"limits": {"memory": limit} if limit else {}},
    }
    volumes = [{"name": "v", "emptyDir": {"medium": "Memory", **({"sizeLimit": size} if size else {})}}]
    text = printed(node, "mount | grep ' /v '", container=container, volumes=volumes)
    assert text == f"tmpfs on /v type tmpfs (rw,relatime,size={shown},noswap)\n"


def test_containers_of_a_pod_share_an_empty_folder(node: OneNode) -> None:
    mounts = {"image": "busybox:1.28", "volumeMounts": [{"name": "v", "mountPath": "/v"}]}
    writer = {"name": "w", "command": ["sh", "-c", "echo shared > /v/f; sleep 60"], **mounts}
    node.pod(
        "p", {"command": ["sh", "-c", "sleep 2; cat /v/f; sleep 60"], **mounts, "name": "c"}, volumes=[{"name": "v"}]
    )
    node.api.delete("pods", "default", "p", grace=0)
    containers = [writer, {"name": "c", "command": ["sh", "-c", "sleep 2; cat /v/f; sleep 60"], **mounts}]
    node.create(
        {"metadata": {"name": "q"}, "spec": {"containers": containers, "volumes": [{"name": "v", "emptyDir": {}}]}}
    )
    node.run(6)
    assert node.kubelet.logs("default", "q", "c", {}) == "shared\n"


def test_a_folder_of_the_node_is_made_where_that_is_asked_for(node: OneNode) -> None:
    mounts = [{"name": "v", "mountPath": "/v"}]
    path = {"path": "/srv/new/folder", "type": "DirectoryOrCreate"}
    volumes = [{"name": "v", "hostPath": path}]
    assert printed(node, "echo hi > /v/f; cat /v/f", container={"volumeMounts": mounts}, volumes=volumes) == "hi\n"
    assert node.machines.read_file(NODE, "/srv/new/folder/f") == b"hi\n"


def test_last_words_stand_in_the_status(node: OneNode) -> None:
    node.pod("p", {"command": ["sh", "-c", "echo bye > /dev/termination-log; exit 2"]}, restartPolicy="Never")
    node.run(5)
    assert node.status("p")["state"]["terminated"]["message"] == "bye\n"


def test_the_end_of_the_log_serves_as_last_words_where_that_is_wanted(node: OneNode) -> None:
    container = {
        "command": ["sh", "-c", "echo one; echo two; exit 2"],
        "terminationMessagePolicy": "FallbackToLogsOnError",
    }
    node.pod("p", container, restartPolicy="Never")
    node.run(5)
    assert node.status("p")["state"]["terminated"]["message"] == "one\ntwo\n"


def test_an_ephemeral_container_joins_a_running_pod(node: OneNode) -> None:
    node.pod("p", SLEEP)
    node.run(3)
    extra = {"name": "debugger", "image": "busybox:1.28", **SLEEP}
    node.api.set_ephemeral_containers("default", "p", {"spec": {"ephemeralContainers": [extra]}})
    node.run(3)
    assert node.reason("p", "debugger") == "Running"
    (status,) = node.get("p")["status"]["ephemeralContainerStatuses"]
    assert (status["name"], status["ready"], "started" in status) == ("debugger", False, False)


def test_an_ephemeral_container_sees_the_processes_of_the_one_that_it_is_aimed_at(node: OneNode) -> None:
    node.pod("p", SLEEP)
    node.run(3)
    looks = {"image": "busybox:1.28", "command": ["ps"]}
    aimed = {"name": "aimed", **looks, "targetContainerName": "c"}
    extra = [aimed, {"name": "alone", **looks}]
    node.api.set_ephemeral_containers("default", "p", {"spec": {"ephemeralContainers": extra}})
    node.run(5)
    seen = {name: node.kubelet.logs("default", "p", name, {}).splitlines()[1:] for name in ("aimed", "alone")}
    assert [[line.split()[0], *line.split()[3:]] for line in seen["aimed"]] == [["1", "sleep", "3600"], ["2", "ps"]]
    assert [line.split()[3:] for line in seen["alone"]] == [["ps"]]


def test_requests_and_limits_stand_in_the_status(node: OneNode) -> None:
    resources = {"limits": {"memory": "64Mi"}, "requests": {"cpu": "125m", "memory": "32Mi"}}
    node.pod("p", {**SLEEP, "resources": resources})
    node.run(4)
    status = node.get("p")["status"]
    assert status["allocatedResources"] == {"cpu": "125m", "memory": "32Mi"}
    assert status["resources"] == resources
    assert node.status("p")["allocatedResources"] == {"cpu": "125m", "memory": "32Mi"}


def test_a_pod_is_adopted_without_a_word(node: OneNode) -> None:
    born = node.world.unix
    pod = node.pod("p", SLEEP)
    node.kubelet.adopt(pod, born - HOUR)
    node.run(5)
    assert node.reason("p") == "Running"
    assert node.status("p")["state"]["running"]["startedAt"] < pod["metadata"]["creationTimestamp"]
    assert node.events("p") == []
    assert node.get("p")["status"]["phase"] == "Running"


def test_the_mirror_of_a_static_pod_comes_back_and_its_container_goes_on(node: OneNode) -> None:
    notes = {f"kubernetes.io/config.{key}": "abc" for key in ("hash", "mirror", "seen", "source")}
    meta = {"name": "etcd", "annotations": notes}
    pod = node.create({"metadata": meta, "spec": {"containers": [{"name": "c", "image": "busybox:1.28", **SLEEP}]}})
    node.kubelet.adopt(pod, node.world.unix)
    before = node.run(3).status("etcd")["containerID"]
    node.api.delete("pods", "default", "etcd")
    node.run(5)
    assert node.get("etcd")["metadata"]["uid"] != pod["metadata"]["uid"]
    assert (node.status("etcd")["containerID"], node.status("etcd")["restartCount"]) == (before, 0)


def test_heartbeats_are_fresh_without_timers(node: OneNode) -> None:
    node.run(3600)
    ready = next(each for each in node.api.get("nodes", None, NODE)["status"]["conditions"] if each["type"] == "Ready")
    assert ready["lastHeartbeatTime"] > ready["lastTransitionTime"]
    lease = node.api.get("leases.coordination.k8s.io", "kube-node-lease", NODE)
    assert lease["spec"]["renewTime"] > ready["lastTransitionTime"]


SCENE = """
kind: Pod
metadata: {name: p}
spec:
  terminationGracePeriodSeconds: 3
  initContainers: [{name: i, image: "busybox:1.28", command: [sleep, "2"]}]
  containers:
  - {name: a, image: "nginx:1.14", readinessProbe: {httpGet: {port: 80}}}
  - {name: b, image: "busybox:1.28", command: [sh, -c, "sleep 5; exit 1"]}
"""


@pytest.mark.parametrize("cut", [0.02, 0.3, 0.9, 2.5, 5, 9.7, 14, 31])
def test_saving_and_restoring_changes_nothing(cut: float) -> None:
    whole, parted = OneNode().bring("busybox:1.28"), OneNode().bring("busybox:1.28")
    for each in (whole, parted):
        each.apply(SCENE)
    whole.run(40)
    parted = parted.run(cut).again().run(40 - cut)
    assert parted.get("p") == whole.get("p")
    assert parted.api.list("events") == whole.api.list("events")
