"""The prose of a lesson in one language: a Markdown file cut at its headings.

---                             of a translation: which text it is a translation of (lessons/stamps.py)
original: 0123456789ab
---
# Title                         and, up to the next heading, the introduction
## Heading {#step}              the text of a step
### Missing {#check}            what is still to be done while that check of the step is not fulfilled (one line)
### Hint                        the step's hints, in the order in which they are given
### Hint {#hint}                a hint for a certain error, by its id in lesson.yaml
### Question {#question}        what is asked
#### Answer {#option}           an answer, and up to the next heading the reply to it; where nothing can be chosen, the answers are
                                `{#right}`, `{#wrong}` and those that are foreseen
## Mistake {#mistake}           the answer to a foreseen mistake
## Debrief                      what to take away, shown at the end

`{found}` in a text of what is missing stands for the value that was found in its place, `{found:path}` for another of the object.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import re2
import yaml

HEADING = re2.compile(r"^(#{1,4}) +(.*?)(?: *\{#([a-z0-9-]+)\})? *$")
DEBRIEF = "debrief"
FRONT = "---"


class TextError(ValueError):
    """The file cannot be cut into the parts of a lesson; *line* says where."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


class Anchors(NamedTuple):
    """The ids in lesson.yaml by which headings are told apart."""

    mistakes: frozenset[str] = frozenset()
    questions: frozenset[str] = frozenset()
    hints: frozenset[str] = frozenset()


class Section(NamedTuple):
    """What stands under a heading."""

    line: int
    level: int
    title: str
    anchor: str
    body: str


@dataclass
class QuestionText:
    """What is asked, and by answer how it is called and what is replied."""

    line: int
    body: str = ""
    answers: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class StepText:
    """What a step says. *clues* are the hints for certain errors."""

    title: str
    body: str = ""
    hints: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    clues: dict[str, str] = field(default_factory=dict)
    questions: dict[str, QuestionText] = field(default_factory=dict)
    line: int = 1


@dataclass
class LessonText:
    """All prose of a lesson in one language. *original* is the stamp of the text that it was translated from."""

    title: str = ""
    intro: str = ""
    steps: dict[str, StepText] = field(default_factory=dict)
    mistakes: dict[str, str] = field(default_factory=dict)
    debrief: str = ""
    original: str = ""


@dataclass
class Cutter:
    """Puts the parts of a file where they belong."""

    anchors: Anchors
    lesson: LessonText = field(default_factory=LessonText)
    step: StepText | None = None
    question: QuestionText | None = None

    def take(self, part: Section) -> None:
        """One part more; raises TextError."""
        if part.level == 1:
            self.lesson.title, self.lesson.intro = part.title, part.body
        elif part.level == 2:
            self.second(part)
        elif part.level == 3 and self.step:
            self.third(self.step, part)
        elif part.level == 4 and self.question and part.anchor:
            self.question.answers[part.anchor] = (part.title, part.body.strip())
        else:
            raise TextError(part.line, f"the heading {part.title!r} belongs to nothing: {CURES[part.level]}")

    def second(self, part: Section) -> None:
        """A step, the answer to a mistake, or the debrief."""
        self.step = self.question = None
        if not part.anchor and not self.lesson.debrief:
            self.lesson.debrief = part.body
        elif part.anchor in self.anchors.mistakes:
            self.lesson.mistakes[part.anchor] = part.body
        elif part.anchor:
            self.step = StepText(part.title, part.body, line=part.line)
            self.lesson.steps[part.anchor] = self.step
        else:
            raise TextError(
                part.line, f"a second debrief, {part.title!r}: a step needs its id, as in `## {part.title} {{#id}}`"
            )

    def third(self, step: StepText, part: Section) -> None:
        """What is missing, a hint, or a question."""
        self.question = None
        if not part.anchor:
            step.hints.append(part.body)
        elif part.anchor in self.anchors.questions:
            self.question = QuestionText(part.line, part.body)
            step.questions[part.anchor] = self.question
        elif part.anchor in self.anchors.hints:
            step.clues[part.anchor] = part.body
        else:
            step.missing[part.anchor] = part.body.strip()


CURES = {
    3: "it must stand below a step, `## Heading {#step}`",
    4: "it must stand below a question and have the id of an answer, as in `#### Answer {#id}`",
}


def parse(text: str, anchors: Anchors | None = None) -> LessonText:
    """The parts of *text*; raises TextError."""
    original, body = stamp(text)
    cutter = Cutter(anchors or Anchors(), LessonText(original=original))
    for part in sections(body):
        cutter.take(part)
    return cutter.lesson


def stamp(text: str) -> tuple[str, str]:
    """The stamp in the front matter of *text*, empty if it has none, and the text with empty lines in place of that."""
    lines = text.split("\n")
    if lines[0] != FRONT or FRONT not in lines[1:]:
        return "", text
    end = lines.index(FRONT, 1)
    try:
        header = yaml.safe_load("\n".join(lines[1:end])) or {}
    except yaml.YAMLError as error:
        raise TextError(2, "the lines between `---` are no YAML") from error
    if not isinstance(header, dict) or set(header) - {"original"}:
        raise TextError(2, "between the lines `---` stands `original: ...` and nothing else")
    return str(header.get("original", "")), "\n".join(["" for _ in lines[: end + 1]] + lines[end + 1 :])


def sections(text: str) -> Iterator[Section]:
    """The parts of a file; headings inside code blocks are none."""
    found: list[tuple[int, int, str, str, list[str]]] = []
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        fenced ^= line.startswith("```")
        match = None if fenced else HEADING.match(line)
        if match:
            found.append((number, len(match.group(1)), match.group(2), match.group(3) or "", []))
        elif found:
            found[-1][4].append(line)
        elif line.strip():
            raise TextError(number, "text before the title: begin with `# Title`")
    for number, level, title, anchor, body in found:
        yield Section(number, level, title, anchor, "\n".join(body).strip("\n"))
