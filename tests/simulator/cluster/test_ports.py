"""The ports of a node: its daemons and the control plane listen where they do on a real one."""

import pytest

from lessons.players import EPOCH, Player
from simulator.lab import Lab

POD = "kubectl run bb --image=busybox:1.36 --restart=Never -- sleep 3600"


@pytest.fixture(scope="module")
def player():
    player = Player(Lab.boot({}, seed=1, epoch=EPOCH))
    player.type(POD)
    player.type("kubectl wait --for=condition=Ready pod/bb --timeout=60s")
    return player


def test_the_control_plane_shows_its_ports(player):
    lines = player.type("ss -tlnp").lines
    assert lines[0] == "State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess"
    shown = {line.split()[3]: line.split('"')[1] for line in lines[1:] if line}
    assert shown["*:6443"] == "kube-apiserver"
    assert shown["192.168.10.10:2379"] == "etcd"
    assert shown["127.0.0.1:10259"] == "kube-scheduler"


def test_a_node_shows_those_of_its_daemons_only(player):
    listed = [line for line in player.type("netstat -tlnp", "node01").lines if "LISTEN" in line]
    assert [line.split()[3] for line in listed] == [
        "127.0.0.1:37465",
        "127.0.0.1:10248",
        ":::10250",
        "0.0.0.0:22",
        "127.0.0.1:10249",
        ":::10256",
    ]
    assert listed[1].endswith("/kubelet")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("curl -s http://localhost:6443/", "Client sent an HTTP request to an HTTPS server."),
        ("curl -s localhost:10248/healthz", "ok"),
        ("nc -w 1 node01 22", "SSH-2.0-OpenSSH_9.2p1 Debian-2"),
        ("nc -zv node01 10250", "Connection to node01 (192.168.10.11) 10250 port [tcp/*] succeeded!"),
        ("kubectl exec bb -- nc -zv 10.96.0.1 443", "10.96.0.1 (10.96.0.1:443) open"),
    ],
)
def test_whoever_speaks_to_a_daemon_is_answered(player, line, shown):
    assert player.type(line).lines[0] == shown


def test_a_loopback_port_is_closed_to_others(player):
    assert player.type("kubectl exec bb -- nc -zv 192.168.10.11 10248").code == 1


def test_nobody_can_listen_where_a_daemon_does(player):
    assert player.type("nc -l -p 10250").code == 1


def test_a_daemon_that_is_gone_listens_no_more(player):
    player.type("kill -9 $(pidof sshd)", "node02")
    assert player.type("nc -zv node02 22").code == 1


def test_a_body_that_is_no_json_is_answered(player):
    found = player.type("curl -sk -X POST -d nonsense https://192.168.10.10:6443/api/v1/namespaces")
    assert (found.code, found.lines[0]) == (0, "JSON is malformed: invalid character (byte 4)")
