"""What README.md says of the settings is what the code does."""

import re
import tomllib

import pytest
from django.core.exceptions import ImproperlyConfigured

from labsite.environment import Environment
from labsite.release import RELEASE
from tests.labsite.hosting.settings_in_code import settings_in_code
from tests.labsite.site import ROOT

ROW = re.compile(r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \| (.+?) \| (.+) \|$", re.M)
# What tests and a command read themselves, and defaults that are told in words.
ELSEWHERE = {"TEST_REDIS_URL", "TEST_DATABASE_URL", "PODLAB_FUZZ", "ADMINISTRATOR_PASSWORD"}
IN_WORDS = {"VAR_DIR", "SECRET_KEY", "DATABASE_URL"}


def table() -> dict[str, str]:
    """Variable and default of each row of the table."""
    text = (ROOT / "README.md").read_text()
    found: dict[str, str] = {}
    for names, default, _says in ROW.findall(text[text.index("\n## Settings") :]):
        each = [name.strip("`") for name in names.split(", ")]
        found |= dict(zip(each, default.split(", ") if len(each) > 1 else [default], strict=False))
    return found


def test_the_table_names_every_setting_and_no_other() -> None:
    assert set(table()) - ELSEWHERE == set(settings_in_code())


def test_the_table_gives_the_defaults_of_the_code() -> None:
    said = {name: default.strip("`").replace("none", "") for name, default in table().items()}
    code = settings_in_code()
    assert {name: said[name] for name in code if name not in IN_WORDS} == {
        name: default for name, default in code.items() if name not in IN_WORDS
    }


@pytest.mark.parametrize("value", ["-1", "3651", "many"])
def test_a_number_out_of_its_bounds_stops_the_start(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="GUEST_DAYS"):
        Environment({"GUEST_DAYS": value}).number("GUEST_DAYS", 180, low=1, high=3650)


def test_the_release_is_the_projects() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == RELEASE
