"""A document written as the files of a lesson, and which field of it stands where in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import re2
import yaml

from lessons import stamps
from lessons.catalogue import LANGUAGES
from lessons.drafting.document import Document, QuestionPart, StepPart, Words

WIDTH = 120
MISSING, HINT, QUESTION = "Missing", "Hint", "Question"
DEBRIEFS = {"en": "Debrief", "zh-hans": "小结"}
FENCE = "```"
LOOKS_LIKE_HEADING = re2.compile(r"^\\*#{1,4} ")

Files = dict[str, str]
Spots = list[tuple[int, str]]  # line, field


class Dumper(yaml.SafeDumper):
    """YAML as people write it: texts of several lines as blocks."""


def text_node(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    """A text."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


Dumper.add_representer(str, text_node)


def dump(data: Any) -> str:
    """*data* as YAML, small things on one line."""
    return yaml.dump(data, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=None)


# --- lesson.yaml ----------------------------------------------------------------------------------------------------------


def written(document: Document) -> Files:
    """The files of *document*: lesson.yaml and the texts."""
    original = prose(document, LANGUAGES[0])[0]
    files = {"lesson.yaml": lesson_yaml(document), f"{LANGUAGES[0]}.md": original}
    for language in LANGUAGES[1:]:
        text = prose(document, language)[0]
        files[f"{language}.md"] = stamps.stamped(text, original) if document.compared else text
    return files


def lesson_yaml(document: Document) -> str:
    """The lesson.yaml."""
    whole: dict[str, Any] = {
        "chapter": document.chapter,
        "order": document.order,
        "minutes": document.minutes,
        "kind": document.kind,
        "difficulty": document.difficulty,
    }
    whole |= {"requires": document.requires} if document.requires else {}
    whole |= {"limit": document.limit} if document.limit else {}
    whole |= {"pass": document.passing} if document.kind == "exam" else {}
    whole |= {"scenario": document.scenario} if document.scenario else {}
    whole["steps"] = [step_entry(step) for step in document.steps]
    if document.mistakes:
        whole["mistakes"] = [{"id": one.id, "when": one.when, "try": one.attempt} for one in document.mistakes]
    return dump(whole)


def step_entry(step: StepPart) -> dict[str, Any]:
    """A step in lesson.yaml."""
    found: dict[str, Any] = {"id": step.id}
    checks = [
        {
            "id": one.id,
            **one.check,
            **({"weight": one.weight} if one.weight > 1 else {}),
            **({"otherwise": [{"id": other.id, **other.check} for other in one.others]} if one.others else {}),
        }
        for one in step.checks
    ]
    questions = [{"id": one.id, **one.rule} for one in step.questions]
    hints = [{"id": one.id, "when": one.when} for one in step.hints if one.id and one.when]
    found |= {name: value for name, value in (("checks", checks), ("questions", questions), ("hints", hints)) if value}
    return found


# --- prose ------------------------------------------------------------------------------------------------------------------


@dataclass
class Page:
    """A Markdown file that grows."""

    language: str
    lines: list[str] = field(default_factory=list)
    spots: Spots = field(default_factory=list)

    def head(self, level: int, title: str, anchor: str, field: str) -> None:
        """A heading."""
        self.lines += [""] if self.lines else []
        self.spots.append((len(self.lines) + 1, field))
        self.lines.append(
            f"{'#' * level} {title}{f' {{#{anchor}}}' if anchor else ''}".rstrip() + ("" if title or anchor else " ")
        )

    def body(self, words: Mapping[Any, str], field: str) -> None:
        """A text below it."""
        text = words.get(self.language, "").strip("\n")
        if text.strip():
            self.lines.append("")
            self.spots.append((len(self.lines) + 1, field))
            self.lines += fenced(text)


def fenced(text: str) -> list[str]:
    """The lines of a text: what looks like a heading of ours is none, and a block of code that is not closed is closed."""
    lines, inside = [], False
    for line in text.replace("\r\n", "\n").split("\n"):
        inside ^= line.startswith(FENCE)
        lines.append(f"\\{line}" if not inside and LOOKS_LIKE_HEADING.match(line) else line)
    return [*lines, FENCE] if inside else lines


def plain(words: Words, language: str) -> str:
    """A title: one line, nothing that could be an anchor."""
    return " ".join(words.get(language, "").split()).replace("{#", "{ #")  # type: ignore[call-overload]


def prose(document: Document, language: str) -> tuple[str, Spots]:
    """The text of one language, and where in it which field stands."""
    page = Page(language)
    page.head(1, plain(document.title, language), "", "title")
    page.body(document.intro, "intro")
    for number, step in enumerate(document.steps):
        write_step(page, step, f"steps.{number}")
    for number, mistake in enumerate(document.mistakes):
        page.head(2, plain(mistake.title, language) or mistake.id, mistake.id, f"mistakes.{number}.title")
        page.body(mistake.text, f"mistakes.{number}.text")
    if document.debrief.get(language, "").strip():  # type: ignore[call-overload]
        page.head(2, plain(document.ending, language) or DEBRIEFS[language], "", "debrief")
        page.body(document.debrief, "debrief")
    return "\n".join(page.lines) + "\n", page.spots


def write_step(page: Page, step: StepPart, place: str) -> None:
    """A step."""
    page.head(2, plain(step.title, page.language), step.id, f"{place}.title")
    page.body(step.body, f"{place}.body")
    for at, check in enumerate(step.checks):
        said(page, MISSING, check.id, check.missing, f"{place}.checks.{at}.missing")
        for number, other in enumerate(check.others):
            said(page, MISSING, other.id, other.missing, f"{place}.checks.{at}.others.{number}.missing")
    for at, hint in enumerate(step.hints):
        said(page, HINT, hint.id, hint.text, f"{place}.hints.{at}.text")
    for at, question in enumerate(step.questions):
        write_question(page, question, f"{place}.questions.{at}")


def said(page: Page, title: str, anchor: str, words: Words, place: str) -> None:
    """A text under a heading of its own; none where nothing is said."""
    if words.get(page.language, "").strip():  # type: ignore[call-overload]
        page.head(3, title, anchor, place)
        page.body(words, place)


def write_question(page: Page, question: QuestionPart, place: str) -> None:
    """A question with its answers."""
    page.head(3, QUESTION, question.id, f"{place}.body")
    page.body(question.body, f"{place}.body")
    for number, answer in enumerate(question.answers):
        page.head(4, plain(answer.label, page.language), answer.id, f"{place}.answers.{number}.label")
        page.body(answer.reply, f"{place}.answers.{number}.reply")
