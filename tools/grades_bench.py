"""Marks, for `make bench`: a class of three hundred that does the whole course, in a database of its own."""

import os
import tempfile
import time
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import django
from django.core.management import call_command


@cache
def measured() -> dict[str, float]:
    """Milliseconds, by what is done."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "labsite.settings", "VAR_DIR": folder, "LOG_LEVEL": "ERROR"}
        django.setup()
        call_command("migrate", verbosity=0)
        book, export, reckoning = (import_module(f"labsite.grades.{name}") for name in ("book", "export", "reckoning"))
        spreadsheets = import_module("labsite.spreadsheets")
        room, seats, lessons = filled()
        made: dict[str, Callable[[], Any]] = {
            "book": lambda: book.whole(room.pk, "en"),
            "csv": lambda: spreadsheets.as_csv(export.table(room.pk, "en")),
            "xlsx": lambda: spreadsheets.as_xlsx("Marks", export.table(room.pk, "en"), export.WIDTHS, "C2"),
            "turn": lambda: reckoning.reckon_learner(seats[7].user_id, lessons[3].slug),
            "class": lambda: [reckoning.reckon(room.pk, lesson=lesson.slug) for lesson in lessons],
        }
        return {name: cpu_ms(work) for name, work in made.items()}


def filled() -> tuple[Any, Any, Any]:
    """The class, its learners and lessons; every cell of the gradebook has a mark, and an attempt behind it."""
    school, cast = import_module("tests.labsite.grades.school"), import_module("tests.labsite.classes.cast")
    room = cast.classroom(cast.teacher())
    lessons = list(import_module("lessons.catalogue").lessons().values())
    seats = school.marked(room)
    school.begun(seats, lessons)
    return room, seats, lessons


def cpu_ms(work: Callable[[], object]) -> float:
    """Processor time of *work*, in milliseconds."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


MEASURES: tuple[tuple[str, Callable[[], float], str, float], ...] = (
    ("a gradebook of 300 learners, all lessons, CPU", lambda: measured()["book"], "ms", 500),
    ("the same as CSV, CPU", lambda: measured()["csv"], "ms", 1000),
    ("the same as XLSX, CPU", lambda: measured()["xlsx"], "ms", 1000),
    ("one mark of it after a learner's turn, CPU", lambda: measured()["turn"], "ms", 10),
    ("all marks of it after another rule, CPU", lambda: measured()["class"], "ms", 8_000),
)
