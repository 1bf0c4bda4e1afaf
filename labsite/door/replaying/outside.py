"""`replay --client`: the same command again, as a process with a site and a database of its own."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path


def replay(client: Path, files: Sequence[Path], seed: int) -> int:
    """Replay *files* with the kubectl at *client*; the exit status."""
    words = [sys.executable, "manage.py", "replay_outside", f"--client={client}", f"--seed={seed}"]
    with tempfile.TemporaryDirectory() as var:
        own = {"VAR_DIR": var, "REDIS_URL": "", "DATABASE_URL": "", "TLS_PORT": str(free_port()), "HTTPS": ""}
        environment = os.environ | own | {"LOG_LEVEL": "WARNING", "HOST": "127.0.0.1", "BEHIND_PROXY": ""}
        done = subprocess.run([*words, *(str(path) for path in files)], env=environment, check=False)
    return done.returncode


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
