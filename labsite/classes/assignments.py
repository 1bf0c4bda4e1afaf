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
from lessons import catalogue, shelf, versions
from lessons.catalogue import Lesson

MOST_LESSONS = 500  # of a class: the form that says how it marks has a line for each

Due = dict[str, datetime | None]

arranged = Signal()  # a class does other lessons, or has other due dates: classroom


def pinned(lesson: Lesson) -> str:
    """The digest of a lesson as it is now, which is kept from now on."""
    shelf.keep_of_course(lesson)
    return versions.digest(lesson.folder)


@transaction.atomic
def choose(classroom: Classroom, chosen: Mapping[str, str]) -> list[str]:
    """Have the class do the lessons *chosen*, each by its slug with when it is due (as a browser says it; empty: never). One that
    was chosen before keeps its version. The slugs whose due date cannot be read are given back; those keep the one they had."""
    zone, bad = ZoneInfo(classroom.zone), []
    known = {each.lesson: each for each in classroom.assignments.all()}
    classroom.assignments.exclude(lesson__in=chosen).delete()
    for slug, lesson in [(slug, lesson) for slug in chosen if (lesson := catalogue.get(slug))]:
        row = known.get(slug) or Assignment(classroom=classroom, lesson=slug, digest=pinned(lesson))
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
        classroom=classroom, lesson=lesson.slug, defaults={"digest": pinned(lesson)}
    )[1]
    if made:
        transaction.on_commit(lambda: arranged.send_robust(Classroom, classroom=classroom))


def moments(chosen: Mapping[str, str], zone: str) -> Due:
    """When lessons are due that are *chosen* as for `choose`; what cannot be read is never."""
    found: Due = {}
    for slug, text in chosen.items():
        try:
            found[slug] = moment(text, ZoneInfo(zone))
        except ValueError:
            found[slug] = None
    return found


def moment(text: str, zone: ZoneInfo) -> datetime | None:
    """When "2026-03-01T17:30" is in *zone*; None for an empty text; raises ValueError."""
    return datetime.fromisoformat(text).replace(tzinfo=zone) if text.strip() else None


def renew(classroom: Classroom) -> None:
    """Take the lessons as they are now."""
    for row in classroom.assignments.all():
        if lesson := catalogue.get(row.lesson):
            row.digest = pinned(lesson)
            row.save(update_fields=["digest"])


def move(classroom: Classroom, slug: str, digest: str) -> bool:
    """Have the class go on with another version of a lesson that is kept; whether it does the lesson."""
    return bool(classroom.assignments.filter(lesson=slug).update(digest=digest))


def cards(classroom: Classroom, learner: User | None, language: str) -> list[dict[str, Any]]:
    """The lessons of the class in the order of the course, with how far *learner* has come in each."""
    rows = [(lesson, row) for row in classroom.assignments.all() if (lesson := begun_with(row))]
    runs, gates = outline.runs_of(learner), outline.gated(learner)
    rows.sort(key=lambda pair: (pair[0].chapter, pair[0].order))
    return [outline.card(lesson, runs, language, gates) | facts(row) for lesson, row in rows]


def begun_with(row: Assignment) -> Lesson | None:
    """The lesson as the class began with it, or as it is now where that is not kept; None if there is none."""
    return catalogue.edition(row.lesson, row.digest)


def facts(row: Assignment) -> dict[str, Any]:
    """When it is due, and whether the lesson is another now than the class began with."""
    late = row.due is not None and row.due < timezone.now()
    now = catalogue.get(row.lesson)
    return {"due": row.due, "late": late, "changed": now is not None and row.digest != versions.digest(now.folder)}


def gone(classroom: Classroom) -> list[str]:
    """Lessons of the class that this release does not have."""
    return [row.lesson for row in classroom.assignments.all() if begun_with(row) is None]
