"""Counting what was noted of turns (counting.py): by the minute while learners work, and before anybody looks."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, TypedDict

from django.core.cache import cache
from django.db import transaction
from django.db.models import F

from labsite.analytics.models import Help, Lack, Note, Stumble
from labsite.celery import app

MOST_KINDS = 200  # of errors that are told apart, of one learner in one lesson
AT_ONCE = 500  # notes in one transaction
MOST_ROUNDS = 20
WAIT_S = 30
PLACE = "analytics:fold"

Where = tuple[int, str, str]  # user, lesson, step


class Facts(TypedDict):
    """What happened in a turn."""

    step: str
    commands: int
    missing: list[str]  # checks of the step that were not fulfilled after the commands
    failed: list[tuple[str, str]]  # what and why, of each command that failed
    hints: list[tuple[str, str]]  # the step and the key of each that was handed out
    reached: list[str]


def soon() -> None:
    """Have the notes counted in a while, once for all that come until then."""
    if cache.add(PLACE, 1, timeout=2 * WAIT_S):
        fold.apply_async(countdown=WAIT_S)


@app.task
def fold() -> None:
    """Count them."""
    cache.delete(PLACE)
    fold_all()


def fold_all() -> None:
    """Count all notes, and forget them; of very many, the first."""
    for _ in range(MOST_ROUNDS):
        if fold_some() < AT_ONCE:
            return


@transaction.atomic
def fold_some() -> int:
    """Count the first notes: how many."""
    notes = list(Note.objects.select_for_update().order_by("pk")[:AT_ONCE])
    add_lacks(lacks_in(notes))
    add_stumbles(stumbles_in(notes))
    for note in notes:
        add_helps(note)
    Note.objects.filter(pk__in=[note.pk for note in notes]).delete()
    return len(notes)


def where(note: Note) -> Where:
    """Who, and where in which lesson."""
    return note.user_id, note.lesson, note.facts["step"]


def by_name(place: Where) -> dict[str, Any]:
    """The same as columns."""
    return dict(zip(("user_id", "lesson", "step"), place, strict=True))


def lacks_in(notes: Iterable[Note]) -> Counter[tuple[Where, str]]:
    """How many more commands there were after which a check was missing."""
    found: Counter[tuple[Where, str]] = Counter()
    for note in notes:
        found.update(dict.fromkeys([(where(note), name) for name in note.facts["missing"]], note.facts["commands"]))
    return found


def stumbles_in(notes: Iterable[Note]) -> Counter[tuple[Where, str, str]]:
    """How many commands failed, by kind."""
    return Counter((where(note), what, why) for note in notes for what, why in note.facts["failed"])


def add_lacks(found: Counter[tuple[Where, str]]) -> None:
    """So many more commands after which the checks were missing."""
    for (place, name), times in found.items():
        if not Lack.objects.filter(**by_name(place), check_id=name).update(times=F("times") + times):
            Lack.objects.create(**by_name(place), check_id=name, times=times)


def add_stumbles(found: Counter[tuple[Where, str, str]]) -> None:
    """Commands that failed."""
    for (place, what, why), times in found.items():
        if Stumble.objects.filter(**by_name(place), what=what, why=why).update(times=F("times") + times):
            continue
        user, lesson, _ = place
        if Stumble.objects.filter(user=user, lesson=lesson).count() < MOST_KINDS:
            Stumble.objects.create(**by_name(place), what=what, why=why, times=times)


def add_helps(note: Note) -> None:
    """Hints that were handed out, each of which ends the one before; and steps that were reached after them."""
    here: Sequence[tuple[str, str]] = note.facts["hints"]
    for step, key in here:
        Help.objects.filter(sandbox=note.sandbox, step=step, followed=0).update(followed=note.wall)
        facts = {"user_id": note.user_id, "lesson": note.lesson, "given": note.wall}
        Help.objects.get_or_create(sandbox=note.sandbox, step=step, hint=key, defaults=facts)
    if reached := note.facts["reached"]:
        Help.objects.filter(sandbox=note.sandbox, step__in=reached, passed=0).update(passed=note.wall)
