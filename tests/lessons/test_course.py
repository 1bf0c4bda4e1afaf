"""The outline of the course says what there is, and every section of the articles it follows has a lesson."""

from pathlib import Path

import pytest

from lessons import catalogue, course, outline

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "course.md"
SECTIONS = [
    (article["topic"]["en"], str(entry["section"]), entry)
    for article in outline.articles()
    for entry in article["sections"]
]


@pytest.mark.parametrize(("entry"), [each for *_, each in SECTIONS], ids=lambda entry: str(entry["section"]))
def test_every_section_is_taught_by_lessons_that_exist(entry):
    assert entry["lessons"]
    assert [slug for slug in entry["lessons"] if slug not in catalogue.lessons()] == []


def test_no_section_is_told_twice():
    names = [(article, section) for article, section, _ in SECTIONS]
    assert len(names) == len(set(names))


def test_every_lesson_belongs_to_a_chapter_with_a_title():
    strangers = [slug for slug, lesson in catalogue.lessons().items() if not course.title(lesson.chapter, "zh-hans")]
    assert strangers == []


def test_the_document_is_up_to_date():
    assert DOCUMENT.read_text() == outline.markdown(), outline.COMMAND
