"""The lessons there are: each a folder with `lesson.yaml`, a Markdown file for each language, `solution.md`,
and perhaps `files/` and further solutions `solution-*.md`, each of which must do as well.

lesson.yaml:

    chapter, order, minutes     where it stands in the course, and how long it takes
    scenario                    the cluster (simulator/cluster/scenario.py); left out: the default one
    steps                       a list of {id, checks: [check with an id, ...]} (lessons/checks.py)
    mistakes                    a list of {id, when: check, try: [command lines]}: foreseen mistakes; `try` is how to make one
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from lessons import checks, texts
from lessons.texts import LessonText

CONTENT = Path(__file__).parent / "content"
LANGUAGES = ("en", "zh-hans")
HOME = "/root"
KEYS = {"chapter", "order", "minutes", "scenario", "steps", "mistakes"}


class LessonError(ValueError):
    """A lesson folder is not as it must be; the text says which and why."""


@dataclass(frozen=True)
class Step:
    """Something to reach: all of its checks, each with an id."""

    id: str
    checks: Mapping[str, checks.Check]


@dataclass(frozen=True)
class Mistake:
    """A mistake that is foreseen: how it shows, and command lines that make it."""

    id: str
    when: checks.Check
    attempt: tuple[str, ...]


@dataclass(frozen=True)
class Lesson:
    """A lesson as it stands in its folder."""

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

    def text(self, language: str) -> LessonText:
        """The prose in *language*, or in the first language where it has none."""
        return self.texts.get(language) or self.texts[LANGUAGES[0]]


def load(folder: Path) -> Lesson:
    """The lesson in *folder*; raises LessonError."""
    try:
        data = yaml.safe_load((folder / "lesson.yaml").read_text())
        if unknown := sorted(set(data) - KEYS):
            raise LessonError(f"unknown key {unknown[0]!r}")
        mistakes = tuple(mistake(entry) for entry in data.get("mistakes") or ())
        names = frozenset(entry.id for entry in mistakes)
        return Lesson(
            slug=folder.name,
            chapter=int(data["chapter"]),
            order=int(data["order"]),
            minutes=int(data["minutes"]),
            scenario=with_files(data.get("scenario") or {}, folder / "files"),
            steps=tuple(step(entry) for entry in data["steps"]),
            mistakes=mistakes,
            texts={name: texts.parse((folder / f"{name}.md").read_text(), names) for name in LANGUAGES},
            solution=(folder / "solution.md").read_text(),
            others={path.name: path.read_text() for path in sorted(folder.glob("solution-*.md"))},
        )
    except (OSError, KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise LessonError(f"{folder.name}: {error}") from error


def step(entry: Mapping[str, Any]) -> Step:
    """One entry of `steps`."""
    for check in entry["checks"]:
        checks.validate(check)
    return Step(entry["id"], {check["id"]: check for check in entry["checks"]})


def mistake(entry: Mapping[str, Any]) -> Mistake:
    """One entry of `mistakes`."""
    checks.validate(entry["when"])
    return Mistake(entry["id"], entry["when"], tuple(entry["try"]))


def with_files(scenario: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The scenario with the files of the lesson's folder in the learner's home."""
    found = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    files = {f"{HOME}/{path.relative_to(folder).as_posix()}": path.read_text() for path in found}
    return {**scenario, "files": {**files, **scenario.get("files", {})}} if files else dict(scenario)


@lru_cache(maxsize=1)
def lessons() -> Mapping[str, Lesson]:
    """All lessons by their slug, in the order of the course; raises LessonError."""
    found = [load(path.parent) for path in sorted(CONTENT.glob("*/lesson.yaml"))]
    return {lesson.slug: lesson for lesson in sorted(found, key=lambda lesson: (lesson.chapter, lesson.order))}


def get(slug: str) -> Lesson | None:
    """The lesson *slug*, or None."""
    return lessons().get(slug)
