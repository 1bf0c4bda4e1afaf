"""Where a class gets stuck and what helps: counted while learners work, shown without names."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labsite.accounts.models import User
from labsite.analytics import counting, drawing, errors, figures, folding, trouble
from labsite.analytics.models import Help, Lack, Note, Stumble
from labsite.classes import assignments
from labsite.classes.models import Classroom, Seat
from labsite.grades.models import Attempt
from labsite.sandboxes import clock
from labsite.sandboxes.models import Sandbox
from lessons import catalogue
from tests.labsite.classes import cast
from tests.labsite.travelling import Traveller, Wall

LESSON, EXAM = "what-a-pod-is", "final-exam"
FILE = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx:1.27\n"
STEPS = ["write", "create", "see-it-run"]
WHEN = datetime(2026, 3, 1, tzinfo=UTC)


# --- errors ---------------------------------------------------------------------------------------------------------------

NOT_FOUND = 'Error from server (NotFound): pods "alices-pod" not found'
FAILED = [
    ("kubectl get pod alices-pod", 1, NOT_FOUND, ("kubectl get pods", "NotFound")),
    ("k -n secret-place get po/alices-pod -o wide", 1, NOT_FOUND, ("kubectl get pods", "NotFound")),
    ("kubectl describe deploy web | head", 1, NOT_FOUND, ("kubectl describe deployments", "NotFound")),
    ("FOO=1 kubectl apply -f /root/alice.yaml", 1, "error: error parsing x", ("kubectl apply -f", "cannot be parsed")),
    (
        "kubectl get podz",
        1,
        'error: the server doesn\'t have a resource type "podz"',
        ("kubectl get", "no such resource type"),
    ),
    ("kubectl logs alices-pod", 1, NOT_FOUND, ("kubectl logs", "NotFound")),
    (
        "kubectl exec alices-pod -- cat /secret",
        1,
        "cat: /secret: No such file or directory",
        ("kubectl exec", "no such file"),
    ),
    ("kubectl rollout undo deployment/web", 1, NOT_FOUND, ("kubectl rollout undo", "NotFound")),
    ("kubectl frobnicate", 1, 'error: unknown command "frobnicate"', ("kubectl", "unknown command")),
    ("kubectl", 1, "", ("kubectl", "exit code 1")),
    ("kubctl get pods", 127, "bash: kubctl: command not found", ("kubctl", "command not found")),
    ("cat /root/alice", 1, "cat: /root/alice: No such file or directory", ("cat", "no such file")),
    ("/usr/bin/cat x", 1, "", ("cat", "exit code 1")),
    ("我的密码", 127, "command not found", ("?", "command not found")),
    ("", 2, "", ("?", "exit code 2")),
    ("-- --", 1, "", ("--", "exit code 1")),
    ("x" * 100_000, 1, "y" * 1_000_000, ("?", "exit code 1")),
]


@pytest.mark.parametrize(("line", "code", "output", "kind"), FAILED)
def test_a_command_that_failed_is_a_kind_of_error_without_names(
    line: str, code: int, output: str, kind: tuple[str, str]
) -> None:
    assert errors.kind_of(line, code, output) == kind


# --- numbers --------------------------------------------------------------------------------------------------------------


def test_quartiles_are_those_of_spreadsheets() -> None:
    found = figures.spread([7, 1, 3, 5])
    assert (found.low, found.middle, found.high) == (2.5, 4, 5.5)
    assert figures.spread([1, 9]).told is False


@pytest.mark.parametrize(("number", "shown"), [(0, "0"), (1, "< 3"), (2, "< 3"), (3, "3"), (300, "300")])
def test_numbers_of_few_learners_are_hidden(number: int, shown: str) -> None:
    assert drawing.few(number) == shown


@pytest.mark.parametrize(
    ("part", "whole", "shown"), [(1, 2, ""), (2, 10, ""), (0, 10, "0 %"), (3, 9, "33 %"), (9, 9, "100 %"), (0, 0, "")]
)
def test_a_share_tells_of_no_few(part: int, whole: int, shown: str) -> None:
    assert drawing.share(part, whole) == shown


def test_times_are_minutes_and_seconds() -> None:
    assert [drawing.minutes(each) for each in (0, 59.6, 3725)] == ["0:00", "1:00", "62:05"]


# --- counting -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    """A clock on the wall that the test moves."""
    cache.clear()
    return Wall(monkeypatch)


def sits(room: Classroom, name: str) -> User:
    """Somebody who learns in the class."""
    user = User.new_guest()
    Seat.objects.create(classroom=room, user=user, name=name)
    return user


@pytest.fixture
def room(db: None) -> Classroom:
    """A class that does a lesson and an exam."""
    made = cast.classroom(cast.teacher())
    assignments.choose(made, {LESSON: "", EXAM: ""})
    return made


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("real_simulator")
def test_what_learners_of_a_class_do_is_counted(room: Classroom, wall: Wall) -> None:
    user = sits(room, "Ann")
    ann = Traveller(wall, LESSON, user)
    for line in ("kubectl get podz", "ls", "kubectl get podz"):
        ann.type(line)
    assert not Stumble.objects.exists()
    folding.fold()
    stumble = Stumble.objects.get()
    assert (stumble.user, stumble.lesson, stumble.step, stumble.times) == (user, LESSON, "write", 2)
    assert (stumble.what, stumble.why) == ("kubectl get", "no such resource type")
    assert [(row.step, row.check_id, row.times) for row in Lack.objects.all()] == [("write", "file", 3)]
    ann.put({"type": "hint", "step": "write"})
    wall.now += 60 * clock.SECOND
    ann.put({"type": "file.save", "path": "/root/web.yaml", "content": FILE})
    folding.fold()
    found = Help.objects.get()
    assert (found.step, found.hint, found.passed - found.given) == ("write", "0", 60 * clock.SECOND)
    assert trouble.has_helped(found)
    ann.type("kubectl apply -f nowhere.yaml")
    folding.fold()
    assert {row.step: row.times for row in Lack.objects.all()} == {"write": 3, "create": 1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("real_simulator")
def test_nothing_is_counted_of_who_learns_in_no_class(wall: Wall) -> None:
    Traveller(wall, LESSON).type("kubectl get podz")
    assert not Note.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("real_simulator")
def test_a_turn_costs_one_query_for_all_that_is_counted_of_it(
    room: Classroom, wall: Wall, django_assert_num_queries: Any
) -> None:
    ann = Traveller(wall, LESSON, sits(room, "Ann"))
    ann.type("kubectl get podz")
    assert ann.turn.seats
    with django_assert_num_queries(1):
        counting.hear(ann.turn)
    for _ in range(3):
        ann.type("ls")
    folding.fold()
    assert {row.what: row.times for row in Stumble.objects.all()} == {"kubectl get": 2}
    assert Lack.objects.get().times == 5
    assert not Note.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("real_simulator")
def test_in_an_exam_errors_are_counted_and_what_is_missing_is_not(room: Classroom, wall: Wall) -> None:
    Traveller(wall, EXAM, sits(room, "Ann")).type("kubectl get podz")
    folding.fold()
    assert [(row.lesson, row.step, row.times) for row in Stumble.objects.all()] == [(EXAM, "", 1)]
    assert not Lack.objects.exists()


def test_kinds_of_errors_are_bounded(room: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "MOST_KINDS", 5)
    where = (sits(room, "Ann").pk, LESSON, "write")
    for _ in range(2):
        for number in range(8):
            folding.add_stumbles(Counter([(where, f"x{number}", "command not found")]))
    assert [row.times for row in Stumble.objects.all()] == [2] * 5


# --- pages ----------------------------------------------------------------------------------------------------------------


def attempt(user: User, lesson: str, *minutes: float, finished: bool = False, skipped: bool = False) -> Attempt:
    """An attempt of which so many steps are reached, each after so many minutes at work."""
    names = [step.id for step in catalogue.lessons()[lesson].steps]
    facts: dict[str, Any] = {}
    worked = 0.0
    for name, took in zip(names, minutes, strict=False):
        worked += took * 60 * clock.SECOND
        facts[name] = {"reached": [0, 0, 0, 0], "worked": int(worked), "hints": 0, "skipped": skipped, "checks": {}}
    row = Sandbox.objects.create(owner=user, lesson=lesson, set_aside=True)
    done = WHEN if finished else None
    return Attempt.objects.create(sandbox=row, started=WHEN, facts=facts, worked=int(worked), finished=done)


@pytest.fixture
def crowd(room: Classroom) -> list[User]:
    """Five learners, of whom two stop after the first step."""
    users = [sits(room, f"Learner Number{at}") for at in range(5)]
    for at, user in enumerate(users):
        attempt(user, LESSON, 1 + at, *([10 * at] if at > 1 else []))
        Stumble.objects.create(user=user, lesson=LESSON, step="create", what="kubectl apply -f", why="Invalid", times=2)
        Lack.objects.create(user=user, lesson=LESSON, step="create", check_id="pod", times=at)
        passed = {"passed": at * 300 * clock.SECOND + 1} if at else {}
        Help.objects.create(
            user=user,
            sandbox=Sandbox.objects.get(owner=user).pk,
            lesson=LESSON,
            step="create",
            hint="0",
            given=1,
            **passed,
        )
    return users


def shown(room: Classroom, **query: str) -> str:
    """The page, as its teacher sees it."""
    teacher = cast.browser(User.objects.get(username="teacher"))
    return teacher.get(reverse("analytics", args=[room.pk]), query).content.decode()


def test_the_steps_of_a_lesson_say_how_long_and_how_far(room: Classroom, crowd: list[User]) -> None:
    found = next(each for each in figures.lessons(room) if each.lesson.slug == LESSON)
    write, create, third = found.steps[:3]
    assert (found.begun, found.finished, write.came, write.passed, create.came, create.passed) == (5, 0, 5, 5, 5, 3)
    assert (write.seconds.low, write.seconds.middle, write.seconds.high) == (120, 180, 240)
    assert (create.seconds.low, create.seconds.middle, create.seconds.high) == (1500, 1800, 2100)
    assert (third.came, third.passed) == (3, 0)
    assert found.slowest == create
    assert found.last == third
    page = shown(room, lesson=LESSON)
    for text in ("25:00", "30:00", "35:00", "<code>kubectl apply -f</code>", "60 %"):
        assert text in page


def test_hints_help_who_passes_soon_after_them(room: Classroom, crowd: list[User]) -> None:
    lesson = catalogue.lessons()[LESSON]
    (hint,) = trouble.helping(lesson, trouble.helps(room, [LESSON]))
    assert (hint.step.id, hint.given, hint.helped, hint.another) == ("create", 5, 2, 0)


def test_of_several_attempts_the_one_that_came_furthest_counts(room: Classroom) -> None:
    for user in [sits(room, str(at)) for at in range(3)]:
        attempt(user, LESSON, 1, 1)
        attempt(user, LESSON, 9)
        attempt(user, LESSON, 9, 9)
    found = next(each for each in figures.lessons(room) if each.lesson.slug == LESSON)
    assert (found.begun, found.steps[0].seconds.middle) == (3, 60)


def test_a_solution_that_was_played_says_nothing_of_the_time(room: Classroom) -> None:
    for user in [sits(room, str(at)) for at in range(3)]:
        attempt(user, LESSON, 1, 1, skipped=True)
    found = next(each for each in figures.lessons(room) if each.lesson.slug == LESSON)
    assert (found.steps[0].skipped, found.steps[0].seconds.told) == (3, False)


def test_nobody_can_be_singled_out(room: Classroom) -> None:
    for user in [sits(room, f"Learner{at}") for at in range(2)]:
        attempt(user, LESSON, 7, 7)
        Stumble.objects.create(user=user, lesson=LESSON, step="create", what="kubectl run", why="Invalid", times=50)
        Lack.objects.create(user=user, lesson=LESSON, step="create", check_id="pod", times=77)
        Help.objects.create(
            user=user, sandbox=Sandbox.objects.get(owner=user).pk, lesson=LESSON, step="create", hint="0", given=1
        )
    pages = shown(room) + shown(room, lesson=LESSON) + exported(room)
    for text in ("Learner0", "guest-", "7:00", "kubectl run", "77", "100 %"):
        assert text not in pages
    assert "&lt; 3" in pages


def test_no_page_says_names(room: Classroom, crowd: list[User]) -> None:
    pages = shown(room) + shown(room, lesson=LESSON) + exported(room)
    assert "Number" not in pages.replace("Numbers of fewer", "")
    assert "guest-" not in pages


def test_who_left_the_class_counts_no_more(room: Classroom, crowd: list[User]) -> None:
    Seat.objects.filter(user__in=crowd[:3]).delete()
    found = next(each for each in figures.lessons(room) if each.lesson.slug == LESSON)
    assert found.begun == 2
    assert trouble.frequent(room, [LESSON], by_step=True) == []


def test_an_exam_says_what_was_fulfilled(room: Classroom) -> None:
    exam = catalogue.lessons()[EXAM]
    step = exam.steps[0]
    names = list(step.weights)
    for at, user in enumerate([sits(room, str(at)) for at in range(4)]):
        row = attempt(user, EXAM, finished=True)
        row.facts = {
            step.id: {"worked": 0, "hints": 0, "skipped": False, "checks": {names[0]: [0, 0, 0, 0]} if at else {}}
        }
        row.save()
    by = figures.ways(room, [EXAM])[EXAM]
    first = trouble.examined(exam, by)[0]
    assert (first.check, first.of, first.fulfilled) == (names[0], 4, 3)
    assert "75 %" in shown(room, lesson=EXAM)


def exported(room: Classroom) -> str:
    """The table for spreadsheets."""
    teacher = cast.browser(User.objects.get(username="teacher"))
    return teacher.get(reverse("analytics-table", args=[room.pk])).content.decode()


def test_the_table_says_the_same(room: Classroom, crowd: list[User]) -> None:
    text = exported(room)
    assert text.startswith("\ufeff")
    rows = [row for row in csv.DictReader(io.StringIO(text[1:])) if row["lesson"] == LESSON]
    step = next(row for row in rows if row["step"] == "create" and row["figure"] == "step")
    assert [step[name] for name in ("learners", "passed", "seconds q1", "seconds median")] == ["5", "3", "1500", "1800"]
    kinds = {row["figure"]: row for row in rows}
    assert (kinds["error"]["item"], kinds["error"]["times"]) == ("kubectl apply -f: Invalid", "10")
    assert (kinds["check"]["item"], kinds["check"]["times"]) == ("pod", "2")
    assert (kinds["hint"]["learners"], kinds["hint"]["passed"]) == ("5", "< 3")


def test_no_cell_of_the_table_is_a_formula(room: Classroom) -> None:
    for user in [sits(room, str(at)) for at in range(3)]:
        Stumble.objects.create(user=user, lesson=LESSON, step="write", what="-x", why="exit code 1", times=1)
    assert "'-x: exit code 1" in exported(room)


def test_a_lesson_that_the_class_does_not_do_has_no_page(room: Classroom) -> None:
    teacher = cast.browser(User.objects.get(username="teacher"))
    assert teacher.get(reverse("analytics", args=[room.pk]), {"lesson": "sidecars"}).status_code == 404


def queries(act: Callable[[], object]) -> int:
    """How many questions the database is asked."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        act()
    return len(asked)


def test_the_pages_ask_the_database_as_often_for_few_as_for_many(room: Classroom, crowd: list[User]) -> None:
    teacher = User.objects.get(username="teacher")

    def open_all(browser: Client) -> None:
        for address in (reverse("analytics", args=[room.pk]), reverse("analytics-table", args=[room.pk])):
            browser.get(address)
        browser.get(reverse("analytics", args=[room.pk]), {"lesson": LESSON})

    browser = cast.browser(teacher)
    open_all(browser)
    few = queries(lambda: open_all(browser))
    for user in [sits(room, f"More{at}") for at in range(20)]:
        attempt(user, LESSON, 1, 2, 3)
    assignments.choose(room, dict.fromkeys(list(catalogue.lessons())[:20], ""))
    assert queries(lambda: open_all(browser)) <= few
    assert few < 40
