"""Marks that keep up with what learners do, what a class demands, and what is set by hand."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from labsite.accounts.models import User
from labsite.classes import assignments, desks, membership
from labsite.classes.models import Assignment, Classroom, Seat
from labsite.grades import reckoning
from labsite.grades.models import Attempt, Grade, Policy
from labsite.grades.signals import marked
from labsite.sandboxes import keeping
from lessons import catalogue
from tests.labsite.classes import cast
from tests.labsite.travelling import Traveller, Wall

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("real_simulator")]
LESSON = "what-a-pod-is"
FILE = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx:1.27\n"


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    """A clock on the wall that the test moves."""
    return Wall(monkeypatch)


@pytest.fixture
def room() -> Classroom:
    """A class that does the lesson."""
    made = cast.classroom(cast.teacher())
    assignments.choose(made, {LESSON: ""})
    return made


@pytest.fixture
def ann(wall: Wall, room: Classroom) -> Traveller:
    """Ann, who sits in the class and has opened the lesson."""
    traveller = Traveller(wall, LESSON)
    Seat.objects.create(classroom=room, user=traveller.row.owner, name="Ann")
    return traveller


def write(traveller: Traveller) -> None:
    """Do the first step."""
    traveller.put({"type": "file.save", "path": "/root/web.yaml", "content": FILE})


def grade() -> Grade:
    """The one grade there is."""
    return Grade.objects.get()


def test_a_step_that_is_reached_is_marked_at_once_with_the_moment_as_evidence(ann: Traveller) -> None:
    ann.wait(60)
    write(ann)
    found, attempt = grade(), Attempt.objects.get()
    assert (found.points, found.of, found.done, found.steps) == (1, sum_of(LESSON), 1, 8)
    fact = attempt.facts["write"]
    wall, at, branch, number = fact["checks"]["file"]
    assert (wall, branch, number) == (ann.wall.now, 0, ann.row.number)
    assert 0 < at <= ann.row.now
    assert fact["worked"] == 60_000_000
    ann.type("kubectl apply -f web.yaml")
    assert grade().points == 2


def sum_of(slug: str) -> int:
    """What a lesson is worth."""
    return sum(sum(step.weights.values()) for step in catalogue.lessons()[slug].steps)


def test_every_new_mark_is_told_once_to_whoever_hands_marks_on(ann: Traveller) -> None:
    heard: list[dict[str, Any]] = []

    def hear(**told: Any) -> None:
        heard.append(told)

    marked.connect(hear)
    try:
        write(ann)
        ann.type("echo nothing new")
        ann.type("kubectl apply -f web.yaml")
    finally:
        marked.disconnect(hear)
    assert [each.mark.points for told in heard for each in told["marks"]] == [1, 2]
    assert {(each.seat.user, each.assignment.lesson, each.finished) for told in heard for each in told["marks"]} == {
        (ann.row.owner, LESSON, False)
    }


def test_going_back_in_time_takes_no_points_away(ann: Traveller) -> None:
    write(ann)
    ann.undo()
    assert ann.row.branch == 1
    assert grade().points == 1


def test_a_lesson_that_is_begun_anew_is_another_attempt_and_the_class_says_which_counts(
    ann: Traveller, room: Classroom
) -> None:
    write(ann)
    ann.id = keeping.anew(ann.row, ann.row.owner).pk
    ann.wait(1)
    found = grade()
    assert (found.attempts, found.points) == (2, 1)
    policy = Policy.objects.create(classroom=room, attempts="last")
    reckoning.reckon(room.pk)
    assert (grade().points, grade().attempt) == (0, Attempt.objects.get(sandbox=ann.id))
    policy.delete()
    Policy.objects.create(classroom=room, lesson=LESSON, attempts="first")
    reckoning.reckon(room.pk)
    assert grade().points == 1


@pytest.mark.usefixtures("at_once")
def test_hints_and_delay_cost_what_the_class_says(ann: Traveller, room: Classroom) -> None:
    Policy.objects.create(classroom=room, hint_cost=20, late="fixed", late_percent=50)
    ann.put({"type": "hint", "step": "write"})
    assert Attempt.objects.get().hints == {"write": 1}
    write(ann)
    assert (grade().points, grade().by_hints) == (Decimal("0.80"), Decimal("0.20"))
    Assignment.objects.update(due=timezone.now() - timedelta(days=4000))
    assignments.arranged.send(Classroom, classroom=room)
    assert (grade().points, grade().by_delay) == (Decimal("0.40"), Decimal("0.40"))


def test_what_a_guest_did_before_counts_when_they_sit_down_and_when_they_get_an_account(
    wall: Wall, room: Classroom
) -> None:
    guest = Traveller(wall, LESSON)
    write(guest)
    assert not Grade.objects.exists()
    seat = Seat.objects.create(classroom=room, user=guest.row.owner, name="Bob")
    desks.arrived(seat)
    assert grade().points == 1
    account, before = User.objects.create_user("bob"), guest.row.owner
    keeping.adopt(before, account)
    membership.adopt(before, account)
    guest.type("kubectl apply -f web.yaml")
    assert (grade().seat.user, grade().points) == (account, 2)


def test_who_teaches_and_who_is_elsewhere_gets_no_mark(wall: Wall, room: Classroom) -> None:
    traveller = Traveller(wall, LESSON)
    Seat.objects.create(classroom=room, user=traveller.row.owner, name="Tom", role="assistant")
    other = Traveller(wall, "sidecars")
    Seat.objects.create(classroom=room, user=other.row.owner, name="Eve")
    write(traveller)
    other.type("echo x")
    assert not Grade.objects.exists()
    assert Attempt.objects.count() == 2
