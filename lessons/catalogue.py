"""The lessons there are: each a folder with `lesson.yaml`, a Markdown file for each language (lessons/texts.py), `solution.md`,
and perhaps `files/`, `start.md` (a transcript that is played before the learner comes) and further solutions `solution-*.md`, each of
which must do as well.

lesson.yaml (lessons/format.py has it as types, docs/writing-lessons.md with an example):

    chapter, order, minutes     where it stands in the course, and how long it takes
    kind, difficulty            lesson (the default), mission or exam; 1 (the default) to 3
    requires                    slugs of lessons that are best done before
    limit, pass                 of an exam: minutes on the wall's clock, and the percentage of points with which it is passed (70)
    values                      what differs by learner: `{{name}}` in all files (lessons/values.py)
    scenario                    the cluster (simulator/cluster/scenario.py); left out: the default one
    steps                       a list of {id, checks: [check with an id, ...], questions: [...], hints: [{id, when: check}, ...]}
                                (lessons/checks.py, lessons/questions.py); a hint without an id is for everybody
    mistakes                    a list of {id, when: check, try: [command lines]}: foreseen mistakes; `try` is how to make one

In an exam the steps may be done in any order, there are no hints, and what is missing is not said.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from lessons import checks, format, naming, questions, sources, texts, values, versions
from lessons.checks import Check
from lessons.questions import Question
from lessons.sources import LessonError, Source
from lessons.texts import Anchors, LessonText

__all__ = ["CONTENT", "LANGUAGES", "Lesson", "LessonError", "Mistake", "Step", "get", "lessons", "load", "of"]

log = logging.getLogger(__name__)

CONTENT = Path(__file__).parent / "content"
LANGUAGES = ("en", "zh-hans")
HOME = "/root"
START, SOLUTION = "start.md", "solution.md"


@dataclass(frozen=True)
class Step:
    """Something to reach: all of its checks and questions, each with an id."""

    id: str
    checks: Mapping[str, Check]
    questions: Mapping[str, Question] = field(default_factory=dict)
    hints: Mapping[str, Check] = field(default_factory=dict)

    @cached_property
    def weights(self) -> Mapping[str, int]:
        """What each check and question counts."""
        found = {name: int(check.get("weight", 1)) for name, check in self.checks.items()}
        return found | {name: question.weight for name, question in self.questions.items()}


@dataclass(frozen=True)
class Mistake:
    """A mistake that is foreseen: how it shows, and command lines that make it."""

    id: str
    when: Check
    attempt: tuple[str, ...]


@dataclass(frozen=True)
class Lesson:
    """A lesson as it stands in its folder, with the values of one learner in it."""

    slug: str
    chapter: int
    order: int
    minutes: int
    scenario: Mapping[str, Any]
    steps: tuple[Step, ...]
    mistakes: tuple[Mistake, ...]
    texts: Mapping[str, LessonText]
    solution: str
    others: Mapping[str, str] = field(default_factory=dict)
    kind: str = "lesson"
    difficulty: int = 1
    requires: tuple[str, ...] = ()
    limit: int | None = None
    passing: int = 70
    values: Mapping[str, str] = field(default_factory=dict)
    folder: Path = CONTENT
    start: str = ""

    @property
    def is_exam(self) -> bool:
        """Whether nobody helps, and steps may be done in any order."""
        return self.kind == "exam"

    def text(self, language: str) -> LessonText:
        """The prose in *language*, or in the first language where it has none."""
        return self.texts.get(language) or self.texts[LANGUAGES[0]]

    def step(self, name: str) -> Step | None:
        """The step *name*, or None."""
        return next((step for step in self.steps if step.id == name), None)

    def question(self, name: str) -> tuple[Step, Question] | None:
        """The question *name* and its step, or None."""
        found = ((step, step.questions[name]) for step in self.steps if name in step.questions)
        return next(found, None)


def load(folder: Path, seed: int = 1) -> Lesson:
    """The lesson in *folder*, with the values that *seed* picks; raises LessonError."""
    name, text = f"{folder.name}/lesson.yaml", content(folder, "lesson.yaml")
    return load_with(folder, values.picked(values.declared(name, text), seed))


def load_with(folder: Path, picked: values.Values) -> Lesson:
    """The lesson in *folder* with these values; raises LessonError."""
    source = sources.read(f"{folder.name}/lesson.yaml", values.filled(content(folder, "lesson.yaml"), picked))
    file = format.convert(source)
    steps = tuple(step(source, number, entry) for number, entry in enumerate(file.steps))
    naming.refuse_same(source, file)
    mistakes = tuple(mistake(source, number, entry) for number, entry in enumerate(file.mistakes or ()))
    return Lesson(
        slug=folder.name,
        chapter=file.chapter,
        order=file.order,
        minutes=file.minutes,
        scenario=with_files(file.scenario or {}, folder / "files", picked),
        steps=steps,
        mistakes=mistakes,
        texts={name: prose(folder, f"{name}.md", anchors(steps, mistakes), picked) for name in LANGUAGES},
        solution=values.filled(content(folder, SOLUTION), picked),
        others={path.name: values.filled(path.read_text(), picked) for path in sorted(folder.glob("solution-*.md"))},
        kind=file.kind,
        difficulty=file.difficulty,
        requires=tuple(file.requires),
        limit=file.limit,
        passing=file.passing,
        values=picked,
        folder=folder,
        start=values.filled(content(folder, START), picked) if (folder / START).is_file() else "",
    )


def content(folder: Path, name: str) -> str:
    """The text of a file of the lesson; raises LessonError."""
    try:
        return (folder / name).read_text()
    except FileNotFoundError as error:
        raise LessonError(f"{folder.name}/{name}:1: there is no such file: a lesson needs one") from error
    except (OSError, UnicodeDecodeError) as error:
        raise LessonError(f"{folder.name}/{name}:1: the file cannot be read: {error}") from error


def prose(folder: Path, name: str, found: Anchors, picked: values.Values) -> LessonText:
    """The prose of one language; raises LessonError."""
    try:
        return texts.parse(values.filled(content(folder, name), picked), found)
    except texts.TextError as error:
        raise LessonError(f"{folder.name}/{name}:{error.line}: {error}") from error


def anchors(steps: tuple[Step, ...], mistakes: tuple[Mistake, ...]) -> Anchors:
    """The ids by which the headings of the prose are told apart."""
    return Anchors(
        frozenset(entry.id for entry in mistakes),
        frozenset(name for step in steps for name in step.questions),
        frozenset(name for step in steps for name in step.hints),
    )


def step(source: Source, number: int, entry: format.StepFile) -> Step:
    """One entry of `steps`."""
    place = ("steps", number)
    if not entry.checks and not entry.questions:
        raise source.error(place, f"the step {entry.id!r} needs a check or a question")
    for at, check in enumerate(entry.checks):
        validated(source, check, (*place, "checks", at))
        named(source, check, (*place, "checks", at))
    for at, hint in enumerate(entry.hints):
        validated(source, hint.when, (*place, "hints", at, "when"))
    asked = [question(source, one, (*place, "questions", at)) for at, one in enumerate(entry.questions)]
    return Step(
        entry.id,
        {str(check["id"]): check for check in entry.checks},
        {one.id: one for one in asked},
        {hint.id: hint.when for hint in entry.hints},
    )


def validated(source: Source, check: Check, place: sources.Place) -> None:
    """Raise LessonError unless *check*, which stands at *place*, can be read."""
    try:
        checks.validate(check)
    except checks.CheckError as error:
        raise source.error((*place, *error.place), str(error)) from error


def named(source: Source, check: Check, place: sources.Place) -> None:
    """Raise LessonError unless *check* and the checks of its `otherwise` have ids by which the prose can name them."""
    if not check.get("id"):
        raise source.error(place, "the check needs an id: the texts say under it what is missing")
    weight = check.get("weight", 1)
    if type(weight) is not int or not 1 <= weight <= 100:
        raise source.error((*place, "weight"), "a weight is a whole number from 1 to 100")
    for number, other in enumerate(check.get("otherwise") or ()):
        if not other.get("id"):
            raise source.error(
                (*place, "otherwise", number), "the check needs an id: the texts say under it what is missing"
            )


def question(source: Source, entry: format.QuestionFile, place: sources.Place) -> Question:
    """One entry of `questions`."""
    try:
        return questions.read(entry)
    except ValueError as error:
        raise source.error(place, str(error)) from error


def mistake(source: Source, number: int, entry: format.MistakeFile) -> Mistake:
    """One entry of `mistakes`."""
    validated(source, entry.when, ("mistakes", number, "when"))
    return Mistake(entry.id, entry.when, tuple(entry.attempt))


def with_files(scenario: Mapping[str, Any], folder: Path, picked: values.Values) -> dict[str, Any]:
    """The scenario with the files of the lesson's folder in the learner's home."""
    found = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    files = {f"{HOME}/{path.relative_to(folder).as_posix()}": values.filled(path.read_text(), picked) for path in found}
    return {**scenario, "files": {**files, **scenario.get("files", {})}} if files else dict(scenario)


@lru_cache(maxsize=1)
def lessons() -> Mapping[str, Lesson]:
    """The lessons of the release by their slug, in the order of the course; raises LessonError."""
    found = [load(path.parent) for path in sorted(CONTENT.glob("*/lesson.yaml"))]
    return {lesson.slug: lesson for lesson in sorted(found, key=lambda lesson: (lesson.chapter, lesson.order))}


class Shelf(NamedTuple):
    """Where lessons stand that did not come with the release: all folders by slug, the folder of one, and of a version of one."""

    folders: Callable[[], Mapping[str, Path]] = dict
    find: Callable[[str], Path | None] = lambda slug: None
    version: Callable[[str, str], Path | None] = lambda slug, digest: None


shelf = Shelf()  # lessons/apps.py puts the site's own here


@lru_cache(maxsize=500)
def at(folder: Path) -> Lesson | None:
    """The lesson in a folder of the shelf, which never changes; None where this release cannot read it."""
    try:
        return load(folder)
    except LessonError:
        log.exception("the lesson in %s cannot be read", folder)
        return None


def everything() -> dict[str, Lesson]:
    """All lessons, those of the shelf included, in the order of the course; raises LessonError."""
    known = lessons()
    found = [lesson for slug, folder in shelf.folders().items() if slug not in known and (lesson := at(folder))]
    return {each.slug: each for each in sorted([*known.values(), *found], key=lambda each: (each.chapter, each.order))}


def get(slug: str) -> Lesson | None:
    """The lesson *slug* as nobody in particular does it, or None."""
    if found := lessons().get(slug):
        return found
    folder = shelf.find(slug) if slug else None
    return at(folder) if folder else None


def edition(slug: str, digest: str) -> Lesson | None:
    """The version of the lesson *slug* that has this digest (lessons/versions.py), if it is kept; else the lesson as it is now."""
    own = lessons().get(slug)
    if own and (not digest or versions.digest(own.folder) == digest):
        return own
    folder = shelf.version(slug, digest) if digest else None
    return (at(folder) if folder else None) or get(slug)


def of(slug: str, seed: int, digest: str = "") -> Lesson | None:
    """The lesson *slug*, in the version *digest* if it is kept, with the values of the learner whose cluster has this seed, or None."""
    lesson = edition(slug, digest)
    if lesson is None or not lesson.values:
        return lesson
    text = content(lesson.folder, "lesson.yaml")
    picked = values.picked(values.declared(f"{slug}/lesson.yaml", text), seed)
    return filled(lesson.folder, tuple(picked.items()))


@lru_cache(maxsize=256)
def filled(folder: Path, picked: tuple[tuple[str, str], ...]) -> Lesson:
    """The lesson in *folder* with these values."""
    return load_with(folder, dict(picked))
