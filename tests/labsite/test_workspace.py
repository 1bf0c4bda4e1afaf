"""The workspace as a zip, and zips that are brought along, some of which mean no good."""

import io
import stat
import zipfile
from collections.abc import Iterable

import pytest
from django.test import Client

from labsite.accounts.models import User
from labsite.pages.workspace import LIMITS
from labsite.sandboxes import keeping, tasks, texts
from lessons.carrying.zips import packed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice(client: Client) -> User:
    """Alice is logged in."""
    user = User.new_guest()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return user


def zipped(entries: Iterable[tuple[str | zipfile.ZipInfo, str | bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip as it is written without a thought for who reads it; without a time, so that each process makes the same."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in entries:
            entry = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name)
            archive.writestr(entry, content, compress_type=method)
    return target.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    """An entry that says it is a symbolic link."""
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def test_the_workspace_comes_as_a_zip_that_can_be_brought_back(client: Client, alice: User) -> None:
    row = keeping.of(alice, "")
    files = {"a.yaml": "a: 1\n", "deep/b.txt": "你好\n"}
    entries = [{"type": "file.save", "path": f"/root/{name}", "content": text} for name, text in files.items()]
    tasks.act(str(row.id), [{"id": e["path"], "type": "file.saved", "entry": e} for e in entries])
    response = client.get(f"/labs/{row.id}/workspace.zip")
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        found = {name: archive.read(name).decode() for name in archive.namelist()}
    assert found == files
    back = client.post("/unpack/", response.content, content_type="application/zip")
    assert back.json()["files"] == [{"path": f"/root/{name}", "content": text} for name, text in files.items()]


def test_a_file_is_saved_over_the_text_that_the_editor_knew_alone(client: Client, alice: User) -> None:
    row = keeping.of(alice, "")
    for number, (text, over, kept) in enumerate(
        [("1", None, "1"), ("2", "nothing", "1"), ("2", "1", "2"), ("2", "nothing", "2"), ("3", None, "2")]
    ):
        entry = {"type": "file.save", "path": "/root/a", "content": text, "over": texts.sum_of(over)}
        tasks.act(str(row.id), [{"id": str(number), "type": "file.saved", "entry": entry}])
        with zipfile.ZipFile(io.BytesIO(client.get(f"/labs/{row.id}/workspace.zip").content)) as archive:
            assert archive.read("a").decode() == kept


def test_the_workspace_is_nobody_elses(client: Client, alice: User) -> None:
    row = keeping.of(User.new_guest(), "")
    assert client.get(f"/labs/{row.id}/workspace.zip").status_code == 404
    client.logout()
    assert client.get(f"/labs/{row.id}/workspace.zip").status_code == 302
    assert client.post("/unpack/", packed({}), content_type="application/zip").status_code == 302


BOMB = [("bomb", b"\0" * (LIMITS.largest + 1))]
LIES = zipped([("a", "b" * 100)]).replace(b"\x64\0\0\0", b"\x01\0\0\0")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no zip at all",
        zipped([("../../etc/passwd", "x")]),
        zipped([("/etc/passwd", "x")]),
        zipped([("a\\..\\b", "x")]),
        zipped([("C:/a", "x")]),
        zipped([("a\nb", "x")]),
        zipped([(link("a"), "/etc/passwd")]),
        zipped(BOMB),
        zipped([(f"{number}", "x" * 900_000) for number in range(6)]),
        zipped([(f"{number}", "x") for number in range(201)]),
        zipped([("a", b"\xff\xfe")]),
        zipped([("a", b"a\0b")]),
        zipped([("a", "x")], zipfile.ZIP_BZIP2),
        zipped([("a", "x"), ("./a", "y")]),
        LIES,
        zipped([("a", "x" * 1000)])[:60],
    ],
)
def test_a_zip_that_means_no_good_is_refused(client: Client, alice: User, data: bytes) -> None:
    response = client.post("/unpack/", data, content_type="application/zip")
    assert (response.status_code, list(response.json())) == (200, ["error"])


def test_a_zip_that_is_too_large_is_refused(client: Client, alice: User) -> None:
    response = client.post("/unpack/", b"x" * ((1 << 20) + 1), content_type="application/zip")
    assert response.status_code == 413
