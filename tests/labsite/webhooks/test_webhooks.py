"""What happens is told to other systems, signed; who does not listen is left alone."""

import html
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from labsite.accounts.models import User
from labsite.classes import assignments, desks
from labsite.classes.models import Classroom, Seat
from labsite.grades.signals import Mark, Marked
from labsite.outside import carrier
from labsite.sandboxes import clock
from labsite.webhooks import events, hearing, sending, signing
from labsite.webhooks.models import Delivery, Hook
from lessons import catalogue
from tests.labsite.classes import cast
from tests.labsite.site import ROOT
from tests.labsite.travelling import Traveller, Wall
from tests.labsite.webhooks.receiver import Receiver

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("real_simulator")]
LESSON, EXAM = "what-a-pod-is", "final-exam"
FILE = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx:1.27\n"
DAY = 24 * 3600 * clock.SECOND


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    """A clock on the wall that the test moves."""
    cache.clear()
    return Wall(monkeypatch)


@pytest.fixture
def receiver(settings: Settings, wall: Wall) -> Iterator[Receiver]:
    """A server to which webhooks may lead."""
    settings.PRIVATE_TARGETS = True
    receiver = Receiver(lambda: wall.now / clock.SECOND)
    yield receiver
    receiver.stop()


@pytest.fixture
def room() -> Classroom:
    """A class that does a lesson and an exam."""
    made = cast.classroom(cast.teacher())
    assignments.choose(made, {LESSON: "", EXAM: ""})
    return made


@pytest.fixture
def teacher(room: Classroom) -> Client:
    """The browser of whoever teaches it."""
    return cast.browser(User.objects.get(username="teacher"))


@pytest.fixture
def hook(teacher: Client, room: Classroom, receiver: Receiver) -> Hook:
    """A webhook for all events of the class."""
    return registered(teacher, reverse("class-webhooks", args=[room.pk]), receiver)


def registered(browser: Client, address: str, receiver: Receiver, *kinds: str) -> Hook:
    """A webhook that was registered on its page, whose receiver knows the secret."""
    answer = browser.post(address, {"url": receiver.url, "kinds": kinds or list(events.EVENTS)})
    receiver.secret = secret_on(answer.content.decode())
    return Hook.objects.latest("pk")


def secret_on(page: str) -> str:
    """The secret that a page shows."""
    found = re.search(r'<code id="secret">(\S+)</code>', page)
    assert found, page
    return html.unescape(found[1])


def carry() -> None:
    """Have the carrier go, as if all waiting were over."""
    Delivery.objects.filter(state="waiting").update(due=1)
    carrier.carry()


def send(browser: Client, hook: Hook, **wish: str) -> str:
    """Press a button on the webhook's page: the page after it."""
    return browser.post(reverse("class-webhook", args=[hook.classroom_id, hook.pk]), wish, follow=True).content.decode()


def seated(room: Classroom) -> User:
    """Ann, who sits in the class."""
    user = User.new_guest()
    Seat.objects.create(classroom=room, user=user, name="Ann", number="1001")
    return user


# --- signatures -----------------------------------------------------------------------------------------------------------


def test_a_signature_is_that_of_the_published_example() -> None:
    body = '{"event_type":"ping","data":{"success":true}}'
    secret, name = "whsec_plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf"
    assert signing.signature(secret, name, 1731705121, body) == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="


def test_a_secret_is_shown_once_and_kept_sealed(hook: Hook, teacher: Client, receiver: Receiver) -> None:
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", receiver.secret)
    page = teacher.get(reverse("class-webhook", args=[hook.classroom_id, hook.pk])).content.decode()
    assert receiver.secret[6:] not in html.unescape(page)
    assert receiver.secret.encode() not in bytes(hook.sealed)


def test_after_a_rotation_both_secrets_are_good_for_a_day(
    hook: Hook, teacher: Client, receiver: Receiver, wall: Wall
) -> None:
    old = receiver.secret
    answer = teacher.post(reverse("class-webhook", args=[hook.classroom_id, hook.pk]), {"rotate": "1"})
    new = secret_on(answer.content.decode())
    assert new != old
    for secret in (old, new):
        receiver.secret = secret
        send(teacher, hook, test="1")
        carry()
    assert (receiver.signatures, len(receiver.told)) == ([2, 2], 2)
    wall.now += DAY + clock.SECOND
    receiver.secret = old
    send(teacher, hook, test="1")
    carry()
    assert (receiver.signatures[-1], receiver.refused) == (1, ["not signed"])


