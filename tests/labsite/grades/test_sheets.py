"""One mark: what is behind it, what is changed by hand, and what its learner is told."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from labsite.accounts.models import User
from labsite.classes import assignments
from labsite.classes.models import Classroom, Seat
from labsite.grades import reckoning, tasks
from labsite.grades.models import Adjustment, Attempt, Comment, Grade, Policy
from labsite.sandboxes import keeping
from tests.labsite.classes import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once")]
LESSON = "what-a-pod-is"


@pytest.fixture
def room() -> Classroom:
    """A class that does the lesson."""
    made = cast.classroom(cast.teacher())
    assignments.choose(made, {LESSON: "2020-01-01T00:00"})
    return made


@pytest.fixture
def ann(room: Classroom) -> Seat:
    """Ann, who has reached the first step, with a hint, after it was due."""
    user = User.objects.create_user("ann")
    moment = [1_800_000_000_000_000, 5_000_000, 2, 7]
    fact = {"reached": moment, "worked": 180_000_000, "hints": 1, "skipped": False, "checks": {"file": moment}}
    row = keeping.of(user, LESSON)
    Attempt.objects.create(
        sandbox=row, started=timezone.now(), facts={"write": fact}, hints={"write": 1}, worked=240_000_000
    )
    seat = Seat.objects.create(classroom=room, user=user, name="Ann", number="7")
    reckoning.reckon(room.pk)
    return seat


@pytest.fixture
def teacher(room: Classroom) -> Client:
    """The browser of whoever teaches."""
    return cast.browser(User.objects.get(username="teacher"))


def address(name: str, seat: Seat) -> str:
    """An address of Ann's mark."""
    return reverse(name, args=[seat.classroom_id, seat.pk, LESSON])


def change(client: Client, seat: Seat, **said: str) -> str:
    """Change the mark by hand: what the page says then."""
    return client.post(address("mark-change", seat), said, follow=True).content.decode()


def mark_of(seat: Seat) -> tuple[Decimal, Decimal | None]:
    """The reckoned mark, and the one that was set."""
    grade = Grade.objects.get(seat=seat)
    return grade.points, grade.adjusted


def test_each_check_leads_to_the_moment_at_which_it_was_fulfilled(teacher: Client, ann: Seat) -> None:
    page = teacher.get(address("mark", ann)).content.decode()
    sandbox = Attempt.objects.get().sandbox_id
    assert f"/labs/{sandbox}/look/#moment=2.5000000.7" in page
    assert "1 / 11" in page
    assert "after 3 min at work" in page
    assert "4 min at work" in page
    assert page.count("sign late") >= 2
    assert "There is no file" not in page.split('class="passed"')[1].split("</li>")[0]
    own = cast.browser(User.objects.get(username="ann")).get(reverse("my-mark", args=[ann.classroom_id, LESSON]))
    assert f"/labs/{sandbox}/#moment=2.5000000.7" in own.content.decode()
    assert "mark-change" not in own.content.decode()


