"""The school's pages, with the simulator behind them: exams, gates, the catalogue, certificates, solutions that are played."""

import dataclasses
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from labsite.accounts.models import User
from labsite.console import playing
from labsite.pages import certificates
from labsite.sandboxes import clock, engine, keeping, presence, tasks
from labsite.sandboxes.models import Sandbox
from labsite.sandboxes.turn import Turn, take
from lessons import catalogue, skeleton
from lessons.models import Run
from tests.labsite.site import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
NUMBERS = count()


@pytest.fixture(autouse=True)
def _course(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A course of two lessons, the second an exam that requires the first."""
    settings.LAB_CLASS = "simulator.lab.Lab"
    engine.lab_class.cache_clear()
    skeleton.create(tmp_path, "first")
    exam = skeleton.create(tmp_path, "test") / "lesson.yaml"
    exam.write_text("kind: exam\nlimit: 10\nrequires: [first]\nvalues: {n: {from: 1, to: 9999}}\n" + exam.read_text())
    monkeypatch.setattr(catalogue, "CONTENT", tmp_path)
    catalogue.lessons.cache_clear()
    yield
    engine.lab_class.cache_clear()
    catalogue.lessons.cache_clear()


@pytest.fixture
def alice(client: Client) -> User:
    """Alice learns, and is logged in."""
    user = User.new_guest()
    client.force_login(user)
    return user


def act(row: Sandbox, *entries: dict[str, Any]) -> Turn:
    """Put *entries* in."""
    inputs = [{"id": str(next(NUMBERS)), "type": entry["type"], "entry": entry} for entry in entries]
    return take(row.id, lambda turn: tasks.put_all(inputs, turn))


def opened(user: User, slug: str) -> Sandbox:
    """The learner's sandbox with a terminal, watched."""
    row = keeping.of(user, slug)
    presence.arrive(row.id, "a browser", clock.wall())
    act(row, {"type": "terminal.open", "terminal": "t1", "host": "master", "columns": 80, "rows": 24})
    act(row, {"type": "await", "terminal": "t1"})
    return row


def line(text: str) -> dict[str, Any]:
    """A line that was typed."""
    return {"type": "line", "terminal": "t1", "text": text}


def finish(user: User, slug: str = "first") -> None:
    """The lesson, long ago."""
    now = timezone.now()
    Run.objects.create(
        learner=user, lesson=slug, sandbox=keeping.make(user, "").id, finished=now, first_finished=now, progress={}
    )


def test_a_solution_is_played_in_the_clusters_own_time_and_counts_nothing(alice: User) -> None:
    row = opened(alice, "first")
    (solution,) = act(row, {"type": "skip", "step": "create"}).answers
    assert [next(iter(piece)) for piece in solution["pieces"]] == ["file", "host", "host"]
    act(row, {"type": "file.save", "path": solution["pieces"][0]["file"], "content": solution["pieces"][0]["content"]})
    before = Sandbox.objects.get(pk=row.pk).now
    act(row, line("kubectl apply -f web.yaml"))
    act(row, line("sleep 600"))
    (answer,) = act(row, {"type": "await", "terminal": "t1"}).answers
    assert answer == {"type": "prompt", "terminal": "t1", "there": True}
    stored = Sandbox.objects.get(pk=row.pk)
    assert stored.now - before >= 600_000_000
    assert clock.wall() - stored.anchor < 60_000_000
    turn = act(row, {"type": "leave", "step": "create"})
    run = Run.objects.get(sandbox=row.id)
    assert (run.progress["done"], run.progress["skipped"]) == (["create"], ["create"])
    assert turn.answers == []


def test_the_solution_of_a_lesson_is_proved_on_the_way_that_learners_go() -> None:
    lesson = catalogue.lessons()["first"]
    assert playing.problems(lesson) == []
    wrong = dataclasses.replace(lesson, solution=lesson.solution.replace("\n1\n", "\none\n"))
    assert playing.problems(wrong) == [
        "first/solution.md:23: refused on the site: The answer is a number.",
        "first/solution.md:1: on the site the steps are reached as create, without count",
        "first/solution.md:1: on the site the lesson is not finished at the end",
    ]
    wrong = dataclasses.replace(lesson, solution="```console\n$ ls nothing\n```")
    assert playing.problems(wrong)[0] == "first/solution.md:2: `ls nothing` ends otherwise on the site"
    assert not User.objects.exists()


def test_the_check_of_lessons_says_how_many_passed() -> None:
    command = [sys.executable, "manage.py", "lessons", "check", "what-a-pod-is", "--seed", "3"]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "labsite.settings"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "what-a-pod-is: ok\n1 passed, 0 failed\n")


