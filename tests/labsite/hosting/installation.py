"""An installation of a test's own, in either profile, by its command line alone."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.labsite.site import ROOT, free_port

# What is compared: everything that a learner would miss.
WITNESS = """
import json
from labsite.hosting import rows
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
left = ("sandboxes.viewer", "contenttypes.contenttype", "auth.permission")
all = {m._meta.label_lower: [rows.row_of(t) for t in m._base_manager.order_by("pk")]
       for m in rows.stored(apps) if m._meta.label_lower not in left}
print(json.dumps(all, cls=DjangoJSONEncoder, sort_keys=True))
"""


class Installation:
    """A folder, a database and what the environment says."""

    def __init__(self, var: Path, profile: Mapping[str, str]) -> None:
        self.var = var
        clean = dict.fromkeys(("REDIS_URL", "DATABASE_URL", "SECRET_KEY"), "")
        self.env = os.environ | clean | {"VAR_DIR": str(var), "TLS_PORT": "0", "PORT": str(free_port())}
        self.env |= {"DJANGO_SETTINGS_MODULE": "labsite.settings", **profile}

    def manage(self, *words: str, code: int = 0) -> str:
        """What `manage.py` with *words* says, which must end with *code*."""
        done = self.done(*words)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def done(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """`manage.py` with *words*, when it has ended."""
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)

    def run(self, program: str) -> str:
        """What *program* prints in the installation."""
        done = self.done("shell", "-v0", "-c", program)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def all_rows(self, before: str = "") -> dict[str, list[dict[str, Any]]]:
        """Every row that lasts, after the program *before*."""
        found: dict[str, list[dict[str, Any]]] = json.loads(self.run(before + WITNESS).splitlines()[-1])
        return found
