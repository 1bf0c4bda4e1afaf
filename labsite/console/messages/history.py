"""What is said of the cluster's clock and its history.

A moment is a branch, a virtual time in microseconds and the last input that had happened by then (left out: the last at that
time). `current` is the branch on which the cluster stood for whoever wishes this: a wish that comes twice or too late does nothing.

    clock.set           {id, speed?, paused?}           also ends a jump; with neither, that is all it does
    clock.jumped        {id, to, seconds?, namespace?, pod?, state?}   to: "time" (seconds), "step" (the next thing that happens; then
                        the clock stops), "change" (an object has changed), "pod" (it is Ready, Deleted, or its STATUS is state; it need not be there yet; web-*: any of these)
    branch.begun        {id, current, branch, at, number}   continue from that moment, on a new branch
    branch.chosen       {id, current, branch}           come back to the end of a branch
    branch.named        {id, branch, name}
    branch.removed      {id, branch}
    command.undone      {id, current, number}           continue from before the last input that has a mark, which has that number
    history.wanted      {branch?}                       its marks; left out: of the branch on which the cluster stands
    moment.wanted       {id, branch, at, number?, namespace?, pod?, container?, resource?, view?, path?}   the picture as it was, with that Pod's description
    comparison.wanted   {id, line, terminal, seconds, sides: [{branch, at, number?}, ...]}   the same line at two moments, of which
                        nothing is kept
    moment.shared       {branch, at, number?, title}
    shares.wanted       {}
    share.revoked       {share}
"""

from typing import Annotated, Literal

import msgspec

from labsite.console.messages.base import (
    LAST,
    Branch,
    Few,
    Id,
    Input,
    Message,
    Moment,
    Name,
    Number,
    Path,
    Seconds,
    Speed,
    Title,
    Uuid,
    View,
    Virtual,
    Word,
)


class ClockSet(Input, tag="clock.set", frozen=True):
    """The clock is to stop, to go, or to go faster; a jump ends."""

    speed: Speed | None = None
    paused: bool | None = None


class ClockJumped(Input, tag="clock.jumped", frozen=True):
    """The clock is to jump."""

    to: Literal["time", "step", "change", "pod"]
    seconds: Seconds = 0
    namespace: Name = ""
    pod: Name = ""
    state: Word = ""


class BranchBegun(Input, tag="branch.begun", frozen=True):
    """Continue from a moment of the past."""

    current: Branch
    branch: Branch
    at: Virtual
    number: Number = LAST


class BranchChosen(Input, tag="branch.chosen", frozen=True):
    """Come back to a branch."""

    current: Branch
    branch: Branch


class BranchNamed(Input, tag="branch.named", frozen=True):
    """A branch has another name."""

    branch: Branch
    name: Title


class BranchRemoved(Input, tag="branch.removed", frozen=True):
    """A branch is not wanted any more."""

    branch: Branch


class CommandUndone(Input, tag="command.undone", frozen=True):
    """The last command is to be taken back."""

    current: Branch
    number: Number


class HistoryWanted(Message, tag="history.wanted", frozen=True):
    """Which branches are there, and what has happened?"""

    branch: Annotated[int, msgspec.Meta(ge=-1, le=1 << 30)] = -1


class MomentWanted(Message, tag="moment.wanted", frozen=True):
    """What was it like then?"""

    id: Id
    branch: Branch
    at: Virtual
    number: Number = LAST
    namespace: Name = ""
    pod: Name = ""
    container: Name = ""
    resource: Name = "pods"
    view: View = ""
    path: Path = "/"


class ComparisonWanted(Message, tag="comparison.wanted", frozen=True):
    """What if the same line were typed at two moments?"""

    id: Id
    line: Annotated[str, msgspec.Meta(max_length=4096, pattern="^[^\\x00]*$")]
    terminal: Annotated[str, msgspec.Meta(max_length=16, pattern="^[a-z0-9-]*$")]
    seconds: Few
    sides: Annotated[list[Moment], msgspec.Meta(min_length=2, max_length=2)]


class MomentShared(Message, tag="moment.shared", frozen=True):
    """A link to a moment, please."""

    branch: Branch
    at: Virtual
    title: Title
    number: Number = LAST


class SharesWanted(Message, tag="shares.wanted", frozen=True):
    """Which links are there?"""


class ShareRevoked(Message, tag="share.revoked", frozen=True):
    """A link is to open nothing any more."""

    share: Uuid


All = (
    ClockSet
    | ClockJumped
    | BranchBegun
    | BranchChosen
    | BranchNamed
    | BranchRemoved
    | CommandUndone
    | HistoryWanted
    | MomentWanted
    | ComparisonWanted
    | MomentShared
    | SharesWanted
    | ShareRevoked
)
