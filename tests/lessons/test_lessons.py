"""Lessons can be done as they say, and a lesson that cannot is found out, with file, line and the cure."""

import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from lessons import catalogue, proof, schema, skeleton, stamps, values
from lessons.catalogue import CONTENT

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in CONTENT.glob("*/lesson.yaml"))
FIRST_STEP = """- id: easy
  checks:
  - {id: node, object: nodes//node01}
"""
EASY = "## Easy {#easy}\n\nNothing to do.\n\n### Missing {#node}\nNo node.\n\n"
PAGE = re.compile(r"(?ms)^````\w+ file=(\S+)\n(.*?)^````$")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_lesson_is_proved(folder):
    assert proof.all_problems(catalogue.load(folder, 7), (7, 8)) == []


def test_a_new_lesson_is_whole(draft):
    assert draft.problems() == []


def test_the_example_in_the_page_on_writing_lessons_is_proved(draft):
    page = (ROOT / "docs" / "writing-lessons.md").read_text()
    (draft.folder.parent / "what-a-pod-is").mkdir()
    (draft.folder.parent / "what-a-pod-is" / "lesson.yaml").write_text("")
    files = dict(PAGE.findall(page))
    assert files.keys() == {"lesson.yaml", "en.md", "zh-hans.md", "solution.md"}
    for name, text in files.items():
        draft.write(name, text)
    assert draft.stamp().problems() == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_schema_for_editors_takes_every_lesson(folder):
    text = values.filled((folder / "lesson.yaml").read_text(), catalogue.load(folder).values)
    jsonschema.validate(yaml.safe_load(text), schema.schema())


@pytest.mark.parametrize("slug", ["", "Init", "../x", "a--b", "a b"])
def test_a_lesson_has_a_decent_name(tmp_path, slug):
    with pytest.raises(ValueError, match="is no name for a lesson"):
        skeleton.create(tmp_path, slug)


def test_nothing_is_written_over(draft):
    with pytest.raises(ValueError, match="already a lesson"):
        skeleton.create(draft.folder.parent, "new")


# --- what the proof finds -----------------------------------------------------------------------------------------------


def test_a_step_that_needs_no_work_is_found(draft):
    draft.change("lesson.yaml", "steps:\n", f"steps:\n{FIRST_STEP}")
    for name, heading in (("en.md", "## Create the Pod"), ("zh-hans.md", "## 创建 Pod")):
        draft.change(name, heading, EASY + heading)
    found = draft.stamp().problems()
    assert "new/lesson.yaml:1: the step easy is reached before anything is done" in found


def test_two_steps_that_come_true_together_are_found(draft):
    again = "- id: again\n  checks:\n  - {id: pod, object: pods/default/web}\n\nmistakes:"
    draft.change("lesson.yaml", "mistakes:", again)
    for name in ("en.md", "zh-hans.md"):
        text = (draft.folder / name).read_text()
        at = text.index("## ", text.index("{#wrong}"))
        draft.write(name, text[:at] + "## Again {#again}\n\nLook.\n\n### Missing {#pod}\nNo Pod.\n\n" + text[at:])
    found = draft.stamp().problems()
    assert "new/lesson.yaml:1: the step again is reached together with count: nothing need be done for it" in found


def test_a_solution_that_does_not_solve_is_found(draft):
    draft.write("solution.md", "```console\n$ kubectl get nodes --no-headers | wc -l\n7\n```\n")
    assert draft.problems() == [
        "new/solution.md:2: `kubectl get nodes --no-headers | wc -l` printed something else, beginning with '3'",
        "new/solution.md:1: it does not reach the step create: pod not fulfilled",
    ]


def test_each_further_solution_must_solve_as_well(draft):
    draft.write("solution-idle.md", "```console\n$ kubectl get pods\nNo resources found in default namespace.\n```\n")
    assert draft.problems() == ["new/solution-idle.md:1: it does not reach the step create: pod not fulfilled"]


