"""Labs of CK-X: a folder with an assessment.json, perhaps a config.json, and scripts/setup and scripts/validation. They become exams.

Of a verification only its script's exit status counts there, too.
"""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from lessons.carrying import answers, foreign, parcels, prose
from lessons.carrying.foreign import Bringer
from lessons.carrying.killercoda import CHAPTER
from lessons.carrying.parcels import LINK, Parcel, Raw, Try
from lessons.drafting.document import CheckPart, Document, StepPart
from lessons.format import MOST_STEPS
from lessons.refusals import Refused
from lessons.sources import Source

SIGN, CONFIG, LABS = "assessment.json", "config.json", "labs.json"
SETUP, VALIDATION = "scripts/setup", "scripts/validation"
MOST_WORKERS, MOST_CHECKS, MOST_WEIGHT, MOST_MINUTES = 10, 40, 100, 600
DIFFICULTIES = {"easy": 1, "medium": 2, "hard": 3}
QUESTION = ("id", "namespace", "machineHostname", "question", "concepts", "verification")
VERIFICATION = ("id", "description", "verificationScriptFile", "expectedOutput", "weightage")
ANSWERS = "answers.md"
Answers = dict[str, list[tuple[str, int, str]]]  # file, line and command of each
CONFIGURED = ("lab", "workerNodes", "questions", "answers")


def lessons(raw: Raw, name: str, strange: Sequence[str] = ()) -> list[Parcel]:
    """The labs in what was brought; raises Refused where there is none."""
    raw = {**raw, **dict.fromkeys(strange, LINK)}
    found = list(foreign.roots(raw, SIGN, '"questions"'))
    if not found:
        raise Refused(_("There is no CK-X lab in it: no folder with an assessment.json."))
    return [lab(Bringer(raw, root), name) for root in found]


def lab(bringer: Bringer, name: str) -> Parcel:
    """One lab; raises Refused."""
    source = bringer.json(SIGN)
    entries = source.data.get("questions") if isinstance(source.data, dict) else None
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise Refused(f"{SIGN}:1: {_('questions must be a list')}")
    bringer.leave(source, (), ("questions",), source.data)
    config, known = configuration(bringer), listed(bringer)
    setups(bringer)
    answered = answers_of(bringer, config)
    steps = list(all_steps(bringer, source, entries[:MOST_STEPS], answered))
    for number in range(MOST_STEPS, len(entries)):
        line = source.line(("questions", number))
        bringer.note(SIGN, line, _("a lesson has at most %(most)s steps") % {"most": MOST_STEPS})
    title = str(known.get("name") or config.get("lab") or name)
    limit = whole(known.get("examDurationInMinutes"), MOST_MINUTES)
    document = Document(
        chapter=CHAPTER,
        kind="exam",
        difficulty=DIFFICULTIES.get(str(known.get("difficulty", "")).lower(), 2),
        minutes=min(limit or 60, 240),
        limit=limit,
        scenario={"nodes": nodes(config)},
        title=foreign.words(title),
        intro=foreign.words(str(known.get("description") or title)),
        steps=steps,
    )
    bringer.rest()
    return bringer.parcel(foreign.slug_of(str(config.get("lab") or name), "lab"), document)


def configuration(bringer: Bringer) -> Mapping[str, Any]:
    """What the config.json says; nothing where there is none."""
    if bringer.path(CONFIG) not in bringer.raw:
        return {}
    source = bringer.json(CONFIG)
    if not isinstance(source.data, dict):
        return {}
    bringer.leave(source, (), CONFIGURED, source.data)
    return source.data


def answers_of(bringer: Bringer, config: Mapping[str, Any]) -> Answers:
    """The commands of the file of answers, by the number of the question."""
    found: Answers = {}
    name = posixpath.basename(str(config.get("answers") or "")) or ANSWERS
    if bringer.path(name) in bringer.raw:
        offers = answers.by_question(bringer.text(name, CONFIG, 1))
        found = {number: [(name, *each) for each in some] for number, some in offers.items()}
        if not found:
            bringer.note(name, 1, _("no commands were found below the numbers of questions"))
    return found


