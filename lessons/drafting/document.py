"""A lesson as a form has it: everything in one value, each text beside its translation, checks beside what is said of them.

It is written as the files of a lesson (lessons/drafting/writing.py) and read from them (reading.py), and nothing is lost on the way.
"""

from typing import Annotated, Any, Literal

import msgspec

from lessons.format import MOST_STEPS, Id, Weight

Language = Literal["en", "zh-hans"]
Text = Annotated[str, msgspec.Meta(max_length=20_000)]
Line = Annotated[str, msgspec.Meta(max_length=500)]
Words = dict[Language, Text]
Slug = Annotated[str, msgspec.Meta(pattern="^([a-z0-9]+(-[a-z0-9]+)*)?$", max_length=60)]
# While it is written, an id may be missing; the check of the lesson says so.
Name = Slug


def nothing() -> Words:
    """A text that nobody has written."""
    return {}


class Part(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A piece of a document."""


class Other(Part):
    """A more exact case of what is missing: an entry of `otherwise`."""

    id: Id
    check: dict[str, Any]
    missing: Words = msgspec.field(default_factory=nothing)


class CheckPart(Part):
    """A check, without its id and weight, and what is said while it is not fulfilled."""

    id: Id
    check: dict[str, Any]
    weight: Weight = 1
    missing: Words = msgspec.field(default_factory=nothing)
    others: Annotated[list[Other], msgspec.Meta(max_length=20)] = []


class HintPart(Part):
    """A hint; with an id and a condition one for a certain error."""

    text: Words = msgspec.field(default_factory=nothing)
    id: Name = ""
    when: dict[str, Any] | None = None


class AnswerPart(Part):
    """An answer to a question, by its id: how it is called, and what is replied."""

    id: Id
    label: Words = msgspec.field(default_factory=nothing)
    reply: Words = msgspec.field(default_factory=nothing)


class QuestionPart(Part):
    """A question. *rule* is its entry in the lesson.yaml without the id."""

    id: Id
    rule: dict[str, Any]
    body: Words = msgspec.field(default_factory=nothing)
    answers: Annotated[list[AnswerPart], msgspec.Meta(max_length=20)] = []


class StepPart(Part):
    """A step."""

    id: Id
    title: Words = msgspec.field(default_factory=nothing)
    body: Words = msgspec.field(default_factory=nothing)
    checks: Annotated[list[CheckPart], msgspec.Meta(max_length=40)] = []
    hints: Annotated[list[HintPart], msgspec.Meta(max_length=20)] = []
    questions: Annotated[list[QuestionPart], msgspec.Meta(max_length=20)] = []


class MistakePart(Part):
    """A foreseen mistake: how it shows, command lines that make it, and what is said."""

    id: Id
    when: dict[str, Any]
    attempt: Annotated[list[Line], msgspec.Meta(max_length=20)] = []
    title: Words = msgspec.field(default_factory=nothing)
    text: Words = msgspec.field(default_factory=nothing)


class Document(Part):
    """A whole lesson. *compared*: the translations say the same as the original."""

    slug: Slug = ""
    chapter: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1
    order: Annotated[int, msgspec.Meta(ge=1, le=99)] = 99
    minutes: Annotated[int, msgspec.Meta(ge=1, le=240)] = 10
    kind: Literal["lesson", "mission", "exam"] = "lesson"
    difficulty: Annotated[int, msgspec.Meta(ge=1, le=3)] = 1
    requires: Annotated[list[Id], msgspec.Meta(max_length=10)] = []
    limit: Annotated[int, msgspec.Meta(ge=1, le=600)] | None = None
    passing: Annotated[int, msgspec.Meta(ge=1, le=100)] = 70
    scenario: dict[str, Any] | None = None
    title: Words = msgspec.field(default_factory=nothing)
    intro: Words = msgspec.field(default_factory=nothing)
    debrief: Words = msgspec.field(default_factory=nothing)
    ending: Words = msgspec.field(default_factory=nothing)  # the heading of the debrief
    steps: Annotated[list[StepPart], msgspec.Meta(max_length=MOST_STEPS)] = []
    mistakes: Annotated[list[MistakePart], msgspec.Meta(max_length=30)] = []
    compared: bool = False


def decode(data: Any) -> Document:
    """The document in plain *data*; raises msgspec.ValidationError."""
    return msgspec.convert(data, Document)


def encode(document: Document) -> Any:
    """Plain data."""
    return msgspec.to_builtins(document)
