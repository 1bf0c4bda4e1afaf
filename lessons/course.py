"""The course: its chapters, with their titles in every language."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml

CHAPTERS = Path(__file__).parent / "content" / "chapters.yaml"


@lru_cache(maxsize=1)
def chapters() -> Mapping[int, Mapping[str, str]]:
    """The titles of each chapter by language, in order."""
    found: dict[int, dict[str, str]] = yaml.safe_load(CHAPTERS.read_text())
    return found


def title(chapter: int, language: str) -> str:
    """The title of a chapter; empty if it has none."""
    titles = chapters().get(chapter, {})
    return titles.get(language, titles.get("en", ""))