def test_a_mission_has_two_ways(draft):
    draft.change("lesson.yaml", "order:", "kind: mission\norder:")
    assert draft.problems() == [
        "new/solution.md:1: a mission needs a second way that is accepted: write solution-NAME.md"
    ]


def test_a_wrong_answer_in_the_solution_is_found(draft):
    draft.change("solution.md", "\n1\n", "\n2\n")
    assert draft.problems() == [
        "new/solution.md:23: the answer to 'containers' is not right",
        "new/solution.md:1: it does not reach the step count: containers not fulfilled",
    ]


def test_a_mistake_that_is_not_noticed_is_found(draft):
    draft.change("lesson.yaml", "[kubectl aply]", "[kubectl get pods]")
    assert draft.problems() == ["new/lesson.yaml:1: the mistake misspelt is not noticed when it is made"]


def test_a_wrong_answer_that_would_be_taken_for_a_right_one_is_found(draft):
    draft.change("lesson.yaml", "    number: 1\n", "    number: 1\n    wrong: {none: 1}\n")
    for name in ("en.md", "zh-hans.md"):
        draft.change(name, "#### Wrong {#wrong}", "#### None {#none}\nLook again.\n\n#### Wrong {#wrong}")
    assert draft.stamp().problems() == [
        "new/lesson.yaml:1: count: containers: the wrong answer none is taken for right"
    ]


def test_a_lesson_that_takes_too_long_is_found(draft):
    ticks = iter([0.0, 5.5])
    assert proof.problems(draft.load(), clock=lambda: next(ticks)) == [
        "new/solution.md:1: the proof takes 5.5 s of processor time, at most 5 are allowed: wait less, or make less happen"
    ]


@pytest.mark.parametrize(
    ("old", "problem"),
    [
        (
            "### Missing {#pod}\n还没有 Pod `web`。\n",
            "8: create: nothing says what pod misses: write `### Missing {#pod}`",
        ),
        ("### Hint\n保存之后,清单才会写到主机上。\n", "8: create: as many hints are needed as in en"),
        ("### Hint {#no-file}\n", "8: create: the hint no-file has no text: write `### Hint {#no-file}`"),
        ("看看 `READY` 一列斜线后面的数字。", "the answer wrong has no reply"),
        ("## 命令写错了 {#misspelt}", "no answer to the mistake misspelt: write `## ... {#misspelt}`"),
        ("讲什么。", "the title, the introduction or the debrief is missing"),
        ("image: nginx:1.27", "create: the code is not that of en"),
    ],
)
def test_what_a_translation_lacks_is_found(draft, old, problem):
    draft.change("zh-hans.md", old, "" if "misspelt" not in old else "## 别的 {#create}")
    assert any(f"zh-hans.md:{problem}" in found or problem in found for found in draft.problems())


def test_a_translation_older_than_its_original_is_found(draft):
    draft.change("en.md", "What it is about.", "What it is about, and why.")
    cure = "when both say the same, run: manage.py lessons stamp new"
    assert draft.problems() == [f"new/zh-hans.md:1: the translation is older than en.md: {cure}"]
    assert stamps.write(draft.folder, catalogue.LANGUAGES) == [draft.folder / "zh-hans.md"]
    assert draft.problems() == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[there](nowhere.html)", "the link 'nowhere.html' leads nowhere: use https://..., /lessons/SLUG/ or #step-ID"),
        ("[there](/lessons/gone/)", "the link '/lessons/gone/' leads to a lesson that does not exist"),
        ("[there](#step-gone)", "the link '#step-gone' leads to a step that does not exist"),
        ("```console\nkubectl get pods\n```", "a console block without a command"),
        (
            "```console host=node07\n$ ls\n```",
            "a console block for the host 'node07', which this cluster does not have",
        ),
        ("```yaml file=x.yaml\na: 1\n```", "a file block needs a path that begins with /, not 'x.yaml'"),
        (
            "```pod-anatomy\npod: x\n```",
            "the picture pod-anatomy cannot be drawn: Object missing required field `title`",
        ),
        ("```timeline\n[\n```", "the picture timeline cannot be drawn: while parsing"),
    ],
)
def test_what_cannot_be_clicked_is_found(draft, text, problem):
    for name, intro in (("en.md", "What it is about."), ("zh-hans.md", "讲什么。")):
        draft.change(name, intro, f"{intro}\n\n{text}")
    found = draft.stamp().problems()
    assert [each.partition(":1: ")[2].startswith(problem) for each in found] == [True, True]


