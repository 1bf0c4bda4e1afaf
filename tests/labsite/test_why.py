"""Why?: every kind of link has its words in both languages; an answer is put into words for one browser; an exam gives none."""

import json
import re
import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings

from labsite.accounts.models import User
from labsite.console import intake, messages, picture, why
from labsite.console.languages import localised
from labsite.sandboxes.models import Sandbox
from lessons import catalogue
from lessons.models import Run
from simulator.lab import WHY_KINDS, Lab

CODES = sorted(code for code, _ in settings.LANGUAGES)
NAMED = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("kind", sorted(WHY_KINDS))
def test_a_kind_of_link_has_words_in_both_languages_that_name_its_values(kind: str) -> None:
    texts = why.words()[kind]
    assert sorted(texts) == CODES
    for text in texts.values():
        assert set(NAMED.findall(text)) <= set(WHY_KINDS[kind].values)
        assert text.count("`") % 2 == 0
    assert NAMED.findall(texts["en"]) == [] or set(NAMED.findall(texts["en"])) == set(NAMED.findall(texts["zh-hans"]))
    assert WHY_KINDS[kind].docs in why.pages()


def test_there_are_no_words_for_what_does_not_exist() -> None:
    assert set(why.words()) == set(WHY_KINDS)
    assert set(why.pages()) == {kind.docs for kind in WHY_KINDS.values()}
    assert all(sorted(page) == sorted([*CODES, "path"]) for page in why.pages().values())


def test_values_are_filled_in_and_their_backticks_are_no_code() -> None:
    assert why.pieces("Pod `{name}` is {state}.", {"name": "a`b", "state": "`x`"}) == [
        ("Pod ", False),
        ("a`b", True),
        (" is `x`.", False),
    ]


@pytest.fixture(scope="module")
def lab() -> Lab:
    lab = Lab.boot({}, seed=1, epoch=1_795_165_200_000_000)
    lab.submit({"type": "terminal.open", "terminal": "t1", "host": "master", "columns": 80, "rows": 24})
    lab.settle(1_000_000)
    lab.submit({"type": "line", "terminal": "t1", "text": "kubectl get pod nobody"})
    lab.settle(5_000_000)
    return lab


def asked(**question: Any) -> dict[str, Any]:
    """The question as a browser sends it, and the site hands it on."""
    message = messages.decode(json.dumps({"type": "why.wanted", "id": "q1", **question}))
    return {"type": intake.name(message), **intake.fields(message), "id": "q1"}


def test_an_answer_reads_in_the_learners_language(lab: Lab) -> None:
    answer = picture.answer(asked(about="command", terminal="t1"), lab)
    english, chinese = localised(answer, "en"), localised(answer, "zh-hans")
    assert (answer["type"], answer["id"]) == ("why", "q1")
    assert english["links"][0]["words"] == [("kubectl get pod nobody", True), (" ended with exit code 1.", False)]
    assert chinese["links"][0]["words"] == [("kubectl get pod nobody", True), (" 以退出码 1 结束。", False)]
    assert chinese["links"][1]["page"]["url"].startswith("https://kubernetes.io/zh-cn/docs/")


def test_a_condition_can_be_asked_about(lab: Lab) -> None:
    question = asked(about="condition", resource="nodes", name="node01", condition="Ready")
    links = picture.answer(question, lab)["links"]
    assert [link["kind"] for link in links] == ["condition.seen", "node.ready"]
    gone = picture.answer(asked(about="condition", resource="pods", name="nobody", condition="Ready"), lab)["links"]
    assert [link["kind"] for link in gone] == ["object.gone"]


def test_what_cannot_be_asked_is_refused_before_it_reaches_the_cluster() -> None:
    for question in ({"about": "weather"}, {"about": "command", "terminal": "no such"}, {"about": "object", "more": 1}):
        with pytest.raises(Exception, match=r"Invalid|Expected|unknown"):
            asked(**question)


@pytest.mark.django_db
def test_an_exam_gives_no_answers_until_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    exam = replace(next(iter(catalogue.lessons().values())), kind="exam")
    monkeypatch.setattr(catalogue, "of", lambda slug, seed, edition: exam)
    owner = User.objects.create(username="alice")
    row = Sandbox.objects.create(id=uuid.uuid4(), owner=owner, lesson=exam.slug, seed=1)
    run = Run.objects.create(sandbox=row.pk, learner=owner, lesson=exam.slug, progress={})
    question = asked(about="object", resource="pods", namespace="default", name="web")
    refused = why.refusal(row.pk, question)
    assert refused
    assert refused["reason"] == "There are no answers in an exam."
    assert why.refusal(row.pk, {"type": "files.wanted"}) is None
    run.progress = {"over": True}
    run.save()
    assert why.refusal(row.pk, question) is None
