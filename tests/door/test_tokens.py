"""Tokens: who is recognised, and what one may do who only looks."""

import hmac
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from django.core.management import call_command
from django.urls import reverse

from labsite.accounts.models import User
from labsite.classes.models import Classroom, Seat
from labsite.door import kubeconfig, tokens, visits
from labsite.door.models import Token
from labsite.door.statuses import Refusal
from labsite.sandboxes.models import Sandbox
from lessons.players import EPOCH, Player
from simulator.lab import Lab
from tests.labsite.classes import cast

pytestmark = pytest.mark.django_db
SECRET_AT = 13


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox.objects.create(
        owner=User.new_guest(), lesson="", state=b"", version=1, epoch=0, birth=0, now=0, anchor=0
    )


def test_a_token_is_recognised_by_its_secret_which_is_not_stored(sandbox: Sandbox) -> None:
    text = tokens.issue(sandbox, sandbox.owner)
    found = tokens.recognise(text)
    assert found is not None
    assert (found.sandbox, found.read_only) == (sandbox.pk, False)
    stored = Token.objects.get()
    assert text[SECRET_AT:] not in (stored.digest, stored.name, str(stored))
    wrong = text[:-1] + ("A" if text[-1] != "A" else "B")
    assert [tokens.recognise(each) for each in ("", "x", wrong, text[:SECRET_AT], text + "x", "a" * 5000)] == [None] * 6


