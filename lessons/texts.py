"""The prose of a lesson in one language: a Markdown file cut at its headings.

# Title                         and, up to the next heading, the introduction
## Heading {#step}              the text of a step
### Missing {#check}            what is still to be done while that check of the step is not fulfilled (one line)
### Hint                        the step's hints, in the order in which they are given
## Mistake {#mistake}           the answer to a foreseen mistake
## Debrief                      what to take away, shown at the end
"""

from dataclasses import dataclass, field

import re2

HEADING = re2.compile(r"^(#{1,3}) +(.*?)(?: *\{#([a-z0-9-]+)\})? *$")
DEBRIEF = "debrief"


class TextError(ValueError):
    """The file cannot be cut into the parts of a lesson; the text says where."""


@dataclass
class StepText:
    """What a step says."""

    title: str
    body: str = ""
    hints: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)


@dataclass
class LessonText:
    """All prose of a lesson in one language."""

    title: str = ""
    intro: str = ""
    steps: dict[str, StepText] = field(default_factory=dict)
    mistakes: dict[str, str] = field(default_factory=dict)
    debrief: str = ""


def parse(text: str, mistakes: frozenset[str] = frozenset()) -> LessonText:
    """The parts of *text*; headings whose anchor is one of *mistakes* are answers to mistakes. Raises TextError."""
    lesson = LessonText()
    step = ""
    for level, title, anchor, body in sections(text):
        if level == 1:
            lesson.title, lesson.intro = title, body
        elif level == 2 and not anchor and not lesson.debrief:
            lesson.debrief, step = body, DEBRIEF
        elif level == 2 and anchor in mistakes:
            lesson.mistakes[anchor], step = body, ""
        elif level == 2 and anchor:
            lesson.steps[anchor], step = StepText(title, body), anchor
        elif level == 3 and step in lesson.steps:
            part(lesson.steps[step], anchor, body)
        else:
            raise TextError(f"the heading {title!r} belongs to nothing")
    return lesson


def part(step: StepText, anchor: str, body: str) -> None:
    """A third-level part of a step: what is missing for a check, or a hint."""
    if anchor:
        step.missing[anchor] = body.strip()
    else:
        step.hints.append(body)


def sections(text: str) -> list[tuple[int, str, str, str]]:
    """level, title, anchor and body of each part; headings inside code blocks are none."""
    found: list[tuple[int, str, str, list[str]]] = []
    fenced = False
    for line in text.split("\n"):
        fenced ^= line.startswith("```")
        match = None if fenced else HEADING.match(line)
        if match:
            found.append((len(match.group(1)), match.group(2), match.group(3) or "", []))
        elif found:
            found[-1][3].append(line)
        elif line.strip():
            raise TextError("text before the title")
    return [(level, title, anchor, "\n".join(body).strip("\n")) for level, title, anchor, body in found]
