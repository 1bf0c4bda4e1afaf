"""How far a learner has come in a lesson: a plain dict, moved forward by what happens in the cluster and by what is answered.

done        ids of the steps that are reached, in order
memory      by check id, what lessons/memory.py remembers
hints       by step id, the hints that were given (lessons/hints.py)
mistakes    ids of the foreseen mistakes that were made
answers     by question id: given (the answer), replies (ids), right, tries
skipped     ids of the steps whose solution was played; they count nothing
last        the command line that ended last: line, code, output, host
passed      of an exam, by step id: the checks that were fulfilled when it was last looked at
ends        of an exam with a limit: when it is over (Unix microseconds on the wall)
over        of an exam: whether it is over
"""

from collections.abc import Iterable, Sequence
from typing import Any

from lessons import hints, questions, scores, words
from lessons.catalogue import Lesson, Step
from lessons.checks import SLOW, happened, kind
from lessons.memory import fulfilled, noted
from lessons.texts import LessonText
from lessons.words import said
from simulator.lab import Change, Lab

Progress = dict[str, Any]
Message = dict[str, Any]
MINUTE = 60_000_000
LONGEST_OUTPUT = 4000  # characters of the last command's output that are kept for hints


class NotNow(ValueError):
    """What the learner wants cannot be done; the text says why."""


def begin(lesson: Lesson | None = None, wall: int = 0) -> Progress:
    """The progress of somebody who opens the lesson when the wall shows *wall*."""
    fresh: Progress = {"done": [], "memory": {}, "hints": {}, "mistakes": [], "answers": {}, "skipped": []}
    if lesson and lesson.is_exam and lesson.limit:
        fresh["ends"] = wall + lesson.limit * MINUTE
    return fresh


def feed(
    lesson: Lesson, progress: Progress, lab: Lab, changes: Iterable[Change], wall: int = 0
) -> tuple[Progress, list[Message]]:
    """The progress after *changes*, and what the learner is to be told (labsite/console/messages/)."""
    if progress.get("over"):
        return progress, []
    if late(progress, wall):
        return end(lesson, progress)
    changes = list(changes)
    progress = {
        **progress,
        "memory": remembered(lesson, progress, lab, changes),
        "last": last_command(progress, changes),
    }
    messages = seen_mistakes(lesson, progress, changes)
    progress["mistakes"] = [*progress["mistakes"], *(message["id"] for message in messages)]
    progress, told = look(lesson, progress, lab)
    return progress, messages + told


def look(lesson: Lesson, progress: Progress, lab: Lab) -> tuple[Progress, list[Message]]:
    """The progress after a look at the cluster: steps that are reached, and what is missing for the next."""
    if lesson.is_exam:
        return look_at_exam(lesson, progress, lab)
    reached = reached_steps(lesson, progress, lab)
    progress = {**progress, "done": [*progress["done"], *reached]}
    messages: list[Message] = [{"type": "step.reached", "step": step} for step in reached]
    messages += [missing_message(lesson, progress, lab)] if current(lesson, progress) else []
    if reached and finished(lesson, progress):
        messages.append(ending(lesson, progress))
    return progress, messages


def look_at_exam(
    lesson: Lesson, progress: Progress, lab: Lab, *, thorough: bool = False
) -> tuple[Progress, list[Message]]:
    """The same in an exam: steps are reached in any order, what is fulfilled counts, and nothing is said of what is missing."""
    passed = dict(progress.get("passed", {}))
    for step in open_steps(lesson, progress):
        lacking = missing(step, progress, lab, thorough=thorough)
        passed[step.id] = [name for name in step.weights if name not in lacking]
    reached = [step.id for step in open_steps(lesson, progress) if len(passed[step.id]) == len(step.weights)]
    progress = {**progress, "passed": passed, "done": [*progress["done"], *reached]}
    messages: list[Message] = [{"type": "step.reached", "step": step} for step in reached]
    if len(progress["done"]) < len(lesson.steps):
        return progress, messages
    progress, told = end(lesson, progress)
    return progress, messages + told


def end(lesson: Lesson, progress: Progress) -> tuple[Progress, list[Message]]:
    """The exam is over: handed in, or the time is up."""
    if progress.get("over"):
        raise NotNow("The exam is over already.")
    progress = {**progress, "over": True}
    return progress, [ending(lesson, progress)]


def late(progress: Progress, wall: int) -> bool:
    """Whether an exam's time is up."""
    return bool(0 < progress.get("ends", 0) <= wall)


def hand_in(lesson: Lesson, progress: Progress, lab: Lab, wall: int = 0) -> tuple[Progress, list[Message]]:
    """The progress of somebody who hands an exam in, after a last look at it if there still is time; raises NotNow."""
    if not lesson.is_exam:
        raise NotNow("Only an exam is handed in.")
    if progress.get("over") or late(progress, wall):
        return end(lesson, progress)
    progress, told = look_at_exam(lesson, progress, lab, thorough=True)
    return (progress, told) if progress.get("over") else end(lesson, progress)


