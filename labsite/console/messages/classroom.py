"""What a learner and whoever teaches say to each other; the latter may only look else (access/table.py).

hand.raised         {up}                            to whoever teaches the class
offer.closed        {offer}                         it was taken, or is not wanted
offer.made          {kind: "hint" or "command", text}
fault.thrown        {id, fault}                     simulator/cluster/fault_kinds.py
faults.cleared      {id}
"""

from typing import Annotated, Literal

import msgspec

from labsite.console.messages.base import NO_NUL, Input, Message, Number, Word


class HandRaised(Message, tag="hand.raised", frozen=True):
    """Whoever teaches the class is wanted, or not any more."""

    up: bool


class OfferClosed(Message, tag="offer.closed", frozen=True):
    """An offer was taken, or is not wanted."""

    offer: Number


class OfferMade(Message, tag="offer.made", frozen=True):
    """The learner may have a hint, or a command to run."""

    kind: Literal["hint", "command"]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=NO_NUL)]


class FaultThrown(Input, tag="fault.thrown", frozen=True):
    """Something is to go wrong in the learner's cluster."""

    fault: dict[Word, Word | int]


class FaultsCleared(Input, tag="faults.cleared", frozen=True):
    """What goes wrong is to end."""


All = HandRaised | OfferClosed | OfferMade | FaultThrown | FaultsCleared
