"""Marks go to the platform's gradebook, and names come from it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from labsite.accounts.models import User
from labsite.classes.models import Assignment, Classroom, Seat
from labsite.grades.signals import Mark, Marked, marked
from labsite.lti import keys, models, roster, scores
from labsite.lti.models import Link, Score
from labsite.outside import carrier, parcels
from labsite.outside.requests import Unreachable
from labsite.sandboxes import clock
from tests.labsite.classes import cast
from tests.labsite.lti import visits
from tests.labsite.lti.conftest import know_keys
from tests.labsite.lti.platform import NRPS, Platform

pytestmark = pytest.mark.django_db
LESSON = "init-containers"
WHEN = datetime(2026, 3, 1, 12, 0, 0, 500_000, tzinfo=UTC)


@pytest.fixture
def alice(client: Client, school: Platform, registered: models.Platform) -> User:
    """Somebody who came by a link with a line."""
    school.links["link-1"] |= {"custom": {"lesson": LESSON}, "line": f"{school.base}/lines/1?type=1"}
    school.lines[f"{school.base}/lines/1?type=1"] = {}
    visits.launched(client, school)
    return User.objects.get()


def owe(user: User, points: float = 3, *, finished: bool = False, **more: Any) -> None:
    """A mark."""
    scores.owe(Classroom.objects.get(), [given(user, points, finished)], **more)


def given(user: User, points: float, finished: bool = False) -> Marked:
    """A mark of somebody's for the lesson."""
    assignment = Assignment.objects.get()
    seat, _ = Seat.objects.get_or_create(classroom=Classroom.objects.get(), user=user, defaults={"name": user.username})
    return Marked(seat, assignment, Mark(Decimal(str(points)), 10), WHEN, finished)


def carry() -> Score:
    """Have the carrier go, as if all waiting were over; what has become of the score."""
    Score.objects.filter(state="waiting").update(due=1)
    carrier.carry()
    return Score.objects.get()


def test_a_mark_arrives_with_all_that_belongs_to_it(school: Platform, alice: User) -> None:
    owe(alice, comment="late: -10 %")
    assert carry().state == "sent"
    assert school.scores == [
        {
            "userId": "sub-alice",
            "scoreGiven": 3.0,
            "scoreMaximum": 10.0,
            "timestamp": "2026-03-01T12:00:00.500+00:00",
            "activityProgress": "InProgress",
            "gradingProgress": "Pending",
            "comment": "late: -10 %",
            "line": f"{school.base}/lines/1?type=1",
        }
    ]


def test_the_newest_mark_takes_the_place_of_what_has_not_arrived(school: Platform, alice: User) -> None:
    owe(alice, 3)
    owe(alice, 10, finished=True)
    carry()
    assert [(each["scoreGiven"], each["activityProgress"], each["gradingProgress"]) for each in school.scores] == [
        (10, "Completed", "FullyGraded")
    ]


def test_one_token_serves_many_scores(school: Platform, alice: User) -> None:
    for points in (1, 2, 3, 3):
        owe(alice, points)
        carry()
    assert (len(school.scores), school.asked.count("POST /token")) == (3, 1)


def test_a_token_that_was_taken_back_is_asked_for_again(school: Platform, alice: User) -> None:
    owe(alice, 1)
    carry()
    school.tokens.clear()
    owe(alice, 2)
    assert carry().state == "sent"


def test_what_fails_is_tried_again_later_and_later(school: Platform, alice: User) -> None:
    school.failing = [503, 429]
    owe(alice)
    before = clock.wall()
    first = carry()
    assert (first.state, first.tries, first.code) == ("waiting", 1, 503)
    assert first.due - before >= parcels.WAITS[0] * clock.SECOND
    second = carry()
    assert (second.tries, second.due - second.tried) == (2, parcels.WAITS[1] * clock.SECOND)
    assert (carry().state, len(school.scores)) == ("sent", 1)