# --- events ---------------------------------------------------------------------------------------------------------------


def test_everything_that_happens_is_told_once_and_as_the_docs_say(
    hook: Hook, room: Classroom, teacher: Client, receiver: Receiver, wall: Wall
) -> None:
    ann = seated(room)
    works(Traveller(wall, LESSON, ann))
    Traveller(wall, EXAM, ann).put({"type": "end"})
    join_and_leave(room, teacher)
    send(teacher, hook, test="1")
    carry()
    assert receiver.refused == []
    once = ["lesson.begun", "step.passed", "hand.raised", *["step.passed"] * 7, "lesson.finished"]
    once += ["exam.started", "exam.ended"]
    door = ["learner.joined", "learner.left"] * 2
    kinds = [told["type"] for told in receiver.told]
    assert [kind for kind in kinds if kind != "mark.changed"] == [*once, *door, "webhook.test"]
    said = documented()
    assert set(kinds) == set(said)
    assert [told for told in receiver.told if shape(told) != shape(said[told["type"]])] == []
    first = receiver.told[0]["data"]
    assert first["class"] == {"id": room.pk, "name": "Pods 101"}
    assert first["learner"] == {"id": ann.pk, "name": "Ann", "number": "1001"}


def works(learner: Traveller) -> None:
    """Do the first step, undo it and do it again; raise the hand; have the solutions of the other steps played."""
    for _ in range(2):
        learner.put({"type": "file.save", "path": "/root/web.yaml", "content": FILE})
        learner.undo()
        desks.raise_hand(learner.row.owner, True)
    for step in [step.id for step in catalogue.lessons()[LESSON].steps]:
        learner.put({"type": "skip", "step": step})
        learner.put({"type": "leave", "step": step})


def join_and_leave(room: Classroom, teacher: Client) -> None:
    """Bob joins and leaves; Cleo joins and is removed."""
    bob = cast.join(room.code, "Bob")
    bob.post(reverse("leave-class", args=[room.pk]))
    cast.join(room.code, "Cleo")
    seat = Seat.objects.get(name="Cleo")
    teacher.post(reverse("class-seat", args=[room.pk, seat.pk]), {"wish": "remove"})


EXAMPLE = re.compile(r"^### (\S+)\n.*?^```json\n(.*?)^```$", re.M | re.S)


def documented() -> dict[str, Any]:
    """The example of each event in docs/webhooks.md."""
    return {kind: json.loads(text) for kind, text in EXAMPLE.findall((ROOT / "docs" / "webhooks.md").read_text())}


def shape(message: Any) -> Any:
    """Which fields there are, of which kind."""
    if isinstance(message, dict):
        return {name: shape(value) for name, value in message.items()}
    return "number" if isinstance(message, float | int) and not isinstance(message, bool) else type(message).__name__


def test_the_docs_show_every_event_and_no_other() -> None:
    said = documented()
    assert set(said) == {*events.EVENTS, events.TEST}
    assert [kind for kind, message in said.items() if message["type"] != kind] == []


def test_an_address_hears_what_it_chose_and_a_class_nothing_of_others(
    teacher: Client, room: Classroom, receiver: Receiver, wall: Wall
) -> None:
    registered(teacher, reverse("class-webhooks", args=[room.pk]), receiver, "hand.raised")
    other = seated(cast.classroom(cast.teacher("other"), "Other"))
    desks.raise_hand(other, True)
    ann = seated(room)
    Traveller(wall, LESSON, ann)
    desks.raise_hand(ann, True)
    carry()
    assert [(told["type"], told["data"]["learner"]["id"]) for told in receiver.told] == [("hand.raised", ann.pk)]


def test_an_administrator_hears_of_all_classes_and_of_none(room: Classroom, receiver: Receiver, wall: Wall) -> None:
    head = User.objects.create_user("head", role="administrator")
    registered(cast.browser(head), reverse("webhooks"), receiver, "lesson.begun")
    second = cast.classroom(cast.teacher("other"), "Other")
    assignments.choose(second, {LESSON: ""})
    ann = seated(room)
    Seat.objects.create(classroom=second, user=ann, name="Anne")
    Traveller(wall, LESSON, ann)
    Traveller(wall, LESSON)
    carry()
    found = [(told["data"]["class"] or {}).get("name") for told in receiver.told]
    assert (sorted(found[:2]), found[2:]) == (["Other", "Pods 101"], [None])
    assert len(set(receiver.ids)) == 3


