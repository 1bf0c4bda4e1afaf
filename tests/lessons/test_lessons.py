"""Lessons can be done as they say, and a lesson that cannot is found out."""

import dataclasses

import pytest

from lessons import catalogue, skeleton
from lessons.catalogue import LessonError, Mistake, Step
from lessons.proof import problems

CREATED = {"object": "pods/default/web", "ever": True}


@pytest.fixture
def new(tmp_path):
    """The lesson that `manage.py lessons new` makes."""
    return catalogue.load(skeleton.create(tmp_path, "new"))


@pytest.mark.parametrize("slug", catalogue.lessons())
def test_a_lesson_is_proved(slug):
    assert problems(catalogue.lessons()[slug], seed=7) == []


def test_a_new_lesson_is_whole(new):
    assert problems(new) == []


@pytest.mark.parametrize("slug", ["", "Init", "../x", "a--b", "a b"])
def test_a_lesson_has_a_decent_name(tmp_path, slug):
    with pytest.raises(ValueError, match="is no name for a lesson"):
        skeleton.create(tmp_path, slug)


def test_nothing_is_written_over(new, tmp_path):
    with pytest.raises(ValueError, match="already a lesson"):
        skeleton.create(tmp_path, "new")


def changed(lesson, **values):
    return dataclasses.replace(lesson, **values)


def test_a_step_that_needs_no_work_is_found(new):
    easy = Step("easy", {"node": {"object": "nodes//node01"}})
    lesson = changed(new, steps=(easy, *new.steps), texts=with_step(new, "easy", "node"))
    assert "the step easy is reached before anything is done" in problems(lesson)


def test_two_steps_that_come_true_together_are_found(new):
    double = Step("double", {"pod": new.steps[0].checks["pod"]})
    lesson = changed(new, steps=(*new.steps, double), texts=with_step(new, "double", "pod"))
    assert "the step double is reached together with create: nothing need be done for it" in problems(lesson)


def test_a_solution_that_does_not_solve_is_found(new):
    found = problems(changed(new, solution="```console\n$ kubectl get nodes --no-headers | wc -l\n7\n```\n"))
    assert found[:2] == [
        "solution.md, line 2: `kubectl get nodes --no-headers | wc -l` printed something else",
        "the solution does not reach the step create",
    ]


def test_each_further_solution_must_solve_as_well(tmp_path):
    folder = skeleton.create(tmp_path, "two-ways")
    idle = "```console\n$ kubectl get pods\nNo resources found in default namespace.\n```\n"
    run = "```console\n$ kubectl run web --image=nginx:1.27\npod/web created\n$ kubectl wait --for=condition=Ready pod/web\n...\n```\n"
    (folder / "solution-idle.md").write_text(idle)
    (folder / "solution-run.md").write_text(run)
    assert problems(catalogue.load(folder)) == ["solution-idle.md does not reach the step create"]


def test_a_mistake_that_is_not_noticed_is_found(new):
    mistake = Mistake("misspelt", new.mistakes[0].when, ("kubectl get pods",))
    assert problems(changed(new, mistakes=(mistake,))) == ["the mistake misspelt is not noticed when it is made"]


def test_texts_that_one_language_lacks_are_found(new):
    chinese = new.texts["zh-hans"]
    poor = dataclasses.replace(
        chinese, steps={"create": dataclasses.replace(chinese.steps["create"], hints=[], missing={})}
    )
    assert problems(changed(new, texts={**new.texts, "zh-hans": poor})) == [
        "zh-hans: create: nothing says what pod misses",
        "zh-hans: create: as many hints are needed as in en",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("steps: [", "while parsing"),
        ("chapter: 1\norder: 1\nminutes: 1\nsteps: []\nwhat: 1", "unknown key 'what'"),
        ("{}", "'chapter'"),
    ],
)
def test_a_folder_that_is_no_lesson_is_refused_with_its_name(tmp_path, text, message):
    folder = skeleton.create(tmp_path, "odd")
    (folder / "lesson.yaml").write_text(text)
    with pytest.raises(LessonError, match="odd: ") as caught:
        catalogue.load(folder)
    assert message in str(caught.value)


def with_step(lesson, step, check):
    """The texts of *lesson* with something for one step more."""
    found = {}
    for language, text in lesson.texts.items():
        model = next(iter(text.steps.values()))
        said = dataclasses.replace(model, missing={check: "It is missing."})
        found[language] = dataclasses.replace(text, steps={**text.steps, step: said})
    return found