def test_a_step_is_begun_again_with_the_cluster_as_it_was(alice: User) -> None:
    row = opened(alice, "first")
    act(row, line("kubectl run web --image=nginx:1.27"), line("kubectl wait --for=condition=Ready pod/web"))
    act(row, {"type": "await", "terminal": "t1"})
    act(row, line("kubectl delete pod web --now"), {"type": "answer", "question": "containers", "answer": ["7"]})
    act(row, {"type": "again", "step": "count"})
    stored = Sandbox.objects.get(pk=row.pk)
    assert engine.wake(stored).find("pods", "default", "web") is not None
    assert Run.objects.get(sandbox=row.id).progress["done"] == ["create"]
    assert Run.objects.get(sandbox=row.id).progress["answers"]["containers"]["tries"] == 1
    act(row, {"type": "again", "step": "create"})
    stored = Sandbox.objects.get(pk=row.pk)
    assert engine.wake(stored).find("pods", "default", "web") is None
    assert Run.objects.get(sandbox=row.id).progress["done"] == []
    (refusal,) = act(row, {"type": "again", "step": "nothing"}).answers
    assert refusal["reason"] == "There is no such step."


def test_a_step_that_was_skipped_can_be_begun_again(alice: User) -> None:
    row = opened(alice, "first")
    act(
        row,
        {"type": "skip", "step": "create"},
        {"type": "leave", "step": "create"},
        line("kubectl run x --image=nginx"),
    )
    act(row, {"type": "again", "step": "count"})
    assert engine.wake(Sandbox.objects.get(pk=row.pk)).find("pods", "default", "x") is None
    assert Run.objects.get(sandbox=row.id).progress["done"] == ["create"]


def test_an_answer_is_told_to_all_who_watch_and_finishes_the_lesson(alice: User) -> None:
    row = opened(alice, "first")
    (refusal,) = act(row, {"type": "answer", "question": "containers", "answer": ["1"]}).answers
    assert refusal["reason"] == "This question's turn has not come."
    act(row, line("kubectl run web --image=nginx:1.27"), line("kubectl wait --for=condition=Ready pod/web"))
    act(row, {"type": "await", "terminal": "t1"})
    said = act(row, {"type": "answer", "question": "containers", "answer": ["1"]}).said
    assert [message["type"] for message in said][:2] == ["question.judged", "step.reached"]
    assert Run.objects.get(sandbox=row.id).first_finished is not None


def test_an_exam_begins_when_the_learner_says_so_and_is_another_one_when_begun_anew(
    client: Client, alice: User
) -> None:
    page = client.get("/lessons/test/")
    assert b"You have 10 minutes" in page.content
    assert not Sandbox.objects.filter(owner=alice).exists()
    assert client.post("/lessons/test/").status_code == 302
    row = keeping.of(alice, "test")
    assert b'id="exam-clock"' in client.get("/lessons/test/").content
    said = act(row, {"type": "end"}).said
    assert [message["type"] for message in said] == ["lesson.finished"]
    assert Run.objects.get(sandbox=row.id).finished is None
    fresh = keeping.anew(row, alice)
    picked = {catalogue.of("test", each.seed).values["n"] for each in (row, fresh)}  # type: ignore[union-attr]
    assert len(picked) == 2
    assert Run.objects.get(sandbox=fresh.id).progress["ends"] > clock.wall()


def test_gates_are_open_unless_they_are_switched_on(client: Client, alice: User, settings: Settings) -> None:
    assert b"Begin the exam" in client.get("/lessons/test/").content
    settings.LESSON_GATES = True
    assert b"opens when these are finished" in client.get("/lessons/test/").content
    assert b"opens when" in client.post("/lessons/test/").content
    assert not Sandbox.objects.filter(owner=alice, lesson="test").exists()
    finish(alice)
    assert b"Begin the exam" in client.get("/lessons/test/").content


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["first", "test"]),
        ("?q=NEW", ["first", "test"]),
        ("?q=nothing", []),
        ("?kind=exam", ["test"]),
        ("?kind=<", ["first", "test"]),
        ("?q=一课", ["first", "test"]),
    ],
)
def test_the_catalogue_is_searched_in_both_languages(client: Client, alice: User, query: str, found: list[str]) -> None:
    text = client.get(f"/lessons/{query}").content.decode()
    assert re.findall(r'href="/lessons/([a-z]+)/"', text) == found


def test_a_certificate_says_what_was_finished_and_anybody_can_check_it(client: Client, alice: User) -> None:
    assert b"nothing to certify" in client.get("/certificate/").content
    finish(alice)
    address = client.post("/certificate/", {"name": " <b>Alice</b>  A. "}).headers["Location"]
    stranger = Client()
    text = stranger.get(address).content.decode()
    assert "&lt;b&gt;Alice&lt;/b&gt; A." in text
    assert "1 of the 2 lessons" in text
    assert stranger.get(f"{address[:-2]}x/").status_code == 404


def test_a_certificate_is_not_of_more_than_was_done_by_its_day(alice: User) -> None:
    token = certificates.sign(alice.pk, "Alice", timezone.now())
    finish(alice)
    assert Client().get(f"/certificate/{token}/").status_code == 404


def test_a_certificate_ends_with_its_learner(client: Client, alice: User) -> None:
    finish(alice)
    address = client.post("/certificate/", {"name": "Alice"}).headers["Location"]
    alice.delete()
    assert client.get(address).status_code == 404