def test_what_is_not_due_is_left_alone(school: Platform, alice: User) -> None:
    owe(alice)
    Score.objects.update(due=clock.wall() + clock.SECOND * 60)
    carrier.carry()
    assert school.scores == []


def test_after_the_last_attempt_it_is_given_up_and_the_teacher_sees_it(school: Platform, alice: User) -> None:
    school.failing = [500] * (len(parcels.WAITS) + 1)
    owe(alice)
    states = [carry().state for _ in range(len(parcels.WAITS) + 1)]
    assert states == [*["waiting"] * len(parcels.WAITS), "dead"]
    room = Classroom.objects.get()
    tina = cast.teacher()
    Seat.objects.create(classroom=room, user=tina, role="instructor", name="Tina")
    teacher = cast.browser(tina)
    address = reverse("class-lti", args=[room.pk])
    page = teacher.get(address).content.decode()
    assert "Alice Adams" in page
    assert "the platform answers HTTP 500" in page
    teacher.post(address, {"score": Score.objects.get().pk})
    assert (carry().state, len(school.scores)) == ("sent", 1)


@pytest.mark.parametrize("status", [403, 404, 422])
def test_what_no_attempt_would_mend_is_given_up_at_once(school: Platform, alice: User, status: int) -> None:
    school.failing = [status]
    owe(alice)
    assert carry().state == "dead"


def test_a_platform_that_is_away_is_waited_for(school: Platform, alice: User) -> None:
    school.stop()
    owe(alice)
    score = carry()
    assert (score.state, "Connection" in score.problem) == ("waiting", True)


def test_a_line_is_made_where_there_is_none_and_found_where_it_is(
    client: Client, school: Platform, registered: models.Platform
) -> None:
    school.links["link-1"]["custom"] = {"lesson": LESSON}
    visits.launched(client, school)
    for points in (1, 2):
        owe(User.objects.get(), points)
        carry()
        Link.objects.update(line="")
    assert [each["resourceLinkId"] for each in school.lines.values()] == ["link-1"]
    assert len({each["line"] for each in school.scores}) == 1


def test_a_line_at_another_origin_is_never_asked(school: Platform, alice: User) -> None:
    other = Platform()
    Link.objects.update(line=f"{other.base}/lines/1")
    owe(alice)
    score = carry()
    other.stop()
    assert (score.state, other.asked, "no origin" in score.problem) == ("dead", [], True)


def test_a_launch_with_a_line_elsewhere_keeps_none(
    client: Client, school: Platform, registered: models.Platform
) -> None:
    school.links["link-1"] |= {"custom": {"lesson": LESSON}, "line": "https://elsewhere.example/lines/1"}
    visits.launched(client, school)
    assert Link.objects.get().line == ""


def test_who_has_done_nothing_has_no_mark_at_the_platform(school: Platform, alice: User) -> None:
    owe(alice, 0)
    assert not Score.objects.exists()
    owe(alice, 0, finished=True)
    assert carry().state == "sent"


def test_every_mark_that_the_class_hears_of_is_owed(school: Platform, alice: User) -> None:
    heard = marked.send_robust(None, classroom=Classroom.objects.get(), marks=[given(alice, 2.5)])
    assert [error for _, error in heard if error] == []
    carry()
    assert [(each["scoreGiven"], each["scoreMaximum"]) for each in school.scores] == [(2.5, 10)]


def test_the_marks_of_a_class_are_owed_in_as_many_queries_as_one(
    school: Platform, alice: User, django_assert_num_queries: Any
) -> None:
    platform, room = models.Platform.objects.get(), Classroom.objects.get()
    others = User.objects.bulk_create(User(username=f"other{number}") for number in range(40))
    Seat.objects.bulk_create(Seat(classroom=room, user=user, name=user.username) for user in others)
    models.Identity.objects.bulk_create(
        models.Identity(platform=platform, subject=user.username, user=user) for user in others[:-1]
    )
    owe(alice, 3)
    for points in (5, 6):
        marks = [given(user, points) for user in (*others, alice)]
        with django_assert_num_queries(4):
            scores.hear(room, marks)
        assert (
            list(Score.objects.values_list("points", flat=True)) == [points] * 40
        )  # but for whom the platform does not know
    with django_assert_num_queries(3):
        scores.hear(room, marks)


