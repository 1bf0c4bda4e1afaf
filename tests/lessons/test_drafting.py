"""A lesson as a form has it is the same lesson as its files."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lessons import catalogue
from lessons.apart import asking
from lessons.catalogue import CONTENT, LANGUAGES, Lesson
from lessons.drafting import desk, joining, reading, writing
from lessons.drafting.document import CheckPart, Document, HintPart, StepPart, decode, encode
from lessons.skeleton import FILES

FOLDERS = sorted(path.parent for path in CONTENT.glob("*/lesson.yaml"))
PLAIN = [folder for folder in FOLDERS if not catalogue.load(folder).values]


def files_of(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def essence(lesson: Lesson) -> dict[str, Any]:
    """All that a lesson says, without where it stands."""
    facts = {each.name: getattr(lesson, each.name) for each in dataclasses.fields(lesson)}
    texts = {language: dataclasses.asdict(text) for language, text in facts.pop("texts").items()}
    return {**facts, "folder": None, "texts": without_places(texts)}


def without_places(data: Any) -> Any:
    if not isinstance(data, dict):
        return data
    return {key: without_places(value) for key, value in data.items() if key not in ("line", "original")}


@pytest.mark.parametrize("folder", PLAIN, ids=lambda folder: folder.name)
def test_nothing_is_lost_between_files_and_form(folder: Path) -> None:
    document = reading.read(folder.name, files_of(folder))
    again = decode(json.loads(json.dumps(encode(document))))
    assert again == document
    files = {**files_of(folder), **writing.written(document)}
    assert reading.read(folder.name, files) == document
    with desk.laid_out(folder.name, files) as made:
        assert essence(catalogue.load(made)) == essence(catalogue.load(folder))


def test_lessons_whose_values_differ_are_for_files() -> None:
    folder = next(folder for folder in FOLDERS if folder not in PLAIN)
    with pytest.raises(reading.Unformed, match="edited as files"):
        reading.read(folder.name, files_of(folder))


@pytest.mark.parametrize(
    "text",
    ["## Not a step {#x}", "# No title\nreally", "```console\n$ true", "\\## already", "```\n# in code\n```", "a\r\nb"],
)
def test_a_text_cannot_become_a_part_of_the_lesson(text: str) -> None:
    step = StepPart(id="one", title={"en": "One"}, body={"en": text}, hints=[HintPart(text={"en": "Look."})])
    found = reading.read("x", writing.written(Document(title={"en": "T"}, intro={"en": text}, steps=[step])))
    assert [each.id for each in found.steps] == ["one"]
    assert found.steps[0].hints[0].text == {"en": "Look."}
    for words in (found.intro, found.steps[0].body):
        assert words["en"].removesuffix("\n```") in text.replace("\r\n", "\n") or words["en"] == text


def test_a_title_cannot_bring_an_anchor() -> None:
    step = StepPart(id="one", title={"en": "One {#two}\n## Three"}, body={"en": "Do it."})
    found = reading.read("x", writing.written(Document(title={"en": "T"}, steps=[step])))
    assert [each.id for each in found.steps] == ["one"]


@pytest.mark.parametrize(
    "data",
    [
        {"steps": [{"id": "Bad Id"}]},
        {"title": {"fr": "Non"}},
        {"title": {"en": "x" * 20_001}},
        {"unknown": 1},
        {"steps": [{"id": f"s-{number}"} for number in range(31)]},
        {"slug": "../etc"},
    ],
)
def test_what_is_no_document_is_refused(data: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode(data)


@pytest.mark.parametrize(
    "name", ["../x", "/etc/passwd", "files/../../x", ".hidden", "a//b", "files/", "a\0b", "x" * 90]
)
def test_files_stay_in_their_folder(name: str) -> None:
    assert "is no name for a file" in desk.refusal({name: ""})


def test_too_much_is_refused() -> None:
    assert "too large" in desk.refusal({"a.md": "x" * 400_001})
    assert "too many" in desk.refusal({f"{number}.md": "" for number in range(61)})


def test_files_that_no_folder_or_database_could_hold_are_refused():
    assert "cannot be a file and a folder" in desk.refusal({"files/a": "", "files/a/b": ""})
    assert "has a NUL in it" in desk.refusal({"en.md": "a\0b"})
    assert desk.refusal({"files/a": "", "files/b/a": ""}) == ""


# --- proposals and what was written -----------------------------------------------------------------------------------------


def offer(name: str, *, included: bool = True) -> dict[str, Any]:
    return {
        "id": name,
        "check": {"object": f"pods/default/{name}"},
        "weight": 1,
        "missing": dict.fromkeys(LANGUAGES, f"No {name}."),
        "why": "created",
        "included": included,
    }


def ids(document: Document) -> list[list[str]]:
    return [[check.id for check in step.checks] for step in document.steps]


def test_a_step_that_is_split_keeps_what_was_written() -> None:
    first = joining.joined(Document(), [], [0], [], [[offer("a"), offer("b"), offer("c", included=False)]])
    assert ids(first) == [["a", "b"]]
    first.steps[0].title = {"en": "All at once"}
    first.steps[0].checks[1].missing = {"en": "My own words."}
    second = joining.joined(first, [0], [0, 2], [[offer("a"), offer("b")]], [[offer("a")], [offer("b")]])
    assert ids(second) == [["a"], ["b"]]
    assert second.steps[0].title == {"en": "All at once"}
    assert second.steps[1].checks[0].missing == {"en": "My own words."}


def test_steps_that_are_joined_lose_no_text() -> None:
    first = joining.joined(Document(), [], [0, 2, 4], [], [[offer("a")], [offer("b")], [offer("c")]])
    for step, name in zip(first.steps, "ABC", strict=True):
        step.title, step.body, step.hints = (
            {"en": name},
            {"en": f"Do {name}."},
            [HintPart(text={"en": f"Hint {name}."})],
        )
    before = [[offer("a")], [offer("b")], [offer("c")]]
    second = joining.joined(first, [0, 2, 4], [0, 4], before, [[offer("a"), offer("b")], [offer("c")]])
    assert ids(second) == [["a", "b"], ["c"]]
    assert [step.title["en"] for step in second.steps] == ["A", "C"]
    assert second.steps[0].body == {"en": "Do A.\n\nB\n\nDo B."}
    assert [hint.text["en"] for hint in second.steps[0].hints] == ["Hint A.", "Hint B."]


def test_what_was_dropped_stays_dropped_and_what_was_added_stays() -> None:
    before = [[offer("a"), offer("b")]]
    document = joining.joined(Document(), [], [0], [], before)
    document.steps[0].checks = [document.steps[0].checks[0], CheckPart(id="mine", check={"object": "nodes//node01"})]
    again = joining.joined(document, [0], [0], before, [[offer("a"), offer("b"), offer("new")]])
    assert ids(again) == [["a", "mine", "new"]]


# --- apart --------------------------------------------------------------------------------------------------------------------


def test_the_proof_is_done_apart() -> None:
    files = dict(FILES)
    assert asking.ask("prove", {"slug": "new", "files": files})["problems"] == [
        "new/zh-hans.md:1: the translation was never compared with en.md: when both say the same, run: manage.py lessons stamp new"
    ]


def test_what_takes_too_long_is_ended() -> None:
    with pytest.raises(asking.TookTooLong):
        asking.ask("prove", {"slug": "new", "files": dict(FILES)}, patience=0.001)


def test_what_cannot_be_done_says_why() -> None:
    with pytest.raises(asking.Failed, match="is no name for a file"):
        asking.ask("prove", {"slug": "new", "files": {"../x": ""}})


def test_the_proof_goes_through_the_site_as_well() -> None:
    document = reading.read("new", FILES)
    document.compared = True
    files = {**FILES, **writing.written(document)}
    assert asking.ask("prove", {"slug": "new", "files": files}, patience=60) == {"problems": []}
