"""Work that was done before attempts were kept: each lesson that is under way or finished is an attempt, of which all that is known
is how far it has come and when something was done last."""

from collections.abc import Callable
from typing import Any

from django.db import migrations

from labsite.sandboxes import clock
from lessons import catalogue, grades


def take_over(apps: Any, schema: Any) -> None:
    """Make an attempt of every learner's way through a lesson."""
    sandboxes, attempts = apps.get_model("sandboxes", "Sandbox"), apps.get_model("grades", "Attempt")
    for run in apps.get_model("lessons", "Run").objects.iterator():
        lesson = catalogue.get(run.lesson)
        row = sandboxes.objects.filter(pk=run.sandbox).only("now", "branch", "number", "updated").first()
        if lesson is None or row is None or "done" not in run.progress:
            continue
        wall = clock.unix(run.finished or row.updated)
        facts = grades.observed(lesson, run.progress, {}, 0, always([wall, row.now, row.branch, row.number]))
        attempts.objects.create(
            sandbox=row, started=run.started, finished=run.finished, facts=facts, heard=wall
        )


def always(moment: grades.Moment) -> Callable[[str], grades.Moment]:
    """That every step was reached then."""
    return lambda step: moment


class Migration(migrations.Migration):
    dependencies = [("grades", "0001_begin"), ("lessons", "0002_first_finished"), ("sandboxes", "0004_lives")]
    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
