"""Whether a lesson says all it must in every language, and whether what it says can be clicked and followed."""

from collections.abc import Iterator

import re2

from lessons import catalogue, stamps
from lessons.catalogue import LANGUAGES, Lesson, Step
from lessons.drawing import PictureError
from lessons.markdown import DRAWN
from lessons.texts import LessonText, StepText

ORIGINAL = LANGUAGES[0]
FENCE = re2.compile(r"(?ms)^```([^\n]*)\n(.*?)^```")
LINK = re2.compile(r"\]\(([^)\s]*)[^)]*\)")
SAFE_LINK = re2.compile(r"https://[^/\s]+(/\S*)?|/lessons/([a-z0-9-]+)/|/what-is-simulated/|#step-([a-z0-9-]+)")


def problems(lesson: Lesson) -> Iterator[str]:
    """What is missing or wrong, as `file:line: what, and the cure`."""
    for language in LANGUAGES:
        where, text = f"{lesson.slug}/{language}.md", lesson.texts[language]
        if not (text.title and text.intro and text.debrief):
            yield f"{where}:1: the title, the introduction or the debrief is missing"
        for mistake in lesson.mistakes:
            if mistake.id not in text.mistakes:
                yield f"{where}:1: no answer to the mistake {mistake.id}: write `## ... {{#{mistake.id}}}`"
        for step in lesson.steps:
            yield from (f"{where}:{problem}" for problem in step_problems(lesson, step, text))
        yield from (f"{where}:1: there is no step {name!r} in lesson.yaml" for name in strangers(lesson, text))
        yield from (f"{where}:1: {problem}" for problem in click_problems(lesson, text))
    yield from translation_problems(lesson)
    yield from (
        f"{lesson.slug}/lesson.yaml:1: requires: there is no lesson {name!r}" for name in unknown_lessons(lesson)
    )


def unknown_lessons(lesson: Lesson) -> list[str]:
    """The prerequisites that do not exist."""
    return [name for name in lesson.requires if not (lesson.folder.parent / name / "lesson.yaml").is_file()]


def strangers(lesson: Lesson, text: LessonText) -> list[str]:
    """Steps of the prose that lesson.yaml does not have."""
    known = [step.id for step in lesson.steps]
    return [name for name in text.steps if name not in known]


def step_problems(lesson: Lesson, step: Step, text: LessonText) -> Iterator[str]:
    """What a step does not say in a language."""
    said, original = text.steps.get(step.id), lesson.texts[ORIGINAL].steps.get(step.id)
    if said is None or not said.body:
        yield f"{said.line if said else 1}: no text for the step {step.id}: write `## ... {{#{step.id}}}`"
        return
    for name in () if lesson.is_exam else missing_names(step):
        if name not in said.missing:
            yield f"{said.line}: {step.id}: nothing says what {name} misses: write `### Missing {{#{name}}}`"
    for name in step.hints:
        if name not in said.clues:
            yield f"{said.line}: {step.id}: the hint {name} has no text: write `### Hint {{#{name}}}`"
    yield from question_problems(step, said)
    if original and len(said.hints) != len(original.hints):
        yield f"{said.line}: {step.id}: as many hints are needed as in {ORIGINAL}"
    if original and code_blocks(said.body) != code_blocks(original.body):
        yield f"{said.line}: {step.id}: the code is not that of {ORIGINAL}"


def missing_names(step: Step) -> Iterator[str]:
    """The ids under which a step says what is missing."""
    for name, check in step.checks.items():
        yield name
        yield from (str(other["id"]) for other in check.get("otherwise") or ())


