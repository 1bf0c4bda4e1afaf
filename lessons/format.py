"""What may stand in a lesson.yaml, as types: they refuse what cannot be meant, and make the schema that editors complete with (schema.py).

The page docs/writing-lessons.md says the same for people.
"""

from typing import Annotated, Any, Literal

import msgspec
import re2

from lessons.sources import LessonError, Source, place_of, suggestion

ID, LONGEST_ID = "^[a-z0-9]+(-[a-z0-9]+)*$", 60
Id = Annotated[str, msgspec.Meta(pattern=ID, max_length=LONGEST_ID)]
Weight = Annotated[int, msgspec.Meta(ge=1, le=100)]
Check = dict[str, Any]

UNKNOWN = re2.compile(r"unknown field `([^`]*)`")
MOST_STEPS = 30


class Entry(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A mapping in which nothing is taken that is not known."""


class QuestionFile(Entry, frozen=True, kw_only=True):
    """One entry of a step's `questions`: with exactly one of choice, number and text."""

    id: Id
    weight: Weight = 1
    choice: dict[str, bool] | None = (
        None  # by option, whether it is right; more than one right: all of them are to be chosen
    )
    number: int | float | None = None
    tolerance: int | float = 0
    text: Any = None  # a matcher (lessons/checks.py)
    wrong: dict[str, Any] = {}  # foreseen wrong answers: by id, the number, or the matcher


class HintFile(Entry, frozen=True, kw_only=True):
    """One entry of a step's `hints`: when a hint is for somebody whose last command went wrong in this way."""

    id: Id
    when: Check


class StepFile(Entry, frozen=True, kw_only=True):
    """One entry of `steps`."""

    id: Id
    checks: list[Check] = []
    questions: list[QuestionFile] = []
    hints: list[HintFile] = []


class MistakeFile(Entry, frozen=True, kw_only=True):
    """One entry of `mistakes`."""

    id: Id
    when: Check
    attempt: list[str] = msgspec.field(name="try")


class LessonFile(Entry, frozen=True, kw_only=True):
    """A whole lesson.yaml."""

    chapter: Annotated[int, msgspec.Meta(ge=1, le=99)]
    order: Annotated[int, msgspec.Meta(ge=1, le=99)]
    minutes: Annotated[int, msgspec.Meta(ge=1, le=240)]
    kind: Literal["lesson", "mission", "exam"] = "lesson"
    difficulty: Annotated[int, msgspec.Meta(ge=1, le=3)] = 1
    requires: list[Id] = []
    # Of exams: minutes on the wall's clock, and the percentage of all points with which it is passed.
    limit: Annotated[int, msgspec.Meta(ge=1, le=600)] | None = None
    passing: Annotated[int, msgspec.Meta(ge=1, le=100)] = msgspec.field(default=70, name="pass")
    values: dict[str, Any] = {}
    scenario: dict[str, Any] | None = None
    steps: Annotated[list[StepFile], msgspec.Meta(min_length=1, max_length=MOST_STEPS)]
    mistakes: list[MistakeFile] | None = None


FIELDS = frozenset(
    field.encode_name
    for entry in (LessonFile, StepFile, MistakeFile, QuestionFile, HintFile)
    for field in msgspec.structs.fields(entry)
)


def is_id(text: str) -> bool:
    """Whether *text* can name a lesson or a part of one."""
    return len(text) <= LONGEST_ID and bool(re2.match(ID, text))


def convert(source: Source) -> LessonFile:
    """The file in *source*; raises LessonError."""
    try:
        return msgspec.convert(source.data, LessonFile)
    except msgspec.ValidationError as error:
        place, text = place_of(str(error))
        raise misfit(source, place, text) from error


def misfit(source: Source, place: tuple[str | int, ...], text: str) -> LessonError:
    """What does not fit, in our words where msgspec's own do not say what to do."""
    unknown = UNKNOWN.search(text)
    if unknown:
        name = unknown.group(1)
        return source.error((*place, name), f"unknown key {name!r}: {suggestion(name, FIELDS)}")
    where = ".".join(str(step) for step in place)
    plain = text.replace("Object missing required field", "the required key is missing:").replace(
        "`object`", "a mapping"
    )
    return source.error(place, f"{where}: {plain}" if where else plain)
