"""The corpus: each script does here what it does in a real dash, and nothing changes if the machine is saved between steps."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from rig import Rig

SCRIPTS = (Path(__file__).parent / "scripts.txt").read_text().split("---\n")
needs_dash = pytest.mark.skipif(shutil.which("dash") is None, reason="there is no dash here to compare with")


@pytest.fixture(scope="module")
def rig() -> Rig:
    rig = Rig()
    rig.open()
    return rig


@needs_dash
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_does_what_it_does_in_dash(script: str, rig: Rig, tmp_path: Path) -> None:
    shell = tmp_path / "bin" / "sh"
    shell.parent.mkdir()
    shell.symlink_to(str(shutil.which("dash")))
    place = tmp_path / "work"
    place.mkdir()
    env = {"HOME": "/root", "PATH": f"{shell.parent}:{os.environ['PATH']}"}
    real = subprocess.run(
        ["dash", "-c", script], capture_output=True, cwd=place, stdin=subprocess.DEVNULL, env=env, timeout=20, text=True
    )
    out, err, code = rig.run(["dash", "-c", script])
    assert (out, code) == (real.stdout, real.returncode)
    assert err == real.stderr


@pytest.mark.parametrize("script", SCRIPTS[::6])
def test_a_script_does_the_same_if_the_machine_is_saved_between_any_two_steps(script: str) -> None:
    results = []
    for restart in (False, True):
        rig = Rig(restart=restart)
        rig.open()
        results.append((rig.run(["sh", "-c", script]), rig.world.now, rig.world.to_bytes()))
    assert results[0] == results[1]