def question_problems(step: Step, said: StepText) -> Iterator[str]:
    """What the questions of a step do not say."""
    for name, question in step.questions.items():
        text = said.questions.get(name)
        if text is None or not text.body:
            yield f"{said.line}: {step.id}: the question {name} has no text: write `### Question {{#{name}}}`"
            continue
        for reply in question.replies:
            if not text.answers.get(reply, ("", ""))[1]:
                yield f"{text.line}: {name}: the answer {reply} has no reply: write `#### ... {{#{reply}}}` and the reply below it"
        for reply in text.answers.keys() - set(question.replies):
            yield f"{text.line}: {name}: there is no answer {reply!r} in lesson.yaml"


def code_blocks(text: str) -> list[tuple[str, str]]:
    """The fenced blocks of a text, without those that are drawn: they hold words, and so differ by language."""
    found = [(match.group(1), match.group(2)) for match in FENCE.finditer(text)]
    return [(info, code) for info, code in found if info.split(" ")[0] not in DRAWN]


def all_prose(text: LessonText) -> Iterator[str]:
    """Every piece of prose."""
    yield from (text.intro, text.debrief, *text.mistakes.values())
    for step in text.steps.values():
        yield from (step.body, *step.hints, *step.clues.values(), *step.missing.values())
        for question in step.questions.values():
            yield from (question.body, *(reply for _label, reply in question.answers.values()))


def click_problems(lesson: Lesson, text: LessonText) -> Iterator[str]:
    """Links that lead nowhere, and commands that a click could not run."""
    for piece in all_prose(text):
        code = [(match.group(1).split(), match.group(2)) for match in FENCE.finditer(piece)]
        yield from (problem for words, block in code for problem in block_problems(lesson, words, block))
        for match in LINK.finditer(FENCE.sub("", piece)):
            if problem := link_problem(lesson, match.group(1)):
                yield problem


def block_problems(lesson: Lesson, words: list[str], block: str) -> Iterator[str]:
    """What is wrong with a fenced block that can be clicked."""
    options = dict(word.split("=", 1) for word in words if "=" in word)
    if words[:1] == ["console"]:
        lines = block.split("\n")
        if not any(line.startswith("$ ") for line in lines):
            yield f"a console block without a command: a line that begins with `$ `: {lines[0]!r}"
        host = options.get("host", "")
        if host and host not in hosts(lesson):
            yield f"a console block for the host {host!r}, which this cluster does not have: {', '.join(hosts(lesson))}"
    if words and words[0] in DRAWN:
        try:
            DRAWN[words[0]](block, "picture")
        except PictureError as error:
            yield f"the picture {words[0]} cannot be drawn: {error}"
    if "file" in options and not options["file"].startswith("/"):
        yield f"a file block needs a path that begins with /, not {options['file']!r}"


def hosts(lesson: Lesson) -> list[str]:
    """The machines of the lesson's cluster."""
    nodes = lesson.scenario.get("nodes")
    return [str(node["name"]) for node in nodes] if nodes else ["master", "node01", "node02"]


def link_problem(lesson: Lesson, target: str) -> str:
    """What is wrong with a link; empty if nothing is."""
    match = SAFE_LINK.fullmatch(target)
    if not match:
        return f"the link {target!r} leads nowhere: use https://..., /lessons/SLUG/ or #step-ID"
    if match.group(2) and not (lesson.folder.parent / match.group(2) / "lesson.yaml").is_file():
        return f"the link {target!r} leads to a lesson that does not exist"
    if match.group(3) and lesson.step(match.group(3)) is None:
        return f"the link {target!r} leads to a step that does not exist"
    return ""


def translation_problems(lesson: Lesson) -> Iterator[str]:
    """Translations that do not say of which text they are one, or of an older one."""
    wanted = stamps.stamp_of(catalogue.content(lesson.folder, f"{ORIGINAL}.md"))
    for language in LANGUAGES[1:]:
        stamp = lesson.texts[language].original
        if stamp != wanted:
            what = "is older than" if stamp else "was never compared with"
            cure = f"manage.py lessons stamp {lesson.slug}"
            yield f"{lesson.slug}/{language}.md:1: the translation {what} {ORIGINAL}.md: when both say the same, run: {cure}"