def listed(bringer: Bringer) -> Mapping[str, Any]:
    """What the list of labs says of this one, if it was brought along."""
    for path in sorted(bringer.raw):
        if posixpath.basename(path) != LABS or bringer.raw[path] is LINK:
            continue
        data = Bringer(bringer.raw, posixpath.dirname(path) or ".").json(LABS).data
        for entry in data.get("labs", ()) if isinstance(data, dict) else ():
            place = str(entry.get("assetPath", "")) if isinstance(entry, dict) else ""
            if place and f"/{bringer.root}".endswith(f"/{place}"):
                return dict(entry)
    return {}


def nodes(config: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The machines."""
    workers = whole(config.get("workerNodes"), MOST_WORKERS) or 1
    return [{"name": "master", "roles": ["control-plane"]}, *({"name": f"node{n:02}"} for n in range(1, workers + 1))]


def setups(bringer: Bringer) -> None:
    """What is done before, in the order of the names."""
    for path, _data in sorted(parcels.below(bringer.raw, bringer.root)):
        if posixpath.dirname(path) == SETUP and path.endswith(".sh") and (text := bringer.text(path, path, 1)):
            bringer.run(text, posixpath.basename(path))


def all_steps(bringer: Bringer, source: Source, entries: list[Any], answered: Answers) -> Iterator[StepPart]:
    """A step for each question."""
    taken: set[str] = set()
    if any(entry.get("machineHostname") for entry in entries):
        line = source.line(("questions", 0, "machineHostname"))
        bringer.note(SIGN, line, _("machineHostname: here everything is done on the host of the control plane"))
    for number, entry in enumerate(entries):
        place = ("questions", number)
        bringer.leave(source, place, QUESTION, entry)
        name = foreign.unique(
            foreign.slug_of(f"question {entry.get('id', number + 1)}", f"question-{number + 1}"), taken
        )
        text = prose.convert(str(entry.get("question") or ""), noter(bringer, source.line((*place, "question"))))
        about = f"Namespace: `{entry['namespace']}`" if entry.get("namespace") else ""
        body = "\n\n".join(each for each in (about, text.body, *text.hint_texts) if each)
        checks = list(verifications(bringer, source, place, entry))
        if not checks:
            bringer.note(SIGN, source.line(place), _("a question that nothing verifies is left out"))
            continue
        bringer.tries += [Try(name, *each) for each in answered.get(str(entry.get("id", number + 1)), ())]
        yield StepPart(id=name, title=foreign.words(title_of(entry, number)), body=foreign.words(body), checks=checks)


def noter(bringer: Bringer, line: int) -> prose.Noter:
    """Notes what cannot be taken over of a text that stands in one line."""
    return lambda _line, why: bringer.note(SIGN, line, why)


def title_of(entry: Mapping[str, Any], number: int) -> str:
    """How a question is called: by what it is about."""
    concepts = entry.get("concepts")
    about = ", ".join(map(str, concepts)) if isinstance(concepts, list) else ""
    return f"{entry.get('id', number + 1)}. {about}" if about else f"{entry.get('id', number + 1)}"


def verifications(bringer: Bringer, source: Source, place: Any, entry: Mapping[str, Any]) -> Iterator[CheckPart]:
    """A check for each verification."""
    found = entry.get("verification")
    taken: set[str] = set()
    for number, each in enumerate(found if isinstance(found, list) else ()):
        here = (*place, "verification", number)
        if not isinstance(each, dict) or number >= MOST_CHECKS:
            bringer.note(SIGN, source.line(here), _("this is no verification, or one too many"))
            continue
        bringer.leave(source, here, VERIFICATION, each)
        script = bringer.text(f"{VALIDATION}/{each.get('verificationScriptFile', '')}", SIGN, source.line(here))
        if str(each.get("expectedOutput", "0")) != "0":
            bringer.note(SIGN, source.line((*here, "expectedOutput")), _("only the exit status 0 counts"))
        if script.strip():
            name = foreign.unique(
                f"check-{foreign.slug_of(str(each.get('id', number + 1)), str(number + 1))}"[:60], taken
            )
            weight = whole(each.get("weightage"), MOST_WEIGHT) or 1
            yield foreign.script_check(name, script, weight, str(each.get("description") or ""))


def whole(value: Any, most: int) -> int | None:
    """A whole number from 1 to *most*; None if it is none."""
    text = str(value)
    return max(1, min(int(text), most)) if text.isascii() and text.isdigit() and len(text) < 10 else None