def test_a_prerequisite_that_does_not_exist_is_found(draft):
    draft.change("lesson.yaml", "minutes: 10", "minutes: 10\nrequires: [gone]")
    assert draft.problems() == ["new/lesson.yaml:1: requires: there is no lesson 'gone'"]


# --- what cannot be loaded ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("minutes: 10", "minuts: 10", "lesson.yaml:3: unknown key 'minuts': did you mean 'minutes'?"),
        ("minutes: 10", "minutes: ten", "lesson.yaml:3: minutes: Expected `int`, got `str`"),
        ("minutes: 10", "", "lesson.yaml:1: the required key is missing: `minutes`"),
        ("  - id: pod\n", "  - id: pod\n    image: x\n", "lesson.yaml:10: 'image' does not belong to a check of the kind 'object'"),
        ("object: pods/default/web", "object: web", "lesson.yaml:9: an object is written resource/namespace/name, not 'web'"),
        ('"True"}', '{matchs: x}}', "lesson.yaml:11: unknown matcher 'matchs': did you mean 'matches'?"),
        ('"True"}', '{matches: "["}}', "lesson.yaml:11: no regular expression: missing ]: ["),
        ("[type=Ready]", "[type", "lesson.yaml:9: cannot read the path"),
        ("  - id: pod\n    object", "  - object", "lesson.yaml:9: the check needs an id"),
        ("    number: 1\n", "", "lesson.yaml:22: the question 'containers' needs exactly one of choice, number, text"),
        ("- id: count\n", "- id: create\n", "lesson.yaml:20: the id 'create' is used twice"),
        ("  - id: containers\n", "  - id: pod\n", "lesson.yaml:22: 'pod' is the id of a question and of a check (line 9): rename one of them"),
        ("  - id: no-file\n", "  - id: not-ready\n", "lesson.yaml:17: 'not-ready' is the id of a hint and of a check (line 14): rename one of them"),
        ("- id: misspelt\n", "- id: count\n", "lesson.yaml:26: 'count' is the id of a mistake and of a step (line 20): rename one of them"),
        ("  - id: pod\n", "  - {id: pod, file: /x}\n  - id: pod\n", "lesson.yaml:10: the id 'pod' is used twice: give each check its own"),
        ("steps:\n", "steps:\n- {id: idle}\n", "lesson.yaml:7: the step 'idle' needs a check or a question"),
        ("steps:\n", "steps: [\n", "lesson.yaml:7: this is no YAML"),
        ("steps:\n", "values: {app: shop}\nsteps:\n", "lesson.yaml:6: write a list of two or more words or numbers"),
    ],
)  # fmt: skip
def test_a_mistake_in_lesson_yaml_is_reported_with_file_line_and_cure(draft, old, new, refusal):
    assert draft.change("lesson.yaml", old, new).refusal().startswith(f"new/{refusal}")


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("# A new lesson", "Hello\n# A new lesson", "en.md:1: text before the title"),
        ("#### Right {#right}", "#### Right", "en.md:43: the heading 'Right' belongs to nothing"),
        ("## A misspelt command {#misspelt}", "## A misspelt command\n\nx\n\n## Another", "en.md:53: a second debrief"),
    ],
)
def test_a_mistake_in_a_text_is_reported_with_file_line_and_cure(draft, old, new, refusal):
    draft.change("en.md", old, new)
    assert draft.refusal().startswith(f"new/{refusal}")


def test_a_file_that_is_missing_is_named(draft):
    (draft.folder / "solution.md").unlink()
    assert draft.refusal() == "new/solution.md:1: there is no such file: a lesson needs one"
