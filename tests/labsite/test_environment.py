"""Settings from the environment."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from labsite.environment import Environment, database, secret_key
from tests.labsite.site import ROOT


@pytest.mark.parametrize(
    ("value", "meant"), [("", False), ("yes", True), ("TRUE", True), ("0", False), (" off ", False)]
)
def test_a_flag_is_yes_or_no(value: str, meant: bool) -> None:
    assert Environment({"HTTPS": value}).flag("HTTPS") is meant


def test_what_cannot_be_meant_is_refused_by_name() -> None:
    env = Environment({"HTTPS": "maybe", "PORT": "80a", "LOG_LEVEL": "LOUD"})
    with pytest.raises(ImproperlyConfigured, match="HTTPS='maybe'"):
        env.flag("HTTPS")
    with pytest.raises(ImproperlyConfigured, match="PORT='80a'"):
        env.number("PORT", 8000, low=1, high=65535)
    with pytest.raises(ImproperlyConfigured, match="LOG_LEVEL='LOUD'"):
        env.choice("LOG_LEVEL", "INFO", ("INFO",))
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        database("mysql://localhost/x", Path("/"))


def test_a_database_is_named_by_its_address() -> None:
    found = database("postgres://u%40x:p%2Fq@db:5433/lab", Path("/data"))
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "u@x",
        "p/q",
        "db",
        "5433",
        "lab",
    )
    assert database("", Path("/data"))["NAME"] == "/data/podlab.sqlite3"
    assert database("sqlite:////srv/a.db", Path("/data"))["NAME"] == "/srv/a.db"


def test_commands_say_what_to_do_about_a_database_without_tables(tmp_path: Path) -> None:
    env = os.environ | {"VAR_DIR": str(tmp_path), "DATABASE_URL": "", "REDIS_URL": ""}
    command = [sys.executable, "manage.py", "prune", "--dry-run"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 1
    assert "manage.py migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_secret_key_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "secret_key"
    key = secret_key(file)
    assert len(key) >= 50
    assert secret_key(file) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
