"""A lesson made by doing, without a browser: what its pages take and refuse, and who may open them."""

import json
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from labsite.access import gate, table
from labsite.access.roles import Role
from labsite.accounts.models import User
from labsite.authoring import bases, complaints, drafts, recording, tasks
from labsite.authoring.models import Draft
from labsite.sandboxes import marks
from labsite.sandboxes import tasks as clusters
from labsite.sandboxes.models import Sandbox
from labsite.sandboxes.turn import take
from lessons import starting
from lessons.apart import asking
from lessons.players import EPOCH
from tests.labsite.classes import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_simulator")]
PAGES = [name for name, rule in table.PAGES.items() if rule.scope == "draft"]
NUMBERS = count()
BROKEN = "kubectl run shop --image=nginx:1.72"
MENDED = "kubectl set image pod/shop shop=nginx:1.27"


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has a window open; tasks are done by the tests themselves."""
    monkeypatch.setattr(drafts, "publish", lambda group, message: None)


def begun(author: User | None = None, base: str = "one-node") -> Draft:
    found = bases.find(base)
    assert found
    return drafts.begin(author or cast.teacher(), found)


def address(name: str, row: Draft, **more: str) -> str:
    extra = {"draft-work": {"work": "check"}, "draft-preview": {"language": "en"}}.get(name, {})
    return reverse(name, kwargs={"draft": row.pk, **extra, **more})


def send(client: Client, name: str, row: Draft, data: Any, **more: str) -> Any:
    return client.post(address(name, row, **more), json.dumps(data), content_type="application/json")


class Hands:
    """Somebody who types in the cluster of a draft."""

    def __init__(self, row: Draft) -> None:
        assert row.sandbox
        self.sandbox = row.sandbox.pk
        self.put(type="terminal.open", terminal="t1", host="master", columns=120, rows=30)

    def put(self, **entry: Any) -> None:
        message = {"id": f"h-{next(NUMBERS)}", "type": entry["type"], "entry": entry}
        take(self.sandbox, lambda turn: clusters.put_all([message], turn))

    def type(self, *lines: str) -> None:
        for line in lines:
            self.put(type="line", terminal="t1", text=line)
            self.put(type="await", terminal="t1")


def played() -> Draft:
    """A draft that was set up and played."""
    row = begun()
    hands = Hands(row)
    hands.type(BROKEN, "sleep 30")
    tasks.begin(str(row.pk))
    hands.type("kubectl get pods", MENDED, "sleep 20")
    tasks.finish(str(row.pk))
    row.refresh_from_db()
    return row


# --- doing ------------------------------------------------------------------------------------------------------------------


def test_what_was_done_becomes_a_start_a_solution_and_checks() -> None:
    row = played()
    assert (row.stage, row.job, row.lost, row.differences) == ("edit", {}, [], [])
    assert BROKEN in row.files["start.md"]
    assert MENDED in row.files["solution.md"]
    assert BROKEN not in row.files["solution.md"]
    checks = [check["check"] for check in row.document["steps"][0]["checks"]]
    assert {
        "object": "pods/default/shop",
        "where": {"spec.containers[name=shop].image": "nginx:1.27"},
    } in checks
    lab = starting.made(row.scenario, row.files["start.md"], seed=3, epoch=EPOCH)
    pod = lab.find("pods", "default", "shop")
    assert pod
    assert pod["status"]["phase"] == "Pending"


def test_steps_are_cut_anew_and_commands_left_out() -> None:
    row = played()
    row.document["steps"][0]["title"] = {"en": "Look"}
    drafts.save_document(row, row.version, row.document)
    tasks.split(str(row.pk), [0, 1], [])
    row.refresh_from_db()
    assert [step["title"] for step in row.document["steps"]] == [{"en": "Look"}, {}]
    assert row.document["steps"][0]["checks"][0]["check"]["command"].startswith("(k|kubectl)")
    tasks.split(str(row.pk), [0], [0])
    row.refresh_from_db()
    assert "kubectl get pods" not in row.files["solution.md"]
    assert len(row.document["steps"]) >= 1


def test_the_cluster_goes_back_to_the_start() -> None:
    row = played()
    tasks.again(str(row.pk), "play")
    row.refresh_from_db()
    assert row.stage == "play"
    assert row.sandbox
    past = recording.history.at(row.sandbox, recording.now(row.sandbox)).lab
    pod = past.find("pods", "default", "shop")
    assert pod
    assert pod["spec"]["containers"][0]["image"] == "nginx:1.72"
    Hands(row).type("kubectl delete pod shop", "kubectl run shop --image=nginx:1.27", "sleep 20")
    tasks.finish(str(row.pk))
    row.refresh_from_db()
    assert "kubectl delete pod shop" in row.files["solution.md"]
    assert MENDED not in row.files["solution.md"]


def test_steps_are_found_again_when_the_solution_is_played_anew() -> None:
    row = played()
    tasks.split(str(row.pk), [0, 1], [])
    row.refresh_from_db()
    for step, name in zip(row.document["steps"], ("Look", "Mend"), strict=True):
        step["title"] = {"en": name}
    drafts.save_document(row, row.version, row.document)
    tasks.again(str(row.pk), "play")
    row.refresh_from_db()
    Hands(row).type("kubectl get pods", "kubectl get nodes", MENDED, "sleep 20")
    tasks.finish(str(row.pk))
    row.refresh_from_db()
    assert [step["title"]["en"] for step in row.document["steps"]] == ["Look", "Mend"]
    assert row.borders == [0, 2]


def test_what_was_undone_is_no_part_of_the_start() -> None:
    row = begun()
    hands = Hands(row)
    hands.type(BROKEN, "kubectl create namespace wrong")
    sandbox = Sandbox.objects.get(pk=hands.sandbox)
    last = recording.history.last_input(sandbox, marks.INPUTS)
    assert last
    hands.put(type="command.undone", current=sandbox.branch, number=last.number)
    tasks.begin(str(row.pk))
    row.refresh_from_db()
    assert (row.stage, row.differences) == ("play", [])
    assert BROKEN in row.files["start.md"]
    assert "wrong" not in row.files["start.md"]


def test_a_prepared_cluster_is_that_of_its_lesson() -> None:
    row = begun(base="lesson:stuck-at-init")
    assert row.sandbox
    assert "objects" in row.scenario
    lab = starting.made(row.scenario, "", seed=1, epoch=EPOCH)
    assert lab.find("pods", "default", "orders")


def test_the_check_says_what_is_wrong_and_where() -> None:
    row = played()
    document = row.document
    document["title"] = document["intro"] = document["debrief"] = {"en": "A", "zh-hans": "甲"}
    document["steps"][0] |= {"title": {"en": "B", "zh-hans": "乙"}, "body": {"en": "Do."}}
    drafts.save_document(row, row.version, document)
    tasks.check(str(row.pk))
    row.refresh_from_db()
    told = [complaints.told(row, problem) for problem in row.report["problems"]]
    assert [(each["file"], each["field"]) for each in told] == [
        ("zh-hans.md", "steps.0.body.zh-hans"),
        ("zh-hans.md", "compared"),
    ]
    document["steps"][0]["body"]["zh-hans"] = "做。"
    document["compared"] = True
    drafts.save_document(row, row.version, document)
    tasks.check(str(row.pk))
    row.refresh_from_db()
    assert row.report == {"problems": [], "version": row.version}


def test_work_that_takes_too_long_is_said_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    row = begun()

    def never(*_args: Any) -> Any:
        raise asking.TookTooLong

    monkeypatch.setattr(asking, "ask", never)
    before = row.files
    tasks.check(str(row.pk))
    row.refresh_from_db()
    assert (row.job, row.files) == ({"failed": tasks.TOO_LONG}, before)
    answer = cast.browser(row.author).get(address("draft-whole", row)).json()
    assert answer["failed"] == "It took too long. Do less, or wait less."


# --- saving -----------------------------------------------------------------------------------------------------------------


def test_two_windows_do_not_write_over_each_other() -> None:
    row = begun()
    client = cast.browser(row.author)
    first = send(client, "draft-save", row, {"version": 0, "document": {**row.document, "title": {"en": "First"}}})
    second = send(client, "draft-save", row, {"version": 0, "document": {**row.document, "title": {"en": "Second"}}})
    assert (first.status_code, first.json()["version"]) == (200, 1)
    assert (second.status_code, second.json()["stale"]) == (409, True)
    assert second.json()["document"]["title"] == {"en": "First"}
    row.refresh_from_db()
    assert "# First" in row.files["en.md"]


def test_files_that_no_form_can_show_are_kept_with_what_is_wrong() -> None:
    row = begun()
    client = cast.browser(row.author)
    files = {**row.files, "lesson.yaml": "chapter: x\n"}
    answer = send(client, "draft-save", row, {"version": 0, "files": files}).json()
    assert answer["complaint"].startswith("my-lesson/lesson.yaml:1: chapter:")
    assert answer["document"] is None
    row.refresh_from_db()
    assert row.files["lesson.yaml"] == "chapter: x\n"
    assert client.get(address("draft-desk", row)).status_code == 200


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"version": "0", "document": {}},
        {"version": 0, "document": None},
        {"version": 0, "document": {"steps": [{"id": "../x"}]}},
        {"version": 0, "document": {"title": {"en": "x" * 30_000}}},
        {"version": 0, "files": {"../../etc/passwd": "x"}},
        {"version": 0, "files": {"en.md": 1}},
        {"version": 0, "files": {"en.md": "a\0b"}},
        {"version": 0, "files": {"en.md": "half a pair: \ud800"}},
        {"version": 0, "files": {"files/a": "", "files/a/b": ""}},
        {"version": 0, "document": {"title": {"en": "a\0b"}}},
        {"version": 0, "files": {"en.md": "x" * 450_000}},
        [],
    ],
)
def test_what_cannot_be_meant_is_refused(data: Any) -> None:
    row = begun()
    answer = send(cast.browser(row.author), "draft-save", row, data)
    assert answer.status_code == 400
    assert answer.json()["refused"]
    row.refresh_from_db()
    assert row.version == 0


def test_what_is_no_json_is_refused() -> None:
    row = begun()
    client = cast.browser(row.author)
    for data in (b"{", b"[" * 100_000, b"\xff"):
        assert client.post(address("draft-save", row), data, content_type="application/json").status_code == 400


def test_a_text_brings_no_script_into_the_preview() -> None:
    row = played()
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1))"
    document = row.document
    document["title"] = {"en": bad}
    document["steps"][0] |= {"title": {"en": bad}, "body": {"en": bad}, "hints": [{"text": {"en": bad}}]}
    document["steps"][0]["checks"][0]["missing"] = {"en": bad}
    drafts.save_document(row, row.version, document)
    page = cast.browser(row.author).get(address("draft-preview", row)).content.decode()
    assert "alert(1)" in page
    assert "<script" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page


def test_work_is_refused_while_other_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.check, "delay", lambda *args: None)
    row = begun()
    client = cast.browser(row.author)
    assert send(client, "draft-work", row, {}).json()["work"] == "check"
    again = send(client, "draft-work", row, {})
    assert (again.status_code, again.json()["refused"]) == (409, "Something is being done already. Wait for it.")
    assert send(client, "draft-work", row, {}, work="finish").status_code == 409
    assert send(client, "draft-work", row, {}, work="no-such").status_code == 404


def test_the_folder_can_be_taken_away_and_a_draft_given_up() -> None:
    row = begun()
    client = cast.browser(row.author)
    assert client.get(address("draft-download", row)).content.startswith(b"PK")
    client.post(address("draft-delete", row))
    assert not Draft.objects.exists()
    assert not Sandbox.objects.exists()


def test_no_more_drafts_than_anybody_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MOST", 1)
    row = begun()
    client = cast.browser(row.author)
    assert client.post(reverse("make-draft"), {"base": "two-nodes"}).url == reverse("drafts")
    assert client.post(reverse("make-draft"), {"base": "no-such"}).status_code == 404
    assert Draft.objects.count() == 1


# --- who may ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_a_draft_is_there_for_its_author_alone(name: str, settings: Settings) -> None:
    row = begun()
    for other in (cast.teacher("other"), User.objects.create_user("head", role="administrator")):
        assert cast.browser(other).get(address(name, row)).status_code == 404
        assert cast.browser(other).post(address(name, row)).status_code == 404
    assert cast.browser().post(address(name, row)).headers["Location"] == f"/?next={address(name, row)}"
    assert cast.browser(row.author).get(address(name, row)).status_code != 404


@pytest.mark.parametrize("name", PAGES)
def test_who_makes_no_lessons_any_more_finds_no_draft(name: str) -> None:
    row = begun()
    User.objects.filter(pk=row.author_id).update(role="learner")
    learner = User.objects.get(pk=row.author_id)
    assert cast.browser(learner).get(address(name, row)).status_code == 404
    assert gate.role_for(table.SOCKETS, "draft-socket", learner, {"draft": row.pk}) == Role.LEARNER
    assert not gate.may(table.SOCKETS, "draft-socket", Role.LEARNER)
