"""Work on lessons that may take too long, since somebody else wrote them: done in a process of its own, which is ended when it does."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PATIENCE_S = 18  # on the wall: less than a task of the site may take
HOUSE = Path(__file__).resolve().parents[2]


class TookTooLong(Exception):
    """The work was not done in the time that there was."""


class Failed(Exception):
    """The work cannot be done; the text says why."""


def ask(work: str, question: Mapping[str, Any], patience: float = PATIENCE_S) -> dict[str, Any]:
    """What comes of *work* (lessons/apart/works.py); raises TookTooLong and Failed."""
    command = [sys.executable, "-m", "lessons.apart", work]
    environment = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}
    try:
        done = subprocess.run(
            command,
            input=json.dumps(question).encode(),
            capture_output=True,
            cwd=HOUSE,
            env=environment,
            timeout=patience,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TookTooLong from error
    if done.returncode < 0:  # the system has ended it: it used more of the processor or of memory than it may
        raise TookTooLong
    if done.returncode:
        raise Failed(done.stderr.decode(errors="replace").strip().rsplit("\n", 1)[-1])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
