"""The shelf: versions that never change, of which learners find the newest that was published."""

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from labsite.accounts.models import User
from labsite.authoring.models import Draft
from labsite.classes import assignments
from labsite.classes.models import Seat
from labsite.hosting import forgetting
from labsite.sandboxes import keeping
from lessons import catalogue, shelf, versions
from lessons.catalogue import LessonError
from lessons.drafting import reading, writing
from lessons.models import LessonVersion, Run
from lessons.refusals import Refused
from lessons.skeleton import FILES
from tests.labsite.classes import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_simulator")]
SLUG = "my-own-lesson"


@pytest.fixture(autouse=True)
def _place(settings: Settings, tmp_path: Path) -> None:
    """Folders of the test's own."""
    settings.VAR_DIR = tmp_path


def files(title: str = "A new lesson") -> dict[str, str]:
    """A whole lesson."""
    document = reading.read(SLUG, FILES)
    document.title = {"en": title, "zh-hans": title}
    document.compared = True
    return {**FILES, **writing.written(document)}


def test_what_is_published_stands_in_the_catalogue_and_can_be_done() -> None:
    version = shelf.keep(SLUG, files("Brand new"), cast.teacher())
    assert catalogue.get(SLUG) is None
    shelf.publish(version)
    found = catalogue.get(SLUG)
    assert found
    assert SLUG in catalogue.everything()
    assert SLUG not in catalogue.lessons()
    assert versions.digest(found.folder) == version.digest
    learner = User.objects.create_user("alice")
    client = cast.browser(learner)
    assert b"Brand new" in client.get(reverse("catalogue")).content
    assert b"Brand new" in client.get(reverse("lesson", args=[SLUG])).content
    assert Run.objects.get(learner=learner).lesson == SLUG


def test_a_later_version_takes_the_place_of_an_earlier_one_which_is_kept() -> None:
    author = cast.teacher()
    first, second = (shelf.keep(SLUG, files(title), author) for title in ("First", "Second"))
    assert shelf.keep(SLUG, files("First"), author) == first
    for version in (first, second):
        shelf.publish(version)
    found, old = catalogue.get(SLUG), shelf.lesson(SLUG, first.digest)
    assert found
    assert old
    assert (found.text("en").title, old.text("en").title) == ("Second", "First")
    shelf.withdraw(SLUG)
    assert catalogue.get(SLUG) is None
    assert LessonVersion.objects.count() == 2


def test_who_has_begun_goes_on_with_the_version_that_was_begun() -> None:
    author, alice = cast.teacher(), User.objects.create_user("alice")
    shelf.publish(shelf.keep(SLUG, files("First"), author))
    page = reverse("lesson", args=[SLUG])
    assert b"First" in cast.browser(alice).get(page).content
    shelf.publish(shelf.keep(SLUG, files("Second"), author))
    assert b"First" in cast.browser(alice).get(page).content
    assert b"Second" in cast.browser(User.objects.create_user("bob")).get(page).content
    cast.browser(alice).post(reverse("anew", args=[keeping.of(alice, SLUG).pk]))
    assert b"Second" in cast.browser(alice).get(page).content


def test_a_class_keeps_the_version_with_which_it_began() -> None:
    author, alice = cast.teacher(), User.objects.create_user("alice")
    room = cast.classroom(author)
    Seat.objects.create(classroom=room, user=alice, role="learner", name="Alice")
    shelf.publish(shelf.keep(SLUG, files("First"), author))
    assignments.choose(room, {SLUG: ""})
    shelf.publish(shelf.keep(SLUG, files("Second"), author))
    page = reverse("lesson", args=[SLUG])
    assert b"First" in cast.browser(alice).get(page).content
    assignments.renew(room)
    cast.browser(alice).post(reverse("anew", args=[keeping.of(alice, SLUG).pk]))
    assert b"Second" in cast.browser(alice).get(page).content


def test_names_are_given_once() -> None:
    author = cast.teacher()
    shelf.keep(SLUG, files(), author)
    with pytest.raises(Refused, match="somebody else"):
        shelf.keep(SLUG, files("Other"), cast.teacher("other"))
    with pytest.raises(Refused, match="of the course"):
        shelf.keep("what-a-pod-is", files(), author)
    with pytest.raises(Refused, match="give the lesson a name"):
        shelf.keep("", files(), author)


def test_what_is_no_lesson_is_not_kept() -> None:
    author = cast.teacher()
    with pytest.raises(LessonError):
        shelf.keep(SLUG, {**files(), "lesson.yaml": "x: 1"}, author)
    with pytest.raises(Refused, match="is no name for a file"):
        shelf.keep(SLUG, {**files(), "../x": ""}, author)
    assert not LessonVersion.objects.exists()


