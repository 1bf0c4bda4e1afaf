"""kubelet and containerd as systemd keeps them on a node, and what they write into its journal."""

import pytest

from simulator.kernel.units import SECOND
from simulator.lab import Lab

EPOCH = 1_795_165_200_000_000
NODES = [{"name": "master", "roles": ["control-plane"]}, {"name": "node01", "images": ["busybox:1.28"]}]


@pytest.fixture
def lab():
    lab = Lab.boot({"nodes": NODES}, seed=1, epoch=EPOCH)
    lab.world.strict = True
    for host in ("master", "node01"):
        lab.submit({"type": "terminal.open", "terminal": host, "host": host, "columns": 200, "rows": 30})
    lab.settle(SECOND)
    return lab


def run(lab, seconds):
    lab.advance(lab.now + int(seconds * SECOND))


def typed(lab, line, host="node01"):
    lab.drain()
    lab.submit({"type": "line", "terminal": host, "text": line})
    lab.settle(60 * SECOND)
    return next(change.data["output"] for change in lab.drain() if change.kind == "command")


def state(lab):
    return typed(lab, "kubectl get node node01 --no-headers", "master").split()[1]


def test_a_kubelet_stopped_by_hand_loses_its_node_and_comes_back_by_hand(lab):
    assert "Active: active (running)" in typed(lab, "systemctl status kubelet")
    assert typed(lab, "systemctl stop kubelet; systemctl is-active kubelet") == "inactive\n"
    assert typed(lab, "ps -ef | grep -c '[k]ubelet --config'") == "0\n"
    assert [(fault["type"], fault["node"]) for fault in lab.faults()] == [("kubelet-down", "node01")]
    run(lab, 60)
    assert state(lab) == "NotReady"
    assert typed(lab, "systemctl start kubelet; systemctl is-active kubelet") == "active\n"
    run(lab, 5)
    assert (state(lab), lab.faults()) == ("Ready", [])


@pytest.mark.parametrize(("unit", "fault"), [("kubelet", "kubelet-down"), ("containerd", "container-runtime-down")])
def test_a_learner_cures_a_fault_by_starting_the_service(lab, unit, fault):
    lab.submit({"type": "fault.set", "fault": {"type": fault, "node": "node01"}})
    run(lab, 60)
    assert (state(lab), typed(lab, f"systemctl is-active {unit}")) == ("NotReady", "inactive\n")
    typed(lab, f"systemctl restart {unit}")
    run(lab, 5)
    assert (state(lab), lab.faults()) == ("Ready", [])


@pytest.mark.parametrize("unit", ["kubelet", "containerd"])
def test_a_service_that_is_restarted_is_another_process(lab, unit):
    before = typed(lab, f"systemctl status {unit} | grep PID")
    assert "days" in typed(lab, f"systemctl status {unit} | grep Active")
    typed(lab, f"systemctl restart {unit}")
    run(lab, 5)
    assert typed(lab, f"systemctl status {unit} | grep PID") != before
    assert typed(lab, f"systemctl status {unit} | grep Active").rstrip().endswith("s ago")


def test_the_journal_tells_of_what_happened(lab):
    typed(lab, "kubectl run web --image=nosuch/image", "master")
    run(lab, 5)
    lines = typed(lab, "journalctl -u kubelet --no-pager -o cat").splitlines()
    assert any(line.endswith('kubelet.go:2537] "SyncLoop ADD" source="api" pods=["default/web"]') for line in lines)
    failed = next(line for line in lines if "Error syncing pod, skipping" in line)
    assert failed.startswith("E1120 09:00:")
    assert r'err="failed to \"StartContainer\" for \"web\" with ErrImagePull: \"Failed to pull image' in failed
    assert r'msg="PullImage \"nosuch/image\""' in typed(lab, "journalctl -u containerd")


def test_lines_can_be_chosen(lab):
    typed(lab, "systemctl stop kubelet")
    run(lab, 30)
    typed(lab, "systemctl start kubelet")
    assert typed(lab, "journalctl -u kubelet --since '10 sec ago' -o cat").splitlines()[0].startswith("Started kubelet")
    assert len(typed(lab, "journalctl -n 2").splitlines()) == 2
    assert typed(lab, "journalctl -u nobody") == "-- No entries --\n"
    assert "Failed to parse timestamp: soon" in typed(lab, "journalctl --since soon")
    assert "not simulated here" in typed(lab, "journalctl -o json")


def test_the_journal_can_be_followed(lab):
    lab.submit({"type": "line", "terminal": "node01", "text": "journalctl -fu kubelet"})
    run(lab, 2)
    lab.drain()
    line = "kubectl run idle --image=busybox:1.28 -- sleep 3600"
    lab.submit({"type": "line", "terminal": "master", "text": line})
    run(lab, 5)
    shown = "".join(change.data["data"] for change in lab.drain() if change.kind == "output")
    lab.submit({"type": "keys", "terminal": "node01", "data": "\x03"})
    run(lab, 1)
    assert shown.count('"SyncLoop ADD" source="api" pods=["default/idle"]') == 1
    assert lab.terminals()["node01"]["mode"] == "edit"


def test_the_journal_is_bounded(lab):
    for number in range(80):
        typed(lab, f"systemctl restart kubelet # {number}")
    assert len(typed(lab, "journalctl --no-pager").splitlines()) == 120


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("systemctl start nothing", "Failed to start nothing.service: Unit nothing.service not found."),
        ("systemctl stop sshd", "not simulated here: systemctl stop sshd"),
        ("systemctl start", "Too few arguments"),
    ],
)
def test_what_systemctl_refuses(lab, line, message):
    assert message in typed(lab, line)
