"""How far a learner has come in a lesson: a plain dict, moved forward by what happens in the cluster.

done        ids of the steps that are reached, in order
memory      by check id, what lessons/memory.py remembers
hints       by step id, how many hints were given
mistakes    ids of the foreseen mistakes that were made
"""

from collections.abc import Callable, Iterable
from typing import Any

from lessons.catalogue import Lesson, Step
from lessons.checks import happened
from lessons.markdown import render
from lessons.memory import fulfilled, noted
from lessons.texts import LessonText
from simulator.lab import Change, Lab

Progress = dict[str, Any]
Message = dict[str, Any]


def begin() -> Progress:
    """The progress of somebody who has just opened the lesson."""
    return {"done": [], "memory": {}, "hints": {}, "mistakes": []}


def said(lesson: Lesson, take: Callable[[LessonText], str]) -> dict[str, str]:
    """A piece of the lesson's prose as HTML, in each language."""
    return {language: render(take(text)) for language, text in lesson.texts.items()}


def feed(lesson: Lesson, progress: Progress, lab: Lab, changes: Iterable[Change]) -> tuple[Progress, list[Message]]:
    """The progress after *changes*, and what the learner is to be told (labsite/console/messages.py)."""
    changes = list(changes)
    memory = remembered(lesson, progress, lab, changes)
    progress = {**progress, "memory": memory}
    messages = seen_mistakes(lesson, progress, changes)
    progress["mistakes"] = [*progress["mistakes"], *(message["id"] for message in messages)]
    reached = reached_steps(lesson, progress, lab)
    progress["done"] = [*progress["done"], *reached]
    messages += [{"type": "step.reached", "step": step} for step in reached]
    messages += [missing_message(lesson, progress, lab)] if current(lesson, progress) else []
    if reached and finished(lesson, progress):
        messages.append({"type": "lesson.finished", "debrief": said(lesson, lambda text: text.debrief)})
    return progress, messages


def remembered(lesson: Lesson, progress: Progress, lab: Lab, changes: list[Change]) -> dict[str, Any]:
    """What is remembered of each check after *changes*, the steps that are done left out."""
    memory = dict(progress["memory"])
    for step in lesson.steps:
        if step.id in progress["done"]:
            continue
        for name, check in step.checks.items():
            key = f"{step.id}/{name}"
            for change in changes:
                memory[key] = noted(check, memory.get(key), change, lab, lab.home)
    return {key: value for key, value in memory.items() if value is not None}


def seen_mistakes(lesson: Lesson, progress: Progress, changes: list[Change]) -> list[Message]:
    """An answer for each foreseen mistake that was made for the first time."""
    new = [
        mistake.id
        for mistake in lesson.mistakes
        if mistake.id not in progress["mistakes"] and any(happened(mistake.when, change) for change in changes)
    ]
    return [{"type": "mistake.seen", "id": name, "html": answer(lesson, name)} for name in new]


def answer(lesson: Lesson, mistake: str) -> dict[str, str]:
    """What is said to somebody who made *mistake*."""
    return said(lesson, lambda text: text.mistakes[mistake])


def reached_steps(lesson: Lesson, progress: Progress, lab: Lab) -> list[str]:
    """The steps that are reached now: they come in order, and none before those ahead of it."""
    reached: list[str] = []
    for step in lesson.steps[len(progress["done"]) :]:
        if missing(step, progress, lab):
            break
        reached.append(step.id)
    return reached


def missing(step: Step, progress: Progress, lab: Lab) -> list[str]:
    """The ids of the checks of *step* that are not fulfilled."""
    memory = progress["memory"]
    return [
        name
        for name, check in step.checks.items()
        if not fulfilled(check, memory.get(f"{step.id}/{name}"), lab, lab.home)
    ]


def current(lesson: Lesson, progress: Progress) -> Step | None:
    """The step to do next; None at the end."""
    done = len(progress["done"])
    return lesson.steps[done] if done < len(lesson.steps) else None


def finished(lesson: Lesson, progress: Progress) -> bool:
    """Whether every step is reached."""
    return len(progress["done"]) == len(lesson.steps)


def missing_message(lesson: Lesson, progress: Progress, lab: Lab) -> Message:
    """What is still to be done for the current step, in words."""
    step = current(lesson, progress)
    if step is None:
        return {"type": "step.missing", "step": "", "missing": []}
    names = missing(step, progress, lab)
    return {
        "type": "step.missing",
        "step": step.id,
        "missing": [what_is_missing(lesson, step.id, name) for name in names],
    }


def what_is_missing(lesson: Lesson, step: str, check: str) -> dict[str, str]:
    """What is said while *check* is not fulfilled."""
    return said(lesson, lambda text: text.steps[step].missing[check])


def hint(lesson: Lesson, progress: Progress, step: str) -> tuple[Progress, Message | None]:
    """One hint more for *step*; None where there is none (left)."""
    total = hints_of(lesson, step)
    number = progress["hints"].get(step, 0)
    if number >= total:
        return progress, None
    progress = {**progress, "hints": {**progress["hints"], step: number + 1}}
    more = number + 1 < total
    return progress, {
        "type": "hint",
        "step": step,
        "number": number + 1,
        "html": hint_text(lesson, step, number),
        "more": more,
    }


def hints_of(lesson: Lesson, step: str) -> int:
    """How many hints *step* has; 0 where there is no such step."""
    return min(len(text.steps[step].hints) if step in text.steps else 0 for text in lesson.texts.values())


def hint_text(lesson: Lesson, step: str, number: int) -> dict[str, str]:
    """The hint *number* (from 0) of *step*."""
    return said(lesson, lambda text: text.steps[step].hints[number])


def picture(lesson: Lesson, progress: Progress, lab: Lab) -> Message:
    """All that the page shows of the lesson's state."""
    done = finished(lesson, progress)
    return {
        "steps": [step_picture(lesson, step.id, progress) for step in lesson.steps],
        "missing": missing_message(lesson, progress, lab)["missing"],
        "mistakes": [{"id": name, "html": answer(lesson, name)} for name in progress["mistakes"]],
        "done": done,
        "debrief": said(lesson, lambda text: text.debrief) if done else {},
    }


def step_picture(lesson: Lesson, step: str, progress: Progress) -> Message:
    """A step: whether it is done, and the hints given."""
    given, total = progress["hints"].get(step, 0), hints_of(lesson, step)
    shown = [hint_text(lesson, step, number) for number in range(min(given, total))]
    return {"id": step, "done": step in progress["done"], "hints": shown, "more": given < total}
