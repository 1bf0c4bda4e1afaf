"""Faults that an instructor throws into a running cluster, and what comes of them."""

import pytest

from simulator.kernel.units import SECOND
from simulator.lab import FAULTS, Lab

EPOCH = 1_795_165_200_000_000
BUSYBOX = "busybox:1.28"
NODES = [
    {"name": "master", "roles": ["control-plane"]},
    {"name": "node01", "images": [BUSYBOX]},
    {"name": "node02", "images": [BUSYBOX]},
]


def boot(**scenario):
    lab = Lab.boot({"nodes": NODES, **scenario}, seed=1, epoch=EPOCH)
    lab.world.strict = True
    lab.submit({"type": "terminal.open", "terminal": "t", "host": "master", "columns": 200, "rows": 40})
    lab.settle(SECOND)
    return lab


@pytest.fixture
def lab():
    return boot()


def run(lab, seconds):
    lab.advance(lab.now + int(seconds * SECOND))


def typed(lab, line):
    """What a command prints."""
    lab.drain()
    lab.submit({"type": "line", "terminal": "t", "text": line})
    lab.settle(60 * SECOND)
    return next(change.data["output"] for change in lab.drain() if change.kind == "command")


def throw(lab, id="f", **fault):
    assert lab.submit({"type": "fault.set", "id": id, "fault": fault}) == {}


def clear(lab, id="f"):
    assert lab.submit({"type": "fault.clear", "id": id}) == {}


def pod(lab, name, node="node01", image=BUSYBOX, command=("sleep", "3600"), **container):
    spec = {"nodeName": node, "containers": [{"name": "c", "image": image, "command": list(command), **container}]}
    lab.cluster.create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec})
    run(lab, 5)


def seen(lab, name):
    return lab.find("pods", "default", name)


def status(lab, name):
    return seen(lab, name)["status"]["containerStatuses"][0]


def ready(lab, node):
    conditions = lab.find("nodes", None, node)["status"]["conditions"]
    return next((each["status"], each["message"]) for each in conditions if each["type"] == "Ready")


def reasons(lab, name):
    return [each["reason"] for each in lab.objects("events") if each["involvedObject"]["name"] == name]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"type": "gremlins"}, "unknown fault 'gremlins'"),
        ("node-down", "unknown fault 'node-down'"),
        ({"type": ["node-down"]}, "unknown fault"),
        ({"type": "node-down"}, "node is missing"),
        ({"type": "node-down", "node": "mars"}, "there is no node 'mars'"),
        (
            {"type": "node-down", "node": "master"},
            "not simulated here: fault node-down on the node of the control plane",
        ),
        ({"type": "node-down", "node": "node01", "percent": 5}, "unknown key 'percent'"),
        ({"type": "node-down", "node": "node01", "until": "soon"}, "until must be a number of seconds"),
        ({"type": "node-down", "node": "node01", "from": -1}, "from must be a number of seconds"),
        ({"type": "disk-full", "node": "node01", "percent": 101}, "percent must be a whole number from 0 to 100"),
        ({"type": "disk-full", "node": ["node01"]}, "node must be text"),
        ({"type": "registry-unavailable", "registry": "x", "message": "m" * 501}, "text of at most 500 characters"),
        ({"type": "pod-killed", "pod": "nobody"}, 'pods "nobody" not found'),
    ],
)
def test_a_fault_that_cannot_be_is_refused_and_changes_nothing(lab, fault, message):
    before = lab.snapshot()
    assert message in lab.submit({"type": "fault.set", "fault": fault})["error"]
    assert lab.snapshot() == before


def test_only_so_many_faults_can_be_planned(lab):
    entry = {"type": "fault.set", "fault": {"type": "registry-unavailable", "registry": "a", "from": 60}}
    answers = [lab.submit(entry) for _ in range(51)]
    assert [bool(answer) for answer in answers] == [False] * 50 + [True]


def test_faults_can_be_looked_at_replaced_and_cleared(lab):
    throw(lab, "a", type="registry-slow", registry="docker.io", seconds=60)
    throw(lab, "b", type="network-plugin-not-ready", node="node01", **{"from": 10, "until": 20})
    found = [(each["id"], each["active"]) for each in lab.faults()]
    assert found == [("a", True), ("b", False)]
    throw(lab, "a", type="registry-slow", registry="docker.io", seconds=90)
    assert [(each["id"], each.get("seconds")) for each in lab.faults()] == [("b", None), ("a", 90)]
    run(lab, 15)
    assert ready(lab, "node01")[0] == "False"
    run(lab, 10)
    assert ready(lab, "node01")[0] == "True"
    assert [each["id"] for each in lab.faults()] == ["a"]
    assert lab.submit({"type": "fault.clear", "id": "b"})["error"] == "there is no fault 'b'"
    assert lab.submit({"type": "fault.clear"}) == {}
    assert lab.faults() == []


