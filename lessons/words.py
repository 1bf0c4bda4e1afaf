"""What a lesson says, as HTML in each language; and what is still missing, with the values that were found in the cluster."""

import html
import json
from collections.abc import Callable
from typing import Any

import re2

from lessons import checks, paths
from lessons.catalogue import Lesson, Step
from lessons.checks import Check
from lessons.markdown import render
from lessons.texts import LessonText
from simulator.lab import Lab

FOUND = re2.compile(r"\{found(?::([^{}<>]+))?\}")
NOTHING = "<none>"
LONGEST = 80  # characters of a value that are quoted


def said(lesson: Lesson, take: Callable[[LessonText], str]) -> dict[str, str]:
    """A piece of the lesson's prose as HTML, in each language."""
    return {language: render(take(text)) for language, text in lesson.texts.items()}


def missing(lesson: Lesson, step: Step, name: str, lab: Lab) -> dict[str, str]:
    """What is said while the check *name* of *step* is not fulfilled: as exactly as one of its `otherwise` can say it."""
    check = step.checks[name]
    key, about = name, check
    for other in check.get("otherwise") or ():
        if checks.holds(other, lab, lab.home):
            key, about = str(other["id"]), other
            break
    texts = said(lesson, lambda text: text.steps[step.id].missing[key])
    return {language: quoted(text, about, lab) for language, text in texts.items()}


def quoted(text: str, check: Check, lab: Lab) -> str:
    """HTML with the values in it that were found; they may be a learner's, and become text whatever they are."""

    def value(match: Any) -> str:
        return html.escape(shown(found(check, html.unescape(match.group(1) or ""), lab)))

    return str(FOUND.sub(value, text)) if "{found" in text else text


def found(check: Check, path: str, lab: Lab) -> Any:
    """What stands in the place of that which *check* waits for; None if nothing does."""
    match checks.kind(check):
        case "object":
            return in_object(check, path, lab)
        case "file":
            return next(iter(checks.file_texts(check, lab, lab.home)), None)
        case "script":
            return last_line(checks.script_result(check, lab, lab.home), path)
        case "http":
            answer = next(iter(checks.answers(check, lab, lab.home)), {})
            return answer.get(path or "status")
    return None


def last_line(result: dict[str, Any], path: str) -> Any:
    """What a script says in its last line, or how it ends where it says nothing: its status, `code`, or the whole `output`."""
    if path:
        return result.get(path)
    lines = [line for line in str(result.get("output", "")).split("\n") if line.strip()]
    return lines[-1].strip() if lines else f"exit {result.get('code')}"


def in_object(check: Check, path: str, lab: Lab) -> Any:
    """A value of the first object that *check* speaks of: at *path*, or at the first path that has another than it must."""
    objects = checks.addressed(check, lab)
    if not objects:
        return None
    where = check.get("where") or {}
    wrong = [each for each, matcher in where.items() if not checks.leads_to(objects[0], each, matcher)]
    chosen = path or next(iter([*wrong, *where]), "metadata.name")
    return next(iter(paths.values(objects[0], chosen)), None)


def shown(value: Any) -> str:
    """A value as it is quoted."""
    text = NOTHING if value is None else value if isinstance(value, str) else json.dumps(value)
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