def test_secrets_are_compared_in_constant_time(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[Any] = []
    monkeypatch.setattr(hmac, "compare_digest", lambda one, other: bool(compared.append((one, other))) or one == other)
    tokens.recognise(tokens.issue(sandbox, sandbox.owner))
    tokens.recognise("0" * 12 + "." + "x" * 43)  # one that nobody has takes the same way
    assert len(compared) == 2


def test_in_somebody_elses_cluster_one_looks_unless_it_is_said_otherwise(sandbox: Sandbox) -> None:
    teacher, room = taught(sandbox)
    found = tokens.recognise(tokens.issue(sandbox, teacher))
    assert found is not None
    assert found.read_only
    found = tokens.recognise(tokens.issue(sandbox, teacher, read_only=False))
    assert found is not None
    assert not found.read_only
    text = tokens.issue(sandbox, teacher)
    room.delete()
    assert tokens.recognise(text) is None, "who no longer teaches the learner has nothing to look for"


def test_a_stranger_may_not_look_whatever_token_there_is(sandbox: Sandbox) -> None:
    assert tokens.recognise(tokens.issue(sandbox, User.new_guest())) is None


def test_whoever_teaches_downloads_a_file_that_only_reads_and_makes_it_worthless(sandbox: Sandbox) -> None:
    teacher, _ = taught(sandbox)
    desk, learner = cast.browser(teacher), cast.browser(sandbox.owner)
    address = reverse("look-kubeconfig", args=[sandbox.pk])
    answer = desk.post(address)
    assert "of-a-learner.kubeconfig" in answer.headers["Content-Disposition"]
    token = Token.objects.get()
    assert (token.owner, token.read_only, token.revoked) == (teacher, True, False)
    assert learner.post(reverse("kubeconfig", args=[sandbox.pk])).status_code == 200
    desk.post(reverse("look-revoke-kubeconfigs", args=[sandbox.pk]))
    assert {(each.owner, each.revoked) for each in Token.objects.all()} == {(teacher, True), (sandbox.owner, False)}
    assert learner.post(address).status_code == 404
    assert desk.post(reverse("kubeconfig", args=[sandbox.pk])).status_code == 404


def taught(sandbox: Sandbox) -> tuple[User, Classroom]:
    """Somebody who teaches the learner, and where."""
    teacher = cast.teacher()
    room = cast.classroom(teacher)
    Seat.objects.create(classroom=room, user=sandbox.owner, name="Ann")
    return teacher, room


def test_revoked_tokens_open_nothing_and_the_oldest_make_room(sandbox: Sandbox) -> None:
    made = [tokens.issue(sandbox, sandbox.owner) for _ in range(tokens.MOST + 1)]
    assert tokens.recognise(made[0]) is None
    assert tokens.recognise(made[1]) is not None
    assert tokens.revoke_all(sandbox, sandbox.owner) == tokens.MOST
    assert [tokens.recognise(each) for each in made] == [None] * len(made)


READS: list[dict[str, Any]] = [
    {"verb": "get", "path": "/api"},
    {"verb": "list", "resource": "pods", "namespace": "default"},
    {"verb": "watch", "resource": "pods", "namespace": "default"},
    {"verb": "get", "resource": "pods", "namespace": "default", "name": "web", "subresource": "log"},
    {"verb": "create", "resource": "selfsubjectaccessreviews.authorization.k8s.io"},
    {"verb": "create", "resource": "selfsubjectrulesreviews.authorization.k8s.io"},
    {"verb": "create", "resource": "selfsubjectreviews.authentication.k8s.io"},
]
WRITES: list[tuple[dict[str, Any], str]] = [
    (
        {"verb": "delete", "resource": "pods", "namespace": "default", "name": "web"},
        'pods "web" is forbidden: User "viewer" cannot delete resource "pods" in API group "" in the namespace "default"',
    ),
    (
        {"verb": "create", "resource": "deployments.apps", "namespace": "shop", "name": ""},
        'deployments.apps is forbidden: User "viewer" cannot create resource "deployments" in API group "apps" '
        'in the namespace "shop"',
    ),
    (
        {"verb": "patch", "resource": "nodes", "namespace": None, "name": "node01"},
        'nodes "node01" is forbidden: User "viewer" cannot patch resource "nodes" in API group "" at the cluster scope',
    ),
    (
        {"verb": "get", "resource": "pods", "namespace": "default", "name": "web", "subresource": "exec"},
        'pods "web" is forbidden: User "viewer" cannot get resource "pods/exec" in API group "" in the namespace "default"',
    ),
    (
        {"verb": "get", "resource": "secrets", "namespace": "default", "name": "s", "subresource": "portforward"},
        "is forbidden",
    ),
    (
        {"verb": "list", "resource": "pods", "namespace": "default", "user": {"name": "kubernetes-admin"}},
        'users "kubernetes-admin" is forbidden: User "viewer" cannot impersonate resource "users" in API group "" '
        "at the cluster scope",
    ),
    ({"verb": "create", "resource": "subjectaccessreviews.authorization.k8s.io"}, "is forbidden"),
]


@pytest.mark.parametrize("request_", READS)
def test_who_looks_may_read(request_: dict[str, Any]) -> None:
    visits.check(tokens.Visitor("t", uuid4(), read_only=True), request_)


@pytest.mark.parametrize(("request_", "text"), WRITES)
def test_who_looks_may_not_change_anything(request_: dict[str, Any], text: str) -> None:
    with pytest.raises(Refusal) as refusal:
        visits.check(tokens.Visitor("t", uuid4(), read_only=True), request_)
    assert (refusal.value.code, refusal.value.status["reason"]) == (403, "Forbidden")
    assert text in refusal.value.status["message"]
    visits.check(tokens.Visitor("t", uuid4(), read_only=False), request_)


@pytest.mark.parametrize(
    ("base", "tls", "server", "by_address"),
    [
        ("http://127.0.0.1:8000", 8443, "https://127.0.0.1:8443/clusters/{id}", False),
        ("http://[::1]:8000", 8443, "https://[::1]:8443/clusters/{id}", False),
        ("http://127.0.0.1:8000", 0, "http://127.0.0.1:8000/clusters/{id}/t/{token}", True),
        ("https://lab.example.org", 8443, "https://lab.example.org/clusters/{id}", False),
    ],
)
def test_a_kubeconfig_leads_to_where_the_site_is_reached(
    sandbox: Sandbox, settings: Any, tmp_path: Path, base: str, tls: int, server: str, by_address: bool
) -> None:
    settings.TLS_PORT, settings.VAR_DIR = tls, tmp_path
    found = yaml.safe_load(kubeconfig.written(sandbox, "a.b", base))
    assert found["clusters"][0]["cluster"]["server"] == server.format(id=sandbox.id, token="a.b")
    assert ("token" in found["users"][0]["user"]) is not by_address


def test_the_console_lets_the_page_offer_a_kubeconfig_and_shows_no_secret() -> None:
    wishes: list[Any] = []
    lab = Lab.boot(None, seed=1, epoch=EPOCH)
    player = Player(lab, lambda changes: wishes.extend(each.data for each in changes if each.kind == "wish"))
    printed = player.type("podlab kubeconfig")
    assert printed.code == 0
    assert "export KUBECONFIG=" in "\n".join(printed.lines)
    assert [(each["what"], each["host"]) for each in wishes] == [("kubeconfig", "master")]
    assert player.type("podlab").code == 2


def test_whoever_keeps_the_site_can_make_one_for_looking(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("kubeconfig", sandbox.owner.username, "--read-only", "--base", "https://lab.example.org")
    token = yaml.safe_load(capsys.readouterr().out)["users"][0]["user"]["token"]
    found = tokens.recognise(token)
    assert found is not None
    assert found.read_only
