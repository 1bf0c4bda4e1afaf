"""Questions to the learner: what is asked for, and what an answer is worth.

An answer is a list of texts: the chosen options, or the one text that was typed. The reply to it stands in the lesson's prose, by the
id of the option, of the foreseen wrong answer, or `right` and `wrong`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from unicodedata import normalize

from lessons.checks import fits
from lessons.format import QuestionFile

RIGHT, WRONG = "right", "wrong"
LONGEST = 200
MOST_OPTIONS = 12


@dataclass(frozen=True)
class Question:
    """One question. *kind* is choice, number or text."""

    id: str
    kind: str
    weight: int = 1
    options: Mapping[str, bool] = field(default_factory=dict)
    number: Decimal = Decimal(0)
    tolerance: Decimal = Decimal(0)
    text: Any = None
    wrong: Mapping[str, Any] = field(default_factory=dict)

    @property
    def several(self) -> bool:
        """Whether more than one option is to be chosen."""
        return sum(self.options.values()) > 1

    @property
    def replies(self) -> tuple[str, ...]:
        """The ids of all replies that the prose must have."""
        return tuple(self.options) if self.kind == "choice" else (RIGHT, WRONG, *self.wrong)


def read(entry: QuestionFile) -> Question:
    """The question that *entry* describes; raises ValueError."""
    kinds = [name for name in ("choice", "number", "text") if getattr(entry, name) is not None]
    if len(kinds) != 1:
        raise ValueError(f"the question {entry.id!r} needs exactly one of choice, number, text")
    if kinds == ["choice"]:
        options = entry.choice or {}
        if not 2 <= len(options) <= MOST_OPTIONS or not any(options.values()):
            raise ValueError(f"the question {entry.id!r} needs two to {MOST_OPTIONS} options, a right one among them")
        return Question(entry.id, "choice", entry.weight, options)
    if taken := [name for name in entry.wrong if name in (RIGHT, WRONG)]:
        raise ValueError(f"the question {entry.id!r}: {taken[0]!r} cannot be the name of a foreseen answer")
    if kinds == ["number"]:
        sizes = Decimal(str(entry.number)), Decimal(str(entry.tolerance))
        return Question(entry.id, "number", entry.weight, {}, *sizes, wrong=entry.wrong)
    fits(entry.text, "")
    return Question(entry.id, "text", entry.weight, text=entry.text, wrong=entry.wrong)


def judged(question: Question, answer: Sequence[str]) -> tuple[bool, list[str]]:
    """Whether *answer* is right, and the ids of the replies to it; raises ValueError if it is no answer to the question."""
    given = [text.strip()[:LONGEST] for text in answer if text.strip()]
    if not given:
        raise ValueError("There is no answer yet.")
    if question.kind == "choice":
        return chosen(question, given)
    reply = number_reply(question, given[0]) if question.kind == "number" else text_reply(question, given[0])
    return reply == RIGHT, [reply]


def chosen(question: Question, given: list[str]) -> tuple[bool, list[str]]:
    """The same for options: each that was chosen has its reply."""
    if unknown := [name for name in given if name not in question.options]:
        raise ValueError(f"There is no option {unknown[0]!r}.")
    right = {name for name, is_right in question.options.items() if is_right}
    return set(given) == right, [name for name in question.options if name in given]


def number_reply(question: Question, text: str) -> str:
    """The reply to a number."""
    found = decimal(text)
    if found is None:
        raise ValueError("The answer is a number.")
    if abs(found - question.number) <= question.tolerance:
        return RIGHT
    return next((name for name, number in question.wrong.items() if found == decimal(str(number))), WRONG)


def decimal(text: str) -> Decimal | None:
    """The number that *text* is; None if it is none. Input methods for Chinese leave wide digits and signs, which count as well."""
    try:
        found = Decimal(normalize("NFKC", text))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def text_reply(question: Question, text: str) -> str:
    """The reply to a text."""
    if fits(question.text, text):
        return RIGHT
    return next((name for name, matcher in question.wrong.items() if fits(matcher, text)), WRONG)
