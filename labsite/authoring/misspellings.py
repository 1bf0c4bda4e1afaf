"""What is wrong with the text of a lesson.yaml, in the author's language: the complaints of reading it, known by their pattern."""

from collections.abc import Iterable
from typing import Any

import re2
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from labsite.authoring import patterns

Table = Iterable[tuple[Any, str]]
LINE = re2.compile(r"^((?:[A-Za-z0-9_./-]+):[0-9]+: )((?s:.*))$")
MEANT = r"did you mean '([^']*)'\?"
KINDS = {"check": _("check"), "question": _("question"), "hint": _("hint"), "mistake": _("mistake"), "step": _("step")}

KNOWN = tuple(
    (re2.compile(f"^{pattern}$"), words)
    for pattern, words in (
        (rf"unknown key '([^']*)': {MEANT}", _("There is no key {_1} here. Did you mean {_2}?")),
        (r"unknown key '([^']*)': known are (.*)", _("There is no key {_1} here. There are: {_2}.")),
        (rf"unknown matcher '([^']*)': {MEANT}", _("There is no condition {_1}. Did you mean {_2}?")),
        (rf"unknown field '([^']*)': {MEANT}", _("There is no field {_1}. Did you mean {_2}?")),
        (
            rf"a check has exactly one of (.*); {MEANT}",
            _("The check is of no kind. Did you mean {_2}? There are: {_1}."),
        ),
        (r"a check has exactly one of (.*); known are .*", _("The check is of no kind. There are: {_1}.")),
        (
            r"a check has one kind only, not (.*) and (.*): use `all`",
            _("A check has one kind only, not {_1} and {_2}: put both below `all`."),
        ),
        (
            rf"'([^']*)' does not belong to a check of the kind '([^']*)': {MEANT}",
            _("{_1} does not belong to a check of the kind {_2}. Did you mean {_3}?"),
        ),
        (
            r"'([^']*)' does not belong to a check of the kind '([^']*)': known are (.*)",
            _("{_1} does not belong to a check of the kind {_2}, where there are: {_3}."),
        ),
        (r"the check needs an id: .*", _("The check needs an id: the texts say under it what is missing.")),
        (r"(?:.*: )?the required key is missing: `([^`]*)`", _("The key {_1} is missing.")),
        (r"the id '([^']*)' is used twice: .*", _("The id {_1} is used twice: give each its own.")),
        (
            r"'([^']*)' is the id of a (\w+) and of a (\w+) \(line (\d+)\): rename one of them",
            _("{_1} is the id of a {_2} and of a {_3} (line {_4}): rename one of them."),
        ),
        (r"the step '([^']*)' needs a check or a question", _("The step {_1} needs a check or a question.")),
        (
            r"the question '([^']*)' needs exactly one of choice, number, text",
            _("The question {_1} needs exactly one of choice, number, text."),
        ),
        (r"no regular expression: (.*)", _("This is no regular expression: {_1}")),
        (r"this is no YAML: ((?s:.*))", _("This is no YAML: {_1}")),
        (r"there is no such file: a lesson needs one", _("There is no such file: a lesson needs one.")),
        *patterns.LESSON,
        *patterns.PROSE,
        *patterns.TRANSCRIPT,
    )
)
SCENARIO = tuple((re2.compile(f"^{pattern}$"), words) for pattern, words in patterns.SCENARIO)
IN_SCENARIO = "scenario: "
# Of a value of the wrong shape, the complaint begins with the field in which it stands.
FIELD = re2.compile(r"^([^:`' ]+: )((?:Expected|Invalid enum value) (?s:.*))$")


def spoken(text: str) -> str:
    """A complaint in the author's language; as it is where nobody has translated it."""
    if text.startswith(IN_SCENARIO):
        return gettext("The scenario: {_1}").format(_1=known(SCENARIO, text.removeprefix(IN_SCENARIO)))
    field, rest = match.groups() if (match := FIELD.match(text)) else ("", text)
    return field + known(KNOWN, rest)


def known(table: Table, text: str) -> str:
    """What the first pattern of a table that fits says of *text*; else the text."""
    for pattern, words in table:
        if match := pattern.search(text):
            values = {f"_{number}": word(value) for number, value in enumerate(match.groups(), 1)}
            return gettext(words).format(**values)
    return text


def word(value: Any) -> str:
    """A word out of a complaint: those for parts of a lesson are translated."""
    return gettext(KINDS[value]) if value in KINDS else str(value)


def spoken_with_place(problem: str) -> str:
    """The same of a complaint that begins with file and line."""
    match = LINE.match(problem)
    return f"{match.group(1)}{spoken(match.group(2))}" if match else problem