def test_a_change_stands_beside_the_reckoned_mark_and_is_undone_by_another(teacher: Client, ann: Seat) -> None:
    change(teacher, ann, points="9", reason="good work")
    change(teacher, ann, points="10,555", reason="better")
    assert mark_of(ann) == (1, Decimal("10.56"))
    reckoning.reckon(ann.classroom_id)
    assert mark_of(ann) == (1, Decimal("10.56"))
    change(teacher, ann, wish="undo", reason="too much")
    assert mark_of(ann) == (1, 9)
    change(teacher, ann, wish="release", reason="as it was")
    assert mark_of(ann) == (1, None)
    trail = list(Adjustment.objects.order_by("pk").values_list("before", "after", "points", "reason", "name"))
    assert trail == [
        (1, 9, 9, "good work", "teacher"),
        (9, Decimal("10.56"), Decimal("10.56"), "better", "teacher"),
        (Decimal("10.56"), 9, 9, "too much", "teacher"),
        (9, 1, None, "as it was", "teacher"),
    ]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"points": "12", "reason": "x"}, "from 0 to 11"),
        ({"points": "-1", "reason": "x"}, "from 0 to 11"),
        ({"points": "NaN", "reason": "x"}, "from 0 to 11"),
        ({"points": "1e999999", "reason": "x"}, "from 0 to 11"),
        ({"points": "x", "reason": "x"}, "from 0 to 11"),
        ({"points": "5", "reason": " "}, "Say why"),
        ({"points": "5", "reason": "x" * 501}, "too long"),
        ({"points": "5", "reason": "a\u202eb"}, "cannot be printed"),
        ({"wish": "undo", "reason": "x"}, "nothing to take back"),
        ({"wish": "release", "reason": "x"}, "so already"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(teacher: Client, ann: Seat, said: dict[str, str], why: str) -> None:
    assert why in change(teacher, ann, **said)
    assert mark_of(ann) == (1, None)
    assert not Adjustment.objects.exists()


def test_who_has_begun_nothing_can_be_given_a_mark(teacher: Client, room: Classroom) -> None:
    bob = Seat.objects.create(classroom=room, user=User.objects.create_user("bob"), name="Bob")
    assert "Nothing was begun yet" in teacher.get(address("mark", bob)).content.decode()
    change(teacher, bob, points="3", reason="shown on paper")
    grade = Grade.objects.get()
    assert (grade.points, grade.mark, grade.of) == (0, 3, 11)
    reckoning.reckon(room.pk)
    assert Grade.objects.get().mark == 3


def test_an_assistant_reads_and_comments_and_changes_nothing(room: Classroom, ann: Seat) -> None:
    helper = User.objects.create_user("tom")
    Seat.objects.create(classroom=room, user=helper, name="Tom", role="assistant")
    client = cast.browser(helper)
    assert 'id="points"' not in client.get(address("mark", ann)).content.decode()
    assert client.post(address("mark-change", ann), {"points": "9", "reason": "x"}).status_code == 404
    client.post(address("mark-comment", ann), {"text": "  Look at\nthe Pod again. "})
    client.post(address("mark-comment", ann), {"text": " "})
    assert [comment.text for comment in Comment.objects.all()] == ["Look at the Pod again."]
    assert mark_of(ann) == (1, None)


def test_a_learner_reads_their_marks_and_nobody_elses(teacher: Client, room: Classroom, ann: Seat) -> None:
    change(teacher, ann, points="9", reason="<b>good</b> work")
    teacher.post(address("mark-comment", ann), {"text": "做得好"})
    page = cast.browser(User.objects.get(username="ann")).get(reverse("my-marks", args=[room.pk])).content.decode()
    assert "9 / 11" in page
    assert "&lt;b&gt;good&lt;/b&gt; work" in page
    assert "做得好" in page
    bob = User.objects.create_user("bob")
    Seat.objects.create(classroom=room, user=bob, name="Bob")
    other = cast.browser(bob).get(reverse("my-marks", args=[room.pk])).content.decode()
    assert "good" not in other
    assert cast.browser(bob).get(address("mark", ann)).status_code == 404


def test_the_class_says_how_it_marks_and_the_marks_follow(teacher: Client, room: Classroom, ann: Seat) -> None:
    change(teacher, ann, points="9", reason="x")
    all_lessons = {"all-attempts": "last", "all-hint_cost": "20", "all-late": "fixed", "all-late_percent": "50"}
    own = {f"lesson-{LESSON}-weight": "2", f"lesson-{LESSON}-hint_cost": "10"}
    page = reverse("marking", args=[room.pk])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda then, *_, **__: then())
        teacher.post(page, all_lessons | own)
    grade = Grade.objects.get()
    assert (grade.points, grade.by_hints, grade.by_delay, grade.adjusted) == (
        Decimal("0.45"),
        Decimal("0.10"),
        Decimal("0.45"),
        9,
    )
    assert Policy.objects.count() == 2
    assert 'value="2' in teacher.get(page).content.decode()
    bad = teacher.post(page, all_lessons | {"all-hint_cost": "101"}).content.decode()
    assert "Nothing was saved" in bad
    assert Policy.objects.get(lesson="").hint_cost == 20
    teacher.post(page, all_lessons)
    assert not Policy.objects.exclude(lesson="").exists()


def test_a_lesson_of_which_nothing_is_known_any_more_is_left_alone(room: Classroom, ann: Seat) -> None:
    tasks.reckon(room.pk, "no-such-lesson")
    assert mark_of(ann) == (1, None)


def test_a_learners_marks_go_with_them(ann: Seat) -> None:
    Comment.objects.create(grade=Grade.objects.get(), text="x", name="teacher")
    assert ann.user
    ann.user.delete()
    assert not Grade.objects.exists()
    assert not Comment.objects.exists()
