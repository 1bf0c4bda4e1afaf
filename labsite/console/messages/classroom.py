"""What a learner and whoever teaches say to each other; the latter may only look else (access/table.py).

hand.raised         {up}                            to whoever teaches the class
offer.closed        {offer}                         it was taken, or is not wanted
offer.made          {kind: "hint" or "command", text}
keyboard.asked      {}                              may I type?
keyboard.returned   {}                              whoever asked, or typed, does not want to any more
keyboard.lent       {id, keyboard}                  the learner lends it to who asked with that number
keyboard.kept       {}                              the learner does not, or takes it back
demonstration.ended {}                              this cluster is not to be shown to any class any more
state.taken         {id, offer}                     the learner goes on from the cluster that was offered, on a branch of its own
fault.thrown        {id, fault}                     simulator/cluster/fault_kinds.py
faults.cleared      {id}
"""

from typing import Annotated, Literal

import msgspec

from labsite.console.messages.base import NO_NUL, Input, Message, Number, Word

OfferKind = Literal["hint", "command"]
OfferText = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=NO_NUL)]
Fault = dict[Word, Word | int]


class HandRaised(Message, tag="hand.raised", frozen=True):
    """Whoever teaches the class is wanted, or not any more."""

    up: bool


class OfferClosed(Message, tag="offer.closed", frozen=True):
    """An offer was taken, or is not wanted."""

    offer: Number


class OfferMade(Message, tag="offer.made", frozen=True):
    """The learner may have a hint, or a command to run."""

    kind: OfferKind
    text: OfferText


class FaultThrown(Input, tag="fault.thrown", frozen=True):
    """Something is to go wrong in the learner's cluster."""

    fault: Fault


class FaultsCleared(Input, tag="faults.cleared", frozen=True):
    """What goes wrong is to end."""


class KeyboardAsked(Message, tag="keyboard.asked", frozen=True):
    """May I type?"""


class KeyboardReturned(Message, tag="keyboard.returned", frozen=True):
    """Whoever asked, or typed, does not want to any more."""


class KeyboardLent(Input, tag="keyboard.lent", frozen=True):
    """Yes. It goes the way of all inputs, so that what the learner has typed before comes first."""

    keyboard: Number


class KeyboardKept(Message, tag="keyboard.kept", frozen=True):
    """No, or no longer."""


class StateTaken(Input, tag="state.taken", frozen=True):
    """The learner goes on from a prepared cluster that was offered."""

    offer: Number


class DemonstrationEnded(Message, tag="demonstration.ended", frozen=True):
    """What is shown of this cluster is over."""


Keys = KeyboardAsked | KeyboardReturned | KeyboardLent | KeyboardKept
All = Keys | StateTaken | DemonstrationEnded | HandRaised | OfferClosed | OfferMade | FaultThrown | FaultsCleared
