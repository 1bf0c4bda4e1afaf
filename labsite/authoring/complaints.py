"""What the check of a lesson finds, as an author reads it: in their language, and at the field that is to be mended.

`manage.py lessons check` says `file:line: what, and the cure`. The line leads to the field; the words are known by their pattern.
"""

from collections.abc import Callable
from typing import Any

import re2
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from labsite.authoring import misspellings
from labsite.authoring.models import Draft
from lessons import sources
from lessons.catalogue import LANGUAGES
from lessons.drafting import document as documents
from lessons.drafting import writing
from lessons.drafting.document import Document

PROBLEM = re2.compile(r"^(?:[a-z0-9-]+/)?([A-Za-z0-9_./-]+):([0-9]+): ((?s:.*))$")
Field = Callable[[Document, Any, str], str]


def told(row: Draft, problem: str) -> dict[str, Any]:
    """A problem: file, line, its text in the author's language, and the field to which it belongs (empty: none)."""
    found = PROBLEM.match(problem)
    if not found:
        return {"file": "", "line": 0, "text": problem, "field": ""}
    file, line, text = found.group(1), int(found.group(2)), found.group(3)
    facts = {"file": file, "line": line, "text": misspellings.spoken(text), "field": ""}
    if not row.document.get("steps"):
        return facts
    document = documents.decode(row.document)
    language = file.removesuffix(".md") if file.removesuffix(".md") in LANGUAGES else ""
    for pattern, words, field in KNOWN:
        if match := pattern.search(text):
            values = {f"_{number}": value for number, value in enumerate(match.groups(), 1)}
            said = gettext(words).format(language=NAMES.get(language, ""), **values)
            return {**facts, "text": said, "field": field(document, match, language)}
    return {**facts, "field": place(row, document, file, line, language)}


NAMES = {"en": "English", "zh-hans": "中文"}


def place(row: Draft, document: Document, file: str, line: int, language: str) -> str:
    """The field that stands in a line of a file."""
    if language:
        spots = writing.prose(document, language)[1]
        shift = 3 if row.files.get(file, "").startswith("---") else 0  # the stamp
        before = [field for at, field in spots if at + shift <= line]
        return f"{before[-1]}.{language}" if before else ""
    if file == "lesson.yaml":
        lines = sources.read(file, row.files[file]).lines
        within = [spot for spot, at in lines.items() if at <= line and spot]
        nearest = max(within, key=lambda spot: (lines[spot], -len(spot)), default=())
        return ".".join(str(part) for part in nearest[:4])
    return "solution" if file.startswith("solution") else "start" if file == "start.md" else ""


# --- fields by what is said of them -------------------------------------------------------------------------------------------


def step_at(document: Document, name: str) -> int:
    """The number of the step *name*; 0 where there is none."""
    return next((number for number, step in enumerate(document.steps) if step.id == name), 0)


def step_part(part: str) -> Field:
    """A part of the step that is named first."""

    def field(document: Document, match: Any, language: str) -> str:
        return f"steps.{step_at(document, match.group(1))}.{part}" + (f".{language}" if language else "")

    return field


def missing_text(document: Document, match: Any, language: str) -> str:
    """What is said while a check is not fulfilled."""
    at = step_at(document, match.group(1))
    for number, check in enumerate(document.steps[at].checks):
        if check.id == match.group(2):
            return f"steps.{at}.checks.{number}.missing.{language}"
    return f"steps.{at}.checks"


def first_empty(document: Document, match: Any, language: str) -> str:
    """The first of title, introduction and debrief that says nothing."""
    for name in ("title", "intro", "debrief"):
        if not getattr(document, name).get(language, "").strip():
            return f"{name}.{language}"
    return f"title.{language}"


def hint(document: Document, match: Any, language: str) -> str:
    """The first hint of a step that says nothing in a language."""
    at = step_at(document, match.group(1))
    for number, each in enumerate(document.steps[at].hints):
        for name in (language, *LANGUAGES):
            if not each.text.get(name, "").strip():  # type: ignore[call-overload]
                return f"steps.{at}.hints.{number}.text.{name}"
    return f"steps.{at}.hints"


