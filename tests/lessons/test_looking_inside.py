"""Checks look over the network and into containers, as somebody in the cluster would."""

import pytest

from lessons import checks
from lessons.players import EPOCH, Player
from simulator.lab import Lab

WEB = {"name": "web", "image": "nginx:1.27"}
CLIENT = {"name": "main", "image": "busybox:1.36", "command": ["sh", "-c", "echo hello > /tmp/note; sleep 9999"]}
SCENARIO = {
    "nodes": [
        {"name": "master", "roles": ["control-plane"]},
        {"name": "node01", "images": ["nginx:1.27", "busybox:1.36"]},
    ],
    "objects": [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "web", "labels": {"a": "b"}},
            "spec": {"containers": [WEB]},
        },
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "client"}, "spec": {"containers": [CLIENT]}},
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "shop"},
            "spec": {"selector": {"a": "b"}, "ports": [{"port": 80}]},
        },
    ],
}


@pytest.fixture(scope="module")
def lab():
    """A web server with a Service, and a client, both running."""
    lab = Lab.boot(SCENARIO, seed=1, epoch=EPOCH)
    player = Player(lab)
    player.type_all(["kubectl wait --for=condition=Ready pod --all", "sleep 2", "echo master > /root/note"])
    return lab


INSIDE = "pods/default/client/main"


@pytest.mark.parametrize(
    ("check", "true"),
    [
        ({"http": "http://shop/", "from": INSIDE}, True),
        ({"http": "http://shop/", "from": "pods/default/*/main", "status": 200, "body": {"contains": "nginx"}}, True),
        ({"http": "http://shop/", "from": INSIDE, "headers": {"Server": {"matches": "^nginx/1.27"}}}, True),
        ({"http": "http://shop/", "from": INSIDE, "headers": {"X-Cache": {"exists": True}}}, False),
        ({"http": "http://shop/nothing", "from": INSIDE}, False),
        ({"http": "http://shop/nothing", "from": INSIDE, "status": 404}, True),
        ({"http": "http://shop:81/", "from": INSIDE}, False),
        ({"http": "http://shop/"}, False),
        ({"http": "http://shop/", "from": "pods/default/gone/main"}, False),
        ({"http": "http://shop/", "from": "node07"}, False),
        ({"file": "/tmp/note", "in": INSIDE, "contains": "hello"}, True),
        ({"file": "/tmp/note", "in": "pods/default/*/main"}, True),
        ({"file": "/tmp/note", "in": INSIDE, "contains": "good-bye"}, False),
        ({"file": "/tmp/note", "in": "pods/default/web/web", "exists": False}, True),
        ({"file": "/root/note", "contains": "master"}, True),
        ({"file": "/root/note", "host": "node01"}, False),
        ({"file": "/root/note", "host": "node01", "exists": False}, True),
    ],
)
def test_what_is_seen_from_inside(lab, check, true):
    checks.validate(check)
    assert checks.holds(check, lab, lab.home) is true


def test_a_node_asks_a_pod_at_its_address(lab):
    address = lab.find("pods", "default", "web")["status"]["podIP"]
    answer = lab.fetch(f"http://{address}/", host="node01")
    assert answer["status"] == 200


def test_asking_leaves_no_trace(lab):
    before = lab.snapshot()
    lab.fetch("http://shop/", container=("default", "client", "main"))
    lab.fetch("http://shop/; reboot", host="master")
    assert lab.snapshot() == before
    assert lab.drain() == []


def test_the_answer_to_a_learners_words_is_no_command(lab):
    assert lab.fetch("http://shop/; touch /root/pwned", host="master") is None
    assert lab.read_file("master", "/root/pwned") is None