def ending(lesson: Lesson, progress: Progress) -> Message:
    """`lesson.finished`."""
    debrief = said(lesson, lambda text: text.debrief)
    return {"type": "lesson.finished", "debrief": debrief, "score": scores.score(lesson, progress)}


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


def last_command(progress: Progress, changes: list[Change]) -> Message:
    """The command line that ended last, with the end of what it printed."""
    ended = [change.data for change in changes if change.kind == "command"]
    if not ended:
        return dict(progress.get("last") or {})
    return {key: ended[-1][key] for key in ("line", "code", "host")} | {"output": ended[-1]["output"][-LONGEST_OUTPUT:]}


def seen_mistakes(lesson: Lesson, progress: Progress, changes: list[Change]) -> list[Message]:
    """An answer for each foreseen mistake that was made for the first time; in an exam nobody answers."""
    new = [
        mistake.id
        for mistake in (() if lesson.is_exam else lesson.mistakes)
        if mistake.id not in progress["mistakes"] and any(happened(mistake.when, change) for change in changes)
    ]
    return [{"type": "mistake.seen", "id": name, "html": answer_to(lesson, name)} for name in new]


def answer_to(lesson: Lesson, mistake: str) -> dict[str, str]:
    """What is said to somebody who made *mistake*."""
    return said(lesson, lambda text: text.mistakes[mistake])


# --- steps --------------------------------------------------------------------------------------------------------------


def reached_steps(lesson: Lesson, progress: Progress, lab: Lab) -> list[str]:
    """The steps that are reached now: they come in order, and none before those ahead of it."""
    reached: list[str] = []
    for step in left(lesson, progress):
        if missing(step, progress, lab):
            break
        reached.append(step.id)
    return reached


def missing(step: Step, progress: Progress, lab: Lab, *, thorough: bool = False) -> list[str]:
    """The ids of the checks and questions of *step* that are not fulfilled; a server is asked and a script run only when all else is
    fulfilled, unless one wants to be *thorough*."""
    memory, answers = progress["memory"], progress.get("answers", {})

    def lacking(names: Iterable[str]) -> list[str]:
        return [
            name for name in names if not fulfilled(step.checks[name], memory.get(f"{step.id}/{name}"), lab, lab.home)
        ]

    slow = [name for name, check in step.checks.items() if kind(check) in SLOW]
    found = [name for name in step.questions if not answers.get(name, {}).get("right")]
    found += lacking(name for name in step.checks if name not in slow)
    return found + (slow if found and not thorough else lacking(slow))


def left(lesson: Lesson, progress: Progress) -> list[Step]:
    """The steps that are not reached."""
    return [step for step in lesson.steps if step.id not in progress["done"]]


def open_steps(lesson: Lesson, progress: Progress) -> list[Step]:
    """The steps at which one may work: the next one, in an exam all."""
    return left(lesson, progress) if lesson.is_exam else left(lesson, progress)[:1]


def current(lesson: Lesson, progress: Progress) -> Step | None:
    """The step to do next; None at the end."""
    return next(iter(left(lesson, progress)), None)


def finished(lesson: Lesson, progress: Progress) -> bool:
    """Whether every step is reached; of an exam: whether it is passed."""
    if lesson.is_exam:
        return bool(progress.get("over")) and bool(scores.score(lesson, progress)["passed"])
    return not left(lesson, progress)


def over(lesson: Lesson, progress: Progress) -> bool:
    """Whether there is nothing more to do: the debrief is shown."""
    return bool(progress.get("over")) if lesson.is_exam else finished(lesson, progress)


def missing_message(lesson: Lesson, progress: Progress, lab: Lab) -> Message:
    """What is still to be done for the current step, in words, and whether there is a hint."""
    step = current(lesson, progress)
    if step is None or lesson.is_exam:
        return {"type": "step.missing", "step": "", "missing": [], "checks": [], "more": False}
    names = missing(step, progress, lab)
    slow = [name for name in names if name in step.checks and kind(step.checks[name]) in SLOW]
    shown = [name for name in names if name in step.checks and (name not in slow or len(slow) == len(names))]
    return {
        "type": "step.missing",
        "step": step.id,
        "missing": [words.missing(lesson, step, name, lab) for name in shown],
        "checks": shown,
        "more": hints.next_hint(lesson, progress, step.id, lab) is not None,
    }


# --- what the learner asks for ---------------------------------------------------------------------------------------------


def hint(lesson: Lesson, progress: Progress, step: str, lab: Lab) -> tuple[Progress, Message | None]:
    """One hint more for *step*; None where there is none (left)."""
    key = hints.next_hint(lesson, progress, step, lab)
    if key is None:
        return progress, None
    given = [*hints.given(progress, step), key]
    progress = {**progress, "hints": {**progress["hints"], step: given}}
    return progress, {
        "type": "hint",
        "step": step,
        "number": len(given),
        "html": hints.text(lesson, step, key),
        "more": hints.next_hint(lesson, progress, step, lab) is not None,
    }


