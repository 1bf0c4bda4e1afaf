"""What a kubelet does when its node runs short: whom it evicts, what it says, whom it turns away."""

from typing import Any

import pytest

from simulator.kernel.units import SECOND
from simulator.kubelet.eviction import excess
from simulator.kubelet.ranking import Candidate, ranked
from simulator.kubelet.thresholds import limit_of, shortages
from tests.simulator.kubelet.one_node import NODE, OneNode

GIB = 1 << 30
SLEEP = {"command": ["sleep", "3600"]}
NO_MEMORY = {"type": "memory-short", "node": NODE, "percent": 97}
NO_DISK = {"type": "disk-full", "node": NODE, "percent": 97}
PLENTY = {"memory": (4 * GIB, GIB), "disk": (40 * GIB, 20 * GIB), "pids": (32768, 32000)}


@pytest.fixture
def node() -> OneNode:
    return OneNode().bring("busybox:1.28")


def hog(size: str, **resources: Any) -> dict[str, Any]:
    command = ["stress", "--vm", "1", "--vm-bytes", size]
    return {"image": "polinux/stress", "command": command, "resources": resources}


def condition(node: OneNode, kind: str) -> tuple[str, str]:
    entries = node.api.get("nodes", None, NODE)["status"]["conditions"]
    return next((each["status"], each["reason"]) for each in entries if each["type"] == kind)


def of_node(node: OneNode) -> list[str]:
    return node.reasons(NODE)


# --- the rules
@pytest.mark.parametrize(
    ("left", "configured", "met"),
    [
        ({}, {}, []),
        ({"memory": (4 * GIB, 100 << 20)}, {}, []),
        ({"memory": (4 * GIB, (100 << 20) - 1)}, {}, ["memory"]),
        ({"disk": (40 * GIB, 5 * GIB)}, {}, ["ephemeral-storage"]),  # imagefs.available<15%
        ({"disk": (40 * GIB, 3 * GIB)}, {}, ["ephemeral-storage", "ephemeral-storage"]),
        ({"pids": (32768, 0)}, {}, []),
        ({"pids": (32768, 100)}, {"pid.available": "10%"}, ["pids"]),
        ({"memory": (4 * GIB, GIB)}, {"memory.available": "2Gi"}, ["memory"]),
        ({"memory": (4 * GIB, 0), "disk": (40 * GIB, 0)}, {"imagefs.available": "0"}, ["memory", "ephemeral-storage"]),
    ],
)
def test_thresholds(left: Any, configured: dict[str, str], met: list[str]) -> None:
    found = {what: dict(zip(("capacity", "available"), each, strict=True)) for what, each in {**PLENTY, **left}.items()}
    assert [each.signal.resource for each in shortages(found, configured)] == met


@pytest.mark.parametrize(("value", "limit"), [("100Mi", 100 << 20), ("10%", 4 * GIB), ("0%", 0), ("1Gi", GIB)])
def test_a_threshold_is_a_quantity_or_a_share(value: str, limit: int) -> None:
    assert limit_of(value, 40 * GIB) == limit


def candidate(name: str, used: int, asked: int = 0, priority: int = 0) -> Candidate:
    requests = {"memory": f"{asked}Mi"} if asked else {}
    spec = {"priority": priority, "containers": [{"name": "c", "resources": {"requests": requests}}]}
    usage = {"c": {"memory": used << 20, "disk": used, "processes": used}}
    return Candidate({}, {"metadata": {"name": name}, "spec": spec}, usage, {})


def test_who_uses_more_than_was_asked_for_goes_first_then_the_less_important_then_the_largest() -> None:
    pods = [
        candidate("modest", used=900, asked=1000),
        candidate("important", used=500, priority=10),
        candidate("little", used=10),
        candidate("much", used=400, asked=100),
        candidate("modest-and-unimportant", used=50, asked=60, priority=-5),
    ]
    names = [each.pod["metadata"]["name"] for each in ranked(pods, "memory")]
    assert names == ["much", "little", "important", "modest-and-unimportant", "modest"]
    by_processes = [each.pod["metadata"]["name"] for each in ranked(pods, "pids")]
    assert by_processes == ["modest-and-unimportant", "modest", "much", "little", "important"]


