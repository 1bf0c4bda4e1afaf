"""What kubectl carries to and from Pods that run: ports, files, debugging shells."""

import pytest

from lessons.players import EPOCH, Player
from simulator.lab import Lab


@pytest.fixture(scope="module")
def snapshot() -> bytes:
    """A cluster with a web server in it."""
    lab = Lab.boot(None, seed=5, epoch=EPOCH)
    player = Player(lab)
    player.type("kubectl run web --image=nginx:1.27 --port=80")
    player.type("kubectl expose pod web --port=8000 --target-port=80")
    assert player.type("kubectl wait --for=condition=Ready pod/web").code == 0
    return lab.snapshot()


@pytest.fixture
def player(snapshot: bytes) -> Player:
    return Player(Lab.restore(snapshot))


def test_a_forwarded_port_leads_to_the_pod(player: Player) -> None:
    player.type("kubectl port-forward web 8080:80 > log &")
    assert player.type("sleep 1; curl -sI localhost:8080 | head -1").lines[0] == "HTTP/1.1 200 OK"
    assert player.type("cat log").lines[:3] == (
        "Forwarding from 127.0.0.1:8080 -> 80",
        "Forwarding from [::1]:8080 -> 80",
        "Handling connection for 8080",
    )
    second = player.type("kubectl port-forward svc/web 8080:8000")
    assert second.lines[-2] == "error: unable to listen on any of the requested ports: [{8080 80}]"
    assert player.type("kill %1; sleep 1; curl -s localhost:8080").code == 7


def test_a_port_of_a_service_is_translated(player: Player) -> None:
    player.type("kubectl port-forward svc/web 9000:8000 > log &")
    assert player.type("sleep 1; cat log").lines[0] == "Forwarding from 127.0.0.1:9000 -> 80"


def test_a_port_at_which_nobody_listens_loses_the_connection(player: Player) -> None:
    player.type("kubectl port-forward web 8081:81 2> log &")
    player.type("sleep 1; curl -s localhost:8081; sleep 1")
    assert player.type("cat log").lines[-2] == "error: lost connection to pod"


def test_files_and_folders_are_copied_both_ways(player: Player) -> None:
    player.type("mkdir -p d/e; echo one > d/one; echo two > d/e/two")
    assert player.type("kubectl cp d web:/srv").lines == ("",)
    assert player.type("kubectl exec web -- cat /srv/d/e/two").lines[0] == "two"
    assert player.type("kubectl cp default/web:/srv/d back; cat back/one back/e/two").lines[1:3] == ("one", "two")


def test_what_cannot_be_copied_is_told_with_the_exit_code_of_tar(player: Player) -> None:
    player.type("echo hi > a")
    outcome = player.type("kubectl cp a web:/nope/a")
    assert (outcome.lines[-2], outcome.code) == ("command terminated with exit code 2", 2)
    assert player.type("kubectl cp web:/nope b").code == 2


def test_an_ephemeral_container_comes_beside_the_others(player: Player) -> None:
    outcome = player.type("kubectl debug web -q -i --image=busybox:1.36 -c shell -- sh -c 'sleep 1; hostname; sleep 1'")
    assert "web" in outcome.lines
    names = "kubectl get pod web -o jsonpath='{.spec.ephemeralContainers[*].name}'"
    assert player.type(names).lines == ("shell",)


def test_a_copy_of_a_pod_has_other_images_and_keeps_its_labels(player: Player) -> None:
    assert player.type("kubectl debug web --copy-to=other --set-image=web=nginx:1.28").code == 0
    picked = "-o jsonpath='{.spec.containers[0].image} {.metadata.labels}'"
    assert player.type(f"kubectl get pod other {picked}").lines == ('nginx:1.28 {"run":"web"}',)


def test_a_debugging_pod_sees_the_files_of_its_node(player: Player) -> None:
    outcome = player.type(
        "kubectl debug node/node01 -q -i --image=busybox:1.36 -- sh -c 'sleep 1; cat /host/etc/hostname'"
    )
    assert "node01" in outcome.lines
