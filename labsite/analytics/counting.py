"""Noting what is to be counted, while learners of classes work: one row for a turn, and no more; folding.py counts later. Whatever
goes wrong here is not the learner's trouble."""

import logging
from typing import Any

from labsite.analytics import errors, folding
from labsite.analytics.models import Note
from labsite.sandboxes.turn import Turn
from lessons import hints, progress
from lessons.catalogue import Lesson
from lessons.models import Run

log = logging.getLogger(__name__)

MOST_FAILED = 50  # commands of one turn


def hear(turn: Turn, **more: Any) -> None:
    """A turn was stored. Nothing is noted of who learns in no class."""
    try:
        if turn.run and turn.lesson and is_news(turn) and turn.seats:
            facts = facts_of(turn, turn.run, turn.lesson)
            where = {"user_id": turn.row.owner_id, "sandbox": turn.row.pk, "lesson": turn.lesson.slug}
            Note.objects.create(**where, wall=turn.wall, facts=facts)
            folding.soon()
    except Exception:
        log.exception("sandbox %s: nothing was counted", turn.row.pk)


def is_news(turn: Turn) -> bool:
    """Whether something is to be counted: a command, a hint, a step."""
    hinted = any(answer["type"] == "hint" for answer in turn.answers)
    return hinted or bool(reached(turn)) or any(change.kind == "command" for change in turn.changes)


def reached(turn: Turn) -> list[str]:
    """The steps that were reached in a turn."""
    return [message["step"] for message in turn.said if message["type"] == "step.reached"]


def facts_of(turn: Turn, run: Run, lesson: Lesson) -> folding.Facts:
    """What happened in a turn, without what was typed."""
    commands = [change.data for change in turn.changes if change.kind == "command"]
    step = at_step(turn, run, lesson)
    missing = [told["checks"] for told in turn.said if told["type"] == "step.missing" and told["step"] == step]
    failed = [data for data in commands if data["code"]][:MOST_FAILED]
    return {
        "step": step,
        "commands": len(commands),
        "missing": list(missing[-1]) if commands and missing else [],
        "failed": [errors.kind_of(data["line"], data["code"], str(data["output"])) for data in failed],
        "hints": [(answer["step"], key_of(run, answer)) for answer in turn.answers if answer["type"] == "hint"],
        "reached": reached(turn),
    }


def at_step(turn: Turn, run: Run, lesson: Lesson) -> str:
    """The step at which the learner was; empty in an exam, in which that is not known, and at the end."""
    here = progress.current(lesson, run.progress)
    return "" if lesson.is_exam else next(iter(reached(turn)), here.id if here else "")


def key_of(run: Run, answer: dict[str, Any]) -> str:
    """The key of a hint that was handed out."""
    return hints.given(run.progress, answer["step"])[: answer["number"]][-1]
