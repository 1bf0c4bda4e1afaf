"""Lessons that are carried away and brought back: nothing is lost, and what means no good is refused."""

import io
import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from pytest_django import Settings

from labsite.accounts.models import User
from labsite.authoring.models import Draft
from lessons import catalogue, versions
from lessons.carrying import fetching, parcels, repositories, zips
from lessons.carrying.parcels import Parcel
from lessons.models import LessonVersion
from lessons.refusals import Refused
from lessons.skeleton import FILES
from lessons.stamps import stamped

WHOLE = {**FILES, "zh-hans.md": stamped(FILES["zh-hans.md"], FILES["en.md"])}
FOLDERS = sorted(path.parent for path in catalogue.CONTENT.glob("*/lesson.yaml"))


def zipped(files: dict[str, str | bytes]) -> bytes:
    """A zip as other programs make it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("lessons", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def place(settings: Settings, tmp_path: Path) -> Path:
    """Folders of the test's own."""
    settings.VAR_DIR = tmp_path / "var"
    return tmp_path


# --- there and back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_lesson_comes_back_to_the_last_byte(folder: Path) -> None:
    data = zips.packed(parcels.of_folder(folder), folder.name)
    (found,) = fetching.from_zip(data, "whatever.zip")
    assert (found.slug, found.left) == (folder.name, ())
    assert versions.digest_of(found.files) == versions.digest(folder)
    assert zips.packed(found.files, found.slug) == data


def test_the_same_files_make_the_same_zip_whoever_packs_them() -> None:
    backwards = dict(reversed(WHOLE.items()))
    assert zips.packed(WHOLE, "new") == zips.packed(backwards, "new")
    with zipfile.ZipFile(io.BytesIO(zips.packed(WHOLE, "new"))) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(f"new/{name}" for name in WHOLE)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.django_db
def test_exported_imported_and_exported_again(place: Path) -> None:
    first, second = place / "first.zip", place / "second.zip"
    (place / "mine").mkdir()
    for name, text in WHOLE.items():
        (place / "mine" / name).write_bytes(text.encode())
    assert "mine: published, " in run("import", str(place / "mine"))
    run("export", "mine", "--to", str(first))
    LessonVersion.objects.all().delete()
    assert "mine: published, " in run("import", str(first))
    run("export", "mine", "--to", str(second))
    assert first.read_bytes() == second.read_bytes()
    kept = LessonVersion.objects.get()
    run("export", "mine", "--version", kept.digest, "--to", str(second))
    assert first.read_bytes() == second.read_bytes()
    with pytest.raises(CommandError, match="no lesson 'mine', or not in this version"):
        run("export", "mine", "--version", "0" * 64)


@pytest.mark.django_db
def test_a_lesson_of_the_course_is_there_already(place: Path) -> None:
    run("export", "what-a-pod-is", "--to", str(place / "a.zip"))
    assert "is there already, and the same" in run("import", str(place / "a.zip"))
    other = zips.packed({**WHOLE, "start.md": ""}, "what-a-pod-is")
    (place / "b.zip").write_bytes(other)
    with pytest.raises(CommandError, match="a lesson of the course has this name"):
        run("import", str(place / "b.zip"))


@pytest.mark.django_db
def test_what_is_wrong_with_a_lesson_is_said_and_it_is_not_published(place: Path) -> None:
    (place / "bad.zip").write_bytes(
        zips.packed({**WHOLE, "lesson.yaml": "chapter: 1\nordr: 3\nminutes: 5\nsteps: [{id: a}]\n"}, "bad")
    )
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("lessons", "import", str(place / "bad.zip"), stdout=out)
    assert "bad/lesson.yaml:2: unknown key 'ordr': did you mean 'order'?" in out.getvalue()
    assert not LessonVersion.objects.exists()


@pytest.mark.django_db
def test_a_lesson_can_be_written_as_a_folder_or_made_a_draft(place: Path) -> None:
    (place / "a.zip").write_bytes(zips.packed(WHOLE, "a"))
    run("import", str(place / "a.zip"), "--as", "b", "--to", str(place))
    assert versions.digest(place / "b") == versions.digest_of(WHOLE)
    with pytest.raises(CommandError, match="is there already"):
        run("import", str(place / "a.zip"), "--as", "b", "--to", str(place))
    author = User.objects.create_user("author")
    assert "/drafts/" in run("import", str(place / "a.zip"), "--draft", "author")
    row = Draft.objects.get(author=author)
    assert (row.files, row.slug) == (WHOLE, "a")
    with pytest.raises(CommandError, match="no account 'nobody'"):
        run("import", str(place / "a.zip"), "--draft", "nobody")


# --- folders and what lies beside them --------------------------------------------------------------------------------


def raw(files: dict[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in files.items()}


def below(folder: str, files: dict[str, str] = WHOLE) -> dict[str, bytes]:
    return raw({f"{folder}/{name}": text for name, text in files.items()})


def test_all_lessons_are_found_wherever_they_lie() -> None:
    several = {**below("course-main/first"), **below("course-main/deep/second"), "course-main/README.md": b"#"}
    assert [each.slug for each in parcels.lessons(several, "course-main")] == ["first", "second"]
    assert [each.slug for each in parcels.lessons(raw(WHOLE), "only-one")] == ["only-one"]
    assert [each.slug for each in parcels.lessons(raw(WHOLE), "No Name")] == [""]
    inner = {**below("one"), **below("one/files/two")}
    assert [each.slug for each in parcels.lessons(inner, "x")] == ["one"]


def test_what_systems_leave_behind_is_named_and_left() -> None:
    (found,) = parcels.lessons({**below("one"), "one/.DS_Store": b"\0\xff", "__MACOSX/one/._en.md": b"\0"}, "x")
    assert found.files == WHOLE
    assert [str(note) for note in found.left] == [".DS_Store:1: hidden files are no part of a lesson"]


def test_links_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "lesson.yaml").write_text("x")
    (tmp_path / "en.md").symlink_to("/etc/passwd")
    files, strange = parcels.gathered(tmp_path)
    (found,) = parcels.lessons(files, "x", strange)
    assert found == Parcel("x", {"lesson.yaml": "x"}, (parcels.Note("en.md", 1, found.left[0].why),))


