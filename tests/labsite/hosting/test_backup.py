"""Backup, wipe, restore: everything is there again, in and between both databases."""

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from labsite.hosting.archive import Damaged, Reader
from tests.labsite.hosting.installation import Installation
from tests.labsite.site import Distributed, missing

pytestmark = pytest.mark.processes

# A learner with a lesson under way: a cluster that runs, its history on two branches, progress, a token, a session.
WORK = """
from django.test import Client
from labsite.accounts.models import User
from labsite.sandboxes import keeping, history
from labsite.sandboxes.turn import take
from labsite.door import tokens
alice = User.objects.create_user("爱丽丝", password="correct-horse-battery")
row = keeping.of(alice, "init-containers")
def say(n, text):
    def act(turn):
        turn.put(f"o{n}", {"type": "terminal.open", "terminal": "t1", "host": "master", "columns": 80, "rows": 24})
        turn.put(f"l{n}", {"type": "line", "terminal": "t1", "text": text})
        turn.lab.advance(turn.lab.now + 30_000_000)
    take(row.pk, act)
say(1, "kubectl run web --image=nginx:1.27")
say(2, "printf 'a\\\\0b' > /root/x; kubectl get pods -A")
tokens.issue(row, alice)
from labsite.classes import assignments
from labsite.classes.models import Classroom, Seat
from labsite.grades import adjusting, reckoning
from lessons import catalogue
room = Classroom.objects.create(name="一班")
assignments.choose(room, {"init-containers": ""})
seat = Seat.objects.create(classroom=room, user=alice, name="爱丽丝")
reckoning.reckon(room.pk)
lesson = catalogue.get("init-containers")
adjusting.adjust(seat, lesson, 11, points="3.5", reason="口头回答正确", by=alice)
adjusting.comment(seat, lesson, 11, text="做得好", by=alice)
browser = Client(headers={"host": "localhost"})
assert browser.login(username="爱丽丝", password="correct-horse-battery")
from django.conf import settings
from labsite.door import certificates
certificates.authority(settings.VAR_DIR)
"""
MUST_BE_THERE = ("sandboxes.checkpoint", "lessons.run", "sessions.session", "grades.adjustment", "grades.comment")
LIFE = """
from labsite.sandboxes import engine
from labsite.sandboxes.models import Sandbox
lab = engine.wake(Sandbox.objects.get())
print(lab.find("pods", "default", "web")["status"]["phase"])
from labsite.sandboxes.turn import take
from labsite.accounts.models import User
take(Sandbox.objects.get().pk, lambda turn: turn.put("more", {"type": "line", "terminal": "t1", "text": "kubectl get pods"}))
print(User.objects.create_user("bob").pk)
"""


def installation(stack: ExitStack, folder: Path, name: str) -> Installation:
    """One of the two kinds, in a folder of its own."""
    if name == "PostgreSQL" and (why := missing()):
        pytest.skip(why)
    profile = stack.enter_context(Distributed()) if name == "PostgreSQL" else {}
    return Installation(folder / f"{name}-{len(list(folder.iterdir()))}", profile)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What is removed after the test."""
    with ExitStack() as found:
        yield found


@pytest.mark.parametrize(
    ("made", "restored"), [("SQLite", "SQLite"), ("PostgreSQL", "PostgreSQL"), ("SQLite", "PostgreSQL")]
)
def test_after_backup_and_wipe_a_restore_brings_everything_back(
    stack: ExitStack, tmp_path: Path, made: str, restored: str
) -> None:
    old, backup = installation(stack, tmp_path, made), tmp_path / "podlab.backup"
    old.manage("migrate", "-v0")
    before, key = old.all_rows(WORK), (old.var / "secret_key").read_text()
    authority = (old.var / "tls" / "ca.key").read_bytes()
    assert "1 people, 1 clusters" in old.manage("backup", str(backup))
    assert backup.stat().st_mode & 0o777 == 0o600
    shutil.rmtree(old.var)

    new = installation(stack, tmp_path, restored)
    new.manage("restore", str(backup))
    assert new.all_rows() == before
    assert [name for name in MUST_BE_THERE if not before[name]] == []
    assert (new.var / "secret_key").read_text() == key
    assert (new.var / "tls" / "ca.key").read_bytes() == authority
    phase, pk = new.run(LIFE).split()
    assert phase == "Running"
    assert int(pk) > before["accounts.user"][0]["id"]  # the table counts on
    if made != restored:
        return
    assert "--replace" in new.manage("restore", str(backup), code=1)
    new.manage("restore", str(backup), "--replace")
    assert new.all_rows() == before


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, Path]:
    """An installation with one person, and its backup."""
    folder = tmp_path_factory.mktemp("small")
    made = Installation(folder / "var", {})
    made.manage("migrate", "-v0")
    program = "from labsite.accounts.models import User; User.objects.create_user('alice')\n"
    made.run(
        f"{program}from labsite.hosting import backup\nfrom pathlib import Path\nbackup.make(Path('{folder}/good'))"
    )
    return made, folder / "good"


def rewritten(backup: Path, target: Path, name: str, old: bytes, new: bytes) -> Path:
    """The backup with other bytes in one member, as a proper zip."""
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(target, "w") as copy:
        for member in source.namelist():
            data = source.read(member)
            copy.writestr(member, data.replace(old, new) if member == name else data)
    assert target.read_bytes() != backup.read_bytes()
    return target


def test_a_bad_backup_is_known_for_one(small: tuple[Installation, Path], tmp_path: Path) -> None:
    data = small[1].read_bytes()
    (tmp_path / "cut").write_bytes(data[: len(data) // 2])
    (tmp_path / "flipped").write_bytes(data[:200] + bytes([data[200] ^ 255]) + data[201:])
    (tmp_path / "text").write_text("hello")
    rewritten(small[1], tmp_path / "changed", "data/accounts.user.jsonl", b'"alice"', b'"mallory"')
    rewritten(small[1], tmp_path / "later", "podlab.json", b'"format": 1', b'"format": 2')
    words = {"cut": "no Podlab", "text": "no Podlab", "absent": "no Podlab", "flipped": "backup", "changed": "damaged"}
    for name, said in (words | {"later": "newer"}).items():
        with pytest.raises(Damaged, match=said):
            Reader(tmp_path / name)


def test_what_cannot_be_restored_changes_nothing(small: tuple[Installation, Path], tmp_path: Path) -> None:
    place, good = small
    newer = rewritten(good, tmp_path / "newer", "podlab.json", b'"0001_initial"', b'"9999_later"')
    short = rewritten(good, tmp_path / "short", "podlab.json", b'"accounts.user": 1', b'"accounts.user": 2')
    before = place.all_rows()
    assert "newer release" in place.manage("restore", "--replace", str(newer), code=1)
    assert "rows of accounts.user are missing" in place.manage("restore", "--replace", str(short), code=1)
    assert place.all_rows() == before
    assert [path.name for path in place.var.iterdir() if path.name.endswith(".new")] == []
