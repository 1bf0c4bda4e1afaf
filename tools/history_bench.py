"""The time machine, for `make bench`: a session in a database of its own."""

import os
import tempfile
from collections.abc import Callable
from functools import cache
from importlib import import_module

import django
import pytest
from django.core.management import call_command


@cache
def measured() -> tuple[float, float, float]:
    """Of three busy hours: the slowest way back to a moment, and one to a moment beside it, in milliseconds, and what is stored, in KB."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as monkeypatch:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "labsite.settings", "VAR_DIR": folder, "LOG_LEVEL": "ERROR"}
        django.setup()
        call_command("migrate", verbosity=0)
        session = import_module("tools.history_session")
        row = session.lived(monkeypatch)
        return session.slowest_ms(row), session.beside_ms(row), session.stored_kb(row)


MEASURES: tuple[tuple[str, Callable[[], float], str, float], ...] = (
    ("any moment of a three-hour session back, CPU, slowest", lambda: measured()[0], "ms", 300),
    ("a moment beside the last one, CPU, 19 of 20", lambda: measured()[1], "ms", 75),
    ("what is stored of its history", lambda: measured()[2], "KB", 8000),
)