def answer(
    lesson: Lesson, progress: Progress, lab: Lab, name: str, given: Sequence[str]
) -> tuple[Progress, list[Message]]:
    """The progress after an answer to the question *name*, and what the learner is to be told; raises NotNow."""
    step, question = open_question(lesson, progress, name)
    before = progress.get("answers", {}).get(name, {"tries": 0})
    if before.get("right") or (lesson.is_exam and before["tries"]):
        raise NotNow("This question is answered already.")
    try:
        right, replies = questions.judged(question, given)
    except ValueError as error:
        raise NotNow(str(error)) from error
    kept = {
        "given": [text[: questions.LONGEST] for text in given],
        "replies": replies,
        "right": right,
        "tries": before["tries"] + 1,
    }
    progress = {**progress, "answers": {**progress.get("answers", {}), name: kept}}
    told: list[Message] = [{"type": "question.judged", **question_picture(lesson, step, name, progress)}]
    progress, messages = look(lesson, progress, lab)
    return progress, told + messages


def open_question(lesson: Lesson, progress: Progress, name: str) -> tuple[Step, questions.Question]:
    """The question *name* and its step; raises NotNow where it cannot be answered."""
    found = lesson.question(name)
    if found is None:
        raise NotNow("There is no such question.")
    if progress.get("over"):
        raise NotNow("The exam is over already.")
    if found[0].id not in [step.id for step in open_steps(lesson, progress)]:
        raise NotNow("This question's turn has not come.")
    return found


def skip(lesson: Lesson, progress: Progress, step: str) -> Progress:
    """The progress of somebody who has *step*'s solution played: it will count nothing. Raises NotNow."""
    here = current(lesson, progress)
    if lesson.is_exam:
        raise NotNow("In an exam no solution is shown.")
    if here is None or here.id != step:
        raise NotNow("Only the current step can be skipped.")
    return {**progress, "skipped": [*(name for name in progress.get("skipped", []) if name != step), step]}


def leave(lesson: Lesson, progress: Progress, lab: Lab, step: str) -> tuple[Progress, list[Message]]:
    """The progress of somebody who goes on after the solution of *step* was played, whatever came of it; raises NotNow."""
    if step not in progress.get("skipped", []):
        raise NotNow("Only a step whose solution was played can be left.")
    if step in progress["done"]:
        return progress, []
    progress = {**progress, "done": [*progress["done"], step]}
    after, told = look(lesson, progress, lab)
    reached: list[Message] = [{"type": "step.reached", "step": step}]
    if finished(lesson, progress):
        told = [*told, ending(lesson, progress)]
    return after, reached + told


# --- what is shown --------------------------------------------------------------------------------------------------------


def picture(lesson: Lesson, progress: Progress, lab: Lab, wall: int = 0) -> Message:
    """All that the page shows of the lesson's state; `left` is how many milliseconds an exam with a limit still goes on."""
    done = over(lesson, progress)
    message = missing_message(lesson, progress, lab)
    return {
        "steps": [step_picture(lesson, step, progress, lab) for step in lesson.steps],
        "missing": message["missing"],
        "mistakes": [{"id": name, "html": answer_to(lesson, name)} for name in known_mistakes(lesson, progress)],
        "done": done,
        "left": max(progress["ends"] - wall, 0) // 1000 if "ends" in progress else None,
        "debrief": said(lesson, lambda text: text.debrief) if done else {},
        "score": scores.score(lesson, progress) if done else {},
    }


def known_mistakes(lesson: Lesson, progress: Progress) -> list[str]:
    """The mistakes that were made, those left out that the lesson does not foresee any more."""
    foreseen = [mistake.id for mistake in lesson.mistakes]
    return [name for name in progress["mistakes"] if name in foreseen]


def step_picture(lesson: Lesson, step: Step, progress: Progress, lab: Lab) -> Message:
    """A step: whether it is done, the hints given, the questions answered."""
    return {
        "id": step.id,
        "done": step.id in progress["done"],
        "skipped": step.id in progress.get("skipped", []),
        "hints": [
            hints.text(lesson, step.id, key)
            for key in hints.given(progress, step.id)
            if hints.known(lesson, step.id, key)
        ],
        "more": hints.next_hint(lesson, progress, step.id, lab) is not None,
        "questions": [
            question_picture(lesson, step, name, progress)
            for name in step.questions
            if name in progress.get("answers", {})
        ],
    }


def question_picture(lesson: Lesson, step: Step, name: str, progress: Progress) -> Message:
    """A question that was answered: the answer, whether it is right, the replies. In an exam only that it is answered."""
    kept = progress["answers"][name]
    facts = {"question": name, "given": kept["given"]}
    if lesson.is_exam and not progress.get("over"):
        return {**facts, "right": None, "replies": [], "closed": True}
    replies = [reply_text(lesson, step.id, name, reply) for reply in kept["replies"]]
    return {**facts, "right": kept["right"], "replies": replies, "closed": kept["right"] or lesson.is_exam}


def reply_text(lesson: Lesson, step: str, question: str, reply: str) -> dict[str, str]:
    """What is replied to an answer."""

    def take(text: LessonText) -> str:
        return text.steps[step].questions[question].answers.get(reply, ("", ""))[1]

    return said(lesson, take)