# --- memory
def test_a_soft_threshold_is_borne_for_a_while_and_leaves_pods_their_grace(node: OneNode) -> None:
    soft = {"memory.available": "3Gi"}
    patience = {"memory.available": 30 * SECOND}
    node.kubelet.configure(eviction_soft=soft, eviction_soft_grace_period=patience, eviction_max_pod_grace_period=8)
    node.bring("polinux/stress")
    node.pod("p", hog("1G"), terminationGracePeriodSeconds=60)
    node.run(25)
    assert condition(node, "MemoryPressure")[0] == "True"
    assert node.reason("p") == "Running"
    node.run(30)
    status = node.get("p")["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "Evicted")
    assert status["message"].startswith("The node was low on resource: memory. Threshold quantity: 3Gi, available: ")


def test_a_soft_threshold_that_is_met_no_more_is_forgotten(node: OneNode) -> None:
    patience = {"memory.available": 30 * SECOND}
    node.kubelet.configure(eviction_soft={"memory.available": "3Gi"}, eviction_soft_grace_period=patience)
    node.bring("polinux/stress")
    spec = {"image": "polinux/stress", "command": ["stress", "--vm", "1", "--vm-bytes", "1G", "--timeout", "15"]}
    node.pod("p", spec, restartPolicy="Never")
    node.run(60)
    assert node.get("p")["status"]["phase"] == "Succeeded"
    assert node.kubelet.deps.section["soft_since"] == {}


def test_a_pod_that_takes_the_nodes_memory_is_evicted_and_its_neighbour_stays(node: OneNode) -> None:
    node.pod("idle", SLEEP)
    node.pod("hog", hog("3400M"))
    node.run(30)
    status = node.get("hog")["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "Evicted")
    begin, _, end = status["message"].partition(", available: ")
    assert begin == "The node was low on resource: memory. Threshold quantity: 100Mi"
    assert end.endswith("Container c was using 3402Mi, request is 0, has larger consumption of memory. ")
    told = status["conditions"][0]
    assert (told["type"], told["reason"], told["message"]) == (
        "DisruptionTarget",
        "TerminationByKubelet",
        status["message"],
    )
    assert [text for reason, text, _ in node.events("hog") if reason == "Evicted"] == [status["message"]]
    assert node.reason("idle") == "Running"
    assert condition(node, "MemoryPressure") == ("True", "KubeletHasInsufficientMemory")
    assert of_node(node) == ["NodeHasInsufficientMemory", "EvictionThresholdMet"]


def test_pressure_outlasts_its_cause_by_five_minutes_and_then_nothing_is_due(node: OneNode) -> None:
    node.pod("hog", hog("3400M"))
    node.run(30)
    node.run(260)
    assert condition(node, "MemoryPressure")[0] == "True"
    node.run(40)
    assert condition(node, "MemoryPressure") == ("False", "KubeletHasSufficientMemory")
    assert of_node(node)[-1] == "NodeHasSufficientMemory"
    assert [key for _, _, _, key in node.world.agenda.heap if key == "eviction"] == []


def test_what_is_taken_faster_than_the_kubelet_looks_is_killed_by_the_kernel(node: OneNode) -> None:
    node.pod("hog", hog("5G"), restartPolicy="Never")
    node.run(12)
    ended = node.status("hog")["state"]["terminated"]
    assert (ended["reason"], ended["exitCode"]) == ("OOMKilled", 137)
    messages = [text for reason, text, _ in node.events(NODE) if reason == "SystemOOM"]
    assert len(messages) == 1
    assert messages[0].startswith("System OOM encountered, victim process: stress, pid: ")


def test_one_pod_goes_at_a_time_and_what_the_cluster_needs_stays(node: OneNode) -> None:
    node.pod("a", SLEEP)
    node.pod("b", {**SLEEP, "resources": {"requests": {"memory": "64Mi"}}})
    node.pod("needed", SLEEP, priorityClassName="system-node-critical")
    node.run(5)
    node.machines.set_faults([NO_MEMORY | {"percent": 99}])
    node.run(8)
    assert [node.get(name)["status"]["phase"] for name in "ab"] == ["Failed", "Running"]
    node.run(60)
    assert [node.get(name)["status"]["phase"] for name in ("a", "b", "needed")] == ["Failed", "Failed", "Running"]


def test_a_node_short_of_memory_takes_only_pods_that_ask_for_some(node: OneNode) -> None:
    node.machines.set_faults([NO_MEMORY | {"percent": 98}])
    node.run(12)
    node.pod("best-effort", SLEEP)
    node.pod("burstable", {**SLEEP, "resources": {"requests": {"memory": "16Mi"}}})
    taint = {"key": "node.kubernetes.io/memory-pressure", "operator": "Exists", "effect": "NoSchedule"}
    node.pod("tolerant", SLEEP, tolerations=[taint])
    node.run(3)
    status = node.get("best-effort")["status"]
    assert (status["reason"], status["message"]) == (
        "Evicted",
        "Pod was rejected: The node had condition: [MemoryPressure]. ",
    )
    assert node.reason("burstable") == node.reason("tolerant") == "Running"


# --- disk
def test_a_full_disk_costs_images_that_nobody_uses_and_then_pods(node: OneNode) -> None:
    node.bring("nginx:1.27").pod("p", SLEEP)
    node.run(5)
    node.machines.set_faults([NO_DISK])
    node.run(12)
    images = [tag for image in node.machines.cri(NODE).list_images() for tag in image["tags"]]
    assert images == ["docker.io/library/busybox:1.28", "registry.k8s.io/pause:3.10.1"]
    assert node.get("p")["status"]["message"].startswith(
        "The node was low on resource: ephemeral-storage. Threshold quantity: 4Gi, available: 1258288Ki. "
    )
    assert condition(node, "DiskPressure") == ("True", "KubeletHasDiskPressure")
    assert of_node(node) == ["NodeHasDiskPressure", "EvictionThresholdMet", "FreeDiskSpaceFailed"]
    node.pod("late", {**SLEEP, "resources": {"requests": {"memory": "16Mi"}}})
    node.run(3)
    assert node.get("late")["status"]["message"] == "Pod was rejected: The node had condition: [DiskPressure]. "


def test_nothing_can_be_written_to_a_disk_that_is_wholly_full(node: OneNode) -> None:
    node.pod("p", {"command": ["sh", "-c", "sleep 5; echo x > /tmp/x || echo full; sleep 3600"]})
    node.run(4)
    node.machines.set_faults([NO_DISK | {"percent": 100}])
    node.run(4)
    id = node.status("p")["containerID"].rpartition("/")[2]
    lines = [text for _, _, text in node.machines.cri(NODE).logs(id)]
    assert lines == [b"sh: can't create /tmp/x: No space left on device", b"full"]


@pytest.mark.parametrize(
    ("container", "volume", "message"),
    [
        ({}, {"sizeLimit": "64Ki"}, 'Usage of EmptyDir volume "v" exceeds the limit "64Ki". '),
        (
            {"resources": {"limits": {"ephemeral-storage": "64Ki"}}},
            None,
            "Pod ephemeral local storage usage exceeds the total limit of containers 64Ki. ",
        ),
    ],
)
def test_a_pod_that_writes_more_than_it_may_is_evicted(
    node: OneNode, container: dict[str, Any], volume: dict[str, Any] | None, message: str
) -> None:
    command = ["sh", "-c", "sleep 5; dd if=/dev/zero of=/v/file bs=1k count=100; sleep 3600"]
    mounts = [{"name": "v", "mountPath": "/v"}] if volume else []
    if not volume:
        command[2] = command[2].replace("/v/", "/")
    spec = {"volumes": [{"name": "v", "emptyDir": volume}]} if volume else {}
    node.pod("p", {"command": command, "volumeMounts": mounts, **container}, **spec)
    node.run(4)
    assert node.reason("p") == "Running"
    node.run(16)
    status = node.get("p")["status"]
    assert (status["phase"], status["reason"], status["message"]) == ("Failed", "Evicted", message)
    assert condition(node, "DiskPressure")[0] == "False"


def test_of_several_containers_the_one_that_writes_too_much_is_named() -> None:
    limits = {"resources": {"limits": {"ephemeral-storage": "64Ki"}}}
    containers = [{"name": name, **limits} for name in ("a", "b")]
    pod = {"metadata": {"name": "p"}, "spec": {"containers": containers}}
    candidate = Candidate({}, pod, {"a": {"disk": 100 << 10}, "b": {"disk": 0}}, {})
    text = 'Container a exceeded its local ephemeral storage limit "64Ki". '
    assert excess(candidate) == (text, {"container": "a", "limit": "64Ki"})


def test_a_node_short_of_process_numbers_says_so_where_its_kubelet_was_told_to_look(node: OneNode) -> None:
    node.kubelet.configure(eviction_hard={"pid.available": "10%"})
    node.machines.set_faults([{"type": "processes-short", "node": NODE, "percent": 95}])
    node.run(12)
    assert condition(node, "PIDPressure") == ("True", "KubeletHasInsufficientPID")
    assert node.events(NODE)[-1][1] == "Attempting to reclaim pids"


def test_a_short_node_may_be_saved_and_restored(node: OneNode) -> None:
    node.pod("hog", hog("3400M"))
    node.run(8)
    again = node.again()
    assert again.run(30).get("hog")["status"] == node.run(30).get("hog")["status"]
