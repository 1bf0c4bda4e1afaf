"""The clocks of a whole class, stopped and let go by whoever teaches it (sandboxes/holding.py says what that does to a cluster)."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from labsite.bridge import publish
from labsite.classes.models import Classroom, Pause
from labsite.sandboxes import clock, tasks
from labsite.sandboxes.models import Sandbox
from lessons import catalogue

RECENT = 24 * 3600 * clock.SECOND  # who has not come further for longer stands still anyway
MOST_SPANS = 100


def group(classroom: int) -> str:
    """The group of those who watch the clocks of a class."""
    return f"clocks.{classroom}"


def standing(classroom: int) -> dict[str, Any]:
    """What the room is told: who has paused the clocks, and when; {} if they go."""
    found = Pause.objects.filter(classroom=classroom, until=0).values("by", "since").first()
    return dict(found) if found else {}


def spans(classroom: int) -> list[tuple[int, int]]:
    """The last pauses, from when to when (0: it lasts): in the room, nobody's time without progress goes on meanwhile."""
    recent = Q(until=0) | Q(until__gt=clock.wall() - RECENT)
    found = Pause.objects.filter(recent, classroom=classroom).order_by("-since").values_list("since", "until")
    return sorted(found[:MOST_SPANS])


def pause(classroom: Classroom, by: str) -> int:
    """Stop the clocks of all learners: how many clusters there are for whom that is news now."""
    try:
        with transaction.atomic():
            Pause.objects.create(classroom=classroom, by=by, since=clock.wall())
    except IntegrityError:
        return 0
    return tell(classroom)


def resume(classroom: Classroom) -> int:
    """Let them go again."""
    if not Pause.objects.filter(classroom=classroom, until=0).update(until=clock.wall()):
        return 0
    return tell(classroom)


def tell(classroom: Classroom) -> int:
    """Have the room know it, and each cluster that somebody watches, that was held, or in which an exam goes on."""
    publish(
        group(classroom.pk), {"type": "class.paused", "paused": standing(classroom.pk), "pauses": spans(classroom.pk)}
    )
    mine = Q(owner__seats__classroom=classroom, owner__seats__role="learner")
    exams = [lesson.slug for lesson in catalogue.lessons().values() if lesson.is_exam]
    concerned = Q(lease__gt=clock.wall()) | ~Q(hold={}) | Q(lesson__in=exams, set_aside=False)
    found = list(Sandbox.objects.filter(mine, concerned).values_list("pk", flat=True).distinct())
    for sandbox in found:
        tasks.heed.delay(str(sandbox))
    return len(found)
