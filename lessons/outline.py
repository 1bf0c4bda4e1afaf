"""The outline of the course, and which lesson teaches which section of the articles that it follows: docs/course.md, made from the data."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import yaml

from lessons import catalogue, course
from lessons.catalogue import LANGUAGES, Lesson

ARTICLES = catalogue.CONTENT / "articles.yaml"
COMMAND = "manage.py lessons outline > docs/course.md"
MINUTES = 60


@lru_cache(maxsize=1)
def articles() -> Sequence[Mapping[str, Any]]:
    """The articles, each {topic, sections: [{section, about, lessons: [slug]}]}."""
    found: list[dict[str, Any]] = yaml.safe_load(ARTICLES.read_text())
    return found


def markdown() -> str:
    """The whole page."""
    return "\n".join([*head(), *chapters(), *all_sections()]) + "\n"


def head() -> Iterator[str]:
    """What the course is, in numbers."""
    found = list(catalogue.lessons().values())
    kinds = [sum(lesson.kind == kind for lesson in found) for kind in ("lesson", "mission", "exam")]
    hours = round(sum(lesson.minutes for lesson in found) / MINUTES)
    yield from ("# The course", "")
    yield f"{kinds[0]} lessons, {kinds[1]} missions and {kinds[2]} exam in Chinese and English, about {hours} hours. A mission tells a"
    yield "symptom and a goal, and not what to type. Every solution and every foreseen mistake is a test: `manage.py lessons check`."
    yield f"This page is made from the lessons themselves: `{COMMAND}`."


def chapters() -> Iterator[str]:
    """A table for each chapter that has lessons."""
    for number, titles in course.chapters().items():
        found = [lesson for lesson in catalogue.lessons().values() if lesson.chapter == number]
        if found:
            yield from ("", f"## {number}. {' · '.join(titles[language] for language in LANGUAGES)}", "")
            yield from ("| | kind | minutes | level | best after |", "| --- | --- | --- | --- | --- |")
            yield from (row(lesson) for lesson in found)


def row(lesson: Lesson) -> str:
    """A lesson in the table of its chapter."""
    titles = " · ".join(lesson.texts[language].title for language in LANGUAGES)
    before = ", ".join(f"`{slug}`" for slug in lesson.requires)
    return f"| {titles} (`{lesson.slug}`) | {lesson.kind} | {lesson.minutes} | {lesson.difficulty} | {before} |"


def all_sections() -> Iterator[str]:
    """A table for each article."""
    yield from ("", "## Where the articles are taught", "")
    yield "The course follows five tutorial articles on Pods; nothing of their text is in it, and their examples are restated for v1.36."
    for article in articles():
        yield from ("", f"### {' · '.join(article['topic'][language] for language in LANGUAGES)}", "")
        yield from ("| section | what it is about | taught in |", "| --- | --- | --- |")
        for entry in article["sections"]:
            taught = ", ".join(named(slug) for slug in entry["lessons"])
            yield f"| {entry['section']} | {entry['about']} | {taught} |"


def named(slug: str) -> str:
    """A lesson by its chapter and name."""
    return f"{catalogue.lessons()[slug].chapter} `{slug}`"
