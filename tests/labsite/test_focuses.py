"""What each page looks at: its own focus and no other's, kept over a reload, bounded, and forgotten when the page is gone."""

from functools import partial
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labsite.accounts.models import User
from labsite.console import focuses
from labsite.sandboxes import clock, keeping, presence, tasks
from labsite.sandboxes.models import Sandbox
from labsite.sandboxes.turn import Turn, take

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("real_simulator")]

NUMBERS = count()
WATCHER = f"{focuses.BESIDE}7:w"
SLEEPERS = "kubectl run one --image=busybox:1.28 -- sleep 600; kubectl run two --image=busybox:1.28 -- sleep 600"


@pytest.fixture
def sandbox() -> Sandbox:
    """A free lab with two Pods, and a page of the learner's."""
    row = keeping.of(User.new_guest(), "")
    come(row, "first")
    act(row, "first", {"type": "terminal.open", "terminal": "t1", "host": "master", "columns": 80, "rows": 24})
    act(row, "first", {"type": "line", "terminal": "t1", "text": SLEEPERS})
    pass_time(row, 30)
    return row


def come(row: Sandbox, page: str, beside: str = "") -> dict[str, Any]:
    """A page is opened: what the picture says of its focus."""
    presence.arrive(row.pk, f"browser of {page}", clock.wall(), page, beside)
    focus: dict[str, Any] = take(row.pk, partial(tasks.show, page=page)).answers[0]["focus"]
    return focus


def act(row: Sandbox, page: str, entry: dict[str, Any]) -> list[dict[str, Any]]:
    """Put *entry* in: all that is published."""
    message = {"id": str(next(NUMBERS)), "type": entry["type"], "entry": entry, "page": page}
    return take(row.pk, partial(tasks.put_all, [message])).said


def look(row: Sandbox, page: str, pod: str, view: str = "") -> list[dict[str, Any]]:
    """A page looks at a Pod."""
    wish = {"type": "focus", "namespace": "", "pod": pod, "container": "", "view": view}
    return act(row, page, wish)


def pass_time(row: Sandbox, seconds: int) -> list[dict[str, Any]]:
    """Let virtual time pass: what is published."""

    def go_on(turn: Turn) -> None:
        turn.lab.advance(turn.lab.now + seconds * clock.SECOND)

    return take(row.pk, go_on).said


def pods(said: list[dict[str, Any]], page: str) -> list[tuple[str, bool]]:
    """Of what *page* hears, which Pods are described, and whether it sees them along with the learner."""
    heard = focuses.heard(said, page)
    return [(one["pod"], bool(one.get("along"))) for one in heard if one["type"] == "focus.changed"]


def pages(row: Sandbox) -> list[str]:
    """The pages that have a focus."""
    return focuses.names(Sandbox.objects.get(pk=row.pk).focuses)


def test_each_page_hears_of_its_own_focus_alone(sandbox: Sandbox) -> None:
    come(sandbox, "second")
    assert pods(look(sandbox, "first", "one"), "first") == [("one", False)]
    said = look(sandbox, "second", "two")
    assert (pods(said, "first"), pods(said, "second")) == ([], [("two", False)])
    said = act(sandbox, "first", {"type": "line", "terminal": "t1", "text": "kubectl label pod one two a=b"})
    assert set(pods(said, "first")) == {("one", False)}
    assert set(pods(said, "second")) == {("two", False)}
    assert [one for one in focuses.heard(said, "first") if "for" in one] == []


def test_a_log_and_a_view_are_told_to_whom_they_belong(sandbox: Sandbox) -> None:
    come(sandbox, "second")
    look(sandbox, "first", "one", "events")
    said = look(sandbox, "second", "two", "yaml")
    views = {
        page: [one["view"] for one in focuses.heard(said, page) if one["type"] == "look.shown"]
        for page in pages(sandbox)
    }
    assert (views["first"], set(views["second"])) == ([], {"yaml"})
    assert [one["pod"] for one in focuses.heard(said, "second") if one["type"] == "log.shown"] == ["two"]


def test_a_page_begins_with_what_was_looked_at_last_and_comes_back_to_its_own(sandbox: Sandbox) -> None:
    look(sandbox, "first", "one")
    assert come(sandbox, "second")["pod"] == "one"
    look(sandbox, "second", "two")
    presence.leave("browser of first", clock.wall())
    tasks.rest(str(sandbox.pk))
    assert come(sandbox, "first")["pod"] == "one"
    assert look(sandbox, "first", "") != []
    assert come(sandbox, "first") == {}, "what was closed stays closed"
    assert come(sandbox, "second")["pod"] == "two"


