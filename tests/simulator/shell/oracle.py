"""Scripts in a real bash and here: what each prints, complains of and ends with."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.simulator.shell.rig import Rig

needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here to compare with")


def scripts(name: str) -> list[str]:
    """The scripts of a corpus beside this file."""
    return (Path(__file__).parent / name).read_text().split("---\n")


def in_bash(script: str, place: Path) -> tuple[str, str, int]:
    """What a real bash makes of *script* in the folder *place*."""
    (place / "x.sh").write_text(script)
    env = {"HOME": "/root", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "x.sh"], capture_output=True, cwd=place, stdin=subprocess.DEVNULL, env=env, timeout=20, text=True
    )
    return done.stdout, done.stderr, done.returncode


def here(rig: Rig, script: str) -> tuple[str, str, int]:
    """What it does on a host."""
    rig.machines.write_file("master", "/tmp/x.sh", script.encode())
    return rig.run(["bash", "x.sh"])
