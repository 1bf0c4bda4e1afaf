"""Lessons as files on an author's pages: brought, checked, opened again, and what becomes of their versions."""

import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import copytree
from textwrap import indent
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import Settings

from labsite.accounts.models import User
from labsite.authoring import drafts, misspellings, tasks
from labsite.authoring.models import Draft
from labsite.classes import assignments
from labsite.classes.models import Assignment
from lessons import catalogue, changes, proof, shelf, texts
from lessons.apart import asking
from lessons.carrying import zips
from lessons.drafting import desk
from lessons.models import LessonVersion
from lessons.skeleton import FILES
from lessons.stamps import stamped
from tests.labsite.classes import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_simulator")]
SLUG = "brought"
COMPLETE = "what-a-pod-is"
WHOLE = {**FILES, "zh-hans.md": stamped(FILES["zh-hans.md"], FILES["en.md"])}


@pytest.fixture(autouse=True)
def _place(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders of the test's own; nobody has a window open; what is to be checked is checked at once."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(drafts, "publish", lambda group, message: None)
    monkeypatch.setattr(tasks.check, "delay", tasks.check)
    monkeypatch.setattr(tasks.solve, "delay", tasks.solve)
    monkeypatch.setattr(asking, "ask", partial(asking.ask, patience=120))  # the machine may be busy


@pytest.fixture
def author() -> User:
    return cast.teacher()


@pytest.fixture
def client(author: User) -> Client:
    return cast.browser(author)


def upload(client: Client, data: bytes, name: str = "lesson.zip", language: str = "en") -> Any:
    file = SimpleUploadedFile(name, data, "application/zip")
    return client.post(reverse("import-lesson"), {"file": file}, follow=True, headers={"Accept-Language": language})


def version(author: User, **files: str) -> LessonVersion:
    """A version on the shelf; without a translation of its own it says the same in both languages."""
    return shelf.keep(SLUG, {**WHOLE, **files}, author)


# --- brought ----------------------------------------------------------------------------------------------------------------


def test_a_zip_becomes_a_draft_that_is_checked_published_and_taken_away_as_it_was(client: Client, author: User) -> None:
    data = zips.packed(WHOLE, SLUG)
    page = upload(client, data)
    row = Draft.objects.get(author=author)
    assert page.redirect_chain == [(reverse("draft-desk", args=[row.pk]) + "#check", 302)]
    assert (row.slug, row.report) == (SLUG, {"problems": [], "version": 0})
    assert client.post(reverse("draft-publish", args=[row.pk])).status_code == 200
    found = catalogue.get(SLUG)
    assert found
    kept = LessonVersion.objects.get()
    for address in (reverse("draft-download", args=[row.pk]), reverse("my-lesson-zip", args=[SLUG, kept.digest])):
        assert client.get(address).content == data


def test_what_is_wrong_is_said_with_file_line_and_cure(client: Client, author: User) -> None:
    bad = {**WHOLE, "lesson.yaml": WHOLE["lesson.yaml"].replace("minutes:", "minuts:")}
    upload(client, zips.packed(bad, SLUG))
    row = Draft.objects.get(author=author)
    (problem,) = client.get(reverse("draft-whole", args=[row.pk])).json()["report"]["problems"]
    assert (problem["file"], problem["line"]) == ("lesson.yaml", 3)
    assert problem["text"] == "There is no key minuts here. Did you mean minutes?"
    client.cookies["django_language"] = "zh-hans"
    (problem,) = client.get(reverse("draft-whole", args=[row.pk])).json()["report"]["problems"]
    assert problem["text"] == "这里没有 minuts 这个键。你是想写 minutes 吗？"
    assert row.files == bad


def test_several_lessons_become_several_drafts(client: Client) -> None:
    both = {f"{folder}/{name}": text for folder in ("one", "two") for name, text in WHOLE.items()}
    page = upload(client, zips.packed(both))
    assert b"2 lessons are drafts now" in page.content
    assert sorted(row.slug for row in Draft.objects.all()) == ["one", "two"]


def test_a_file_that_was_left_is_named_at_the_desk(client: Client) -> None:
    upload(client, zips.packed({**WHOLE, ".editorconfig": "x"}, SLUG))
    row = Draft.objects.get()
    lost = client.get(reverse("draft-whole", args=[row.pk])).json()["lost"]
    assert lost == [{"what": ".editorconfig:1", "why": "hidden files are no part of a lesson"}]
    assert b"Not taken over" in client.get(reverse("draft-desk", args=[row.pk])).content


OFFERS = "Run a Pod `lantern`.\n\n`lamp on`{{exec}}\n\n`kubectl run lantern --image=nginx:1.27`{{exec}}\n"


def test_a_scenario_of_another_platform_becomes_a_draft_that_names_what_was_left(client: Client) -> None:
    steps = '[{"title": "Light it", "text": "light.md", "verify": "light.sh"}]'
    index = f'{{"title": "Lantern",\n"details": {{"steps": {steps}}},\n"interface": {{"layout": "ide"}}}}'
    texts = {"light.md": OFFERS, "light.sh": "kubectl get pod lantern"}
    upload(client, zips.packed({"index.json": index, **texts}, "the-lantern"))
    row = Draft.objects.get()
    (step,) = row.document["steps"]
    assert (row.slug, step["id"], step["checks"][0]["check"]) == (
        "the-lantern",
        "light-it",
        {"script": texts["light.sh"]},
    )
    state = client.get(reverse("draft-whole", args=[row.pk])).json()
    assert {"what": "index.json:3", "why": "'interface' has no place here"} in state["lost"]
    assert "$ kubectl run lantern --image=nginx:1.27\n...\n" in row.files["solution.md"]
    fell = next(each for each in state["lost"] if each["what"].startswith("light.md:3: lamp on → "))
    assert fell["why"] == "it fails here, and is not in the solution"
    assert "solution.md" not in [problem["file"] for problem in state["report"]["problems"]]
    client.cookies["django_language"] = "zh-hans"
    state = client.get(reverse("draft-whole", args=[row.pk])).json()
    assert "在这里执行失败，未写入解答" in [each["why"] for each in state["lost"]]


@pytest.mark.parametrize(
    ("data", "english", "chinese"),
    [
        (b"no zip", "lesson.zip: This is no zip that can be read.", "lesson.zip：这不是"),
        (
            zips.packed({"a/lesson.yaml": "", "a/x y": ""}),
            "is no name for a file of a lesson",
            "不能作为课程文件的名字",
        ),
        (zips.packed({f"{n}/lesson.yaml": "" for n in range(21)}), "at most 20", "最多 20 课"),
        (b"x" * (3 << 20), "too large: at most 2 MiB", "太大"),
    ],
)
def test_what_cannot_be_taken_is_said_in_the_authors_language(
    client: Client, data: bytes, english: str, chinese: str
) -> None:
    assert english in upload(client, data).content.decode().replace("&#x27;", "'")
    assert chinese in upload(client, data, language="zh-hans").content.decode()
    assert not Draft.objects.exists()


def test_no_file_and_too_many_drafts_are_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert b"Choose a zip first" in client.post(reverse("import-lesson"), follow=True).content
    monkeypatch.setattr(drafts, "MOST", 1)
    both = {f"{folder}/{name}": text for folder in ("one", "two") for name, text in WHOLE.items()}
    assert b"too many drafts" in upload(client, zips.packed(both)).content
    assert not Draft.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_reasons_of_the_desk_and_the_shelf_are_told_in_the_authors_language(client: Client, language: str) -> None:
    row = Draft.objects.create(author=User.objects.get(username="teacher"), stage="edit")
    client.cookies["django_language"] = language
    said = {"en": ("too many files", "a lesson of the course"), "zh-hans": ("文件太多", "课程里已有一课用了这个名称")}[
        language
    ]
    answer = client.post(
        reverse("draft-save", args=[row.pk]),
        {"version": 0, "files": {f"{n}.md": "" for n in range(desk.MOST_FILES + 1)}},
        content_type="application/json",
    )
    assert said[0] in answer.json()["refused"]
    taken = {"document": {"slug": "what-a-pod-is"}, "files": WHOLE, "report": {"problems": [], "version": 0}}
    Draft.objects.filter(pk=row.pk).update(**taken)
    assert said[1] in client.post(reverse("draft-publish", args=[row.pk])).json()["refused"]


# --- versions ---------------------------------------------------------------------------------------------------------------


def test_versions_say_what_changed_who_learns_with_them_and_a_class_is_moved(client: Client, author: User) -> None:
    room, other = cast.classroom(author), cast.classroom(cast.teacher("other"), "Not mine")
    first = version(author)
    shelf.publish(first)
    for each in (room, other):
        assignments.choose(each, {SLUG: ""})
    text = WHOLE["lesson.yaml"].replace("  - id: pod\n", "  - id: pod\n    weight: 2\n")
    shelf.publish(newer := version(author, **{"lesson.yaml": text}))
    page = client.get(reverse("my-lesson", args=[SLUG])).content.decode()
    assert "create/pod</code>: changed" in page
    assert (room.name in page, other.name in page, "Classes of others: 1" in page) == (True, False, True)
    act = reverse("my-lesson-version", args=[SLUG, newer.digest])
    client.post(act, {"wish": "move", "classroom": str(room.pk)})
    refused = client.post(act, {"wish": "move", "classroom": str(other.pk)}, follow=True)
    assert b"or it is not yours" in refused.content
    pins = dict(Assignment.objects.values_list("classroom", "digest"))
    assert pins == {room.pk: newer.digest, other.pk: first.digest}
    assert b"2 versions" in client.get(reverse("drafts")).content


def test_an_older_version_is_published_again_withdrawn_and_opened_as_a_draft(client: Client, author: User) -> None:
    first, second = version(author), version(author, **{"start.md": "# Start\n"})
    shelf.publish(second)
    act = reverse("my-lesson-version", args=[SLUG, first.digest])
    client.post(act, {"wish": "publish"})
    assert shelf.published(SLUG) == shelf.folder(first)
    client.post(act, {"wish": "withdraw"})
    assert shelf.published(SLUG) is None
    assert client.post(act, {"wish": "draft"}).url == reverse("draft-desk", args=[Draft.objects.get().pk])
    assert Draft.objects.get().files == WHOLE


def test_somebody_elses_lesson_is_not_there(author: User) -> None:
    row = version(author)
    stranger = cast.browser(cast.teacher("other"))
    for name, more in (("my-lesson", []), ("my-lesson-zip", [row.digest]), ("my-lesson-version", [row.digest])):
        assert stranger.get(reverse(name, args=[SLUG, *more])).status_code in (404, 405)
        assert stranger.post(reverse(name, args=[SLUG, *more]), {"wish": "withdraw"}).status_code in (404, 405)


def test_a_version_that_this_release_cannot_read_is_shown_by_its_name(client: Client, author: User) -> None:
    version(author)
    LessonVersion.objects.update(files={"lesson.yaml": "x: 1"}, digest="0" * 64)
    assert SLUG in client.get(reverse("my-lesson", args=[SLUG])).content.decode()


# --- what changed -----------------------------------------------------------------------------------------------------------


def test_every_kind_of_change_is_found(tmp_path: Path) -> None:
    def loaded(name: str, files: dict[str, str]) -> catalogue.Lesson:
        folder = tmp_path / name
        folder.mkdir()
        for file, text in files.items():
            (folder / file).write_text(text)
        return catalogue.load(folder)

    yaml = WHOLE["lesson.yaml"]
    after = yaml.replace("minutes: 10", "minutes: 12").replace("- id: count", "- id: counted").replace("aply", "aplly")
    after = (
        after.replace("  - id: no-file\n", "  - id: no-such-file\n")
        + "scenario: {nodes: [{name: a, roles: [control-plane]}]}\n"
    )
    texts = {
        name: WHOLE[name].replace("{#count}", "{#counted}").replace("no-file", "no-such-file")
        for name in ("en.md", "zh-hans.md")
    }
    texts["en.md"] = (
        texts["en.md"].replace("What it is about.", "What it is really about.").replace("There is no Pod", "No Pod")
    )
    old = loaded("old", WHOLE)
    new = loaded(
        "new", {**WHOLE, **texts, "lesson.yaml": after, "start.md": "# x\n", "solution-b.md": WHOLE["solution.md"]}
    )
    assert changes.between(old, old) == []
    assert [tuple(change) for change in changes.between(old, new)] == [
        ("about", "", "changed"),
        ("scenario", "", "changed"),
        ("start", "", "added"),
        ("step", "count", "removed"),
        ("step", "counted", "added"),
        ("hint", "create/no-file", "removed"),
        ("hint", "create/no-such-file", "added"),
        ("mistake", "misspelt", "changed"),
        ("solution", "solution-b.md", "added"),
        ("text", "en: create", "changed"),
        ("text", "en: intro", "changed"),
        ("text", "zh-hans: create", "changed"),
    ]


# --- in the author's language -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("minutes: 10", "minuts: 10"),
        ("minutes: 10", "xyz: 10"),
        ("minutes: 10", ""),
        ("object: pods", "objct: pods"),
        ("object: pods", "xyz: pods"),
        ("object: pods/default/web\n", "object: pods/default/web\n    file: /x\n"),
        ("    ever: true\n", "    evr: true\n"),
        ("    ever: true\n", "    xyzzy: true\n"),
        ('"True"}', "{matchs: x}}"),
        ('"True"}', '{matches: "["}}'),
        ("  - id: pod\n    object", "  - object"),
        ("- id: count\n", "- id: create\n"),
        ("  - id: containers\n", "  - id: pod\n"),
        ("    number: 1\n", ""),
        ("steps:\n", "steps:\n- {id: idle}\n"),
        ("steps:\n", "steps: [\n"),
        ("minutes: 10", "minutes: many"),
        ("minutes: 10", "minutes: 0"),
        ("minutes: 10", "minutes: 10\nkind: game"),
        ("minutes: 10", "minutes: 10\nvalues: 3"),
        ("minutes: 10", "minutes: 10\nvalues: {Name: [a, b]}"),
        ("minutes: 10", "minutes: 10\nvalues: {name: a}"),
        ("minutes: 10", "minutes: 10\nscenario: 3"),
        ("object: pods/default/web\n", "object: pods\n"),
        ("object: pods/default/web\n", "object: [pods]\n"),
        ("    ever: true\n", "    ever: true\n    weight: 0\n"),
        ("- id: count\n", "- id: Count!\n"),
    ],
)
def test_a_mistake_in_lesson_yaml_is_told_in_both_languages(old: str, new: str, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    for name, text in {**WHOLE, "lesson.yaml": WHOLE["lesson.yaml"].replace(old, new, 1)}.items():
        (tmp_path / "new" / name).write_text(text)
    with pytest.raises(catalogue.LessonError) as refused:
        catalogue.load(tmp_path / "new")
    english = misspellings.spoken_with_place(str(refused.value))
    with translation.override("zh-hans"):
        chinese = misspellings.spoken_with_place(str(refused.value))
    assert english.split(": ")[0] == chinese.split(": ")[0] == str(refused.value).split(": ")[0]
    assert re.search(r"[\u4e00-\u9fff]", chinese), chinese
    assert "{_" not in english + chinese


def both(complaint: str) -> None:
    """It is told in Chinese, too, and in other words than it was written."""
    english = misspellings.spoken(complaint)
    with translation.override("zh-hans"):
        chinese = misspellings.spoken(complaint)
    assert english != complaint
    assert re.search(r"[\u4e00-\u9fff]", chinese), chinese
    assert "{_" not in english + chinese


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("words before\n# Title\n", 1),
        ("# Title\n### Missing {#pod}\n", 2),
        ("# Title\n#### Answer {#a}\n", 2),
        ("# Title\n## End\nx\n\n## Another\n", 5),
        ("---\na: [\n---\n# Title\n", 2),
        ("---\na: b\n---\n# Title\n", 2),
    ],
)
def test_a_mistake_in_the_prose_is_told_in_both_languages(text: str, line: int) -> None:
    with pytest.raises(texts.TextError) as refused:
        texts.parse(text)
    assert refused.value.line == line
    both(str(refused.value))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\na: [\n---\n", 1),
        ("---\n- a\n---\n", 1),
        ("# T\n\n```console\n$ ls\n", 3),
        ("# T\n\n```answer\n1\n```\n", 3),
        ("# T\n\n```console\nout\n```\n", 4),
    ],
)
def test_a_mistake_in_a_transcript_is_told_at_its_line_in_both_languages(text: str, line: int) -> None:
    one = catalogue.lessons()[COMPLETE]
    problem = proof.problems(replace(one, solution=text))[0]
    file, at, complaint = problem.split(":", 2)
    assert (file, int(at)) == (f"{COMPLETE}/solution.md", line)
    both(complaint.strip())


