"""Transcripts: Markdown files that read as a tutorial and replay as a test.

Front matter (YAML between two `---` lines): `title`, `source`, and an optional `scenario` (simulator/cluster/scenario.py).
Fenced blocks are executed in order, everything else is prose:

- a block whose first line carries `file=PATH` is written to PATH below the learner's home on the control-plane host;
- a `console` block is a session there (`console host=node01`: on that node): `$ ` begins a command, `> ` continues it, the
  lines up to the next one are what it prints; a command that ends with a status other than 0 has `[N]` as its last line;
- an `answer question=ID` block answers a question of a lesson: its text, or the ids of the options, one a line. On a cluster
  without a lesson it is passed over.

In an expected line `<any>`, `<age>`, `<ip>`, `<hash>` and `<n>` stand for what varies, and a line `...` for any number of lines.
Runs of blanks count as one, blanks at the end of a line as none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2
import yaml

FENCE = "```"
SKIP = "..."
WILDCARDS = {
    "<any>": ".+",
    "<age>": "(?:[0-9]+[smhdy])+",
    "<ip>": "[0-9]{1,3}(?:[.][0-9]{1,3}){3}",
    "<hash>": "[a-z0-9]+",
    "<n>": "[0-9]+",
}


class TranscriptError(ValueError):
    """The file is no transcript; the text says why and in which line (*line*, of which *what* is wrong)."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line}: {what}")
        self.line, self.what = line, what


@dataclass(frozen=True)
class FileBlock:
    """Text to be written to *path*."""

    path: str
    content: str
    line: int


@dataclass(frozen=True)
class Answer:
    """What is answered to a question of the lesson."""

    question: str
    given: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Command:
    """What is typed on *host*, and what is to come of it. *line* is where it stands, *output* where its output stands (to, from)."""

    host: str
    text: str
    expected: tuple[str, ...]
    code: int
    line: int
    output: tuple[int, int]


Piece = FileBlock | Command | Answer


@dataclass(frozen=True)
class Transcript:
    """A whole file."""

    title: str
    source: str
    scenario: Mapping[str, Any]
    steps: tuple[Piece, ...]


def parse(text: str) -> Transcript:
    """The transcript in *text*; raises TranscriptError."""
    lines = text.split("\n")
    header, start = front_matter(lines)
    steps: list[Piece] = []
    number = start
    while number < len(lines):
        if lines[number].startswith(FENCE):
            end = closing_fence(lines, number)
            steps += block(lines, number, end)
            number = end
        number += 1
    return Transcript(
        str(header.get("title", "")), str(header.get("source", "")), header.get("scenario") or {}, tuple(steps)
    )


def front_matter(lines: Sequence[str]) -> tuple[dict[str, Any], int]:
    """The header and the number of the first line after it."""
    if not lines or lines[0] != "---":
        return {}, 0
    try:
        end = lines.index("---", 1)
        header = yaml.safe_load("\n".join(lines[1:end])) or {}
    except (ValueError, yaml.YAMLError) as error:
        raise TranscriptError(1, f"the front matter cannot be read: {error}") from error
    if not isinstance(header, dict):
        raise TranscriptError(1, "the front matter is no mapping")
    return header, end + 1


def closing_fence(lines: Sequence[str], start: int) -> int:
    """The number of the line that ends the block which begins at *start*."""
    for number in range(start + 1, len(lines)):
        if lines[number].rstrip() == FENCE:
            return number
    raise TranscriptError(start + 1, "the block is not closed")


def block(lines: Sequence[str], start: int, end: int) -> list[Piece]:
    """The steps in the fenced block from *start* to *end*."""
    words = lines[start].removeprefix(FENCE).split()
    options = dict(word.split("=", 1) for word in words[1:] if "=" in word)
    if "file" in options:
        return [FileBlock(options["file"], "\n".join([*lines[start + 1 : end], ""]), start + 1)]
    if words[:1] == ["console"]:
        return list(session(lines, start + 1, end, options.get("host", "")))
    if words[:1] == ["answer"]:
        if "question" not in options:
            raise TranscriptError(start + 1, "which question? Write ```answer question=ID")
        given = tuple(line.strip() for line in lines[start + 1 : end] if line.strip())
        return [Answer(options["question"], given, start + 1)]
    return []


def session(lines: Sequence[str], start: int, end: int, host: str) -> list[Command]:
    """The commands between lines *start* and *end*."""
    starts = [number for number in range(start, end) if lines[number].startswith("$ ")]
    if any(lines[number].strip() for number in range(start, starts[0] if starts else end)):
        raise TranscriptError(start + 1, "output before the first command")
    return [command(lines, first, last, host) for first, last in zip(starts, [*starts[1:], end], strict=True)]


def command(lines: Sequence[str], first: int, last: int, host: str) -> Command:
    """The command that begins at line *first*, with its output up to line *last*."""
    body = first + 1
    while body < last and lines[body].startswith(("> ", ">")) and (lines[body] == ">" or lines[body].startswith("> ")):
        body += 1
    typed = [lines[first][2:], *(line[2:] for line in lines[first + 1 : body])]
    expected = list(lines[body:last])
    code = 0
    if expected and (match := re2.fullmatch(r"\[([0-9]+)\]", expected[-1].strip())):
        code = int(match.group(1))
        expected.pop()
    return Command(host, "\n".join(typed), tuple(expected), code, first + 1, (body, last))


def matches(expected: Sequence[str], actual: Sequence[str]) -> bool:
    """Whether *actual* is what *expected* describes."""
    expected, actual = trim(expected), trim(actual)
    reachable = {0}  # how many actual lines may have been used up
    for line in expected:
        if line.strip() == SKIP:
            reachable = set(range(min(reachable), len(actual) + 1)) if reachable else set()
        else:
            reachable = {used + 1 for used in reachable if used < len(actual) and line_matches(line, actual[used])}
    return len(actual) in reachable


def trim(lines: Sequence[str]) -> list[str]:
    """The lines without the empty ones at the end."""
    kept = [line.rstrip() for line in lines]
    while kept and not kept[-1]:
        kept.pop()
    return kept


def line_matches(expected: str, actual: str) -> bool:
    """Whether one line is what another describes."""
    return bool(line_pattern(fold(expected)).fullmatch(fold(actual)))


@lru_cache(maxsize=4096)
def line_pattern(expected: str) -> Any:
    """The regular expression for an expected line."""
    pattern = re2.escape(expected)
    for name, meaning in WILDCARDS.items():
        pattern = pattern.replace(re2.escape(name), meaning)
    return re2.compile(pattern)


def fold(line: str) -> str:
    """The line with runs of blanks as one."""
    return " ".join(line.split())
