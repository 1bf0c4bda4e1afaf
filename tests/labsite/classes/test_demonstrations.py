"""Demonstrations: mirrored live to the class and to nobody else, to look at and nothing more, until they end."""

import json

import pytest
from django.urls import reverse

from labsite.accounts.models import User
from labsite.classes import beside, demonstrations
from labsite.classes.models import Demonstration, Seat
from labsite.sandboxes import keeping
from tests.labsite.browser import Browser
from tests.labsite.classes import cast
from tests.labsite.classes.test_room import a_class, learner, open_socket
from tests.labsite.site import Site

LOOK = {"type": "focus.moved", "namespace": "default", "pod": "web"}


def test_a_class_follows_and_who_comes_late_sees_the_present(site: Site, head: Browser) -> None:
    number, code = a_class(head)
    mine = head.open_lab()
    own = head.watch(mine)
    own.until_type("picture")
    own.say("terminal.opened", terminal="t1", host="master", columns=80, rows=24)
    own.say("line.typed", terminal="t1", text="say before all")
    own.until_shown("before all")
    ann = learner(site, code, "Ann")
    console = ann.watch(ann.open_lab())
    console.until_type("class")
    head.get(f"/classes/{number}/demonstrate/", sandbox=mine)
    assert own.until(lambda message: message["type"] == "shown" and bool(message["to"]))["to"][0]["name"] == "Pods 101"
    offered = console.until(lambda message: message["type"] == "class" and bool(message["demonstrations"]))
    assert offered["demonstrations"] == [{"class": int(number), "name": "head"}]
    assert "data-socket" in ann.get(f"/classes/{number}/demonstration/")
    path = f"/ws/classes/{number}/demonstration/?language=en"
    following = open_socket(ann, path)
    assert "before all" in following.until_shown("before all")
    own.say("line.typed", terminal="t1", text="say and now")
    following.until_shown("and now")
    own.say("line.typed", terminal="t1", text="pod web")
    own.say("focus.moved", namespace="default", pod="web", view="log")
    seen = following.until(lambda message: any(one["type"] == "focus.changed" for one in message.get("changes", ())))
    (described,) = (one for one in seen["changes"] if one["type"] == "focus.changed")
    assert (described["pod"], described["view"], described["along"]) == ("web", "log", True)
    for message in ({"type": "line.typed", "terminal": "t1", "text": "x"}, {"type": "keyboard.asked"}, LOOK):
        following.send(json.dumps(message).encode())
        assert following.until_type("refused")["reason"] == "You may only look here."
    for stranger in (Browser(site.base).start_as_guest(), Browser(site.base)):
        refused = open_socket(stranger, path)
        assert refused.hear() is None
        assert refused.closed in (4401, 4404)
        refused.drop()
    own.say("demonstration.ended")
    assert own.until_type("shown")["to"] == []
    console.until(lambda message: message["type"] == "class" and not message["demonstrations"])
    while following.hear():
        pass
    assert following.closed == 4410
    following.drop()
    for socket in (console, own):
        socket.close()


@pytest.mark.django_db
def test_what_somebody_shows_is_their_own_and_ends_with_their_seat() -> None:
    teacher, ann = cast.teacher(), User.objects.create_user("ann")
    room = cast.classroom(teacher)
    Seat.objects.create(classroom=room, user=ann, name="Ann")
    client, address = cast.browser(teacher), reverse("demonstrate", args=[room.pk])
    client.post(address, {"sandbox": str(keeping.of(ann, "").pk)})
    assert not Demonstration.objects.exists()
    assert cast.browser(ann).get(reverse("follow", args=[room.pk])).headers["Location"] == reverse(
        "class", args=[room.pk]
    )
    client.post(address)
    assert beside.shown_for(ann.pk) == [{"class": room.pk, "name": "teacher"}]
    assert cast.browser(ann).get(reverse("follow", args=[room.pk])).status_code == 200
    Seat.objects.filter(user=teacher).delete()
    assert demonstrations.current(room.pk) is None
