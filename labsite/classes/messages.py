"""What is said over the WebSocket of a class's room. Times are Unix microseconds.

Browser to server:

    hand.lowered    {seat}                  that hand has been seen to
    offers.made     {seats, kind, text}     to the learners in those seats; [] is all of them, here and below
    start.offered   {seats, lesson}         to begin that lesson, or to begin it again
    state.offered   {seats, sandbox, title} a cluster of one's own as it stands, on a branch of its own
    faults.thrown   {seats, fault}          into the clusters in which they work now
    faults.ended    {seats}
    clocks.set      {paused}                the clocks of the whole class are to stand still, or to go again

Server to browser:

    room            {now, rows: [row], paused, pauses}      paused: {by, since}, or {} if the clocks go
                                                            pauses: [[since, until or 0]], the last ones
    rows            {put: [row], gone: [seat]}      what has changed since, put together from many turns
    clocks          {paused, pauses}
    done            {of, number}            for so many learners
    refused         {reason, of?}           also what a fault was refused for in a learner's cluster, once for each

A row is {seat, name, number, here} and, of a learner who has begun something, {sandbox, lesson, title, step, done, total, error,
progressed, seen, hand} (labsite/classes/desks.py).
"""

from typing import Annotated

import msgspec

from labsite.console.messages.base import NO_NUL, Message, Number, Uuid
from labsite.console.messages.classroom import Fault, OfferKind, OfferText

Seats = Annotated[list[Number], msgspec.Meta(max_length=1000)]


class HandLowered(Message, tag="hand.lowered", frozen=True):
    """A hand is to go down."""

    seat: int


class OffersMade(Message, tag="offers.made", frozen=True):
    """Several may have a hint, or a command to run."""

    seats: Seats
    kind: OfferKind
    text: OfferText


class StartOffered(Message, tag="start.offered", frozen=True):
    """Several may begin a lesson, or begin it again."""

    seats: Seats
    lesson: Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern="^[a-z0-9-]+$")]


class StateOffered(Message, tag="state.offered", frozen=True):
    """Several may go on from a cluster that was prepared."""

    seats: Seats
    sandbox: Uuid
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=NO_NUL)]


class FaultsThrown(Message, tag="faults.thrown", frozen=True):
    """Something is to go wrong in several clusters."""

    seats: Seats
    fault: Fault


class FaultsEnded(Message, tag="faults.ended", frozen=True):
    """What goes wrong there is to end."""

    seats: Seats


class ClocksSet(Message, tag="clocks.set", frozen=True):
    """The clocks of the whole class are to stand still, or to go again."""

    paused: bool


FromRoom = HandLowered | OffersMade | StartOffered | StateOffered | FaultsThrown | FaultsEnded | ClocksSet
decode = msgspec.json.Decoder(FromRoom).decode
LARGEST = 10_000
