"""Files of a lesson that is being written, laid out as a folder for as long as it is looked at."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import re2

from lessons.catalogue import CONTENT, HOME

NAME = re2.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,79}/){0,5}[A-Za-z0-9_][A-Za-z0-9._-]{0,79}")
FOLDER = "files/"
MOST_FILES, MOST_BYTES = 60, 400_000
NAMELESS = "my-lesson"


def refusal(files: Mapping[str, str]) -> str:
    """Why these cannot be a lesson's files; empty if they can. Nothing outside the folder can be named."""
    if len(files) > MOST_FILES:
        return f"too many files: {len(files)} of at most {MOST_FILES}"
    if (size := sum(len(text.encode()) for text in files.values())) > MOST_BYTES:
        return f"too large: {size} bytes of at most {MOST_BYTES}"
    folders = {str(folder) for name in files for folder in PurePosixPath(name).parents}
    for name, text in files.items():
        if not NAME.fullmatch(name):
            return f"{name!r} is no name for a file of a lesson"
        if name in folders:
            return f"{name!r} cannot be a file and a folder"
        if "\0" in text:
            return f"{name!r} is no text: it has a NUL in it"
    return ""


@contextmanager
def laid_out(slug: str, files: Mapping[str, str]) -> Iterator[Path]:
    """A folder with *files* among those of all other lessons, which it may speak of; raises ValueError."""
    if problem := refusal(files):
        raise ValueError(problem)
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
