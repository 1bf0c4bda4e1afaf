"""The ids in a lesson.yaml: the texts tell parts of a lesson apart by them alone, so what is of two kinds must have two names."""

from collections.abc import Iterator
from typing import Any

from lessons.format import LessonFile, StepFile
from lessons.sources import Place, Source

Named = tuple[str, str, Place]  # kind, id, where it stands


def refuse_same(source: Source, file: LessonFile) -> None:
    """Raise LessonError where an id names two things that must be told apart."""
    heads = [*steps(file), *(("mistake", one.id, ("mistakes", at)) for at, one in enumerate(file.mistakes or ()))]
    parts = [named for number, step in enumerate(file.steps) for named in parts_of(number, step)]
    refuse_two_kinds(source, heads)
    refuse_two_kinds(source, parts)
    refuse_twice(source, [*steps(file), *(named for named in parts if named[0] == "question")])
    refuse_twice(source, [named for named in heads if named[0] == "mistake"])
    for number, step in enumerate(file.steps):
        own = list(parts_of(number, step, deep=False))
        for kind in ("check", "hint"):
            refuse_twice(source, [named for named in own if named[0] == kind])


def steps(file: LessonFile) -> Iterator[Named]:
    """The steps."""
    yield from (("step", step.id, ("steps", number)) for number, step in enumerate(file.steps))


def parts_of(number: int, step: StepFile, *, deep: bool = True) -> Iterator[Named]:
    """What a step has, under whose names texts stand; *deep*: what is said more exactly included."""
    place: Place = ("steps", number)
    for at, check in enumerate(step.checks):
        yield "check", name_of(check), (*place, "checks", at)
        for other, case in enumerate(check.get("otherwise") or () if deep else ()):
            yield "check", name_of(case), (*place, "checks", at, "otherwise", other)
    yield from (("question", each.id, (*place, "questions", at)) for at, each in enumerate(step.questions))
    yield from (("hint", each.id, (*place, "hints", at)) for at, each in enumerate(step.hints))


def name_of(check: Any) -> str:
    """The id of a check."""
    return str(check.get("id", ""))


def refuse_two_kinds(source: Source, found: list[Named]) -> None:
    """Raise LessonError where an id is that of things of two kinds, in whichever steps they are."""
    seen: dict[str, tuple[str, Place]] = {}
    for kind, name, place in found:
        other, there = seen.setdefault(name, (kind, place))
        if other != kind:
            line = source.line(there)
            raise source.error(
                place, f"{name!r} is the id of a {kind} and of a {other} (line {line}): rename one of them"
            )


def refuse_twice(source: Source, found: list[Named]) -> None:
    """Raise LessonError where an id is given twice."""
    seen: set[str] = set()
    for kind, name, place in found:
        if name in seen:
            raise source.error(place, f"the id {name!r} is used twice: give each {kind} its own")
        seen.add(name)
