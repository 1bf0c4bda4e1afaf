"""The proof of a lesson: that it can be done as its solution says, and only so, and that it says all it must in every language.

What is wrong is said as `file:line: what, and the cure`.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from lessons import catalogue, completeness, questions, sources, starting, transcripts
from lessons import progress as progress_of
from lessons.catalogue import Lesson, Mistake, Step
from lessons.checks import happened
from lessons.players import EPOCH, Player
from lessons.progress import NotNow
from lessons.questions import Question
from lessons.sources import LessonError
from lessons.transcripts import Answer, TranscriptError
from simulator.lab import Change, Lab, ScenarioError

SEEDS = (1, 2, 3)  # with which a lesson is proved whose values differ by learner
SLOWEST = 5.0  # seconds of processor time for the proof of one lesson with one seed, on a slow machine
MISSION_SOLUTIONS = 2

Clock = Callable[[], float]


@dataclass
class Follower:
    """Listens to a cluster as the site does, and notes after which command each step was reached."""

    lesson: Lesson
    lab: Lab
    command: int = 0
    reached: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    progress: progress_of.Progress = field(default_factory=progress_of.begin)

    def hear(self, changes: list[Change]) -> None:
        """Feed what the cluster tells to the lesson."""
        self.progress, messages = progress_of.feed(self.lesson, self.progress, self.lab, changes)
        self.note(messages)

    def answer(self, answer: Answer) -> None:
        """Answer a question of the lesson."""
        try:
            self.progress, messages = progress_of.answer(
                self.lesson, self.progress, self.lab, answer.question, answer.given
            )
        except NotNow as error:
            self.refused.append(f"{answer.line}: the answer to {answer.question!r} is refused: {error}")
            return
        if not self.progress["answers"][answer.question]["right"]:
            self.refused.append(f"{answer.line}: the answer to {answer.question!r} is not right")
        self.note(messages)

    def note(self, messages: list[progress_of.Message]) -> None:
        """Note the steps that were reached."""
        for message in messages:
            if message["type"] == "step.reached":
                self.reached[message["step"]] = self.command


def in_scenario(lesson: Lesson, error: ScenarioError) -> LessonError:
    """What is wrong with the scenario, at its line in lesson.yaml."""
    name, path = f"{lesson.slug}/lesson.yaml", lesson.folder / "lesson.yaml"
    source = sources.read(name, path.read_text() if path.is_file() else "")
    return source.error(("scenario", *error.place), f"scenario: {error}")


def problems(lesson: Lesson, *, seed: int = 1, clock: Clock = time.process_time) -> list[str]:
    """All that is wrong with *lesson*, in words; empty if nothing is."""
    began = clock()
    found = list(completeness.problems(lesson))
    if not found:
        try:
            found = [*solution_problems(lesson, seed), *mistake_problems(lesson, seed), *question_problems(lesson)]
        except ScenarioError as error:
            found = [str(in_scenario(lesson, error))]
    if (spent := clock() - began) > SLOWEST:
        found.append(
            f"{lesson.slug}/solution.md:1: the proof takes {spent:.1f} s of processor time, at most {SLOWEST:g} are allowed:"
            " wait less, or make less happen"
        )
    return found


def all_problems(lesson: Lesson, seeds: tuple[int, ...] = SEEDS) -> list[str]:
    """The same, with several seeds where values differ by learner; each problem once."""
    if not lesson.values:
        return problems(lesson, seed=seeds[0])
    found = [problem for seed in seeds for problem in problems(catalogue.load(lesson.folder, seed), seed=seed)]
    return list(dict.fromkeys(found))


# --- solutions --------------------------------------------------------------------------------------------------------


def solution_problems(lesson: Lesson, seed: int) -> Iterator[str]:
    """Where a solution does not do what it says, or does not reach the steps one by one, in order."""
    yield from starting.problems(lesson, seed=seed, epoch=EPOCH)
    yield from one_solution_problems(lesson, seed, catalogue.SOLUTION, lesson.solution)
    for name, text in lesson.others.items():
        yield from one_solution_problems(lesson, seed, name, text)
    if lesson.kind == "mission" and len(lesson.others) + 1 < MISSION_SOLUTIONS:
        yield f"{lesson.slug}/solution.md:1: a mission needs a second way that is accepted: write solution-NAME.md"


def one_solution_problems(lesson: Lesson, seed: int, name: str, text: str) -> Iterator[str]:
    """The same for the solution *text*, which stands in the file *name*."""
    where = f"{lesson.slug}/{name}"
    lab = starting.begin(lesson, seed=seed, epoch=EPOCH)
    follower = Follower(lesson, lab)
    follower.hear(lab.drain())
    if follower.reached:
        yield f"{lesson.slug}/lesson.yaml:1: the step {next(iter(follower.reached))} is reached before anything is done"
    yield from (f"{where}:{problem}" for problem in play(text, follower))
    late = [step.id for step in lesson.steps if step.id not in follower.reached]
    for step in late[:1]:
        yield f"{where}:1: it does not reach the step {step}{lacking(follower, step)}"
    yield from steps_at_once(lesson, follower)


def lacking(follower: Follower, name: str) -> str:
    """What the step *name* lacked at the end."""
    step = follower.lesson.step(name)
    assert step is not None
    names = progress_of.missing(step, follower.progress, follower.lab)
    return f": {', '.join(names)} not fulfilled" if names else ": another one before it is not reached"


def play(text: str, follower: Follower) -> Iterator[str]:
    """Play the solution *text* before *follower*; what is not as it says."""
    player = Player(follower.lab, follower.hear, follower.answer)
    try:
        steps = transcripts.parse(text).steps
    except TranscriptError as error:
        yield f"{error.line}: {error.what}"
        return
    for number, step in enumerate(steps, 1):
        follower.command = number
        check = player.step(step)
        if check and not check.passed:
            printed = check.outcome.lines[0] if check.outcome.lines else ""
            yield f"{check.command.line}: `{check.command.text}` printed something else, beginning with {printed!r}"
        yield from follower.refused
        follower.refused.clear()


def steps_at_once(lesson: Lesson, follower: Follower) -> Iterator[str]:
    """Steps that came true together: the later one needs no work of its own."""
    if lesson.is_exam:
        return
    reached = list(follower.reached.items())
    for (first, command), (second, later) in pairwise(reached):
        if command == later:
            yield f"{lesson.slug}/lesson.yaml:1: the step {second} is reached together with {first}: nothing need be done for it"


# --- mistakes ---------------------------------------------------------------------------------------------------------


def mistake_problems(lesson: Lesson, seed: int) -> Iterator[str]:
    """Foreseen mistakes that are made and not noticed."""
    for mistake in lesson.mistakes:
        if not noticed(mistake, starting.begin(lesson, seed=seed, epoch=EPOCH)):
            yield f"{lesson.slug}/lesson.yaml:1: the mistake {mistake.id} is not noticed when it is made"


def noticed(mistake: Mistake, lab: Lab) -> bool:
    """Whether the mistake shows when its command lines are typed into a new cluster."""
    heard: list[Change] = []
    player = Player(lab, heard.extend)
    player.type_all(mistake.attempt)
    return any(happened(mistake.when, change) for change in heard)


# --- questions --------------------------------------------------------------------------------------------------------


def question_problems(lesson: Lesson) -> Iterator[str]:
    """Foreseen wrong answers that would be taken for others."""
    for step in lesson.steps:
        for question in step.questions.values():
            yield from wrong_answer_problems(lesson, step, question)


def wrong_answer_problems(lesson: Lesson, step: Step, question: Question) -> Iterator[str]:
    """The same for one question. A foreseen answer that is a matcher cannot be tried."""
    for name, answer in question.wrong.items():
        if isinstance(answer, dict):
            continue
        _right, replies = questions.judged(question, [str(answer)])
        if replies != [name]:
            yield (
                f"{lesson.slug}/lesson.yaml:1: {step.id}: {question.id}: the wrong answer {name} is taken for {replies[0]}"
            )
