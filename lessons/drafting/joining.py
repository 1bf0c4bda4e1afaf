"""Proposals put into a document, into which somebody has written already: nothing that was written is lost."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from lessons.drafting.document import CheckPart, Document, StepPart, Words
from lessons.proposing.proposal import Proposal

EVER = 1 << 30
MOST_HINTS = 20
Told = Mapping[str, Any]  # a proposal as plain data


def told(proposal: Proposal) -> dict[str, Any]:
    """A proposal as plain data."""
    return {
        "id": proposal.id,
        "check": dict(proposal.check),
        "weight": proposal.weight,
        "missing": proposal.missing,
        "why": proposal.why,
        "included": proposal.included,
    }


def key(check: Mapping[str, Any]) -> str:
    """By which a check is known again, whatever its id."""
    return json.dumps(check, sort_keys=True)


def joined(
    document: Document,
    old: Sequence[int],
    new: Sequence[int],
    before: Sequence[Sequence[Told]],
    found: Sequence[Sequence[Told]],
) -> Document:
    """*document* with a step for each of the borders *new* (the numbers of the pieces with which steps begin), and the proposals
    *found* for them; its steps had the borders *old* and the proposals *before*. A step goes where its border lies; where several
    meet they become one, with the texts of all. A check that somebody dropped stays dropped, and one that somebody wrote stays."""
    known = {key(one.check): one for step in document.steps for one in step.checks}
    offered = {key(each["check"]) for step in before for each in step}
    steps: list[StepPart] = []
    ids = {step.id for step in document.steps}
    for at, end, proposals in zip(new, [*new[1:], EVER], found, strict=True):
        here = [number for number, border in enumerate(old) if at <= border < end and number < len(document.steps)]
        step = merged([document.steps[number] for number in here]) or StepPart(id=fresh(ids, len(steps) + 1))
        ids.add(step.id)
        now = {key(each["check"]) for each in proposals}
        was = {
            key(each["check"]) for number in here if number < len(before) for each in before[number] if each["included"]
        }
        checks = [one for one in step.checks if key(one.check) in now or key(one.check) not in offered]
        fresh_ones = [each for each in proposals if each["included"] and key(each["check"]) not in was]
        steps.append(with_checks(step, checks, fresh_ones, known))
    steps += document.steps[len(old) :]
    return msgspec.structs.replace(document, steps=steps)


def merged(steps: Sequence[StepPart]) -> StepPart | None:
    """One step that says what all *steps* say; None for none."""
    if not steps:
        return None
    first, *others = steps
    texts = [words for step in others for words in (step.title, step.body)]
    return msgspec.structs.replace(
        first,
        body=together([first.body, *texts]) if others else first.body,
        checks=[check for step in steps for check in step.checks],
        hints=[hint for step in steps for hint in step.hints][:MOST_HINTS],
        questions=[question for step in steps for question in step.questions][:MOST_HINTS],
    )


def together(texts: Sequence[Words]) -> Words:
    """Several texts as one."""
    languages = dict.fromkeys(language for words in texts for language in words)
    return {language: "\n\n".join(words[language] for words in texts if words.get(language)) for language in languages}


def with_checks(
    step: StepPart, checks: Sequence[CheckPart], proposals: Sequence[Told], known: Mapping[str, CheckPart]
) -> StepPart:
    """*step* with *checks*, and *proposals* after them; one that is *known* comes with what was written to it."""
    found = list(checks)
    for each in proposals:
        if key(each["check"]) not in {key(one.check) for one in found}:
            part = known.get(key(each["check"])) or as_check(each)
            taken = {one.id for one in found}
            name = next(name for name in (part.id, *(f"{part.id[:50]}-{n}" for n in range(2, 99))) if name not in taken)
            found.append(msgspec.structs.replace(part, id=name))
    return msgspec.structs.replace(step, checks=found[:40])


def as_check(each: Told) -> CheckPart:
    """A proposal as a check of a document."""
    return CheckPart(id=each["id"], check=each["check"], weight=each["weight"], missing=dict(each["missing"]))


def fresh(taken: set[str], number: int) -> str:
    """An id for a step that has none."""
    return next(name for name in (f"step-{n}" for n in range(number, 999)) if name not in taken)