# --- failures -------------------------------------------------------------------------------------------------------------


def test_who_does_not_answer_is_left_alone_for_longer_and_longer_and_all_arrives_later(
    hook: Hook, room: Classroom, receiver: Receiver, wall: Wall
) -> None:
    ann = seated(room)
    receiver.answers = [500, 302]
    for up in (True, False, True):
        desks.raise_hand(ann, up)
    carrier.carry()
    assert (len(receiver.signatures), Delivery.objects.filter(state="waiting", due__gt=wall.now).count()) == (1, 2)
    wall.now += 9 * clock.SECOND
    carrier.carry()
    assert len(receiver.signatures) == 1
    wall.now += 2 * clock.SECOND
    carrier.carry()
    assert len(receiver.signatures) == 2
    desks.raise_hand(ann, False)
    desks.raise_hand(ann, True)
    carrier.carry()
    assert len(receiver.signatures) == 2
    wall.now += 31 * clock.SECOND
    carrier.carry()
    assert ([told["type"] for told in receiver.told], len(receiver.signatures)) == (["hand.raised"] * 3, 5)
    hook.refresh_from_db()
    assert (hook.failures, hook.on) == (0, True)


def test_who_is_slow_takes_no_more_than_a_share_of_the_carrier(
    hook: Hook, room: Classroom, receiver: Receiver, wall: Wall
) -> None:
    def dawdle() -> None:
        wall.now += 4 * clock.SECOND

    receiver.meanwhile, ann = dawdle, seated(room)
    for up in (True, False, True):
        desks.raise_hand(ann, up)
    carrier.carry()
    assert (len(receiver.told), Delivery.objects.filter(due__gt=wall.now + 19 * clock.SECOND).count()) == (1, 1)
    wall.now += 21 * clock.SECOND
    carrier.carry()
    hook.refresh_from_db()
    assert (len(receiver.told), hook.failures, hook.on) == (2, 0, True)


def test_a_delivery_keeps_its_id_however_often_it_is_sent(hook: Hook, teacher: Client, receiver: Receiver) -> None:
    receiver.answers = [503]
    send(teacher, hook, test="1")
    carry()
    carry()
    sent = Delivery.objects.get()
    assert (sent.state, sent.code, sent.tries, receiver.ids) == ("sent", 204, 2, [sent.name])
    send(teacher, hook, again=str(sent.pk))
    carry()
    assert (receiver.ids, len(receiver.told)) == ([sent.name] * 2, 1)


def test_after_many_failures_in_a_row_it_is_switched_off_and_its_owner_told(
    hook: Hook, teacher: Client, room: Classroom, receiver: Receiver
) -> None:
    receiver.answers = [500] * 20
    for _ in range(2):
        send(teacher, hook, test="1")
    for _ in range(20):
        carry()
    hook.refresh_from_db()
    assert (hook.on, hook.why_off, len(receiver.answers)) == (False, "failures", 20 - sending.MOST_FAILURES)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"dead"}
    desks.raise_hand(seated(room), True)
    assert Delivery.objects.count() == 2
    notice = b"was switched off. Too many deliveries in a row have failed."
    assert notice in teacher.get(reverse("catalogue")).content
    assert notice not in cast.browser(cast.teacher("other")).get(reverse("catalogue")).content
    teacher.get(reverse("class-webhook", args=[room.pk, hook.pk]))
    assert notice not in teacher.get(reverse("catalogue")).content
    receiver.answers = []
    send(teacher, hook, on="1")
    send(teacher, hook, again="all")
    carry()
    assert len(receiver.told) == 2


def test_who_is_gone_for_good_is_asked_no_more(hook: Hook, teacher: Client, receiver: Receiver) -> None:
    receiver.answers = [410]
    send(teacher, hook, test="1")
    carry()
    hook.refresh_from_db()
    assert (hook.on, hook.why_off, Delivery.objects.get().state) == (False, "gone", "dead")


def test_who_does_not_teach_any_more_hears_nothing_more(hook: Hook, room: Classroom, receiver: Receiver) -> None:
    desks.raise_hand(seated(room), True)
    Seat.objects.filter(user=hook.owner).update(role="assistant")
    carry()
    hook.refresh_from_db()
    assert (receiver.signatures, hook.on, hook.why_off) == ([], False, "owner")


