"""The clocks of a class, paused and let go: exact to the moment, whoever comes when; and what becomes of an exam's time."""

import pytest

from labsite.accounts.models import User
from labsite.classes import pausing
from labsite.classes.models import Classroom, Pause, Seat
from labsite.sandboxes import clock, holding
from lessons.models import Run
from tests.labsite.browser import Browser
from tests.labsite.classes import cast
from tests.labsite.classes.test_room import a_class, learner, open_socket
from tests.labsite.site import Site
from tests.labsite.travelling import Traveller, Wall

MINUTE = 60


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    """The clock on the wall."""
    return Wall(monkeypatch)


@pytest.fixture
def room(db: None) -> Classroom:
    """A class."""
    return cast.classroom(cast.teacher())


@pytest.fixture
def ann(wall: Wall, room: Classroom) -> Traveller:
    """Ann, who learns in it."""
    user = User.objects.create_user("ann")
    Seat.objects.create(classroom=room, user=user, name="Ann")
    return Traveller(wall, user=user)


def seconds(traveller: Traveller) -> int:
    """The cluster's virtual time."""
    traveller.watch()
    return traveller.row.now // clock.SECOND


def test_clocks_stand_still_from_the_pause_to_its_end_whenever_the_next_turn_comes(
    ann: Traveller, wall: Wall, room: Classroom
) -> None:
    begun = seconds(ann)
    wall.now += 5 * clock.SECOND
    Pause.objects.create(classroom=room, by="head", since=wall.now)
    wall.now += 10 * clock.SECOND
    assert seconds(ann) == begun + 5
    assert ann.row.clock(wall.now)["held"] == "head"
    assert not ann.row.clock(wall.now)["running"]
    wall.now += 20 * clock.SECOND
    Pause.objects.update(until=wall.now)
    wall.now += 3 * clock.SECOND
    assert seconds(ann) == begun + 8
    assert ann.row.clock(wall.now)["held"] == ""


def test_nobody_jumps_while_the_class_is_paused_and_commands_still_work(ann: Traveller, room: Classroom) -> None:
    pausing.pause(room, "head")
    jump = {"type": "clock", "to": "time", "seconds": 60, "namespace": "", "pod": "", "state": ""}
    assert [answer["reason"] for answer in ann.put(jump)] == [holding.PAUSED]
    ann.put({"type": "clock", "to": "", "speed": 600, "paused": False})
    before = seconds(ann)
    ann.type("say hello")
    assert seconds(ann) <= before + 2


def test_the_room_hears_of_the_last_pauses_of_its_class_alone(wall: Wall, room: Classroom) -> None:
    other, hour = cast.classroom(cast.teacher("other")), 3600 * clock.SECOND
    Pause.objects.create(classroom=other, by="head", since=wall.now - hour)
    Pause.objects.create(classroom=room, by="head", since=wall.now - 30 * hour, until=wall.now - 29 * hour)
    Pause.objects.create(classroom=room, by="head", since=wall.now - 28 * hour, until=wall.now - 2 * hour)
    Pause.objects.create(classroom=room, by="head", since=wall.now - hour)
    assert pausing.spans(room.pk) == [(wall.now - 28 * hour, wall.now - 2 * hour), (wall.now - hour, 0)]


def test_a_pause_that_is_there_already_is_no_news_nor_the_end_of_none(ann: Traveller, room: Classroom) -> None:
    assert pausing.resume(room) == 0
    assert pausing.pause(room, "head") == 1
    assert pausing.pause(room, "other") == 0
    assert pausing.standing(room.pk)["by"] == "head"
    assert pausing.resume(room) == 1
    assert pausing.standing(room.pk) == {}


def test_who_leaves_the_class_goes_on_and_who_comes_later_is_paused(
    ann: Traveller, wall: Wall, room: Classroom
) -> None:
    pausing.pause(room, "head")
    ben = User.objects.create_user("ben")
    Seat.objects.create(classroom=room, user=ben, name="Ben")
    late = Traveller(wall, user=ben)
    assert late.row.hold["by"] == "head"
    begun = seconds(ann)
    Seat.objects.filter(user__username="ann").delete()
    wall.now += 4 * clock.SECOND
    assert (seconds(ann), ann.row.hold) == (begun, {})
    wall.now += 4 * clock.SECOND
    assert seconds(ann) == begun + 4


@pytest.mark.usefixtures("real_simulator")
def test_an_exams_time_stands_still_too_and_nobody_loses_any(wall: Wall, room: Classroom) -> None:
    user = User.objects.create_user("eve")
    Seat.objects.create(classroom=room, user=user, name="Eve")
    eve = Traveller(wall, "final-exam", user=user)
    run = Run.objects.get(learner=user)
    ends = run.progress["ends"]
    wall.now += 10 * MINUTE * clock.SECOND
    pausing.pause(room, "head")
    wall.now = ends + 5 * MINUTE * clock.SECOND
    eve.watch()
    assert not Run.objects.get(learner=user).progress.get("over")
    pausing.resume(room)
    eve.watch()
    after = Run.objects.get(learner=user).progress
    assert (after["ends"] - wall.now) // clock.SECOND == 50 * MINUTE


def test_learners_see_who_paused_the_clocks_and_that_they_go_again(site: Site, head: Browser) -> None:
    number, code = a_class(head)
    watching = open_socket(head, f"/ws/classes/{number}/?language=en")
    assert watching.until_type("room")["paused"] == {}
    ann = learner(site, code, "Ann")
    console = ann.watch(ann.open_lab())
    console.until_type("picture")
    watching.say("clocks.set", paused=True)
    assert watching.until_type("clocks")["paused"]["by"] == "head"
    console.until(lambda message: message.get("clock", {}).get("held") == "head")
    ben = learner(site, code, "Ben")
    late = ben.watch(ben.open_lab())
    assert late.until_type("picture")["clock"]["held"] == "head"
    watching.say("clocks.set", paused=False)
    for socket in (console, late):
        socket.until(lambda message: message.get("clock", {}).get("held") == "")
        socket.close()
    watching.close()


def test_a_class_that_is_deleted_holds_nobody(ann: Traveller, wall: Wall, room: Classroom) -> None:
    pausing.pause(room, "head")
    room.delete()
    ann.watch()
    assert ann.row.hold == {}
