"""Why?: the simulator's chains of causes (simulator/why), put into words in both languages."""

from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import re2
import yaml

from labsite.sandboxes.models import Sandbox
from lessons import catalogue, progress
from lessons.models import Run
from simulator.lab import Lab

Message = dict[str, Any]
Pieces = list[tuple[str, bool]]  # a text and whether it is code

HERE = Path(__file__).parent
SITES = {"en": "https://kubernetes.io/docs/", "zh-hans": "https://kubernetes.io/zh-cn/docs/"}
ASKED = ("about", "resource", "namespace", "name", "condition", "terminal")
NOT_NOW = "There are no answers in an exam."
VALUE = re2.compile(r"\{(\w+)\}")


@cache
def words() -> dict[str, dict[str, str]]:
    """The sentence for each kind of link, by language."""
    found: dict[str, dict[str, str]] = yaml.safe_load((HERE / "why_words.yaml").read_text(encoding="utf-8"))
    return found


@cache
def pages() -> dict[str, dict[str, str]]:
    """The pages of the documentation: path, and title by language."""
    found: dict[str, dict[str, str]] = yaml.safe_load((HERE / "why_pages.yaml").read_text(encoding="utf-8"))
    return found


def answer(question: Message, lab: Lab) -> Message:
    """`why`: the answer to `why.wanted`."""
    found = lab.why({key: question.get(key, "") for key in ASKED})
    links = [told(link) for link in found["links"]]
    return {"type": "why", "id": question["id"], "links": links, "table": found["table"]}


def told(link: Message) -> Message:
    """A link with its words and its page instead of their keys."""
    sentence = {language: pieces(text, link["values"]) for language, text in words()[link["kind"]].items()}
    kept = {key: link[key] for key in ("kind", "component", "object", "path", "place", "evidence", "next")}
    return {**kept, "words": sentence, "page": page(link["docs"])}


def pieces(text: str, values: Message) -> Pieces:
    """*text* with its values filled in, cut where code begins and ends. Values are never looked at for backticks."""
    parts = text.split("`")
    filled = [VALUE.sub(lambda found: str(values.get(found.group(1), "")), part) for part in parts]
    return [(part, bool(number % 2)) for number, part in enumerate(filled) if part]


def page(key: str) -> Message:
    """Title and address of a page of the documentation."""
    found = pages()[key]
    return {
        "title": {language: found[language] for language in SITES},
        "url": {language: site + found["path"] for language, site in SITES.items()},
    }


def refusal(sandbox: UUID, question: Message) -> Message | None:
    """Why `why.wanted` is not answered now: an exam is under way. None if it is, or something else is asked."""
    if question["type"] != "why.wanted":
        return None
    row = Sandbox.objects.only("lesson", "seed", "edition").get(pk=sandbox)
    lesson = catalogue.of(row.lesson, row.seed, row.edition)
    run = Run.objects.filter(sandbox=sandbox).first() if lesson and lesson.is_exam else None
    if lesson is None or run is None or progress.over(lesson, run.progress):
        return None
    return {"type": "refused", "of": question["type"], "id": question["id"], "reason": NOT_NOW}
