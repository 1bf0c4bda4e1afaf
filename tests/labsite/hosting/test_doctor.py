"""The doctor finds what is broken, and says how to cure it: an installation is broken in each way."""

import json
import os
import shutil
import socket
from collections import namedtuple
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import redis
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import OperationalError
from pytest_django import Settings

from labsite.accounts.models import User
from labsite.door import certificates
from labsite.hosting import addresses, doctor, neighbours, ports, premises
from labsite.hosting.findings import Finding
from labsite.sandboxes import clock, keeping
from labsite.sandboxes.models import Sandbox
from simulator.lab import UnknownVersion
from tests.labsite.hosting.installation import Installation
from tests.labsite.site import REDIS, Distributed, Site, missing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sound(settings: Settings, tmp_path: Path) -> None:
    """An installation of the embedded profile with nothing wrong."""
    settings.VAR_DIR, settings.BASE_DIR = tmp_path, tmp_path / "site"
    settings.SECRET_KEY, settings.EMBEDDED, settings.TLS_PORT = "k" * 50, True, 0
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
    (tmp_path / "site" / "simulator" / "api").mkdir(parents=True)
    for name in ("schema.json", "descriptions.json"):
        (tmp_path / "site" / "simulator" / "api" / name).touch()
    (tmp_path / "site" / "static" / "build").mkdir(parents=True)
    (tmp_path / "site" / "static" / "build" / "console.js").touch()


def worst(check: Callable[[], list[Finding]]) -> Finding:
    """The worst of what *check* finds."""
    return max(check(), key=lambda finding: ("ok", "note", "warning", "error").index(finding.level))


SETTINGS = [
    (premises.secret_key, {"SECRET_KEY": "short"}, "error", "only 5 characters"),
    (premises.secret_key, {"SECRET_KEY": "change-me" * 9}, "error", "example"),
    (addresses.debug, {"DEBUG": True}, "warning", "DEBUG is on"),
    (addresses.debug, {"DEBUG": True, "HOST": "0.0.0.0"}, "error", "DEBUG is on"),
    (addresses.hosts, {"ALLOWED_HOSTS": ["*"]}, "warning", "ALLOWED_HOSTS is *"),
    (addresses.hosts, {"HOST": "0.0.0.0"}, "error", "no name but localhost"),
    (addresses.origins, {"CSRF_TRUSTED_ORIGINS": ["lab.example"]}, "error", "no http://"),
    (addresses.origins, {"CSRF_TRUSTED_ORIGINS": ["https://lab.example"]}, "error", "ALLOWED_HOSTS does not"),
    (addresses.proxy, {"HTTPS": True}, "error", "lead to itself"),
    (addresses.proxy, {"BEHIND_PROXY": True}, "warning", "unencrypted"),
    (addresses.proxy, {"HOST": "0.0.0.0"}, "warning", "plain HTTP"),
    (addresses.tls_port, {"TLS_PORT": 8000, "PORT": 8000}, "error", "are the same"),
    (neighbours.journal, {"EMBEDDED": False}, "warning", "share a SQLite file"),
    (neighbours.queue, {"EMBEDDED": False, "REDIS_URL": "redis://127.0.0.1:1/0"}, "error", "Redis does not answer"),
]


@pytest.mark.parametrize(("check", "broken", "level", "says"), SETTINGS)
def test_a_setting_that_cannot_work_is_found(
    settings: Settings, check: Callable[[], list[Finding]], broken: dict[str, object], level: str, says: str
) -> None:
    if check is neighbours.journal and connection.vendor != "sqlite":
        pytest.skip("this database is no SQLite file")
    assert worst(check).level in ("ok", "note") or check is neighbours.journal
    for name, value in broken.items():
        setattr(settings, name, value)
    found = worst(check)
    assert (found.level, says in found.says, bool(found.cure)) == (level, True, True)


def test_files_that_are_missing_are_found(settings: Settings, tmp_path: Path) -> None:
    assert premises.schema()[0].level == "ok"
    (tmp_path / "site" / "simulator" / "api" / "schema.json").unlink()
    assert "schema.json" in premises.schema()[0].says
    shutil.rmtree(tmp_path / "site" / "static")
    assert "bundles" in premises.static_files()[0].says