def test_who_looks_over_the_shoulder_goes_along_until_they_choose(sandbox: Sandbox) -> None:
    come(sandbox, "second")
    look(sandbox, "first", "one")
    seen = come(sandbox, WATCHER, "head")
    assert (seen["pod"], seen["along"]) == ("one", True)
    assert pods(look(sandbox, "second", "two"), WATCHER) == [("two", True)]
    said = look(sandbox, WATCHER, "one")
    assert (pods(said, WATCHER), pods(said, "first"), pods(said, "second")) == ([("one", False)], [], [])
    assert pods(look(sandbox, "second", "one"), WATCHER) == []
    assert "along" not in come(sandbox, WATCHER, "head")
    look(sandbox, "second", "two")
    assert pods(look(sandbox, WATCHER, ""), WATCHER) == [("two", True)]
    assert pods(look(sandbox, "second", ""), WATCHER) == [("", True)]
    assert pages(sandbox) == ["first", "second"]


def test_who_follows_a_demonstration_sees_what_was_looked_at_last(sandbox: Sandbox) -> None:
    come(sandbox, "second")
    look(sandbox, "first", "one")
    look(sandbox, WATCHER, "two")
    assert pods(look(sandbox, "second", "two"), "") == [("two", True)]
    row = Sandbox.objects.get(pk=sandbox.pk)
    assert focuses.seen(row.focuses, "")["pod"] == "two"


def test_pages_that_are_gone_are_forgotten_and_those_who_went_along_are_told(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(sandbox, "first", "one")
    come(sandbox, "second")
    come(sandbox, WATCHER, "head")
    look(sandbox, "second", "two")
    presence.leave("browser of second", clock.wall())
    assert "" not in dict(pods(pass_time(sandbox, 1), WATCHER))
    assert pages(sandbox) == ["first", "second"], "it may come back"
    later = clock.wall() + focuses.GRACE
    monkeypatch.setattr(clock, "wall", lambda: later)
    presence.arrive(sandbox.pk, "browser of first", later, "first")
    assert pods(pass_time(sandbox, 1), WATCHER)[-1] == ("one", True)
    assert pages(sandbox) == ["first"]


def test_the_last_of_the_learners_is_kept_for_their_return(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    look(sandbox, "first", "one")
    presence.leave("browser of first", clock.wall())
    tasks.rest(str(sandbox.pk))
    later = clock.wall() + 24 * 3600 * clock.SECOND
    monkeypatch.setattr(clock, "wall", lambda: later)
    assert come(sandbox, "tomorrow")["pod"] == "one"
    assert pages(sandbox) == ["tomorrow"]


def test_no_more_than_a_few_are_kept_and_watchers_push_no_learner_out(sandbox: Sandbox) -> None:
    for number in range(focuses.MOST + 2):
        come(sandbox, f"page-{number}")
        look(sandbox, f"{focuses.BESIDE}7:{number}", "two")
    kept = pages(sandbox)
    assert len(kept) == 2 * focuses.MOST
    assert {"page-1", "first"}.isdisjoint(kept)
    assert kept[-2:] == [f"page-{focuses.MOST + 1}", f"{focuses.BESIDE}7:{focuses.MOST + 1}"]


def test_a_watcher_starts_no_clock_and_is_named_to_the_learner(sandbox: Sandbox) -> None:
    presence.leave("browser of first", clock.wall())
    come(sandbox, WATCHER, "head")
    look(sandbox, WATCHER, "one")
    row = Sandbox.objects.get(pk=sandbox.pk)
    assert (row.lease, row.alarm_at) == (0, 0)
    assert presence.beside(row.pk, clock.wall()) == ["head"]


def test_what_many_pages_look_at_costs_no_more_queries_and_one_description(sandbox: Sandbox) -> None:
    def cost() -> int:
        line = {"type": "line", "terminal": "t1", "text": f"kubectl annotate --overwrite pod one a={next(NUMBERS)}"}
        with CaptureQueriesContext(
            connection,
        ) as queries:
            said = act(sandbox, "first", line)
        described = [one for one in said if one["type"] == "focus.changed"]
        assert len(described) == len({one["describe"] for one in described}) > 0
        return len(queries)

    look(sandbox, "first", "one")
    alone = cost()
    for number in range(3):
        come(sandbox, f"page-{number}")
        presence.arrive(sandbox.pk, f"watcher {number}", clock.wall(), f"{focuses.BESIDE}{number}:w", "head")
        look(sandbox, f"{focuses.BESIDE}{number}:w", "one")
    assert cost() == alone
