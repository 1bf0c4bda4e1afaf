"""A list of names and numbers, as spreadsheets store it: read, or refused line by line.

UTF-8, UTF-16 with a mark, or GB18030; columns parted by a comma, semicolon or tab; with or without a line of headings.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from labsite import spreadsheets

MOST_BYTES, MOST_ROWS = 256 << 10, 1000
LONGEST_NAME, LONGEST_NUMBER = 80, 40
QUOTED = re.compile(r'"[^"]*"')
SEPARATORS = ",;\t，；"
HEADINGS = {
    "name": ["name", "姓名", "名字", "名称", "学生", "学生姓名", "student", "full_name", "fullname"],
    "number": ["number", "no", "no.", "nr", "id", "学号", "编号", "序号", "号码", "student_id", "student_number"],
}


class Entry(NamedTuple):
    """A line of the list."""

    name: str
    number: str = ""


class Problem(NamedTuple):
    """What is wrong in which line."""

    line: int
    text: str


def read(data: bytes) -> tuple[list[Entry], list[Problem]]:
    """The entries, and what is wrong; if anything is, nothing of the list is to be used."""
    if len(data) > MOST_BYTES:
        return [], [Problem(1, _("The list is too long: at most %(most)s KB.") % {"most": MOST_BYTES >> 10})]
    text = decoded(data)
    if text is None:
        return [], [Problem(1, _("The text is neither UTF-8 nor GB18030."))]
    try:
        rows = split(text)
    except csv.Error:
        return [], [Problem(text.count("\n") + 1, _("A quotation mark is not closed, or stands where none can."))]
    return understood(rows)


def decoded(data: bytes) -> str | None:
    """The text of *data*; None if it is none."""
    encodings = ["utf-16"] if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def split(text: str) -> list[tuple[int, list[str]]]:
    """The lines that say something, by number, in columns; raises csv.Error."""
    head = QUOTED.sub("", text[:4000])
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True)
    rows, line = [], 1
    for row in reader:
        cells = [spreadsheets.plain(" ".join(unicodedata.normalize("NFC", cell).split())) for cell in row]
        if any(cells):
            rows.append((line, cells))
        line = reader.line_num + 1
    return rows


def understood(rows: Sequence[tuple[int, list[str]]]) -> tuple[list[Entry], list[Problem]]:
    """What the lines say."""
    if not rows:
        return [], [Problem(1, _("There is nothing in the list."))]
    columns = headings(rows[0][1])
    body = rows[1:] if columns else rows
    columns = columns or guessed(rows)
    entries, problems = [], []
    seen: dict[tuple[str, str], int] = {}
    for line, cells in body:
        entry = Entry(*(cell_at(cells, columns.get(part)) for part in ("name", "number")))
        if why := wrong(entry, seen):
            problems.append(Problem(line, why))
        else:
            entries.append(entry)
            seen[identity(entry)] = line
    if len(entries) > MOST_ROWS:
        problems.append(
            Problem(body[MOST_ROWS][0], _("There are too many lines: at most %(most)s.") % {"most": MOST_ROWS})
        )
    return ([], problems) if problems else (entries, [])


def headings(cells: Sequence[str]) -> dict[str, int]:
    """In which column names and numbers stand, if this is a line of headings; else {}."""
    words = [cell.casefold().replace(" ", "_") for cell in cells]
    found = {part: next((at for at, word in enumerate(words) if word in known), -1) for part, known in HEADINGS.items()}
    return {part: at for part, at in found.items() if at >= 0} if found["name"] >= 0 else {}


def guessed(rows: Sequence[tuple[int, list[str]]]) -> dict[str, int]:
    """The same without headings: numbers are in that one of the first two columns which has digits in the first line."""
    first = rows[0][1]
    if len(first) < 2:
        return {"name": 0}
    digits = [any(sign.isdigit() for sign in cell) for cell in first[:2]]
    number = 0 if digits == [True, False] else 1
    return {"number": number, "name": 1 - number}


def cell_at(cells: Sequence[str], column: int | None) -> str:
    """A cell; empty where the line is too short."""
    return cells[column] if column is not None and column < len(cells) else ""


def identity(entry: Entry) -> tuple[str, str]:
    """What no two entries may have in common: the number, or the name where there is none."""
    return ("number", entry.number) if entry.number else ("name", entry.name.casefold())


def wrong(entry: Entry, seen: dict[tuple[str, str], int]) -> str:
    """What is wrong with an entry; empty if nothing is."""
    if not entry.name:
        return _("The name is missing.")
    if len(entry.name) > LONGEST_NAME or len(entry.number) > LONGEST_NUMBER:
        return _("The name or the number is too long.")
    if not all(sign.isprintable() for sign in entry.name + entry.number):
        return _("There is a sign in it that cannot be printed.")
    if before := seen.get(identity(entry)):
        return _("The same stands in line %(line)s already.") % {"line": before}
    return ""