def test_static_files_that_were_not_collected_are_found(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STORAGES = {"staticfiles": {"BACKEND": "labsite.pages.storage.HashedModules"}}
    found = premises.static_files()[0]
    assert (found.level, found.cure) == ("error", "make setup")
    assert "not collected" in found.says


def test_translations_that_are_not_compiled_are_found(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").touch()
    (folder / "django.mo").touch()
    settings.LOCALE_PATHS = [tmp_path]
    assert premises.translations()[0].level == "ok"
    os.utime(folder / "django.mo", (1, 1))
    assert "older" in premises.translations()[0].says
    (folder / "django.mo").unlink()
    assert premises.translations()[0].cure == "manage.py compile_texts"


def test_var_dir_is_to_be_writable_and_its_secrets_its_owners(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("k")
    (tmp_path / "secret_key").chmod(0o644)
    found = premises.permissions()[0]
    assert (found.level, found.cure) == ("warning", f"chmod 600 {tmp_path / 'secret_key'}")
    (tmp_path / "secret_key").chmod(0o600)
    assert premises.permissions()[0].level == "ok"
    settings.VAR_DIR = tmp_path / "secret_key"  # no folder at all
    assert premises.permissions()[0].level == "error"


@pytest.mark.parametrize(("free", "level"), [(50 << 20, "error"), (500 << 20, "warning"), (5 << 30, "ok")])
def test_a_full_disk_is_found(monkeypatch: pytest.MonkeyPatch, free: int, level: str) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(0, 0, free))
    assert premises.space()[0].level == level


def test_certificates_that_end_or_cannot_be_read_are_found(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TLS_PORT = 8443
    assert premises.certificate()[0].level == "note"
    certificates.server(tmp_path, settings.ALLOWED_HOSTS)
    assert premises.certificate()[0].level == "ok"
    monkeypatch.setattr(certificates, "RENEW_BEFORE", timedelta(days=400))
    assert premises.certificate()[0].level == "warning"
    monkeypatch.setattr(certificates, "RENEW_BEFORE", timedelta(days=4000))
    assert "authority ends" in premises.certificate()[0].says
    (tmp_path / "tls" / "server.crt").write_text("no certificate")
    assert "cannot be read" in premises.certificate()[0].says


def test_a_port_that_something_else_has_taken_is_found(settings: Settings) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        other.settimeout(0)
        settings.TLS_PORT = other.getsockname()[1]
        found = addresses.tls_port()[0]
    assert (found.level, "taken by something else" in found.says) == ("error", True)
    assert addresses.tls_port()[0].level == "ok"
    assert not ports.answers("127.0.0.1", settings.TLS_PORT)


def test_a_database_that_does_not_answer_or_is_of_another_release_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert neighbours.database()[0].level == "ok"
    recorder = MigrationRecorder(connection)
    recorder.record_applied("sandboxes", "9999_later")
    assert "newer release (sandboxes.9999_later)" in neighbours.database()[0].says
    recorder.record_unapplied("sandboxes", "9999_later")
    leaf = max(name for app, name in recorder.applied_migrations() if app == "sandboxes")
    recorder.record_unapplied("sandboxes", leaf)
    assert neighbours.database()[0].cure == "manage.py migrate"

    def dead(*args: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(neighbours, "MigrationExecutor", dead)
    assert "connection refused" in neighbours.database()[0].says


@pytest.mark.django_db
def test_a_site_without_an_administrator_is_told_how_to_get_one() -> None:
    assert worst(neighbours.administrator).cure == "manage.py first_administrator NAME"
    User.objects.create_user("head", role="administrator")
    assert worst(neighbours.administrator).level == "ok"


def test_redis_that_is_old_or_forgets_is_found() -> None:
    assert neighbours.version("5.0.1")[0].level == "error"
    assert neighbours.version("7.2.4")[0].level == "ok"
    evicting = {"maxmemory_policy": "allkeys-lru", "maxmemory": 1}
    assert neighbours.policy(evicting)[0].level == "error"
    assert neighbours.policy({**evicting, "maxmemory": 0})[0].level == "warning"
    if why := missing():
        pytest.skip(why)
    with redis.Redis.from_url(REDIS) as server:
        assert neighbours.policy(server.info())[0].level == "ok"


def test_clocks_that_differ_are_found() -> None:
    assert neighbours.skewed("the worker", clock.SECOND) == []
    (found,) = neighbours.skewed("the worker", 75 * clock.SECOND)
    assert "75.0 seconds" in found.says


def test_clusters_of_another_release_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    row = keeping.of(User.objects.create_user("alice"), "")
    assert neighbours.clusters()[0].level == "ok"
    Sandbox.objects.filter(pk=row.pk).update(state=b"of another release")

    def other(row: Sandbox) -> None:
        raise UnknownVersion("2")

    monkeypatch.setattr(neighbours.engine, "wake", other)
    assert "1 of 1 stored clusters" in neighbours.clusters()[0].says


def test_a_check_that_fails_itself_is_told_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "CHECKS", (("broken", lambda: [][0]), ("debugging", addresses.debug)))
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", "--language", "zh-hans", stdout=said)
    assert "error   broken: " in said.getvalue()
    assert "ok      debugging: DEBUG 已关闭" in said.getvalue()


@pytest.mark.processes
def test_both_profiles_are_found_sound_and_a_missing_worker_is_missed(tmp_path: Path) -> None:
    if why := missing():
        pytest.skip(why)
    with Distributed() as environment:
        site = Site(tmp_path, environment)
        site.start()
        place = Installation(tmp_path, environment | {"DJANGO_SETTINGS_MODULE": "tests.labsite.settings"})
        try:
            lines = place.manage("doctor", "--json").splitlines()
            levels = {found["check"]: found["level"] for found in map(json.loads, lines)}
            assert {levels[name] for name in ("database", "journal", "Redis", "worker", "clocks")} == {"ok"}
            site.kill("worker")
            assert "No worker has answered" in place.manage("doctor", code=1)
        finally:
            site.stop()