def test_the_key_is_sealed_and_another_one_takes_its_place(school: Platform, alice: User) -> None:
    owe(alice)
    carry()
    first = models.Key.objects.get()
    assert b"PRIVATE" not in bytes(first.sealed)
    keys.rotate()
    assert len(keys.shown()["keys"]) == 2
    know_keys(school)
    cache.clear()
    owe(alice, 4)
    assert carry().state == "sent"
    keys.rotate()
    assert first.name not in [each["kid"] for each in keys.shown()["keys"]]


def test_another_secret_key_opens_no_key(school: Platform, alice: User, settings: Any) -> None:
    owe(alice)
    keys.newest()
    settings.SECRET_KEY = "another"
    score = carry()
    assert (score.state, "rotate" in score.problem) == ("waiting", True)


def test_the_mark_of_somebody_who_did_not_come_from_there_stays_here(school: Platform, alice: User) -> None:
    bob = User.objects.create_user("bob")
    owe(bob)
    assert not Score.objects.exists()


# --- names ----------------------------------------------------------------------------------------------------------------


def seats() -> list[tuple[str, str, str, bool]]:
    """Name, number, role of each seat, and whether somebody sits there."""
    return [(seat.name, seat.number, seat.role, seat.user_id is not None) for seat in Seat.objects.order_by("name")]


def test_names_of_all_pages_become_seats_and_who_comes_sits_down_there(
    client: Client, school: Platform, registered: models.Platform
) -> None:
    visits.launched(client, school, "tina")
    found = roster.sync(models.Context.objects.get())
    assert (found.fresh, found.there, found.gone) == (3, 1, 0)
    assert seats() == [
        ("Alice Adams", "1001", "learner", False),
        ("Bob Brown", "1002", "learner", False),
        ("Tina Teach", "", "instructor", True),
        ("Tom Helper", "", "assistant", False),
    ]
    visits.launched(Client(), school, "alice")
    visits.launched(Client(), school, "tom")
    assert (len(seats()), seats()[0][3], seats()[3][3]) == (4, True, True)


def test_empty_seats_of_who_left_go_and_who_sits_stays(
    client: Client, school: Platform, registered: models.Platform
) -> None:
    visits.launched(client, school, "tina")
    context = models.Context.objects.get()
    roster.sync(context)
    visits.launched(Client(), school, "alice")
    school.absent = {"alice", "bob"}
    assert roster.sync(context).gone == 1
    assert [name for name, *_ in seats()] == ["Alice Adams", "Tina Teach", "Tom Helper"]


def test_a_next_page_elsewhere_is_not_asked(client: Client, school: Platform, registered: models.Platform) -> None:
    visits.launched(client, school, "tina")
    other = Platform()
    context = models.Context.objects.get()
    context.memberships = f"{other.base}/members"
    with pytest.raises(Unreachable, match="no origin"):
        roster.sync(context)
    other.stop()
    assert other.asked == []


def test_a_teacher_fetches_the_names_on_the_page(client: Client, school: Platform, registered: models.Platform) -> None:
    address = visits.launched(client, school, "tina").headers["Location"] + "lti/"
    assert b"Fetch the names" in client.get(address).content
    client.post(address, {"sync": "1"})
    assert b"3 new" in client.get(address).content
    school.tokens.clear()
    school.people.clear()
    client.post(address, {"sync": "1"})
    assert "could not be fetched" in client.get(address).content.decode()


def test_a_course_without_names_says_so(client: Client, school: Platform, registered: models.Platform) -> None:
    address = visits.launched(client, school, "tina", **{NRPS + "claim/namesroleservice": None}).headers["Location"]
    assert b"does not hand out the names" in client.get(address + "lti/").content
