"""Which container is meant: the one that is named, by the flag or by the Pod, or else the first (kubectl 1.36, podcmd)."""

import pytest

from lessons.players import EPOCH, Player
from simulator.lab import Lab

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: web, annotations: {kubectl.kubernetes.io/default-container: WHICH}}
spec:
  containers:
  - {name: one, image: "busybox:1.36", env: [{name: WHO, value: one}], command: [sh, -c, "echo $WHO; sleep 999"]}
  - {name: two, image: "busybox:1.36", env: [{name: WHO, value: two}], command: [sh, -c, "echo $WHO; sleep 999"]}
"""
NONE = "container nope is not valid for pod web out of: one, two"


@pytest.fixture
def player(request):
    player = Player(Lab.boot({}, seed=1, epoch=EPOCH))
    player.save("web.yaml", PODS.replace("WHICH", request.param))
    player.type("kubectl apply -f web.yaml")
    player.type("kubectl wait --for=condition=Ready pod/web")
    return player


@pytest.mark.parametrize("player", ["two"], indirect=True)
def test_the_pod_may_name_it(player):
    assert player.type("kubectl logs web").lines[0] == "two"
    assert player.type("kubectl exec web -- printenv WHO").lines[0] == "two"
    assert player.type("kubectl exec web -c one -- printenv WHO").lines[0] == "one"


@pytest.mark.parametrize("player", ["nope"], indirect=True)
def test_one_that_is_not_there_is_refused_but_for_logs(player):
    assert player.type("kubectl exec web -- true").lines[0] == f"error: {NONE}"
    assert player.type("kubectl attach web").lines[0] == f"error: cannot attach to the container: {NONE}"
    assert player.type("kubectl cp web:/etc/hostname h").lines[0] == f"error: {NONE}"
    told = ('Default container name "nope" not found in pod web', 'Defaulted container "one" out of: one, two', "one")
    assert player.type("kubectl logs web").lines[:3] == told


@pytest.mark.parametrize("player", [""], indirect=True)
def test_else_it_is_the_first(player):
    assert player.type("kubectl exec web -- true").lines[0] == 'Defaulted container "one" out of: one, two'
    assert player.type("kubectl exec web -c nope -- true").lines[0] == f"error: {NONE}"
    assert player.type("kubectl logs web -c nope").lines[0] == f"error: {NONE}"
