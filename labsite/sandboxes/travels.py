"""Going to another moment: continuing from the past on a branch, coming back to a branch, taking the last command back.

Each wish names the branch on which its page stood when it was made: one that comes twice, or too late, changes nothing.
"""

from functools import partial

from labsite.sandboxes import checkpoints, history, marks
from labsite.sandboxes.history import Moment, NoMoment
from labsite.sandboxes.models import Branch, Checkpoint, Entry
from labsite.sandboxes.turn import Message, Turn

MOST_BRANCHES = 20
LONGEST_NAME = 80
NOTHING_DONE = ("terminal.open", "terminal.resize", "terminal.close")  # what a page does by itself
GONE = "The history does not reach back that far."
MEANWHILE = "Meanwhile something else has happened."
NOTHING = "There is no command that could be undone."
TOO_MANY = f"At most {MOST_BRANCHES} branches can be kept. Remove one first."
NEEDED = "Another branch comes from this one, or the cluster stands on it."


def go(wish: Message, turn: Turn) -> str:
    """Do what *wish* says: why it cannot be done, or an empty text. The turn has done nothing else before."""
    try:
        return WISHES[wish["type"]](wish, turn)
    except NoMoment:
        return GONE


def begin(wish: Message, turn: Turn) -> str:
    """Continue from a moment on a new branch."""
    if wish["current"] != turn.row.branch:
        return ""
    return fork(turn, history.locate(turn.row, wish["branch"], wish["at"], wish["number"]))


def undo(wish: Message, turn: Turn) -> str:
    """Continue from just before the last command, which the page says was the input *number*."""
    row = turn.row
    if wish["current"] != row.branch:
        return ""
    last = history.last_input(row, marks.INPUTS)
    if last is None:
        return NOTHING
    if last.number != wish["number"]:
        return MEANWHILE
    moment = history.locate(row, row.branch, last.at, last.number - 1)
    return GONE if moment.number >= last.number else fork(turn, moment)


def choose(wish: Message, turn: Turn) -> str:
    """Come back to the end of a branch."""
    row, branch = turn.row, wish["branch"]
    if branch != row.branch and wish["current"] == row.branch:
        past = history.at(row, history.end(row, branch))
        leave(turn)
        turn.travel(past, branch)
    return ""


def rename(wish: Message, turn: Turn) -> str:
    """Give a branch a name."""
    branch = stored(turn, wish["branch"])
    branch.name = wish["name"].strip()[:LONGEST_NAME]
    turn.later(branch.save)
    turn.said.append({"type": "branches.changed"})
    return ""


def remove(wish: Message, turn: Turn) -> str:
    """Forget a branch."""
    known = history.branches(turn.row.pk)
    branch = known.get(wish["branch"])
    if branch is None:
        return ""
    if branch.branch == turn.row.branch or any(each.parent == branch.branch for each in known.values()):
        return NEEDED
    turn.later(partial(checkpoints.drop, turn.row.pk, branch))
    turn.said.append({"type": "branches.changed"})
    return ""


WISHES = {
    "branch.begun": begin,
    "branch.chosen": choose,
    "branch.named": rename,
    "branch.removed": remove,
    "command.undone": undo,
}


def fork(turn: Turn, moment: Moment) -> str:
    """Go on from *moment* on a new branch; the one that was left is kept, unless nothing was done on it."""
    row, known = turn.row, history.branches(turn.row.pk)
    past = history.at(row, moment)
    done = Entry.objects.filter(sandbox=row, branch=row.branch).exclude(entry__type__in=NOTHING_DONE)
    empty = row.branch and not done.exists()
    parent = owner(known, moment)
    useless = empty and parent != row.branch and all(each.parent != row.branch for each in known.values())
    if len(known) - bool(useless) >= MOST_BRANCHES:
        return TOO_MANY
    if useless:
        turn.absorb()
        turn.chronicle.forget_turn()
        turn.later(partial(checkpoints.drop, row.pk, known[row.branch]))
    else:
        leave(turn)
    number = max(known) + 1
    turn.travel(past, number)
    new = Branch(sandbox=row, branch=number, parent=parent, fork_at=moment.at, fork_number=moment.number)
    turn.later(new.save)
    return ""


def owner(known: dict[int, Branch], moment: Moment) -> int:
    """The branch from which one leaves at *moment*: if it lies before the fork, the branch before that."""
    branch = known[moment.branch]
    while branch.parent is not None and moment.at <= branch.fork_at and moment.number <= branch.fork_number:
        branch = known[branch.parent]
    return branch.branch


def leave(turn: Turn) -> None:
    """Keep the end of the branch on which the cluster stands, in place of an earlier end of it."""
    row = turn.row
    branch = stored(turn, row.branch)
    ends = Checkpoint.objects.filter(sandbox=row, branch=row.branch, number=branch.end_number, at=branch.end_at)
    turn.later(partial(ends.update, pinned=False))
    turn.keep(pinned=True)
    branch.end_at, branch.end_number = turn.lab.now, row.number
    turn.later(branch.save)


def stored(turn: Turn, number: int) -> Branch:
    """A branch that can be changed; raises NoMoment."""
    found = history.branches(turn.row.pk).get(number)
    if found is None:
        raise NoMoment
    return found