def test_every_kind_of_fault_can_be_thrown_into_a_running_cluster(lab):
    pod(lab, "p")
    targets = {"registry": "docker.io", "node": "node02", "image": BUSYBOX, "pod": "p"}
    for name, kind in reversed(FAULTS.items()):
        throw(lab, name, type=name, **{key: targets[key] for key in kind.needs})
    run(lab, 400)
    assert lab.submit({"type": "fault.clear"}) == {}
    run(lab, 400)
    assert ready(lab, "node02")[0] == "True"


def test_a_node_that_is_switched_off_loses_its_pods_and_boots_again(lab):
    pod(lab, "p")
    throw(lab, type="node-down", node="node01")
    run(lab, 45)
    assert ready(lab, "node01")[0] == "True"
    run(lab, 10)
    assert ready(lab, "node01") == ("Unknown", "Kubelet stopped posting node status.")
    assert 'Get "https://192.168.10.11:10250/containerLogs/default/p/c"' in typed(lab, "kubectl logs p")
    assert "dial tcp 192.168.10.11:10250: connect: no route to host" in typed(lab, "kubectl exec p -- ls")
    assert "node01   <unknown>" in typed(lab, "kubectl top nodes")
    run(lab, 200)
    clear(lab)
    run(lab, 10)
    assert ready(lab, "node01")[0] == "True"
    assert "taints" not in lab.find("nodes", None, "node01")["spec"]
    last = status(lab, "p")["lastState"]["terminated"]
    assert (last["reason"], last["exitCode"], status(lab, "p")["restartCount"]) == ("Unknown", 255, 1)
    assert "SandboxChanged" in reasons(lab, "p")
    assert {"NodeNotReady", "Starting", "Rebooted", "NodeReady"} <= set(reasons(lab, "node01"))


def test_the_pods_of_a_lost_node_stay_terminating_until_it_is_back(lab):
    pod(lab, "p")
    throw(lab, type="node-down", node="node01")
    run(lab, 360)
    assert seen(lab, "p")["metadata"]["deletionTimestamp"]
    run(lab, 3600)
    assert seen(lab, "p")
    clear(lab)
    run(lab, 10)
    assert seen(lab, "p") is None


def test_a_kubelet_that_stops_leaves_its_containers_running(lab):
    pod(lab, "p")
    before = status(lab, "p")["containerID"]
    throw(lab, type="kubelet-down", node="node01", until=120)
    run(lab, 60)
    assert ready(lab, "node01")[0] == "Unknown"
    assert "10250: connect: connection refused" in typed(lab, "kubectl logs p")
    run(lab, 70)
    assert ready(lab, "node01")[0] == "True"
    assert (status(lab, "p")["containerID"], status(lab, "p")["restartCount"]) == (before, 0)
    assert "Rebooted" not in reasons(lab, "node01")


def test_a_killed_container_is_restarted_and_a_killed_pod_is_gone(lab):
    pod(lab, "p")
    throw(lab, type="container-killed", pod="p")
    run(lab, 5)
    last = status(lab, "p")["lastState"]["terminated"]
    assert (last["exitCode"], last["reason"], status(lab, "p")["restartCount"]) == (137, "Error", 1)
    throw(lab, type="pod-killed", pod="p")
    assert seen(lab, "p") is None
    assert lab.faults() == []


def test_latency_lengthens_every_way_to_a_node(lab):
    pod(lab, "web", "node02", "nginx:1.27", command=("nginx", "-g", "daemon off;"))
    run(lab, 20)
    ip = seen(lab, "web")["status"]["podIP"]
    pod(lab, "p")
    ask = f"kubectl exec p -- wget -T 1 -qO /dev/null http://{ip}; echo $?"
    assert typed(lab, ask) == "0\n"
    throw(lab, type="latency", node="node02", milliseconds=5000)
    assert "wget: download timed out" in typed(lab, ask)
    clear(lab)
    assert typed(lab, ask) == "0\n"


def test_nobody_can_log_in_to_a_node_that_is_switched_off(lab):
    throw(lab, type="node-down", node="node01")
    entry = {"type": "terminal.open", "terminal": "u", "host": "node01", "columns": 80, "rows": 24}
    assert lab.submit(entry)["error"] == "ssh: connect to host node01 port 22: No route to host"
    clear(lab)
    assert lab.submit(entry) == {}


def test_the_pods_of_a_node_that_is_out_of_service_go_without_it(lab):
    pod(lab, "p")
    throw(lab, type="node-down", node="node01")
    run(lab, 60)
    assert seen(lab, "p")
    typed(lab, "kubectl taint node node01 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute")
    run(lab, 5)
    assert seen(lab, "p") is None


def test_a_network_plugin_that_comes_back_to_a_full_disk_waits_for_room(lab):
    network = ("node01", "/etc/cni/net.d/10-podlab.conflist")
    before = lab.read_file(*network)
    throw(lab, "net", type="network-plugin-not-ready", node="node01")
    throw(lab, "disk", type="disk-full", node="node01", percent=100)
    run(lab, 10)
    clear(lab, "net")
    run(lab, 10)
    assert lab.read_file(*network) != before
    clear(lab, "disk")
    run(lab, 10)
    assert lab.read_file(*network) == before
    assert ready(lab, "node01")[0] == "True"
