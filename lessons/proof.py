"""The proof of a lesson: that it can be done as its solution says, and only so, and that it says all it must in every language."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from lessons import progress as progress_of
from lessons import transcripts
from lessons.catalogue import LANGUAGES, Lesson, Mistake
from lessons.checks import happened
from lessons.players import EPOCH, Player
from simulator.lab import Change, Lab


@dataclass
class Follower:
    """Listens to a cluster as the site does, and notes after which command each step was reached."""

    lesson: Lesson
    lab: Lab
    command: int = 0
    reached: dict[str, int] = field(default_factory=dict)
    progress: progress_of.Progress = field(default_factory=progress_of.begin)

    def hear(self, changes: list[Change]) -> None:
        """Feed what the cluster tells to the lesson."""
        self.progress, messages = progress_of.feed(self.lesson, self.progress, self.lab, changes)
        for message in messages:
            if message["type"] == "step.reached":
                self.reached[message["step"]] = self.command


def problems(lesson: Lesson, *, seed: int = 1) -> list[str]:
    """All that is wrong with *lesson*, in words; empty if nothing is."""
    found = list(missing_texts(lesson))
    return found or [*solution_problems(lesson, seed), *mistake_problems(lesson, seed)]


def missing_texts(lesson: Lesson) -> Iterator[str]:
    """What is not said in some language, or said in one only."""
    for language in LANGUAGES:
        text = lesson.texts[language]
        if not (text.title and text.intro and text.debrief):
            yield f"{language}: the title, the introduction or the debrief is missing"
        yield from (
            f"{language}: no answer to the mistake {m.id}" for m in lesson.mistakes if m.id not in text.mistakes
        )
        yield from step_texts(lesson, language)
    if len({len(text.steps) for text in lesson.texts.values()}) > 1:
        yield "the languages have different steps"


def step_texts(lesson: Lesson, language: str) -> Iterator[str]:
    """What the steps do not say in *language*."""
    said, original = lesson.texts[language].steps, lesson.texts[LANGUAGES[0]].steps
    for step in lesson.steps:
        if step.id not in said or not said[step.id].body:
            yield f"{language}: no text for the step {step.id}"
            continue
        yield from (
            f"{language}: {step.id}: nothing says what {c} misses"
            for c in step.checks
            if c not in said[step.id].missing
        )
        if step.id in original and len(said[step.id].hints) != len(original[step.id].hints):
            yield f"{language}: {step.id}: as many hints are needed as in {LANGUAGES[0]}"
        if step.id in original and code_blocks(said[step.id].body) != code_blocks(original[step.id].body):
            yield f"{language}: {step.id}: the code is not that of {LANGUAGES[0]}"


def code_blocks(text: str) -> list[str]:
    """The fenced blocks of a text."""
    return text.split("```")[1::2]


def solution_problems(lesson: Lesson, seed: int) -> Iterator[str]:
    """Where a solution does not do what it says, or does not reach the steps one by one, in order."""
    yield from one_solution_problems(lesson, seed, "solution.md", lesson.solution)
    for name, text in lesson.others.items():
        yield from one_solution_problems(lesson, seed, name, text)


def one_solution_problems(lesson: Lesson, seed: int, name: str, text: str) -> Iterator[str]:
    """The same for the solution *text*, which stands in the file *name*."""
    lab = Lab.boot(lesson.scenario, seed=seed, epoch=EPOCH)
    follower = Follower(lesson, lab)
    follower.hear(lab.drain())
    if follower.reached:
        yield f"the step {next(iter(follower.reached))} is reached before anything is done"
    yield from (f"{name}, {problem}" for problem in play(text, follower))
    what = "the solution" if name == "solution.md" else name
    late = [step.id for step in lesson.steps if step.id not in follower.reached]
    yield from (f"{what} does not reach the step {step}" for step in late[:1])
    yield from steps_at_once(follower)


def play(text: str, follower: Follower) -> Iterator[str]:
    """Play the solution *text* before *follower*; what is not as it says."""
    player = Player(follower.lab, follower.hear)
    for number, step in enumerate(transcripts.parse(text).steps, 1):
        follower.command = number
        check = player.step(step)
        if check and not check.passed:
            yield f"line {check.command.line}: `{check.command.text}` printed something else"


def steps_at_once(follower: Follower) -> Iterator[str]:
    """Steps that came true together: the later one needs no work of its own."""
    reached = list(follower.reached.items())
    for (first, command), (second, later) in pairwise(reached):
        if command == later:
            yield f"the step {second} is reached together with {first}: nothing need be done for it"


def mistake_problems(lesson: Lesson, seed: int) -> Iterator[str]:
    """Foreseen mistakes that are made and not noticed."""
    for mistake in lesson.mistakes:
        if not noticed(mistake, Lab.boot(lesson.scenario, seed=seed, epoch=EPOCH)):
            yield f"the mistake {mistake.id} is not noticed when it is made"


def noticed(mistake: Mistake, lab: Lab) -> bool:
    """Whether the mistake shows when its command lines are typed into a new cluster."""
    heard: list[Change] = []
    player = Player(lab, heard.extend)
    player.type_all(mistake.attempt)
    return any(happened(mistake.when, change) for change in heard)