def test_a_lesson_outlives_the_account_of_its_author() -> None:
    author = cast.teacher()
    shelf.publish(shelf.keep(SLUG, files(), author))
    author.delete()
    assert catalogue.get(SLUG)


def test_a_draft_is_published_only_as_it_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labsite.authoring.drafts.publish", lambda group, message: None)
    author = cast.teacher()
    row = Draft.objects.create(author=author, files=files(), document={"slug": SLUG}, version=3)
    client, address = cast.browser(author), reverse("draft-publish", args=[row.pk])
    for report in ({}, {"problems": ["x"], "version": 3}, {"problems": [], "version": 2}):
        Draft.objects.filter(pk=row.pk).update(report=report)
        assert client.post(address).status_code == 409
    assert not LessonVersion.objects.exists()
    Draft.objects.filter(pk=row.pk).update(report={"problems": [], "version": 3})
    assert client.post(address).json()["published"] == reverse("lesson", args=[SLUG])
    assert catalogue.get(SLUG)
    assert client.post(reverse("draft-withdraw", args=[row.pk])).json()["published"] == ""
    assert catalogue.get(SLUG) is None


def test_a_lesson_that_a_later_release_cannot_read_is_passed_over() -> None:
    shelf.publish(shelf.keep(SLUG, files(), cast.teacher()))
    LessonVersion.objects.update(files={**files(), "lesson.yaml": "x: 1"}, digest="0" * 64)
    assert catalogue.get(SLUG) is None
    assert SLUG not in catalogue.everything()


# --- lessons of the release, which change when Podlab is upgraded -------------------------------------------------------------


COURSE = "what-a-pod-is"


@pytest.fixture
def upgrade(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Have the next release's lesson of the course another title, or (empty) none."""

    def to(title: str) -> None:
        old = catalogue.lessons()[COURSE]
        fresh = tmp_path / "next" / COURSE
        shutil.copytree(old.folder, fresh)
        text = (fresh / "en.md").read_text()
        (fresh / "en.md").write_text(text.replace(old.text("en").title, title, 1))
        rest = {slug: each for slug, each in catalogue.lessons().items() if slug != COURSE}
        after = {**rest, **({COURSE: catalogue.load(fresh)} if title else {})}
        monkeypatch.setattr(catalogue, "lessons", lambda: after)

    return to


@pytest.mark.parametrize("title", ["Quite another title", ""])
def test_a_class_and_who_has_begun_keep_a_lesson_of_the_course_when_podlab_is_upgraded(
    upgrade: Callable[[str], None], title: str
) -> None:
    author, alice, bob = cast.teacher(), User.objects.create_user("alice"), User.objects.create_user("bob")
    room = cast.classroom(author)
    Seat.objects.create(classroom=room, user=alice, role="learner", name="Alice")
    assignments.choose(room, {COURSE: ""})
    before = catalogue.lessons()[COURSE].text("en").title
    page = reverse("lesson", args=[COURSE])
    assert before in cast.browser(bob).get(page).content.decode()
    upgrade(title)
    assert before in cast.browser(alice).get(page).content.decode()
    assert before in cast.browser(bob).get(page).content.decode()
    (card,) = assignments.cards(room, alice, "en")
    assert (card["title"], card["changed"], assignments.gone(room)) == (before, bool(title), [])
    stranger = cast.browser(User.objects.create_user("carol")).get(page)
    assert title in stranger.content.decode() if title else stranger.status_code == 404


def test_what_nobody_uses_is_forgotten_after_a_while() -> None:
    author = cast.teacher()
    room = cast.classroom(author)
    titles = ("Published once", "In a class", "Begun", "Now")
    kept = {}
    for title in titles:
        kept[title] = shelf.keep(SLUG, files(title), author)
        shelf.publish(kept[title])
        if title == "In a class":
            assignments.choose(room, {SLUG: ""})
        elif title == "Begun":
            keeping.of(User.objects.create_user("alice"), SLUG)
        shelf.folder(kept[title])
    fresh = shelf.keep(SLUG, files("Brand new"), author)
    month = timezone.now() - timedelta(days=31)
    LessonVersion.objects.exclude(pk=fresh.pk).update(created=month)
    for path in (settings.VAR_DIR / "shelf").glob("*"):
        os.utime(path, (month.timestamp(), month.timestamp()))
    forgetting.forget()
    left = set(LessonVersion.objects.values_list("digest", flat=True))
    assert left == {kept[title].digest for title in titles[1:]} | {fresh.digest}
    assert not (settings.VAR_DIR / "shelf" / kept["Published once"].digest).exists()
    assert (settings.VAR_DIR / "shelf" / kept["Now"].digest / SLUG / "en.md").is_file()
