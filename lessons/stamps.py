"""Translations that know what they are translations of: a stamp made of the original's text stands in their front matter, so that
a translation is found out when its original has changed since."""

import hashlib
from pathlib import Path

from lessons.texts import FRONT, stamp

ORIGINAL = "en"
DIGITS = 12


def stamp_of(text: str) -> str:
    """The stamp of an original."""
    return hashlib.sha256(stamp(text)[1].strip().encode()).hexdigest()[:DIGITS]


def stamped(translation: str, original: str) -> str:
    """*translation* with the stamp of *original*."""
    body = stamp(translation)[1].lstrip("\n")
    return f"{FRONT}\noriginal: {stamp_of(original)}\n{FRONT}\n{body}"


def write(folder: Path, languages: tuple[str, ...]) -> list[Path]:
    """Stamp the translations in *folder*; those that were changed."""
    original = (folder / f"{ORIGINAL}.md").read_text()
    changed = []
    for path in (folder / f"{language}.md" for language in languages if language != ORIGINAL):
        before = path.read_text()
        if (after := stamped(before, original)) != before:
            path.write_text(after)
            changed.append(path)
    return changed
