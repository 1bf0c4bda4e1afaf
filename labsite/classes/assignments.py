"""The lessons of a class: chosen, with due dates, and pinned to what they were then."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from labsite.accounts.models import User
from labsite.classes.models import Assignment, Classroom
from labsite.pages import outline
from lessons import catalogue, versions
from lessons.catalogue import Lesson

arranged = Signal()  # a class does other lessons, or has other due dates: classroom


def digest(lesson: Lesson) -> str:
    """Which version of a lesson this release has."""
    return versions.digest(lesson.folder)


@transaction.atomic
def choose(classroom: Classroom, chosen: Mapping[str, str]) -> list[str]:
    """Have the class do the lessons *chosen*, each by its slug with when it is due (as a browser says it; empty: never). One that
    was chosen before keeps its version. The slugs whose due date cannot be read are given back; those keep the one they had."""
    zone, bad = ZoneInfo(classroom.zone), []
    known = {each.lesson: each for each in classroom.assignments.all()}
    classroom.assignments.exclude(lesson__in=chosen).delete()
    for slug, lesson in [(slug, lesson) for slug in chosen if (lesson := catalogue.get(slug))]:
        row = known.get(slug) or Assignment(classroom=classroom, lesson=slug, digest=digest(lesson))
        try:
            row.due = moment(chosen[slug], zone)
        except ValueError:
            bad.append(slug)
        row.save()
    transaction.on_commit(lambda: arranged.send_robust(Classroom, classroom=classroom))
    return bad


def add(classroom: Classroom, lesson: Lesson) -> None:
    """Have the class do one lesson more, as it is now; nothing, if it does already."""
    made = Assignment.objects.get_or_create(
        classroom=classroom, lesson=lesson.slug, defaults={"digest": digest(lesson)}
    )[1]
    if made:
        transaction.on_commit(lambda: arranged.send_robust(Classroom, classroom=classroom))


def moment(text: str, zone: ZoneInfo) -> datetime | None:
    """When "2026-03-01T17:30" is in *zone*; None for an empty text; raises ValueError."""
    return datetime.fromisoformat(text).replace(tzinfo=zone) if text.strip() else None


def renew(classroom: Classroom) -> None:
    """Take the lessons as they are now."""
    for row in classroom.assignments.all():
        if lesson := catalogue.get(row.lesson):
            row.digest = digest(lesson)
            row.save(update_fields=["digest"])


def cards(classroom: Classroom, learner: User | None, language: str) -> list[dict[str, Any]]:
    """The lessons of the class in the order of the course, with how far *learner* has come in each."""
    rows = {row.lesson: row for row in classroom.assignments.all()}
    runs, gates = outline.runs_of(learner), outline.gated(learner)
    found = [lesson for lesson in catalogue.everything().values() if lesson.slug in rows]
    return [outline.card(each, runs, language, gates) | facts(rows[each.slug], each) for each in found]


def facts(row: Assignment, lesson: Lesson) -> dict[str, Any]:
    """When it is due, and whether the lesson is another than the class began with."""
    late = row.due is not None and row.due < timezone.now()
    return {"due": row.due, "late": late, "changed": row.digest != digest(lesson)}


def gone(classroom: Classroom) -> list[str]:
    """Lessons of the class that this release does not have."""
    return [row.lesson for row in classroom.assignments.all() if catalogue.get(row.lesson) is None]