def test_with_another_secret_key_nothing_is_sent_unsigned(
    hook: Hook, teacher: Client, receiver: Receiver, settings: Settings
) -> None:
    send(teacher, hook, test="1")
    settings.SECRET_KEY = "another" * 9
    carry()
    found = Delivery.objects.get()
    assert (found.state, receiver.signatures) == ("dead", [])
    assert "another SECRET_KEY" in found.problem


def test_what_waits_is_bounded_and_what_was_left_out_is_counted(
    hook: Hook, teacher: Client, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "MOST_WAITING", 2)
    ann = seated(room)
    for up in (True, False) * 3:
        desks.raise_hand(ann, up)
    hook.refresh_from_db()
    assert (Delivery.objects.count(), hook.missed) == (2, 1)
    for name, parts in (("class-webhook", [room.pk, hook.pk]), ("class-webhooks", [room.pk])):
        assert "1 event was left out" in teacher.get(reverse(name, args=parts)).content.decode()


def test_the_marks_of_a_class_are_told_in_as_many_queries_as_one(
    hook: Hook, room: Classroom, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(hearing, "MOST_WAITING", 30)
    seats = [Seat(classroom=room, user=User.new_guest(), name=f"Learner {number:02}") for number in range(40)]
    assignment, when = room.assignments.get(lesson=LESSON), clock.date(clock.wall())
    marks = [Marked(seat, assignment, Mark(Decimal("2.5"), 10), when, True) for seat in Seat.objects.bulk_create(seats)]
    with django_assert_num_queries(6):  # hooks, what waits, what is left out, and one to store between begin and end
        hearing.marked(room, marks)
    hook.refresh_from_db()
    assert (Delivery.objects.count(), hook.missed) == (30, 10)
    carry()
    assert [told["data"]["learner"]["name"] for told in receiver.told] == [seat.name for seat in seats[:30]]
    assert {told["data"]["points"] for told in receiver.told} == {2.5}


def test_only_the_last_deliveries_are_kept(
    hook: Hook, teacher: Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "KEPT", 3)
    for _ in range(5):
        send(teacher, hook, test="1")
        carry()
    assert len(receiver.told) == 5
    assert list(Delivery.objects.values_list("name", flat=True)) == receiver.ids[:1:-1]


# --- addresses ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["http://school.example/", "file:///etc/passwd", "https://me:word@school.example/", "x"]
)
def test_an_address_that_is_none_is_refused(teacher: Client, room: Classroom, url: str) -> None:
    answer = teacher.post(reverse("class-webhooks", args=[room.pk]), {"url": url, "kinds": ["hand.raised"]})
    assert b"errorlist" in answer.content
    assert not Hook.objects.exists()


def test_nothing_is_sent_into_private_networks(
    teacher: Client, room: Classroom, receiver: Receiver, settings: Settings
) -> None:
    hook = registered(teacher, reverse("class-webhooks", args=[room.pk]), receiver)
    settings.PRIVATE_TARGETS = False
    Hook.objects.update(url=hook.url.replace("http:", "https:"))
    send(teacher, hook, test="1")
    carry()
    assert "private network" in Delivery.objects.get().problem
    Hook.objects.update(url=hook.url)
    carry()
    assert "must begin with https" in Delivery.objects.get().problem
    assert receiver.signatures == []


def test_a_class_has_a_few_webhooks(teacher: Client, room: Classroom, receiver: Receiver) -> None:
    address = reverse("class-webhooks", args=[room.pk])
    for _ in range(12):
        answer = teacher.post(address, {"url": receiver.url, "kinds": ["hand.raised"]})
    assert Hook.objects.count() == 10
    assert "There are 10 webhooks already" in answer.content.decode()


def test_the_webhooks_of_another_class_are_not_there(hook: Hook, receiver: Receiver) -> None:
    other = cast.teacher("other")
    elsewhere = cast.classroom(other, "Other")
    browser = cast.browser(other)
    for room in (hook.classroom_id, elsewhere.pk):
        assert browser.post(reverse("class-webhook", args=[room, hook.pk]), {"remove": "1"}).status_code == 404
    assert Hook.objects.exists()


def test_an_account_takes_along_what_was_told_of_it(hook: Hook, room: Classroom) -> None:
    ann = seated(room)
    desks.raise_hand(ann, True)
    assert Delivery.objects.get().about == ann
    ann.delete()
    assert not Delivery.objects.exists()
