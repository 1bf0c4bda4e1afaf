"""What a version of a lesson has otherwise than another: steps, checks, questions, hints, texts, the cluster, solutions."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal, NamedTuple

from lessons.catalogue import Lesson, Step
from lessons.texts import LessonText, StepText

How = Literal["added", "removed", "changed"]
ABOUT = ("chapter", "order", "minutes", "kind", "difficulty", "requires", "limit", "passing")


class Change(NamedTuple):
    """A part of a lesson that is otherwise: *what* kind of part, its *name* (empty where there is one only), and *how*."""

    what: str
    name: str
    how: How


def between(old: Lesson, new: Lesson) -> list[Change]:
    """The changes from *old* to *new*, in the order of the lesson."""
    return [
        *whole(old, new),
        *steps(old, new),
        *compared("mistake", {each.id: each for each in old.mistakes}, {each.id: each for each in new.mistakes}),
        *compared("solution", {"solution.md": old.solution, **old.others}, {"solution.md": new.solution, **new.others}),
        *(change for name in old.texts for change in prose(name, old.texts[name], new.texts[name])),
    ]


def whole(old: Lesson, new: Lesson) -> Iterator[Change]:
    """What is otherwise of the lesson as a whole."""
    if any(getattr(old, name) != getattr(new, name) for name in ABOUT):
        yield Change("about", "", "changed")
    if old.scenario != new.scenario:
        yield Change("scenario", "", "changed")
    if old.start != new.start:
        yield Change("start", "", "added" if not old.start else "changed" if new.start else "removed")
    if old.values.keys() != new.values.keys():
        yield Change("values", "", "changed")


def steps(old: Lesson, new: Lesson) -> Iterator[Change]:
    """Steps, and what is in those that both have."""
    before, after = {each.id: each for each in old.steps}, {each.id: each for each in new.steps}
    yield from (change for change in compared("step", before, after) if change.how != "changed")
    kept = [name for name in before if name in after]
    if kept != [name for name in after if name in before]:
        yield Change("order", "", "changed")
    for name in kept:
        for kind in ("checks", "questions", "hints"):
            parts = [prefixed(each, kind) for each in (before[name], after[name])]
            yield from compared(kind.removesuffix("s"), *parts)


def prefixed(step: Step, kind: str) -> dict[str, Any]:
    """The parts of one kind of a step, by the step's name and theirs."""
    return {f"{step.id}/{name}": part for name, part in getattr(step, kind).items()}


def compared(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """What two mappings have otherwise."""
    yield from (Change(what, name, "removed") for name in old if name not in new)
    yield from (Change(what, name, "added") for name in new if name not in old)
    yield from (Change(what, name, "changed") for name in new if name in old and old[name] != new[name])


def prose(language: str, old: LessonText, new: LessonText) -> Iterator[Change]:
    """Texts that are otherwise in a language; those of steps that one alone has go with them."""
    before, after = ({name: said(each) for name, each in text.steps.items()} for text in (old, new))
    for name in (name for name in after if name in before and before[name] != after[name]):
        yield Change("text", f"{language}: {name}", "changed")
    for part in ("title", "intro", "debrief", "mistakes"):
        if getattr(old, part) != getattr(new, part):
            yield Change("text", f"{language}: {part}", "changed")


def said(step: StepText) -> StepText:
    """What a step says, wherever in the file it stands."""
    return replace(step, line=0, questions={name: replace(each, line=0) for name, each in step.questions.items()})