# --- what means no good -----------------------------------------------------------------------------------------------


def small(name: str, content: str | bytes = "x") -> bytes:
    return zipped({"a/lesson.yaml": "x", name: content})


HOSTILE = {
    "no zip": (b"PK no zip", "no zip that can be read"),
    "outside": (small("../x"), "no plain file below its folder"),
    "absolute": (small("/etc/x"), "no plain file below its folder"),
    "backslashes": (small("a\\..\\x"), "no plain file below its folder"),
    "a bomb": (small("a/x", b"\0" * (5 << 20)), "too large: at most 4 MiB"),
    "a bomb of many": (zipped({f"a/{n}": b"x" * (4 << 20) for n in range(6)}), "too large together: at most 20 MiB"),
    "too many": (zipped({f"a/{n}": "" for n in range(2001)}), "too many files: at most 2000"),
    "too many for a lesson": (zipped({"a/lesson.yaml": "", **{f"a/{n}": "" for n in range(60)}}), "61 of at most 60"),
    "no text": (small("a/x", b"\xff\xfe"), "is no text"),
    "names of another encoding": (small("a/\u4f60.md"), "is no name for a file of a lesson"),
    "one name twice": (small("a/./lesson.yaml"), "twice"),
    "names that differ by case": (small("a/Lesson.yaml"), "would be one file on some machines"),
    "a file that is a folder": (zipped({"a/lesson.yaml": "", "a/x": "", "a/x/y": ""}), "cannot be a file and a folder"),
    "no lesson": (zipped({"a/README.md": "x"}), "no lesson in it"),
    "too large": (b"x" * ((2 << 20) + 1), "too large: at most 2 MiB"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_zip_is_refused_in_both_languages(name: str) -> None:
    data, why = HOSTILE[name]
    with pytest.raises(Refused, match=why):
        fetching.from_zip(data, "a.zip")
    with translation.override("zh-hans"), pytest.raises(Refused, match=r"[\u4e00-\u9fff]"):
        fetching.from_zip(data, "a.zip")


def test_a_link_in_a_zip_is_refused() -> None:
    entry = zipfile.ZipInfo("a/en.md")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a/lesson.yaml"), "x")
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(Refused, match="no plain file"):
        fetching.from_zip(target.getvalue(), "a.zip")


# --- repositories -----------------------------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with a lesson, a link and a hook."""
    folder = tmp_path / "course.git"
    (folder / "mine").mkdir(parents=True)
    for name, text in WHOLE.items():
        (folder / "mine" / name).write_bytes(text.encode())
    (folder / "mine" / "en-link.md").symlink_to("/etc/passwd")
    (folder / "README.md").write_text("A course.")
    identity = {
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@a",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@a",
    }
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "A lesson"]):
        subprocess.run(["git", *words], cwd=folder, check=True, env={**os.environ, **identity})
    return folder


def test_a_lesson_comes_out_of_a_repository(repository: Path) -> None:
    files, strange = repositories.fetched(f"file://{repository}", frozenset({"file"}))
    assert (len(files), strange) == (len(WHOLE) + 1, ["mine/en-link.md"])
    (found,) = fetching.fetched(f"file://{repository}")
    assert (found.slug, found.files) == ("mine", WHOLE)
    assert [note.file for note in found.left] == ["en-link.md"]


def test_a_branch_and_a_folder_of_a_repository_may_be_meant(repository: Path) -> None:
    subprocess.run(["git", "branch", "next"], cwd=repository, check=True)
    source = f"file://{repository}"
    (found,) = fetching.fetched(source, branch="next", folder="mine/")
    assert found.slug == "mine"
    with pytest.raises(Refused, match="The repository has no folder yours"):
        fetching.fetched(source, folder="yours")
    with pytest.raises(Refused, match=r"git says: .*other"):
        fetching.fetched(source, branch="other")
    with pytest.raises(Refused, match="Only of a git repository"):
        fetching.fetched(str(repository), folder="mine")


@pytest.mark.parametrize(
    "url", ["ssh://host/x", "git://host/x", "http://127.0.0.1/x", "ext::sh -c id://x", "FILE:///x", "https://a\nb"]
)
def test_only_what_the_settings_name_is_asked(url: str) -> None:
    with pytest.raises(Refused, match="fetched by these only: file, https"):
        repositories.fetched(url, frozenset({"https", "file"}))


def test_a_repository_that_is_not_there_or_empty_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="git says: "):
        repositories.fetched(f"file://{tmp_path}/none", frozenset({"file"}))
    subprocess.run(["git", "init", "-q", tmp_path / "empty"], check=True)
    with pytest.raises(Refused, match="git says: "):
        repositories.fetched(f"file://{tmp_path}/empty", frozenset({"file"}))


def test_a_repository_may_take_neither_for_ever_nor_be_too_large(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repositories, "LIMITS", parcels.LIMITS._replace(files=2))
    with pytest.raises(Refused, match="too large: at most 2 files"):
        repositories.fetched(f"file://{repository}", frozenset({"file"}))
    monkeypatch.setattr(repositories, "SECONDS", 0.0)
    with pytest.raises(Refused, match="did not come within"):
        repositories.fetched(f"file://{repository}", frozenset({"file"}))
