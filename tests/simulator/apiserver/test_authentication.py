"""Tokens: they hold for an account as long as it and what they are bound to are there, and only for the API server."""

import pytest

from lessons.players import EPOCH, Player
from simulator.api.requests import Request
from simulator.lab import Lab


@pytest.fixture
def player():
    player = Player(Lab.boot({}, seed=1, epoch=EPOCH))
    player.type("kubectl create serviceaccount a")
    return player


def review(player, token):
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": token}}
    return player.lab.ask(Request("create", "tokenreviews.authentication.k8s.io", body=body)).body["status"]


def token(player, options=""):
    return player.type(f"kubectl create token a {options}").lines[0]


def code(player, value):
    return player.lab.ask(Request("get", "pods", "default", "x", token=value)).code


def test_a_token_speaks_for_its_account(player):
    user = review(player, token(player))["user"]
    assert user["username"] == "system:serviceaccount:default:a"
    assert user["groups"] == ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"]
    assert user["uid"] == player.lab.find("serviceaccounts", "default", "a")["metadata"]["uid"]
    assert user["extra"]["authentication.kubernetes.io/credential-id"][0].startswith("JTI=")


def test_it_may_do_what_roles_give_the_account(player):
    value = token(player)
    assert code(player, value) == 403
    player.type("kubectl create rolebinding a --clusterrole=view --serviceaccount=default:a")
    assert code(player, value) == 404


def test_it_ends_in_time(player):
    value = token(player, "--duration=10m")
    assert review(player, value)["authenticated"]
    player.type("sleep 601")
    assert review(player, value) == {"user": {}, "error": "invalid bearer token"}
    assert code(player, value) == 401


def test_it_ends_with_the_account(player):
    value = token(player)
    player.type("kubectl delete serviceaccount a")
    player.type("kubectl create serviceaccount a")
    assert code(player, value) == 401


def test_one_for_others_is_none_here(player):
    assert code(player, token(player, "--audience=vault")) == 401


@pytest.mark.parametrize("value", ["x", "a.b.c", "é", "." * 3, "eyJhbGciOiJSUzI1NiIsImtpZCI6InBvZGxhYiJ9.e30.x"])
def test_what_is_no_token_is_refused(player, value):
    assert code(player, value) == 401


def test_a_changed_token_is_refused(player):
    head, body, tail = token(player).split(".")
    assert code(player, f"{head}.{body[:-2]}AA.{tail}") == 401


BINDING = "kubectl create token a --bound-object-kind={} --bound-object-name={}"


def test_one_that_is_bound_ends_with_what_it_is_bound_to(player):
    player.type("kubectl create secret generic s")
    player.type('kubectl run p --image=busybox:1.36 --overrides=\'{"spec": {"serviceAccountName": "a"}}\'')
    bound = {name: player.type(BINDING.format(kind, name)).lines[0] for kind, name in (("Secret", "s"), ("Pod", "p"))}
    assert {code(player, value) for value in bound.values()} == {403}
    player.type("kubectl delete secret/s pod/p --now")
    assert {code(player, value) for value in bound.values()} == {401}


def test_one_may_be_bound_to_a_node(player):
    value = player.type(BINDING.format("Node", "node01")).lines[0]
    assert review(player, value)["user"]["extra"]["authentication.kubernetes.io/node-name"] == ["node01"]
    assert code(player, value) == 403
    player.type("kubectl delete node node01")
    assert code(player, value) == 401


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("Pod", "nope", 'pods "nope" not found'),
        ("Pod", "other", 'cannot bind token for serviceaccount "a" to pod running with different serviceaccount name.'),
        (
            "Secret",
            "s --bound-object-uid=1-2",
            'Operation cannot be fulfilled on Secret "s": the UID in the bound object reference (1-2) does not match the UID in '
            "record. The object might have been deleted and then recreated",
        ),
    ],
)
def test_none_is_bound_to_what_is_not_there_or_not_its_own(player, kind, name, said):
    player.type("kubectl create secret generic s")
    player.type("kubectl run other --image=busybox:1.36")
    assert player.type(BINDING.format(kind, name)).lines[0] == f"error: failed to create token: {said}"


def test_none_is_bound_to_objects_of_other_kinds(player):
    ref = {"kind": "Deployment", "apiVersion": "apps/v1", "name": "d"}
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"boundObjectRef": ref}}
    answer = player.lab.ask(Request("create", "serviceaccounts", "default", "a", "token", body=body))
    assert answer.body["message"] == "cannot bind token to object of type apps/v1, Kind=Deployment"