def mistake_part(part: str) -> Field:
    """A part of the mistake that is named first."""

    def field(document: Document, match: Any, language: str) -> str:
        at = next((number for number, each in enumerate(document.mistakes) if each.id == match.group(1)), 0)
        return f"mistakes.{at}.{part}" + (f".{language}" if part == "text" else "")

    return field


def always(name: str) -> Field:
    """One field, whatever is said."""
    return lambda document, match, language: name


KNOWN: tuple[tuple[Any, str, Field], ...] = tuple(
    (re2.compile(pattern), words, field)
    for pattern, words, field in (
        (
            r"^the title, the introduction or the debrief is missing",
            _("{language}: the title, the introduction or the debrief is missing."),
            first_empty,
        ),
        (
            r"^no text for the step ([a-z0-9-]+)",
            _("{language}: the step {_1} has no text."),
            step_part("body"),
        ),
        (
            r"^([a-z0-9-]+): nothing says what ([a-z0-9-]+) misses",
            _("{language}: nothing is said of what is missing while {_2} is not fulfilled (step {_1})."),
            missing_text,
        ),
        (
            r"^([a-z0-9-]+): the hint [a-z0-9-]+ has no text",
            _("{language}: a hint of the step {_1} has no text."),
            hint,
        ),
        (
            r"^([a-z0-9-]+): as many hints are needed",
            _("{language}: a hint of the step {_1} is missing, or is there in one language only."),
            hint,
        ),
        (
            r"^([a-z0-9-]+): the code is not that of en",
            _("{language}: the blocks of code in the step {_1} are not the same as in English."),
            step_part("body"),
        ),
        (
            r"^no answer to the mistake ([a-z0-9-]+)",
            _("{language}: the foreseen mistake {_1} has no answer."),
            mistake_part("text"),
        ),
        (
            r"^the mistake ([a-z0-9-]+) is not noticed",
            _("The foreseen mistake {_1} is not noticed when it is made."),
            mistake_part("attempt"),
        ),
        (
            r"^the translation (?:is older than|was never compared with) en\.md",
            _("The Chinese text was not compared with the English since it changed. Say so when both say the same."),
            always("compared"),
        ),
        (
            r"^the step '([a-z0-9-]+)' needs a check",
            _("The step {_1} has no check: nothing could tell that it is done."),
            step_part("checks"),
        ),
        (
            r"^the step ([a-z0-9-]+) is reached before anything is done",
            _("The checks of the step {_1} are fulfilled before anything is done."),
            step_part("checks"),
        ),
        (
            r"^the step ([a-z0-9-]+) is reached together with ([a-z0-9-]+)",
            _("The step {_1} is reached together with {_2}: nothing need be done for it."),
            step_part("checks"),
        ),
        (
            r"^it does not reach the step ([a-z0-9-]+)(.*)",
            _("The solution does not reach the step {_1}{_2}"),
            step_part("checks"),
        ),
        (
            r"^requires: there is no lesson '([^']*)'",
            _("There is no lesson {_1}, after which this one would be best done."),
            always("requires"),
        ),
        (
            r"^a mission needs a second way",
            _("A mission needs a second solution: write it as a file, solution-NAME.md."),
            always("kind"),
        ),
        (
            r"^the proof takes ([0-9.]+) s",
            _("The check takes {_1} s of processor time: wait less, or let less happen."),
            always("solution"),
        ),
        (
            r"^`(.*)` printed something else",
            _("The command `{_1}` printed something else than the transcript says."),
            always("solution"),
        ),
        (
            r"^`(.*)` ends otherwise on the site",
            _("The command `{_1}` ends otherwise in the browser's console."),
            always("solution"),
        ),
        (
            r"^refused on the site: (.*)",
            _("In the browser's console this is refused: {_1}"),
            always("solution"),
        ),
        (
            r"^on the site (?:the steps are reached|the lesson is not finished)",
            _("Played in the browser's console, the solution does not reach every step in order."),
            always("solution"),
        ),
        (
            r"^there is no such file: a lesson needs one",
            _("The solution is missing: play it first."),
            always("solution"),
        ),
        (
            r"^steps: Expected `array` of length >= 1",
            _("The lesson has no steps: play its solution first."),
            always("solution"),
        ),
    )
)
