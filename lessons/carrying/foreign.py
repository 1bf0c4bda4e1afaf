"""What the importers of other platforms' formats share: files by path, a lesson that is put together, and what could not be taken over."""

import json
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import re2
from django.utils.translation import gettext as _

from lessons import format, sources
from lessons.carrying import parcels, zips
from lessons.carrying.parcels import LINK, Note, Parcel, Raw, Try
from lessons.catalogue import LANGUAGES, SOLUTION, START, LessonError
from lessons.drafting import desk, writing
from lessons.drafting.document import CheckPart, Document, Language, Words
from lessons.proposing import writing as transcripts
from lessons.refusals import Refused
from lessons.sources import Place, Source
from lessons.transcripts import Command, FileBlock, Piece

START_TITLE = "What is done before the learner comes"
ANYTHING = ("...",)
NO_WORD = re2.compile(r"[^a-z0-9]+")
CHINESE = re2.compile(r"[\x{4e00}-\x{9fff}]")
# What a check says of itself while it is not fulfilled.
MISSING: Words = {"en": "{found}", "zh-hans": "{found}"}


@dataclass
class Bringer:
    """Takes one lesson over out of the folder *root* of *raw*."""

    raw: Raw
    root: str
    notes: list[Note] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    start: list[Piece] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    tries: list[Try] = field(default_factory=list)

    def note(self, file: str, line: int, why: str) -> None:
        """Something is not taken over, or not as it was."""
        self.notes.append(Note(file, line, why))

    def path(self, name: str) -> str:
        """The path of a file that is named in the lesson's folder."""
        return posixpath.normpath(posixpath.join(self.root, name)).lstrip("/")

    def text(self, name: Any, said_in: str, line: int) -> str:
        """The text of a file of the folder, which is named in a line of another; empty, and noted, if there is none."""
        path = self.path(str(name))
        data = self.raw.get(path)
        self.used.add(path)
        if data is None or data is LINK:
            self.note(said_in, line, _("there is no file %(name)s") % {"name": repr(str(name)[:100])})
            return ""
        try:
            return zips.text_of(path, data).replace("\r\n", "\n")
        except Refused as error:
            self.note(str(name)[:100], 1, str(error))
            return ""

    def json(self, name: str) -> Source:
        """A file of JSON with its lines; raises Refused."""
        text = zips.text_of(name, self.raw[self.path(name)])
        self.used.add(self.path(name))
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Refused(f"{name}:{getattr(error, 'lineno', 1)}: {_('this is no JSON')}") from error
        try:
            return Source(name, data, sources.read(name, text.replace("\t", "  ")).lines)
        except LessonError:
            return Source(name, data)

    def leave(self, source: Source, place: Place, known: Sequence[str], entry: Mapping[str, Any]) -> None:
        """Note what stands in an entry beside what is *known*."""
        for key in entry:
            if key not in known:
                self.note(source.name, source.line((*place, key)), _("%(key)s has no place here") % {"key": repr(key)})

    def run(self, script: str, name: str) -> None:
        """Have a script run before the learner comes."""
        path = f"/tmp/{name}"
        self.start += [
            FileBlock(path, script if script.endswith("\n") else f"{script}\n", 0),
            Command("", f"bash {path}; rm {path}", ANYTHING, 0, 0, (0, 0)),
        ]

    def put(self, path: str, text: str) -> bool:
        """Have a file lie in the learner's home from the beginning; whether it can: other places are of the scenario."""
        name = f"{desk.FOLDER}{path.removeprefix('/root/')}"
        if path.startswith("/root/") and desk.NAME.fullmatch(name):
            self.files[name] = text
            return True
        return False

    def rest(self) -> None:
        """Note the files of the folder of which nothing was taken over."""
        for path, _data in sorted(parcels.below(self.raw, self.root)):
            if self.path(path) not in self.used and not parcels.ignored(path):
                self.note(path, 1, _("nothing speaks of this file"))

    def parcel(self, slug: str, document: Document) -> Parcel:
        """The whole; raises Refused."""
        if not self.tries:
            self.note(SOLUTION, 1, _("no solution was found: write one"))
        files = {**writing.written(document), **self.files}
        if self.start:
            files[START] = transcripts.text(START_TITLE, [piece for piece in self.start if self.writable(piece)])
        if problem := desk.refusal(files):
            raise Refused(problem)
        return Parcel(slug, files, tuple(self.notes), tuple(self.tries))

    def writable(self, piece: Piece) -> bool:
        """Whether a transcript can hold a piece: a line of three backticks would end it."""
        if isinstance(piece, FileBlock) and any(line.startswith("```") for line in piece.content.split("\n")):
            self.note(
                START,
                1,
                _("%(name)s has a line of three backticks, which a transcript cannot hold") % {"name": piece.path},
            )
            return False
        return True


def roots(raw: Raw, name: str, sign: str) -> Iterator[str]:
    """The folders that have a file called *name* with *sign* in it."""
    for path in sorted(raw):
        data = raw[path]
        if (
            posixpath.basename(path) == name
            and data is not LINK
            and sign.encode() in data
            and not parcels.ignored(path)
        ):
            yield posixpath.dirname(path) or "."


def script_check(name: str, script: str, weight: int = 1, says: str = "") -> CheckPart:
    """A check that is a script."""
    missing: Words = {language: says or text for language, text in MISSING.items()}
    return CheckPart(id=name, check={"script": script}, weight=weight, missing=missing)


def words(text: str) -> Words:
    """A text in the language in which it is written."""
    return {language_of(text): text} if text.strip() else {}


def language_of(text: str) -> Language:
    """Chinese, if much of a text is."""
    return "zh-hans" if len(CHINESE.findall(text)) * 8 > len(text) else LANGUAGES[0]  # type: ignore[return-value]


def slug_of(text: str, otherwise: str) -> str:
    """A name as ids are, made of a text."""
    found = NO_WORD.sub("-", text.lower())[: format.LONGEST_ID].strip("-")
    return found or otherwise


def unique(name: str, taken: set[str]) -> str:
    """A name that is not *taken*, and is from now on."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name[: format.LONGEST_ID - 4]}-{number}"
    taken.add(found)
    return found
