"""The files of a lesson read as a document: with what lessons/catalogue.py leaves out of it, such as the headings of mistakes."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import re2

from lessons import format, sources, stamps, values
from lessons.catalogue import LANGUAGES
from lessons.drafting.document import (
    AnswerPart,
    CheckPart,
    Document,
    HintPart,
    MistakePart,
    Other,
    QuestionPart,
    StepPart,
    Words,
)
from lessons.sources import LessonError
from lessons.texts import Section, TextError, sections, stamp

ESCAPED = re2.compile(r"^\\(\\*#{1,4} )")
FENCE = "```"


class Unformed(LessonError):
    """The files are a lesson's, but say something that a form has no place for."""


@dataclass
class Prose:
    """The texts of one language by where they belong: (step, kind, id...)."""

    texts: dict[tuple[str, ...], tuple[str, str]] = field(default_factory=dict)
    hints: dict[str, list[str]] = field(default_factory=dict)
    original: str = ""


def read(slug: str, files: Mapping[str, str]) -> Document:
    """The document that *files* say; raises LessonError."""
    if "lesson.yaml" not in files:
        raise LessonError(f"{slug}/lesson.yaml:1: there is no such file: a lesson needs one")
    if values.declared(f"{slug}/lesson.yaml", files["lesson.yaml"]):
        raise Unformed(f"{slug}/lesson.yaml:1: a lesson whose values differ by learner is edited as files")
    file = convert(sources.read(f"{slug}/lesson.yaml", files["lesson.yaml"]))
    pages = {language: page(slug, language, files.get(f"{language}.md", "")) for language in LANGUAGES}
    stamp = stamps.stamp_of(files.get(f"{LANGUAGES[0]}.md", ""))
    return Document(
        slug=slug,
        chapter=file.chapter,
        order=file.order,
        minutes=file.minutes,
        kind=file.kind,
        difficulty=file.difficulty,
        requires=file.requires,
        limit=file.limit,
        passing=file.passing,
        scenario=file.scenario,
        title=heads(pages, "title"),
        intro=bodies(pages, "title"),
        debrief=bodies(pages, "debrief"),
        ending=heads(pages, "debrief"),
        steps=[step(entry, pages) for entry in file.steps],
        mistakes=[
            MistakePart(
                id=one.id, when=one.when, attempt=one.attempt, title=heads(pages, one.id), text=bodies(pages, one.id)
            )
            for one in file.mistakes or ()
        ],
        compared=all(pages[language].original == stamp for language in LANGUAGES[1:]),
    )


def convert(source: sources.Source) -> format.LessonFile:
    """What a lesson.yaml says, in which there may be no steps yet; raises LessonError."""
    if isinstance(source.data, dict) and source.data.get("steps") == []:
        file = format.convert(dataclasses.replace(source, data={**source.data, "steps": [{"id": "none"}]}))
        return msgspec.structs.replace(file, steps=[])
    return format.convert(source)


# --- prose ------------------------------------------------------------------------------------------------------------------


def page(slug: str, language: str, text: str) -> Prose:
    """The texts of one file; raises LessonError."""
    found = Prose()
    try:
        found.original, body = stamp(text)
        place: tuple[str, ...] = ()
        for part in sections(body):
            place = put(found, part, place)
    except TextError as error:
        raise LessonError(f"{slug}/{language}.md:{error.line}: {error}") from error
    return found


def put(found: Prose, part: Section, place: tuple[str, ...]) -> tuple[str, ...]:
    """Put a section where it belongs, below *place*: where it stands itself."""
    here: tuple[str, ...] = {
        1: ("title",),
        2: (part.anchor or "debrief",),
        3: (*place[:1], part.anchor),
        4: (*place[:2], part.anchor),
    }[part.level]
    if part.level == 3 and not part.anchor:
        found.hints.setdefault(place[0] if place else "", []).append(plain(part.body))
        return place[:1]
    found.texts[here] = (part.title, plain(part.body))
    return here


def plain(text: str) -> str:
    """A text without the marks that kept its lines from being headings."""
    lines, inside = [], False
    for line in text.split("\n"):
        inside ^= line.startswith(FENCE)
        lines.append(line if inside else ESCAPED.sub(r"\1", line))
    return "\n".join(lines).strip("\n")


def heads(pages: Mapping[str, Prose], *place: str) -> Words:
    """A heading in each language."""
    return words({language: page.texts.get(place, ("", ""))[0] for language, page in pages.items()})


def bodies(pages: Mapping[str, Prose], *place: str) -> Words:
    """What stands below it."""
    return words({language: page.texts.get(place, ("", ""))[1] for language, page in pages.items()})


def words(found: Mapping[str, str]) -> Words:
    """Those that say something."""
    return {language: text for language, text in found.items() if text}  # type: ignore[misc]


# --- steps ------------------------------------------------------------------------------------------------------------------


def step(entry: format.StepFile, pages: Mapping[str, Prose]) -> StepPart:
    """A step."""
    return StepPart(
        id=entry.id,
        title=heads(pages, entry.id),
        body=bodies(pages, entry.id),
        checks=[check(entry.id, one, pages) for one in entry.checks],
        hints=[*plain_hints(entry.id, pages), *(clue(entry.id, one, pages) for one in entry.hints)],
        questions=[question(entry.id, one, pages) for one in entry.questions],
    )


def check(step: str, entry: Mapping[str, Any], pages: Mapping[str, Prose]) -> CheckPart:
    """A check, with what is said of it."""
    name = str(entry.get("id", ""))
    others = [
        Other(
            id=str(other.get("id", "")),
            check={key: value for key, value in other.items() if key != "id"},
            missing=bodies(pages, step, str(other.get("id", ""))),
        )
        for other in entry.get("otherwise") or ()
    ]
    rest = {key: value for key, value in entry.items() if key not in ("id", "weight", "otherwise")}
    return CheckPart(
        id=name, check=rest, weight=entry.get("weight", 1), missing=bodies(pages, step, name), others=others
    )


def plain_hints(step: str, pages: Mapping[str, Prose]) -> Iterator[HintPart]:
    """The hints for everybody."""
    lists = {language: page.hints.get(step, []) for language, page in pages.items()}
    for number in range(max(map(len, lists.values()))):
        yield HintPart(text=words({name: each[number] if number < len(each) else "" for name, each in lists.items()}))


def clue(step: str, entry: format.HintFile, pages: Mapping[str, Prose]) -> HintPart:
    """A hint for a certain error."""
    return HintPart(id=entry.id, when=entry.when, text=bodies(pages, step, entry.id))


def question(step: str, entry: format.QuestionFile, pages: Mapping[str, Prose]) -> QuestionPart:
    """A question."""
    rule: dict[str, Any] = {"weight": entry.weight} if entry.weight > 1 else {}
    kinds = {"choice": entry.choice, "number": entry.number, "text": entry.text}
    rule |= {name: value for name, value in kinds.items() if value is not None}
    rule |= {"tolerance": entry.tolerance} if entry.tolerance else {}
    rule |= {"wrong": entry.wrong} if entry.wrong else {}
    places = dict.fromkeys(
        place[2] for page in pages.values() for place in page.texts if len(place) == 3 and place[:2] == (step, entry.id)
    )
    answers = [
        AnswerPart(id=name, label=heads(pages, step, entry.id, name), reply=bodies(pages, step, entry.id, name))
        for name in places
    ]
    return QuestionPart(id=entry.id, rule=rule, body=bodies(pages, step, entry.id), answers=answers)
