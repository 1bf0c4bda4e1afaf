"""Questions about a sandbox's history: its branches and marks, the picture of a moment, a comparison of two, links to moments."""

from collections.abc import Callable
from copy import copy
from typing import Any
from uuid import UUID

from labsite.console import focus, focuses, picture
from labsite.sandboxes import clock, engine, history, marks, screens, sharing, wayback, whatif
from labsite.sandboxes.history import Moment, NoMoment, Past
from labsite.sandboxes.models import Mark, Sandbox
from lessons.models import Run

Message = dict[str, Any]
MOST_MARKS = 1500
MOST_LIVES, MOST_FACTS = 1000, 5000
GONE = "The history does not reach back that far."


def answer(sandbox: UUID, question: Message) -> Message | None:
    """The answer to *question*; None if it is not about the past. Raises Sandbox.DoesNotExist and UnknownVersion."""
    ask = ANSWERS.get(question["type"])
    if ask is None and not question.get("moment"):
        return None
    row = Sandbox.objects.get(pk=sandbox)
    try:
        return (ask or in_the_past)(row, question)
    except NoMoment:
        return {"type": "refused", "of": question["type"], "id": question.get("id", ""), "reason": GONE}


def located(row: Sandbox, wanted: Message) -> Moment:
    """The moment that a browser means; raises NoMoment."""
    return history.locate(row, wanted["branch"], wanted["at"], wanted["number"])


# --- all of it ------------------------------------------------------------------------------------------------------------


def whole(row: Sandbox, question: Message) -> Message:
    """`history`: branches, and the marks on the way to the end of the one that is asked for (-1: where the cluster stands)."""
    branch = row.branch if question["branch"] < 0 else question["branch"]
    found = history.marks(row, branch, MOST_MARKS)
    begun = history.beginning(row.pk, history.line(row.pk, branch))
    return {
        "type": "history",
        "branch": branch,
        "current": row.branch,
        "beginning": begun.at,
        "end": history.end(row, branch).at,
        "birth": row.birth,
        "branches": branches(row),
        "marks": [marks.told(mark) for mark in found],
    }


def branches(row: Sandbox) -> list[Message]:
    """Each branch: where it comes from, where it ends, and the first command on it, by which it is known if it has no name."""
    firsts: dict[int, str] = {}
    for mark in Mark.objects.filter(sandbox=row, kind__in=marks.INPUTS).order_by("-number"):
        firsts[mark.branch] = mark.text
    return [
        {
            "branch": branch.branch,
            "name": branch.name,
            "first": firsts.get(branch.branch, ""),
            "parent": branch.parent,
            "from": branch.fork_at,
            "end": history.end(row, branch.branch).at,
            "current": branch.branch == row.branch,
        }
        for branch in history.branches(row.pk).values()
    ]


def present(row: Sandbox, question: Message) -> Message:
    """`picture` of the cluster as it is stored, for who goes along; nothing changes."""
    lab = engine.wake(row)
    run, looked = Run.objects.filter(sandbox=row.pk).first(), focuses.picture(lab, row.focuses, page="")
    drawn = picture.draw(row, lab, run, clock.wall(), looked)
    if row.state:
        engine.awake.put(row.pk, row.version, lab)
    return drawn


# --- a moment -------------------------------------------------------------------------------------------------------------


def moment(row: Sandbox, question: Message) -> Message:
    """`moment`: the whole picture as it was."""
    past = history.at(row, located(row, question))
    then, run = as_it_was(row, past, question)
    looked = focus.picture(past.lab, focus.moved(past.lab, question))
    drawn = picture.draw(then, past.lab, run, clock.wall(), looked)
    looked_at(row, past)
    return {**drawn, **past.moment._asdict(), "type": "moment", "id": question["id"]}


def as_it_was(row: Sandbox, past: Past, question: Message) -> tuple[Sandbox, Run | None]:
    """The row, and the way through the lesson, as they were; they are drawn and never stored."""
    then = copy(row)
    then.now, then.branch, then.number, then.paused, then.jump = past.lab.now, past.moment.branch, 0, True, {}
    then.screens = screens.store(past.screens)
    run = Run.objects.filter(sandbox=row.pk).first() if row.lesson else None
    if run is not None and past.progress is not None:
        run.progress = past.progress
    return then, run


def in_the_past(row: Sandbox, question: Message) -> Message:
    """A file, or a list of files, as it was."""
    past = history.at(row, located(row, question["moment"]))
    answered = picture.answer(question, past.lab)
    looked_at(row, past)
    return answered


def looked_at(row: Sandbox, past: Past) -> None:
    """Nothing was changed: the lab can be looked at again."""
    if past.end is not None:
        wayback.give_back(row.pk, past.end)


# --- the lives of Pods ---------------------------------------------------------------------------------------------------


def until(row: Sandbox, question: Message) -> Moment:
    """The moment that a question is about: now, unless it says which."""
    wanted = question.get("moment")
    return located(row, wanted) if wanted else history.end(row, row.branch)


def lives(row: Sandbox, question: Message) -> Message:
    """`lives`: each Pod that was there by then, those that are gone too, in the order in which they came."""
    moment = until(row, question)
    found: dict[tuple[str, str], Message] = {}
    for piece in history.lives(row, moment):
        known = found.setdefault((piece.pod, piece.uid), {"pod": piece.pod, "uid": piece.uid, "from": piece.at})
        known["gone"] = any(fact["state"] == "gone" for fact in piece.facts)
    return {"type": "lives", "pods": list(found.values())[-MOST_LIVES:]}


def life(row: Sandbox, question: Message) -> Message:
    """`life`: the facts of one Pod."""
    which = {"pod": question["pod"], "uid": question["uid"]}
    moment = until(row, question)
    facts = [fact for piece in history.lives(row, moment, **which) for fact in piece.facts]
    return {"type": "life", "id": question["id"], **which, "until": moment.at, "facts": facts[-MOST_FACTS:]}


# --- two moments ----------------------------------------------------------------------------------------------------------


def comparison(row: Sandbox, question: Message) -> Message:
    """`comparison`."""
    moments = [located(row, side) for side in question["sides"]]
    sides = whatif.compared(row, moments, question["line"].strip(), question["terminal"], question["seconds"])
    return {"type": "comparison", "id": question["id"], "line": question["line"], "sides": sides}


# --- links ----------------------------------------------------------------------------------------------------------------


def shared(row: Sandbox, question: Message) -> Message:
    """`shares`, with a new one."""
    made = sharing.share(row, located(row, question), question["title"])
    return shares(row, question) | {"made": sharing.path(made)}


def shares(row: Sandbox, question: Message) -> Message:
    """`shares`: the links that open something."""
    links = [
        {"share": str(each.pk), "path": sharing.path(each), "title": each.title, "expires": each.expires // 1000}
        for each in sharing.shares(row)
    ]
    return {"type": "shares", "shares": links, "made": ""}


def revoked(row: Sandbox, question: Message) -> Message:
    """`shares`, with one less."""
    sharing.revoke(row, UUID(question["share"]))
    return shares(row, question)


ANSWERS: dict[str, Callable[[Sandbox, Message], Message]] = {
    "picture.wanted": present,
    "history.wanted": whole,
    "moment.wanted": moment,
    "lives.wanted": lives,
    "life.wanted": life,
    "comparison.wanted": comparison,
    "moment.shared": shared,
    "shares.wanted": shares,
    "share.revoked": revoked,
}
