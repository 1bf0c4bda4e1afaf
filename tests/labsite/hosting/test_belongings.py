"""What is stored of a person: to take along, and to have deleted."""

import io
import json
import zipfile
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from labsite.accounts.models import User
from labsite.door import tokens
from labsite.hosting import belongings, forgetting
from labsite.sandboxes import clock, keeping
from labsite.sandboxes.models import Sandbox, Share
from lessons.models import LessonVersion
from tests.labsite.hosting import one_of_each

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    cache.clear()


@pytest.fixture
def alice(client: Client) -> User:
    """Alice, logged in, with a cluster of her own and a key to it."""
    user = User.objects.create_user("alice", password=PASSWORD)
    client.force_login(user)
    tokens.issue(keeping.of(user, "init-containers"), user)
    return user


def unzipped(data: bytes) -> dict[str, str]:
    """Name and text of each file in a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def test_a_row_of_every_table_that_leads_to_a_person_is_exported_and_deleted() -> None:
    user, other = User.objects.create_user("alice"), User.objects.create_user("bob")
    kept = keeping.of(other, "")
    made = one_of_each.planted(user)
    assert {"sandboxes.checkpoint", "lessons.run", "door.token"} <= {model._meta.label_lower for model in made}
    out = io.BytesIO()
    belongings.export(user, out)
    files = unzipped(out.getvalue())
    of_hers = list(one_of_each.tables())
    assert [model for model in of_hers if len(json.loads(files[f"{model._meta.label_lower}.json"])) != 1] == []
    belongings.delete(user)
    assert [model for model in of_hers if model._base_manager.filter(pk=made[model].pk).exists()] == []
    assert Sandbox.objects.get() == kept


def test_the_account_page_hands_out_everything_but_secrets(client: Client, alice: User) -> None:
    page = client.get("/accounts/me/").content.decode()
    assert "alice" in page
    answer = client.post("/accounts/me/export/")
    files = unzipped(b"".join(answer.streaming_content))
    answer.close()
    assert json.loads(files["accounts.user.json"])[0]["username"] == "alice"
    assert "password" not in json.loads(files["accounts.user.json"])[0]
    assert "digest" not in json.loads(files["door.token.json"])[0]
    assert json.loads(files["lessons.run.json"])[0]["lesson"] == "init-containers"
    assert json.loads(files["sessions.json"])
    again = [client.post("/accounts/me/export/") for _ in range(5)]
    for each in again:
        each.close()
    assert [each.status_code for each in again] == [200] * 4 + [429]


def test_an_account_is_deleted_only_with_its_password_and_a_second_yes(client: Client, alice: User) -> None:
    for fields in ({"password": PASSWORD}, {"sure": "on", "password": "wrong"}, {"sure": "on"}):
        assert client.post("/accounts/me/delete/", fields).status_code == 200
    assert client.get("/accounts/me/delete/").status_code == 200
    assert User.objects.exists()
    elsewhere = Client()
    elsewhere.force_login(alice)
    assert client.post("/accounts/me/delete/", {"sure": "on", "password": PASSWORD}).headers["Location"] == "/"
    assert not User.objects.exists()
    assert not Sandbox.objects.exists()
    assert elsewhere.get("/accounts/me/").status_code == 302


def test_a_guest_needs_no_password(client: Client) -> None:
    client.post("/accounts/guest/")
    client.get("/lab/")
    client.post("/accounts/me/delete/", {"sure": "on"})
    assert not User.objects.exists()


def test_passwords_cannot_be_tried_at_the_way_out(client: Client, alice: User) -> None:
    tries = [client.post("/accounts/me/delete/", {"sure": "on", "password": "x"}) for _ in range(11)]
    assert b"That is not your password." in tries[0].content
    assert b"Too many tries." in tries[-1].content


def test_the_last_administrator_stays(client: Client) -> None:
    root = User.objects.create_user("root", password=PASSWORD, role="administrator")
    client.force_login(root)
    client.post("/accounts/me/delete/", {"sure": "on", "password": PASSWORD})
    with pytest.raises(CommandError, match="last administrator"):
        call_command("learner", "delete", "root", "--yes")
    assert User.objects.get() == root


def test_the_command_line_exports_and_deletes(alice: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "alice.zip"
    call_command("learner", "export", "alice", to=target, stdout=StringIO())
    assert json.loads(unzipped(target.read_bytes())["sandboxes.sandbox.json"])
    with pytest.raises(CommandError, match="exists"):
        call_command("learner", "export", "alice", to=target)
    monkeypatch.setattr("builtins.input", lambda asked: "no")
    with pytest.raises(CommandError, match="Nothing was deleted"):
        call_command("learner", "delete", "alice")
    monkeypatch.setattr("builtins.input", lambda asked: "alice")
    said = StringIO()
    call_command("learner", "delete", "alice", stdout=said)
    assert "sandboxes.sandbox: 1" in said.getvalue()
    with pytest.raises(CommandError, match="nobody named alice"):
        call_command("learner", "export", "alice")


def test_guests_who_do_not_come_back_are_forgotten(alice: User, settings: Settings) -> None:
    settings.GUEST_DAYS = 30
    gone, busy, new = (User.new_guest() for _ in range(3))
    long_ago = timezone.now() - timedelta(days=31)
    User.objects.filter(pk__in=[gone.pk, busy.pk, alice.pk]).update(date_joined=long_ago)
    keeping.of(busy, "")
    keeping.of(gone, "")
    Sandbox.objects.filter(owner=gone).update(updated=long_ago)
    assert pruned("--dry-run") == ["Would be forgotten:", "  guests who did nothing for 30 days: 1", *NOTHING_ELSE]
    assert f"    {gone.username}" in pruned("--dry-run", "--verbosity", "2")
    assert User.objects.count() == 4
    forgetting.forget()
    assert set(User.objects.all()) == {alice, busy, new}


NOTHING_ELSE = [
    "  log-ins that are over: 0",
    "  links to moments that are over: 0",
    "  versions of lessons that nobody has used for 30 days: 0",
]


def pruned(*options: str) -> list[str]:
    """What `manage.py prune` says."""
    said = StringIO()
    call_command("prune", *options, "--language", "en", stdout=said)
    return said.getvalue().splitlines()


def test_the_command_line_forgets_and_says_what(alice: User, client: Client) -> None:
    client.force_login(alice)
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    row = keeping.of(alice, "")
    Share.objects.create(sandbox=row, expires=clock.wall() - 1, at=0, unix=0)
    LessonVersion.objects.create(slug="mine", digest="a" * 64, files={}, author=alice)
    LessonVersion.objects.update(created=timezone.now() - timedelta(days=31))
    said = [line.replace(": 0", ": 1") for line in NOTHING_ELSE]
    guests = "  guests who did nothing for 180 days: 0"
    for heading, options in (("Would be forgotten:", ["--dry-run"]), ("Forgotten:", [])):
        assert pruned(*options) == [heading, guests, *said]
    assert pruned() == ["Forgotten:", guests, *NOTHING_ELSE]
    assert list(User.objects.all()) == [alice]
