"""Moments beside one another, and moments as links."""

import asyncio
import json
from datetime import datetime

import pytest
from django.test import Client

from labsite.accounts.models import User
from labsite.console import past
from labsite.door import asking, times, watches
from labsite.door.streams import Stream
from labsite.sandboxes import clock, engine, history, sharing
from labsite.sandboxes.models import Entry, Sandbox, Share
from tests.labsite.travelling import Message, Traveller, Wall

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("real_simulator")]
S = clock.SECOND


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    """A wall clock that the test moves."""
    return Wall(monkeypatch)


@pytest.fixture
def alice(wall: Wall) -> Traveller:
    """Alice, with a Pod since a minute."""
    return Traveller(wall).type("kubectl run web --image=nginx:1.25").wait(60)


def ask(alice: Traveller, kind: str, **data: object) -> Message:
    """The answer to a question about the past."""
    found = past.answer(alice.id, {"type": kind, "id": "q", **data})
    assert found is not None
    return found


def here(alice: Traveller, before: int = 0) -> Message:
    """So many seconds ago."""
    return {"branch": alice.row.branch, "at": alice.row.now - before * S, "number": history.EVER}


def keys(side: Message) -> list[str]:
    """The Pods of one side of a comparison."""
    return [row["key"] for row in side["tables"]["pods"]["rows"]]


def test_the_same_command_at_two_moments_and_nothing_of_it_is_kept(alice: Traveller) -> None:
    fork = alice.row.now
    alice.type("kubectl delete pod web --now").wait(5)
    alice.go_back(fork)
    before = Sandbox.objects.filter(pk=alice.id).values().get(), Entry.objects.count()
    sides = [{**here(alice), "branch": branch, "at": 1 << 60} for branch in (0, 1)]
    wanted = {"line": "kubectl run web --image=httpd:2.4", "terminal": "t1", "seconds": 30, "sides": sides}
    one, other = ask(alice, "comparison.wanted", **wanted)["sides"]
    assert one["output"] == "pod/web created\n"
    assert one["code"] == 0
    assert "AlreadyExists" in other["output"]
    assert other["code"] == 1
    assert keys(one) == keys(other) == ["default/web"]
    assert (Sandbox.objects.filter(pk=alice.id).values().get(), Entry.objects.count()) == before


def test_two_moments_are_compared_as_they_are(alice: Traveller) -> None:
    sides = [here(alice, 120), here(alice)]
    one, other = ask(alice, "comparison.wanted", line="", terminal="t1", seconds=0, sides=sides)["sides"]
    assert (keys(one), keys(other)) == ([], ["default/web"])


def test_a_command_that_does_not_end_is_said_not_to_have_ended(alice: Traveller) -> None:
    alice.type("sleep 1000")
    sides = [here(alice), here(alice)]
    wanted = {"line": "kubectl get pods -w", "terminal": "t1", "seconds": 5, "sides": sides}
    one, other = ask(alice, "comparison.wanted", **wanted)["sides"]
    assert one["code"] is None
    assert "web" in one["output"]
    assert one == other


def test_a_link_opens_as_a_copy_of_the_visitors_own(alice: Traveller, client: Client) -> None:
    moment = here(alice)
    alice.type("kubectl delete pod web --now").wait(30)
    link = ask(alice, "moment.shared", **moment, title="before it went")["made"]
    page = client.get(link)
    assert "before it went" in page.content.decode()
    assert Sandbox.objects.count() == 1
    opened = client.post(link)
    copy = Sandbox.objects.exclude(pk=alice.id).get()
    assert opened["Location"] == f"/labs/{copy.pk}/"
    assert copy.owner.is_guest
    assert client.get(opened["Location"]).status_code == 200
    lab = engine.wake(copy)
    assert [pod["metadata"]["name"] for pod in lab.objects("pods", "default")] == ["web"]
    assert history.at(alice.row, history.locate(alice.row, 0, moment["at"])).lab.snapshot() == lab.snapshot()
    client.post(link)
    assert Sandbox.objects.filter(owner=copy.owner).count() == 2


def test_a_copy_has_a_history_of_its_own_from_there_on(alice: Traveller, wall: Wall) -> None:
    link = sharing.share(alice.row, history.end(alice.row, 0), "")
    bob = Traveller(wall)
    bob.id = sharing.copy(link, bob.row.owner).pk
    start = bob.row.now
    bob.wait(3)
    bob.put({"type": "line", "terminal": "t1", "text": "kubectl delete pod web --now"})
    bob.wait(10)
    bob.undo()
    assert history.locate(bob.row, 0, 0).at == start
    assert "web" in bob.type("kubectl get pods").screen().rpartition("kubectl get pods")[2]


