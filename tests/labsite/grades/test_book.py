"""The gradebook of a class: what stands in it, that it is quick however large it is, and that it is told what changes."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from labsite.accounts.models import User
from labsite.classes import assignments
from labsite.classes.models import Seat
from labsite.grades import book, reckoning
from labsite.grades.models import Grade, Policy
from tests.labsite.browser import Browser, Message, Socket
from tests.labsite.classes import cast
from tests.labsite.classes.test_room import learner, open_socket
from tests.labsite.grades import school
from tests.labsite.site import Site

FILE = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx:1.27\n"
LESSON = "what-a-pod-is"


def graded(seat: Seat, lesson: str, points: str, of: int = 10, **more: Any) -> Grade:
    """A mark."""
    facts = {"points": Decimal(points), "of": of, "done": 1, "steps": 2, "updated": timezone.now()}
    return Grade.objects.create(seat=seat, lesson=lesson, **(facts | more))


@pytest.mark.django_db
def test_a_row_has_a_cell_for_each_lesson_with_its_signs_and_the_weighted_result() -> None:
    room = cast.classroom(cast.teacher())
    assignments.choose(room, {"sidecars": "", LESSON: "2030-01-01T12:00"})
    ann, bob = (
        Seat.objects.create(classroom=room, user=User.objects.create_user(name), name=name) for name in ("ann", "bob")
    )
    graded(ann, LESSON, "5", hints=3, late=True, adjusted=Decimal("7.5"))
    graded(ann, "sidecars", "10", finished=timezone.now())
    Policy.objects.create(classroom=room, lesson=LESSON, weight=Decimal(3))
    told = book.whole(room.pk, "en")
    assert [(each["lesson"], each["weight"]) for each in told["lessons"]] == [(LESSON, 3), ("sidecars", 1)]
    assert told["lessons"][0]["due"] == 1_893_499_200_000
    first, second = told["rows"]
    assert first["cells"] == [[75.0, 7.5, 10, 1, 2, 3, "al"], [100.0, 10.0, 10, 1, 2, 0, "f"]]
    assert first["result"] == 81.25
    assert (second["name"], second["cells"], second["result"]) == ("bob", [None, None], 0)
    assert bob.pk == second["seat"]


@pytest.mark.django_db
def test_a_gradebook_of_three_hundred_takes_a_handful_of_queries(django_assert_num_queries: Any) -> None:
    room = cast.classroom(cast.teacher())
    seats = school.marked(room)
    with django_assert_num_queries(4):
        told = book.whole(room.pk, "en")
    assert len(told["rows"]) == 300
    assert all(len(row["cells"]) >= 55 for row in told["rows"])
    assert len(json.dumps(told)) < 1_000_000
    with django_assert_num_queries(4):
        assert len(book.rows(room.pk, book.columns(room.pk), [seats[0].pk])) == 1


@pytest.mark.django_db
def test_one_learners_mark_is_reckoned_without_those_of_the_others(django_assert_max_num_queries: Any) -> None:
    room = cast.classroom(cast.teacher())
    assignments.choose(room, {LESSON: "", "sidecars": ""})
    seats = school.seated(room, 40)
    school.begun(seats, [column.lesson for column in book.columns(room.pk)])
    with django_assert_max_num_queries(12):
        reckoning.reckon_learner(seats[7].user_id or 0, LESSON)
    grade = Grade.objects.get()
    assert (grade.seat, grade.lesson, grade.hints) == (seats[7], LESSON, 2)
    reckoning.reckon(room.pk)
    assert Grade.objects.count() == 80


@pytest.mark.django_db
def test_the_page_leads_back_to_the_class() -> None:
    room = cast.classroom(cast.teacher())
    page = cast.browser(User.objects.get()).get(reverse("gradebook", args=[room.pk])).content.decode()
    assert reverse("class", args=[room.pk]) in page
    assert (
        reverse("gradebook", args=[room.pk])
        in cast.browser(User.objects.get()).get(reverse("class", args=[room.pk])).content.decode()
    )


# --- over its socket, in each profile ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def room(head: Browser) -> tuple[str, str]:
    """The number and the code of a class of theirs that does a lesson."""
    page = head.get("/classes/new/", name="Pods 101", zone="UTC")
    number, code = re.search(r"/classes/(\d+)/room/", page), re.search(r'class="code">(\w+)<', page)
    assert number
    assert code
    head.get(f"/classes/{number[1]}/lessons/", lesson=LESSON)
    return number[1], code[1]


def gradebook(browser: Browser, number: str) -> Socket:
    """Its socket, as somebody opens it."""
    return open_socket(browser, f"/ws/classes/{number}/grades/?language=en")


def until_row(socket: Socket, name: str, wanted: Any) -> Message:
    """Listen until the row of *name* is as *wanted* says."""

    def is_there(message: Message) -> bool:
        return any(row["name"] == name and wanted(row) for row in message.get("rows", ()))

    return socket.until(is_there)


def test_whoever_teaches_sees_marks_as_they_come(site: Site, head: Browser, room: tuple[str, str]) -> None:
    number, code = room
    watching = gradebook(head, number)
    told = watching.until_type("book")
    assert [each["title"] for each in told["lessons"]] == ["What a Pod is"]
    assert told["rows"] == []
    ann = learner(site, code, "Ann")
    until_row(watching, "Ann", lambda row: row["cells"] == [None])
    sandbox = re.search(r'data-sandbox="([0-9a-f-]+)"', ann.get(f"/lessons/{LESSON}/"))
    assert sandbox
    console = ann.watch(sandbox[1])
    console.until_type("picture")
    console.say("file.saved", id="f1", path="/root/web.yaml", content=FILE)
    until_row(watching, "Ann", lambda row: bool(row["cells"][0]) and row["cells"][0][1] == 1)
    head.get(f"/classes/{number}/lessons/", lesson="sidecars")
    assert [each["lesson"] for each in watching.until_type("book")["lessons"]] == ["sidecars"]
    console.close()
    watching.close()


def test_a_learner_and_a_stranger_are_told_nothing(site: Site, room: tuple[str, str]) -> None:
    number, code = room
    for browser in (Browser(site.base).start_as_guest(), learner(site, code, "Eve"), Browser(site.base)):
        socket = gradebook(browser, number)
        assert socket.hear() is None
        assert socket.closed in (4401, 4404)
        socket.drop()
