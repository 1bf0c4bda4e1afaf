"""Files of a lesson that is being written, laid out as a folder for as long as it is looked at."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import re2
from django.utils.translation import gettext

from lessons.catalogue import CONTENT, HOME

NAME = re2.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,79}/){0,5}[A-Za-z0-9_][A-Za-z0-9._-]{0,79}")
FOLDER = "files/"
MOST_FILES, MOST_BYTES = 60, 400_000
LONGEST_SHOWN = 100  # characters of a name that is refused
NAMELESS = "my-lesson"


def _(text: str) -> str:
    """Marks a text that is translated. Django's own mark needs settings, and a process apart (lessons/apart/) has none."""
    return text


def refusal(files: Mapping[str, str]) -> str:
    """Why these cannot be a lesson's files, in the reader's language; empty if they can."""
    text, facts = unfit(files)
    return gettext(text) % facts if text else ""


def unfit(files: Mapping[str, str]) -> tuple[str, Mapping[str, Any]]:
    """The same, as a text in English with what is to be put into it. Nothing outside the folder can be named."""
    if len(files) > MOST_FILES:
        return _("too many files: %(number)s of at most %(most)s"), {"number": len(files), "most": MOST_FILES}
    if (size := sum(len(text.encode()) for text in files.values())) > MOST_BYTES:
        return _("too large: %(size)s bytes of at most %(most)s"), {"size": size, "most": MOST_BYTES}
    folders = {str(folder) for name in files for folder in PurePosixPath(name).parents}
    seen: dict[str, str] = {}
    for name, text in files.items():
        if not NAME.fullmatch(name):
            return _("%(name)s is no name for a file of a lesson"), {"name": repr(name[:LONGEST_SHOWN])}
        if name in folders:
            return _("%(name)s cannot be a file and a folder"), {"name": repr(name)}
        if "\0" in text:
            return _("%(name)s is no text: it has a NUL in it"), {"name": repr(name)}
        if other := seen.get(name.lower()):
            return _("%(name)s and %(other)s would be one file on some machines"), {"name": name, "other": other}
        seen[name.lower()] = name
    return "", {}


@contextmanager
def laid_out(slug: str, files: Mapping[str, str]) -> Iterator[Path]:
    """A folder with *files* among those of all other lessons, which it may speak of; raises ValueError."""
    text, facts = unfit(files)
    if text:
        raise ValueError(text % facts)
    with TemporaryDirectory(prefix="podlab-draft-") as place:
        folder = Path(place) / (slug or NAMELESS)
        for other in (path.parent for path in CONTENT.glob("*/lesson.yaml")):
            if other.name != folder.name:
                (Path(place) / other.name).symlink_to(other)
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        yield folder


def scenario_of(scenario: Mapping[str, Any] | None, files: Mapping[str, str]) -> dict[str, Any]:
    """The scenario with the files of the lesson's `files/` in the learner's home, as lessons/catalogue.py makes it."""
    homely = {f"{HOME}/{name.removeprefix(FOLDER)}": text for name, text in files.items() if name.startswith(FOLDER)}
    found = dict(scenario or {})
    return {**found, "files": {**homely, **found.get("files", {})}} if homely else found
