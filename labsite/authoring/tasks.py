"""The tasks of authoring: what was done becomes a start, a solution, proposals; a lesson is checked. The work itself is done apart."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from labsite.authoring import drafts, recording
from labsite.authoring.models import Draft
from labsite.celery import app
from labsite.sandboxes import schoolwork, travels
from labsite.sandboxes.history import Moment, NoMoment
from labsite.sandboxes.tasks import set_alarm
from labsite.sandboxes.turn import Turn, take
from lessons.apart import asking
from lessons.apart.works import plain
from lessons.catalogue import SOLUTION, START
from lessons.drafting import document, joining
from lessons.proposing.recording import Loss
from lessons.refusals import Refused
from simulator.lab import UnknownVersion

log = logging.getLogger(__name__)

ATTEMPTS = 5
TOO_LONG = "It took too long. Do less, or wait less."
GONE = "The cluster's history does not reach back that far."
FAILED = "It failed."


@app.task
def begin(draft: str) -> None:
    """Make what was done until now the start of the lesson."""
    with job(draft) as row:
        sandbox = row.sandbox
        assert sandbox is not None
        here = recording.now(sandbox)
        question, lost = recording.playing(row, sandbox, schoolwork.beginning(sandbox), here)
        answer = asking.ask("start", {**question, "start": row.before})
        keep(
            row,
            lambda now: {
                "stage": "play",
                "begun": here._asdict(),
                "files": with_file(now.files, START, answer["start"]),
                "lost": told(lost, answer),
                "differences": answer["differences"],
            },
        )


@app.task
def finish(draft: str) -> None:
    """Make what was done since the start the solution of the lesson, and propose checks."""
    with job(draft) as row:
        sandbox = row.sandbox
        assert sandbox is not None
        question, lost = recording.playing(row, sandbox, Moment(**row.begun), recording.now(sandbox))
        answer = asking.ask("solution", question)
        old = found_again(pieces_of(row), row.borders, answer["pieces"])
        propose(row, answer["pieces"], [0, *old], old=old, lost=told(lost, answer), stage="edit")


def found_again(before: list[Any], borders: list[int], after: list[Any]) -> list[int]:
    """Where the steps that began at *borders* of the pieces *before* begin among those that were played anew: at the same command,
    in the same order; one whose command is not there goes to the step before it."""
    found: list[int] = []
    for border in borders:
        last = found[-1] if found else -1
        same = (at for at in range(last + 1, len(after)) if border < len(before) and after[at] == before[border])
        found.append(0 if not found else next(same, last))
    return found


def told(lost: Sequence[Loss], answer: Mapping[str, Any]) -> list[list[str]]:
    """What an author is told of what cannot be played again, or not in the same way."""
    return [*(list(loss) for loss in lost), *(["otherwise", line] for line in answer["strange"])]


@app.task
def split(draft: str, borders: list[int], without: list[int]) -> None:
    """Propose again, with steps that begin elsewhere, and without some of the pieces."""
    with job(draft) as row:
        pieces = pieces_of(row)
        kept = [number for number in range(len(pieces)) if number not in without]
        propose(row, [pieces[number] for number in kept], moved(borders, kept), old=moved(row.borders, kept))


def moved(borders: list[int], kept: list[int]) -> list[int]:
    """The same borders when only the pieces *kept* are left."""
    return [sum(number < border for number in kept) for border in borders]


def propose(row: Draft, pieces: list[Any], borders: list[int], *, old: list[int] | None = None, **more: Any) -> None:
    """Put proposals for *pieces* into the draft."""
    borders = sorted({0, *(border for border in borders if 0 < border < len(pieces))})
    answer = asking.ask("proposals", {**recording.cluster(row), "pieces": pieces, "borders": borders})

    def change(now: Draft) -> dict[str, Any]:
        files = with_file(now.files, SOLUTION, answer["solution"])
        values = {**more, "borders": borders, "proposals": answer["proposals"], "files": files}
        if drafts.is_form(now):
            before = now.borders if old is None else old
            doc = document.decode(now.document)
            found = joining.joined(doc, before, borders, now.proposals, answer["proposals"])
            values |= {"document": document.encode(found), "files": drafts.with_document(files, found)}
        return values

    keep(row, change)


@app.task
def check(draft: str) -> None:
    """Prove the lesson as it stands."""
    with job(draft) as row:
        answer = asking.ask("prove", {"slug": row.slug, "files": row.files})
        Draft.objects.filter(pk=row.pk).update(report={"problems": answer["problems"], "version": row.version})


@app.task
def solve(draft: str, tries: list[dict[str, Any]]) -> None:
    """Make a solution of what a lesson that was brought offers, as far as that runs here; then prove the lesson."""
    with job(draft) as row:
        answer = asking.ask("solve", {"slug": row.slug, "files": row.files, "tries": tries})
        keep(
            row,
            lambda now: {
                "files": with_file(now.files, SOLUTION, answer["solution"]),
                "lost": [*now.lost, *answer["left"]],
            },
        )
    if drafts.take_on(Draft.objects.get(pk=UUID(draft)), "check"):
        check.delay(draft)


@app.task
def again(draft: str, stage: str) -> None:
    """Take the cluster back to the start; what was played since is kept on a branch."""
    with job(draft) as row:
        assert row.sandbox is not None
        refused: list[str] = []

        def act(turn: Turn) -> None:
            refused[:] = [travels.fork(turn, Moment(**row.begun))]

        set_alarm(take(row.sandbox.pk, act))
        if refused[0]:
            raise Refused(refused[0])
        keep(row, lambda _now: {"stage": stage})


# --- around it --------------------------------------------------------------------------------------------------------------


@contextmanager
def job(draft: str) -> Iterator[Draft]:
    """Do something for a draft; whatever becomes of it, its windows are told."""
    row = Draft.objects.select_related("sandbox").get(pk=UUID(draft))
    failure = ""
    try:
        yield row
    except asking.TookTooLong:
        failure = TOO_LONG
    except (NoMoment, UnknownVersion):
        failure = GONE
    except (asking.Failed, Refused) as error:
        log.info("draft %s: %s", draft, error)
        failure = FAILED
    except Exception:
        log.exception("draft %s: the work failed", draft)
        failure = FAILED
    Draft.objects.filter(pk=row.pk).update(job={"failed": failure} if failure else {})
    drafts.tell(row)


def keep(row: Draft, change: Callable[[Draft], dict[str, Any]]) -> None:
    """Write what *change* makes of the draft as it is now, however often somebody saves meanwhile."""
    for _ in range(ATTEMPTS):
        now = Draft.objects.get(pk=row.pk)
        try:
            drafts.store(now, now.version, **change(now))
            return
        except drafts.Stale:
            continue
    raise Refused("somebody writes all the time")


def with_file(files: dict[str, str], name: str, text: str) -> dict[str, str]:
    """*files* with another text for one of them; an empty one is left out."""
    rest = {key: value for key, value in files.items() if key != name}
    return {**rest, name: text} if text else rest


def pieces_of(row: Draft) -> list[dict[str, Any]]:
    """What the solution does, as plain data."""
    return [plain(step) for step in drafts.solution(row)]