SCENARIOS = [
    ("node: []", 2),
    ("nodes: [3]", 2),
    ("nodes:\n  - name: a\n    roles: [control-plane]\n  - name: b\n    image: []", 6),
    ("nodes:\n  - roles: [control-plane]", 3),
    ("nodes:\n  - {name: a, roles: [control-plane]}\n  - name: b\n    cpu: many", 4),
    ("nodes:\n  - {name: a}", 2),
    ("nodes:\n  - {name: a, roles: [control-plane]}\n  - {name: a}", 2),
    ("nodes:\n  - name: a\n    roles: [control-plane]\n    images: ['no such image:1']", 5),
    (
        "nodes:\n  - name: a\n    roles: [control-plane]\n    kubelet:\n      eviction_hard:\n        memory.available: much",
        7,
    ),
    ("nodes:\n  - name: a\n    roles: [control-plane]\n    kubelet:\n      eviction_soft: {memory.available: 1Gi}", 6),
    ("registries: [a]", 2),
    ("faults:\n  - {type: disk-full, node: node01}\n  - {type: flood}", 4),
    ("faults:\n  - {type: disk-full}", 3),
    ("faults:\n  - type: disk-full\n    node: node09", 4),
    ("faults:\n  - type: disk-full\n    node: node01\n    percent: 900", 5),
    ("faults:\n  - type: disk-full\n    node: node01\n    from: soon", 5),
    ("faults:\n  - type: disk-full\n    node: 3", 4),
    ("faults:\n  - type: node-down\n    node: master", 3),
    ("objects:\n  - {kind: Namespace, apiVersion: v1, metadata: {name: a}}\n  - {kind: Gremlin}", 4),
    ("objects:\n  - {kind: Namespace, apiVersion: v1, metadata: {name: A}}", 3),
    ("objects:\n  - 3", 3),
    ("admission_plugins: [Gremlins]", 2),
]


@pytest.mark.parametrize(("text", "line"), SCENARIOS)
def test_a_mistake_in_the_scenario_is_told_at_its_line_in_both_languages(text: str, line: int, tmp_path: Path) -> None:
    text = "scenario:\n" + indent(text, "  ")
    one = catalogue.lessons()[COMPLETE]
    folder = copytree(one.folder, tmp_path / COMPLETE)
    (folder / "lesson.yaml").write_text(text)
    one = replace(one, scenario=yaml.safe_load(text)["scenario"], folder=folder)
    (problem,) = proof.problems(one)
    file, at, complaint = problem.split(":", 2)
    assert (file, int(at)) == (f"{COMPLETE}/lesson.yaml", line), problem
    assert complaint.startswith(" scenario: ")
    both(complaint.strip())