def test_a_link_that_expired_was_taken_back_or_forged_opens_nothing(
    alice: Traveller, wall: Wall, client: Client
) -> None:
    link = ask(alice, "moment.shared", **here(alice), title="")["made"]
    assert client.get(link).status_code == 200
    forged = link.replace(link[-8:-1], "AAAAAAA")
    assert client.get(forged).status_code == client.post(forged).status_code == 404
    (only,) = ask(alice, "shares.wanted")["shares"]
    assert only["path"] == link
    assert ask(alice, "share.revoked", share=only["share"])["shares"] == []
    assert client.get(link).status_code == 404
    late = ask(alice, "moment.shared", **here(alice), title="")["made"]
    wall.now += sharing.LIFE
    assert client.get(late).status_code == 404


def test_somebody_else_cannot_take_a_link_back_and_old_links_make_room(alice: Traveller, wall: Wall) -> None:
    ask(alice, "moment.shared", **here(alice), title="")
    ask(Traveller(wall), "share.revoked", share=str(Share.objects.get().pk))
    assert Share.objects.count() == 1
    for _ in range(sharing.MOST + 3):
        ask(alice, "moment.shared", **here(alice), title="")
    assert Share.objects.count() == sharing.MOST


def test_a_visitor_who_is_logged_in_keeps_the_copy_beside_their_own_lab(alice: Traveller, client: Client) -> None:
    bob = User.new_guest()
    client.force_login(bob)
    client.get("/lab/")
    client.post(ask(alice, "moment.shared", **here(alice), title="")["made"])
    assert [row.set_aside for row in Sandbox.objects.filter(owner=bob).order_by("created")] == [False, True]


def test_history_names_branches_and_marks_what_happened(alice: Traveller) -> None:
    alice.undo()
    alice.type("kubectl run other --image=nginx:1.25").wait(30)
    told = ask(alice, "history.wanted", branch=-1)
    assert [(branch["branch"], branch["first"], branch["current"]) for branch in told["branches"]] == [
        (0, "kubectl run web --image=nginx:1.25", False),
        (1, "kubectl run other --image=nginx:1.25", True),
    ]
    kinds = [(mark["kind"], mark["subject"]) for mark in told["marks"]]
    assert kinds.count(("command", "master/t1")) == 1
    assert ("status", "pods/default/other") in kinds
    assert ("event", "Pod/default/other") in kinds
    assert not any("web" in mark["subject"] for mark in told["marks"])
    assert told["beginning"] < told["end"] == alice.row.now
    whole = ask(alice, "history.wanted", branch=0)
    assert any(mark["subject"] == "pods/default/web" for mark in whole["marks"])


def test_whoever_watches_from_outside_is_told_to_begin_anew_when_the_cluster_is_another(alice: Traveller) -> None:
    request = {"verb": "watch", "resource": "pods", "namespace": "default"}
    watcher = watches.Watcher(engine.wake(alice.row).read(request)["watch"])
    (first,) = watches.look(alice.id, [watcher])
    assert first
    assert [event["type"] for event in first] == ["ADDED"]
    alice.undo()
    (second,) = watches.look(alice.id, [watcher])
    assert second
    assert (second[0]["type"], second[0]["object"]["code"]) == ("ERROR", 410)


def test_tools_outside_see_right_ages_whatever_the_clock_does(alice: Traveller, wall: Wall) -> None:
    alice.wind(speed=60)
    alice.wait(60)
    alice.wind(paused=True)
    alice.wait(600)
    found = asking.glance(alice.id, lambda lab: {"pod": lab.find("pods", "default", "web")})
    assert found
    pod = times.moved(found["pod"], found["offset"])
    age = wall.now // S - int(datetime.fromisoformat(pod["metadata"]["creationTimestamp"]).timestamp())
    assert 3660 - 3 <= age <= 3660 + 3


def test_a_stream_that_a_tool_outside_holds_ends_when_the_cluster_is_another(alice: Traveller) -> None:
    alice.undo()
    heard = Stream.__new__(Stream)
    heard.name, heard.pieces = "s-mine", asyncio.Queue()
    heard.hear(alice.turn.carried)
    (name, status), end = heard.pieces.get_nowait(), heard.pieces.get_nowait()
    assert (name, json.loads(status)["status"], end) == ("status", "Failure", ("", b""))
