"""Which hint comes next: first those for what the learner's last command got wrong, then the others one by one.

What was given is kept as a list of keys: the number of a hint for everybody (as text), or the id of one for a certain error.
"""

from typing import Any

from lessons.catalogue import Lesson, Step
from lessons.checks import Check, command_fits, holds, kind
from lessons.words import said
from simulator.lab import Lab

Progress = dict[str, Any]


def given(progress: Progress, step: str) -> list[str]:
    """The hints that were given for *step*, in order. Releases before 0.1 kept their number only."""
    kept = progress["hints"].get(step, [])
    return [str(number) for number in range(kept)] if isinstance(kept, int) else list(kept)


def next_hint(lesson: Lesson, progress: Progress, name: str, lab: Lab) -> str | None:
    """The key of the next hint for the step *name*; None where there is none (left). In an exam there are none."""
    step = lesson.step(name)
    if step is None or lesson.is_exam or name in progress["done"]:
        return None
    had = given(progress, name)
    fitting = [
        key for key, when in step.hints.items() if key not in had and applies(when, progress.get("last") or {}, lab)
    ]
    others = [str(number) for number in range(plain(lesson, step)) if str(number) not in had]
    return next(iter(fitting + others), None)


def applies(when: Check, last: dict[str, Any], lab: Lab) -> bool:
    """Whether the condition of a hint is true: of the last command, and of the cluster."""
    match kind(when):
        case "command":
            return bool(last) and command_fits(when, last)
        case "all":
            return all(applies(part, last, lab) for part in when["all"])
        case "any":
            return any(applies(part, last, lab) for part in when["any"])
        case "none":
            return not applies(when["none"], last, lab)
    return holds(when, lab, lab.home)


def plain(lesson: Lesson, step: Step) -> int:
    """How many hints for everybody *step* has in every language."""
    return min(len(text.steps[step.id].hints) if step.id in text.steps else 0 for text in lesson.texts.values())


def known(lesson: Lesson, step: str, key: str) -> bool:
    """Whether the lesson (still) has the hint *key*."""
    return all(
        step in text.steps
        and (key in text.steps[step].clues or (key.isdigit() and int(key) < len(text.steps[step].hints)))
        for text in lesson.texts.values()
    )


def text(lesson: Lesson, step: str, key: str) -> dict[str, str]:
    """The hint *key* of *step*."""
    return said(
        lesson, lambda prose: prose.steps[step].hints[int(key)] if key.isdigit() else prose.steps[step].clues[key]
    )
