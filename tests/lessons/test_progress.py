"""How a learner comes through a lesson: questions, hints, what is missing in words, skipped steps, exams."""

import re
from pathlib import Path

import pytest

from lessons import hints, progress, scores, solutions
from lessons.catalogue import Lesson
from lessons.players import EPOCH, Player
from lessons.progress import NotNow
from simulator.lab import Lab

PAGE = re.compile(r"(?ms)^````\w+ file=(\S+)\n(.*?)^````$")


class Learner:
    """Somebody who does a lesson."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        self.lab = Lab.boot(lesson.scenario, seed=1, epoch=EPOCH)
        self.player = Player(self.lab, self.hear)
        self.progress = progress.begin(lesson, 1)
        self.told: list[progress.Message] = []

    def hear(self, changes, wall=1):
        self.progress, told = progress.feed(self.lesson, self.progress, self.lab, changes, wall)
        self.told += told

    def type(self, line):
        self.player.type(line)
        return self

    def answer(self, question, *given):
        self.progress, told = progress.answer(self.lesson, self.progress, self.lab, question, given)
        self.told += told
        return next(message for message in told if message["type"] == "question.judged")

    def missing(self):
        return [text["en"] for text in progress.missing_message(self.lesson, self.progress, self.lab)["missing"]]

    def hint(self, step):
        self.progress, message = progress.hint(self.lesson, self.progress, step, self.lab)
        return message and message["html"]["en"]


@pytest.fixture
def learner(draft):
    """Somebody who does the example of the page on writing lessons."""
    page = (Path(__file__).parents[2] / "docs" / "writing-lessons.md").read_text()
    for name, text in PAGE.findall(page):
        draft.write(name, text)
    return Learner(draft.load())


@pytest.fixture
def examinee(draft):
    """Somebody who sits the example as an exam."""
    page = (Path(__file__).parents[2] / "docs" / "writing-lessons.md").read_text()
    for name, text in PAGE.findall(page):
        draft.write(name, text)
    draft.change("lesson.yaml", "kind: lesson", "kind: exam\nlimit: 30\npass: 60")
    return Learner(draft.load())


def both_answered(learner):
    learner.answer("which-port", "80")
    learner.answer("why", "no-service")
    return learner


# --- questions --------------------------------------------------------------------------------------------------------


def test_a_wrong_answer_is_answered_and_a_right_one_goes_on(learner):
    port = learner.lesson.values["port"]
    assert "port of the Service" in learner.answer("which-port", port)["replies"][0]["en"]
    assert "ordinary web pages" in learner.answer("which-port", "1")["replies"][0]["en"]
    assert learner.answer("which-port", " 80 ")["right"] is True
    judged = learner.answer("why", "no-pod")
    assert (judged["right"], judged["closed"], len(judged["replies"])) == (False, False, 1)
    learner.answer("why", "no-service")
    assert [message["step"] for message in learner.told if message["type"] == "step.reached"] == ["look"]


@pytest.mark.parametrize(
    ("question", "given", "reason"),
    [
        ("which-port", [], "There is no answer yet."),
        ("which-port", ["  "], "There is no answer yet."),
        ("which-port", ["eighty"], "The answer is a number."),
        ("which-port", ["NaN"], "The answer is a number."),
        ("why", ["because"], "There is no option 'because'."),
        ("what", ["x"], "There is no such question."),
    ],
)
def test_what_is_no_answer_is_refused_and_not_counted(learner, question, given, reason):
    with pytest.raises(NotNow, match=reason):
        learner.answer(question, *given)
    assert learner.progress["answers"] == {}


def test_a_number_in_wide_digits_is_the_number(learner):
    assert learner.answer("which-port", "\uff18\uff10")["right"] is True


def test_a_question_is_answered_once_and_when_its_turn_has_come(learner):
    both_answered(learner)
    with pytest.raises(NotNow, match="turn has not come"):
        learner.answer("why", "no-service")


# --- what is missing, and hints ----------------------------------------------------------------------------------------


def test_what_is_missing_is_said_with_the_value_that_was_found(learner):
    app, port = learner.lesson.values["app"], learner.lesson.values["port"]
    both_answered(learner).type(f"kubectl wait --for=condition=Ready pod/{app}")
    assert learner.missing() == [f"<p>There is no Service <code>{app}</code>.</p>\n"]
    learner.type(f"kubectl expose pod {app} --port=7000 --target-port=80").type("sleep 2")
    assert learner.missing() == [
        f"<p>The Service <code>{app}</code> answers at port <code>7000</code>, not at {port}.</p>\n"
    ]


def test_a_value_of_a_learners_is_text_whatever_it_is(draft):
    draft.change("en.md", "`{found:status.phase}`", "{found:metadata.annotations.note}")
    learner = Learner(draft.load())
    learner.type("kubectl run web --image=nosuch --annotations='note=<script>alert(1)</script>'")
    (text,) = learner.missing()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script" not in text


def test_a_server_is_asked_in_the_cluster(learner):
    app, port = learner.lesson.values["app"], learner.lesson.values["port"]
    both_answered(learner).type(f"kubectl wait --for=condition=Ready pod/{app}")
    learner.type(f"kubectl expose pod {app} --port={port} --target-port=81").type("sleep 2")
    assert learner.missing() == [f"<p>Nobody answers at <code>http://{app}.default.svc:{port}/</code> yet.</p>\n"]
    learner.type(f'kubectl patch service {app} -p \'{{"spec":{{"ports":[{{"port":{port},"targetPort":80}}]}}}}\'')
    learner.type("sleep 2")
    assert learner.progress["done"] == ["look", "expose"]


def test_hints_come_one_by_one_and_first_those_for_the_last_error(learner):
    app, port = learner.lesson.values["app"], learner.lesson.values["port"]
    expose = f"kubectl expose pod {app} --port=7000"
    both_answered(learner).type(expose).type(expose)
    assert "there already" in learner.hint("expose")
    assert "has examples" in learner.hint("expose")
    assert learner.hint("expose") is None
    assert len(hints.given(learner.progress, "expose")) == 2
    assert port  # the values are this learner's


def test_without_the_error_its_hint_is_not_given(learner):
    both_answered(learner)
    assert "has examples" in learner.hint("expose")
    assert learner.hint("expose") is None


def test_hints_that_were_counted_by_number_are_still_known(learner):
    learner.progress["hints"] = {"expose": 1}
    assert hints.given(learner.progress, "expose") == ["0"]
    picture = progress.picture(learner.lesson, learner.progress, learner.lab)
    assert len(picture["steps"][1]["hints"]) == 1


# --- skipping, points ----------------------------------------------------------------------------------------------------


def test_a_steps_solution_is_what_leads_to_it(learner):
    pieces = solutions.pieces(learner.lesson, "look")
    assert [next(iter(piece)) for piece in pieces] == ["host", "question", "question"]
    assert solutions.pieces(learner.lesson, "expose")[0]["line"].startswith("kubectl expose pod")


def test_a_skipped_step_is_left_whatever_came_of_it_and_counts_nothing(learner):
    learner.progress = progress.skip(learner.lesson, learner.progress, "look")
    learner.progress, told = progress.leave(learner.lesson, learner.progress, learner.lab, "look")
    assert told[0] == {"type": "step.reached", "step": "look"}
    assert scores.score(learner.lesson, learner.progress)["points"] == 0


def test_only_the_current_step_is_skipped_and_only_a_skipped_one_left(learner):
    with pytest.raises(NotNow):
        progress.skip(learner.lesson, learner.progress, "expose")
    with pytest.raises(NotNow):
        progress.leave(learner.lesson, learner.progress, learner.lab, "look")


def test_a_question_counts_if_the_first_answer_was_right(learner):
    learner.answer("which-port", "79")
    both_answered(learner)
    assert scores.score(learner.lesson, learner.progress) == {"points": 1, "total": 5, "percent": 20, "passed": None}


# --- exams ----------------------------------------------------------------------------------------------------------------


def test_an_exam_is_done_in_any_order_and_counts_what_is_fulfilled_at_its_end(examinee):
    app, port = examinee.lesson.values["app"], examinee.lesson.values["port"]
    examinee.type(f"kubectl wait --for=condition=Ready pod/{app}")
    examinee.type(f"kubectl expose pod {app} --port={port} --target-port=80").type("sleep 2")
    assert examinee.progress["done"] == ["expose"]
    assert examinee.missing() == []
    examinee.progress, told = progress.hand_in(examinee.lesson, examinee.progress, examinee.lab, 2)
    assert told[-1]["score"] == {"points": 3, "total": 5, "percent": 60, "passed": True}
    assert progress.finished(examinee.lesson, examinee.progress)
    with pytest.raises(NotNow, match="over already"):
        progress.hand_in(examinee.lesson, examinee.progress, examinee.lab, 3)


def test_in_an_exam_nobody_says_what_is_right_before_the_end(examinee):
    judged = examinee.answer("which-port", "81")
    assert (judged["right"], judged["replies"], judged["closed"]) == (None, [], True)
    with pytest.raises(NotNow, match="answered already"):
        examinee.answer("which-port", "80")
    assert examinee.hint("look") is None
    with pytest.raises(NotNow):
        progress.skip(examinee.lesson, examinee.progress, "look")
    examinee.progress, _ = progress.hand_in(examinee.lesson, examinee.progress, examinee.lab, 2)
    picture = progress.picture(examinee.lesson, examinee.progress, examinee.lab)
    assert picture["steps"][0]["questions"][0]["right"] is False
    assert picture["score"]["passed"] is False


def test_in_an_exam_mistakes_are_not_answered(examinee):
    examinee.type(f"kubectl expose pod {examinee.lesson.values['app']}")
    assert [message["type"] for message in examinee.told] == []


def test_what_is_done_after_an_exams_time_does_not_count(examinee):
    end = examinee.progress["ends"]
    assert end == 1 + 30 * 60 * 1_000_000
    examinee.progress, told = progress.feed(examinee.lesson, examinee.progress, examinee.lab, [], end)
    assert [message["type"] for message in told] == ["lesson.finished"]
    examinee.type(f"kubectl expose pod {examinee.lesson.values['app']} --port=80")
    assert scores.score(examinee.lesson, examinee.progress)["points"] == 0


# --- values ---------------------------------------------------------------------------------------------------------------


def test_values_differ_by_seed_and_are_the_same_for_one(draft):
    draft.change("lesson.yaml", "steps:", "values:\n  port: {from: 1, to: 50000}\nsteps:")
    draft.change("en.md", "What it is about.", "Port {{port}}.")
    ports = {seed: draft.load_for(seed).values["port"] for seed in (1, 2, 1)}
    assert len(set(ports.values())) == 2
    assert draft.load_for(1).texts["en"].intro == f"Port {ports[1]}."
