"""What is said over the WebSocket of a class's room. Times are Unix microseconds.

Browser to server:

    hand.lowered    {seat}          that hand has been seen to

Server to browser:

    room            {now, rows: [row]}
    rows            {put: [row], gone: [seat]}      what has changed since, put together from many turns
    refused         {reason}

A row is {seat, name, number, here} and, of a learner who has begun something, {sandbox, lesson, title, step, done, total, error,
progressed, seen, hand} (labsite/classes/desks.py).
"""

import msgspec

from labsite.console.messages.base import Message


class HandLowered(Message, tag="hand.lowered", frozen=True):
    """A hand is to go down."""

    seat: int


FromRoom = HandLowered
decode = msgspec.json.Decoder(FromRoom).decode
LARGEST = 10_000
