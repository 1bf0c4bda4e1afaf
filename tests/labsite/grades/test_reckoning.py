"""By what attempts are marked: the version of a lesson in which they were begun, and the rules of the class and of the lesson."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from labsite.accounts.models import User
from labsite.classes import assignments
from labsite.classes.models import Classroom, Seat
from labsite.grades import policies, reckoning
from labsite.grades.models import Attempt, Grade, Policy
from labsite.sandboxes import keeping
from lessons import catalogue, shelf
from lessons.catalogue import Lesson
from lessons.grades import Rules
from lessons.models import LessonVersion
from lessons.skeleton import FILES
from tests.labsite.classes import cast

pytestmark = pytest.mark.django_db
SLUG = "my-own-lesson"


@pytest.fixture(autouse=True)
def _place(settings: Settings, tmp_path: Path) -> None:
    """Folders of the test's own."""
    settings.VAR_DIR = tmp_path


def published(author: User, weight: int) -> LessonVersion:
    """A version of the lesson whose first check counts *weight*."""
    yaml = FILES["lesson.yaml"].replace("  - id: pod\n", f"  - id: pod\n    weight: {weight}\n")
    version = shelf.keep(SLUG, {**FILES, "lesson.yaml": yaml}, author)
    shelf.publish(version)
    return version


def lesson_of(version: LessonVersion) -> Lesson:
    """The lesson in a version."""
    found = catalogue.edition(SLUG, version.digest)
    assert found
    return found


def whole(lesson: Lesson) -> int:
    """What all of it is worth."""
    return sum(sum(step.weights.values()) for step in lesson.steps)


def tried(user: User, lesson: Lesson) -> Attempt:
    """An attempt at which everything was reached."""
    moment = [1, 0, 0, 0]
    facts = {step.id: {"reached": moment, "checks": dict.fromkeys(step.weights, moment)} for step in lesson.steps}
    return Attempt.objects.create(sandbox=keeping.of(user, SLUG), started=timezone.now(), facts=facts)


def sat(room: Classroom, user: User) -> Seat:
    """A seat in the class."""
    return Seat.objects.create(classroom=room, user=user, name=user.username)


def test_an_attempt_is_marked_by_the_version_in_which_it_was_begun() -> None:
    author, ann = cast.teacher(), User.objects.create_user("ann")
    room = cast.classroom(author)
    old = lesson_of(published(author, 1))
    attempt = tried(ann, old)
    new = lesson_of(published(author, 3))
    assert (attempt.sandbox.edition != "", whole(old), whole(new)) == (True, 2, 4)
    assignments.choose(room, {SLUG: ""})
    sat(room, ann)
    reckoning.reckon(room.pk)
    grade = Grade.objects.get()
    assert (grade.points, grade.of, grade.percent) == (whole(old), whole(old), 100)
    attempt.sandbox.set_aside = True
    attempt.sandbox.save()
    half = tried(ann, new)
    Attempt.objects.filter(pk=half.pk).update(facts={})
    reckoning.reckon(room.pk)
    assert (Grade.objects.get().attempt, Grade.objects.get().attempts) == (attempt, 2)


def test_who_is_in_two_classes_begins_the_version_of_the_one_that_took_the_lesson_up_last() -> None:
    author, ann = cast.teacher(), User.objects.create_user("ann")
    rooms = [cast.classroom(author, name) for name in ("last year", "this year")]
    for room, weight in zip(rooms, (1, 3), strict=True):
        version = published(author, weight)
        assignments.choose(room, {SLUG: ""})
        sat(room, ann)
    published(author, 5)
    assert keeping.of(ann, SLUG).edition == version.digest
    tried(ann, lesson_of(version))
    for room in rooms:
        reckoning.reckon(room.pk)
    assert [grade.percent for grade in Grade.objects.all()] == [100, 100]


def test_a_lesson_is_marked_as_the_class_says_where_it_says_nothing_of_its_own() -> None:
    room = cast.classroom(cast.teacher())
    assert policies.of(room.pk).rules("a") == Rules()
    Policy.objects.create(classroom=room, attempts="last", hint_cost=10, late="fixed", late_percent=50)
    Policy.objects.create(classroom=room, lesson="a", weight=Decimal("2.5"), hint_cost=0)
    Policy.objects.create(classroom=room, lesson="b", late="daily", late_percent=5, late_floor=20)
    found = policies.of(room.pk)
    assert found.rules("a") == Rules("last", Decimal(0), "fixed", Decimal(50), Decimal(0))
    assert found.rules("b") == Rules("last", Decimal(10), "daily", Decimal(5), Decimal(20))
    assert found.rules("c") == found.general
    assert [found.weight(lesson) for lesson in "abc"] == [Decimal("2.5"), 1, 1]
