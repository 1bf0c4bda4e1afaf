"""The set-up: what is done is left alone, and what is missing is said."""

import re
import subprocess
from pathlib import Path

import pytest

from tools import setup
from tools.setup import Step


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty house."""
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "BUILD", tmp_path / "build")
    (tmp_path / "in").write_text("a")
    return tmp_path


def counted(house: Path) -> tuple[Step, list[int]]:
    """A step, and a list that grows each time it is made."""
    made: list[int] = []

    def make() -> None:
        made.append(1)
        (house / "out").write_text("x")

    return Step("a step", ("in", "more/**/*"), ("out",), make), made


def test_a_step_is_made_once(house: Path) -> None:
    step, made = counted(house)
    step.run()
    step.run()
    assert len(made) == 1


@pytest.mark.parametrize("name", ["in", "more/new"])
def test_a_step_is_made_again_when_what_it_is_made_from_has_changed(house: Path, name: str) -> None:
    step, made = counted(house)
    step.run()
    (house / name).parent.mkdir(exist_ok=True)
    (house / name).write_text("b")
    step.run()
    assert len(made) == 2


def test_a_step_is_made_again_when_what_it_made_is_gone(house: Path) -> None:
    step, made = counted(house)
    step.run()
    (house / "out").unlink()
    step.run()
    assert len(made) == 2


def test_a_step_that_fails_is_not_done(house: Path) -> None:
    def fail() -> None:
        setup.call("false")

    step = Step("a step", ("in",), (), fail)
    for _ in range(2):
        with pytest.raises(SystemExit, match="this command failed: false"):
            step.run()


def test_without_venv_the_very_line_is_said_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup.shutil, "which", lambda name: None)
    monkeypatch.setattr(setup.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="apt-get install -y python3-venv"):
        setup.make_venv()


def test_an_old_python_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "OLDEST_PYTHON", (99, 0))
    with pytest.raises(SystemExit, match=r"needs Python 99\.0 or later"):
        setup.check_python()


def test_make_alone_lists_every_target() -> None:
    root = Path(__file__).resolve().parents[2]
    listed = subprocess.run(["make", "--silent"], cwd=root, capture_output=True, text=True, check=True).stdout
    targets = re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.M)
    assert re.findall(r"^make ([a-z]+)", listed, re.M) == targets
