"""What is done apart: a lesson is proved, a playing is made a start or a solution, checks are proposed. All of it plain data to plain data.

A question has of these what its work needs:

    slug, files         the files of a lesson
    tries               commands that may be its solution
    scenario, start     the cluster with which it begins, and the transcript that is played in it before
    takes, since, until what somebody did (lessons/proposing/recording.py), from when and until when
    state               how the cluster stood after it, a snapshot in base64
    pieces, borders     what the solution does: {file, content} or {host, line}, and where its steps begin
"""

from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from lessons import catalogue, proof, starting, transcripts
from lessons.apart import site
from lessons.carrying import solving
from lessons.carrying.parcels import Try
from lessons.catalogue import LessonError
from lessons.drafting import desk, joining
from lessons.players import EPOCH, HOME
from lessons.proposing import pacing, propose, standing, writing
from lessons.proposing.recording import Recording, Take
from lessons.transcripts import Command, FileBlock, Piece
from simulator.lab import Lab

Question = Mapping[str, Any]
Answer = dict[str, Any]

REST = 30_000_000  # virtual microseconds
SEED = 1  # with which solutions are proved


def begin(question: Question) -> Lab:
    """A cluster as the lesson begins with it."""
    return starting.made(question["scenario"], question.get("start", ""), seed=SEED, epoch=EPOCH)


def prove(question: Question) -> Answer:
    """problems: all that is wrong with the lesson, as `manage.py lessons check` says it."""
    with desk.laid_out(question["slug"], question["files"]) as folder:
        try:
            lesson = catalogue.load(folder)
            return {"problems": proof.all_problems(lesson) or site.problems(lesson, SEED)}
        except LessonError as error:
            return {"problems": [str(error)]}


def solve(question: Question) -> Answer:
    """solution: the transcript of those of the tries ({step, file, line, text}) that run in the lesson's cluster; left: why and what
    of the others."""
    try:
        tries = [Try(**each) for each in question["tries"]]
        text, left = solving.solved(question["slug"], question["files"], tries)
    except LessonError as error:
        return {"solution": "", "left": [(solving.NO_LESSON, str(error))]}
    return {"solution": text, "left": left}


def start(question: Question) -> Answer:
    """start: the transcript that sets up the cluster as somebody did, after what had been done in it before; differences: what comes
    out otherwise when it is played; strange: command lines that end otherwise."""
    before = list(transcripts.parse(question["start"]).steps)
    pieces = pacing.as_slow(recording(question), question["since"])
    stretch = propose.Stretch([*pieces])
    propose.play(begin(question), [stretch], lambda _stretch, _lab, _changes: None)
    done = [*before, *stretch.pieces]
    text = writing.text("What is done before the learner comes", done) if done else ""
    there, here = Lab.restore(b64decode(question["state"])), begin({**question, "start": text})
    for lab in (there, here):  # so that what is on its way has come
        lab.advance(lab.now + REST)
    differences = standing.differences(there, here)
    return {"start": text, "differences": differences, "strange": list(strange(pieces, stretch.pieces))}


def strange(before: Sequence[Piece], after: Sequence[Piece]) -> Iterator[str]:
    """The command lines that end otherwise than they did."""
    for first, second in zip(before, after, strict=True):
        if isinstance(first, Command) and isinstance(second, Command) and first.code != second.code:
            yield first.text


def solution(question: Question) -> Answer:
    """pieces: what somebody did, with waits that are as short as they can be; strange: command lines that end otherwise now."""
    end = Lab.restore(b64decode(question["state"]))
    pieces, strange = pacing.as_needed(recording(question), question["since"], begin(question), end)
    return {"pieces": [plain(each) for each in pieces], "strange": strange}


def proposals(question: Question) -> Answer:
    """solution: the transcript of the pieces; proposals: of each step, as lessons/drafting/joining.py has them."""
    steps = propose.steps_of([piece(each) for each in question["pieces"]], question["borders"])
    found, played = propose.propose(lambda: begin(question), steps)
    text = writing.text("The solution", [each for step in played for each in step])
    return {"solution": text, "proposals": [[joining.told(one) for one in step] for step in found]}


WORKS: Mapping[str, Callable[[Question], Answer]] = {
    "prove": prove,
    "solve": solve,
    "start": start,
    "solution": solution,
    "proposals": proposals,
}


# --- plain data ---------------------------------------------------------------------------------------------------------


def recording(question: Question) -> Recording:
    """What somebody did."""
    return Recording([take(each) for each in question["takes"]], until=question["until"])


def take(data: Mapping[str, Any]) -> Take:
    """A take from plain data."""
    return Take(piece(data), data["began"], data["ended"])


def take_data(found: Take) -> dict[str, Any]:
    """A take as plain data."""
    extra = {"output": list(found.piece.expected), "code": found.piece.code} if isinstance(found.piece, Command) else {}
    return {**plain(found.piece), **extra, "began": found.began, "ended": found.ended}


def plain(found: Piece) -> dict[str, Any]:
    """A piece as plain data."""
    if isinstance(found, FileBlock):
        return {"file": found.path if found.path.startswith("/") else f"{HOME}/{found.path}", "content": found.content}
    if isinstance(found, Command):
        return {"host": found.host, "line": found.text}
    return {"question": found.question, "answer": list(found.given)}


def piece(data: Mapping[str, Any]) -> Command | FileBlock:
    """A piece from plain data."""
    if "file" in data:
        return FileBlock(data["file"], data["content"], 0)
    return Command(data["host"], data["line"], tuple(data.get("output", ())), data.get("code", 0), 0, (0, 0))
