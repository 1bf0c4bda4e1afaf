"""The room of a class, as those who teach see it, in each profile: who is where, who needs help."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from labsite.accounts.models import User
from labsite.classes import desks, many
from labsite.classes.models import Classroom, Desk, Seat
from tests.labsite.browser import Browser, Message, Socket
from tests.labsite.classes import cast
from tests.labsite.site import Site


@pytest.fixture(scope="module")
def room(head: Browser) -> tuple[str, str]:
    """The number and the code of a class of theirs."""
    return a_class(head)


def a_class(head: Browser) -> tuple[str, str]:
    """Another class: its number and its code."""
    page = head.get("/classes/new/", name="Pods 101", zone="UTC")
    number, code = re.search(r"/classes/(\d+)/room/", page), re.search(r'class="code">(\w+)<', page)
    assert number
    assert code
    return number[1], code[1]


def open_socket(browser: Browser, path: str) -> Socket:
    """A WebSocket of somebody."""
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)
    return Socket(browser.base, path, {"Origin": browser.base, "Cookie": cookies})


def learner(site: Site, code: str, name: str) -> Browser:
    """A browser with which somebody has joined."""
    browser = Browser(site.base)
    browser.get("/join/")
    browser.get("/join/", code=code, name=name, number="", pin="")
    return browser


def until_row(socket: Socket, name: str, **wanted: object) -> Message:
    """Listen until the row of *name* says what is wanted."""
    found: list[Message] = []

    def is_wanted(message: Message) -> bool:
        found.extend(row for row in message.get("put", message.get("rows", ())) if row["name"] == name)
        return bool(found) and all(found[-1].get(key) == value for key, value in wanted.items())

    socket.until(is_wanted)
    return found[-1]


def row_of(head: Browser, number: str, name: str, **wanted: object) -> Message:
    """The row of *name* as a room shows it that is entered now, or as soon as it says what is wanted."""
    watching = open_socket(head, f"/ws/classes/{number}/?language=en")
    found = until_row(watching, name, **wanted)
    watching.close()
    return found


def test_the_room_shows_who_comes_works_fails_and_raises_a_hand(
    site: Site, head: Browser, room: tuple[str, str]
) -> None:
    number, code = room
    watching = open_socket(head, f"/ws/classes/{number}/?language=en")
    assert watching.until_type("room")["rows"] == []
    ann = learner(site, code, "Ann")
    until_row(watching, "Ann", here=True)
    sandbox = ann.open_lab()
    console = ann.watch(sandbox)
    assert console.until_type("class")["hand"] is False
    until_row(watching, "Ann", sandbox=sandbox, lesson="", error="")
    console.say("hand.raised", up=True)
    assert console.until_type("class")["hand"] is True
    row = until_row(watching, "Ann")
    assert row["hand"] > 0
    watching.say("hand.lowered", seat=row["seat"])
    until_row(watching, "Ann", hand=0)
    console.close()
    watching.close()


def test_beside_a_learner_one_looks_offers_and_changes_nothing(
    site: Site, head: Browser, room: tuple[str, str]
) -> None:
    bob = learner(site, room[1], "Bob")
    sandbox = bob.open_lab()
    console = bob.watch(sandbox)
    console.until_type("class")
    console.say("terminal.opened", terminal="t1", host="master", columns=80, rows=24)
    seen = row_of(head, room[0], "Bob", sandbox=sandbox)["seen"]
    looking = open_socket(head, f"/ws/sandboxes/{sandbox}/?language=en")
    looking.until_type("picture")
    assert console.until_type("class")["lookers"] == ["head"]
    assert row_of(head, room[0], "Bob", sandbox=sandbox)["seen"] == seen
    for message in ({"type": "line.typed", "terminal": "t1", "text": "x"}, {"type": "clock.set", "paused": True}):
        looking.send(json.dumps(message).encode())
        assert looking.until_type("refused")["reason"] == "You may only look here."
    looking.send(json.dumps({"type": "offer.made", "kind": "command", "text": "kubectl get pods"}).encode())
    offer = console.until(lambda message: message["type"] == "class" and bool(message["offers"]))["offers"][0]
    assert (offer["sender"], offer["kind"], offer["text"]) == ("head", "command", "kubectl get pods")
    console.say("offer.closed", offer=offer["id"])
    console.until(lambda message: message["type"] == "class" and not message["offers"])
    for kind, more in (("fault.thrown", {"fault": {"type": "disk-full", "node": "node01"}}), ("faults.cleared", {})):
        console.say(kind, **more)
        assert console.until_type("refused")["reason"] == "You may only look here."
    console.say("line.typed", terminal="t1", text="echo over my shoulder")
    looking.until_shown("over my shoulder")
    looking.close()
    console.until(lambda message: message["type"] == "class" and not message["lookers"])
    assert "/labs/" in head.get(f"/labs/{sandbox}/copy/", really="yes")
    console.close()


def test_a_stranger_to_the_class_hears_nothing(site: Site, room: tuple[str, str]) -> None:
    number, code = room
    for browser in (Browser(site.base).start_as_guest(), learner(site, code, "Eve"), Browser(site.base)):
        socket = open_socket(browser, f"/ws/classes/{number}/")
        assert socket.hear() is None
        assert socket.closed in (4401, 4404)
        socket.drop()


def test_what_is_said_wrongly_is_refused(head: Browser, room: tuple[str, str]) -> None:
    socket = open_socket(head, f"/ws/classes/{room[0]}/")
    socket.until_type("room")
    for text in (b"{", b'{"type": "hand.lowered"}', b'{"type": "no.such"}', b"x" * 20_000):
        socket.send(text)
        assert socket.until_type("refused")["reason"]
    socket.close()


@pytest.mark.django_db
def test_three_hundred_desks_take_two_queries_and_little_to_send(django_assert_num_queries: object) -> None:
    made = cast.classroom(cast.teacher())
    users = User.objects.bulk_create(User(username=f"u{number}") for number in range(300))
    Seat.objects.bulk_create(Seat(classroom=made, user=user, name=f"学员{user.username}") for user in users)
    Desk.objects.bulk_create(Desk(user=user, lesson="init-containers", error="x" * 200) for user in users)
    with django_assert_num_queries(2):  # type: ignore[operator]
        rows = desks.rows(made.pk)
    assert len(rows) == 300
    assert len(json.dumps(rows)) < 400_000


@pytest.mark.django_db
def test_the_page_of_the_room_is_there_for_those_who_teach() -> None:
    made = cast.classroom(cast.teacher())
    client = Client()
    client.force_login(User.objects.get())
    assert reverse("class", args=[made.pk]) in client.get(reverse("room", args=[made.pk])).content.decode()
    assert Classroom.objects.count() == 1


def test_hints_and_faults_reach_those_who_are_chosen_or_all(site: Site, head: Browser) -> None:
    number, code = a_class(head)
    watching = open_socket(head, f"/ws/classes/{number}/?language=en")
    consoles, seats = {}, {}
    for name in ("Ada", "Ben"):
        browser = learner(site, code, name)
        consoles[name] = browser.watch(browser.open_lab())
        consoles[name].until_type("picture")
        consoles[name].say("terminal.opened", terminal="t1", host="master", columns=80, rows=24)
        seats[name] = until_row(watching, name, lesson="")["seat"]
    say(watching, type="offers.made", seats=[seats["Ada"]], kind="hint", text="Look at the events.")
    assert watching.until_type("done")["number"] == 1
    say(watching, type="offers.made", seats=[], kind="command", text="kubectl get nodes")
    assert watching.until_type("done")["number"] == 2
    assert [offer["text"] for offer in offers(consoles["Ben"], 1)] == ["kubectl get nodes"]
    assert [offer["text"] for offer in offers(consoles["Ada"], 2)] == ["Look at the events.", "kubectl get nodes"]
    watching.say("faults.thrown", seats=[seats["Ben"]], fault={"type": "node-down", "node": "node01"})
    assert watching.until_type("done")["number"] == 1
    consoles["Ben"].until_shown("broken: node-down")
    assert "broken" not in consoles["Ada"].output()
    watching.say("faults.thrown", seats=[], fault={"type": "no-such"})
    reasons = [watching.until_type("refused")["reason"] for _ in seats]
    assert all("unknown fault" in reason for reason in reasons)
    for socket in (watching, *consoles.values()):
        socket.close()


def say(socket: Socket, **message: object) -> None:
    """Say something that has a kind of its own."""
    socket.send(json.dumps(message).encode())


def offers(console: Socket, number: int) -> list[Message]:
    """What is offered to a learner, as soon as it is so many."""
    standing = console.until(lambda message: message["type"] == "class" and len(message["offers"]) == number)
    found: list[Message] = standing["offers"]
    return found


@pytest.mark.django_db
def test_nothing_is_offered_to_learners_of_other_classes_or_to_empty_seats() -> None:
    mine, other = (cast.classroom(cast.teacher(name)) for name in ("one", "two"))
    ann, eve = (User.objects.create_user(name) for name in ("ann", "eve"))
    own = Seat.objects.create(classroom=mine, user=ann, name="Ann")
    empty = Seat.objects.create(classroom=mine, name="Nobody yet")
    foreign = Seat.objects.create(classroom=other, user=eve, name="Eve")
    assert many.chosen(mine.pk, [foreign.pk, empty.pk]) == []
    assert many.chosen(mine.pk, []) == [own]
