"""A stream of a client: opened, fed and closed through the cluster, and heard by way of the mailbox."""

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from labsite.door import times
from labsite.door.mailbox import Mailbox
from labsite.door.statuses import Refusal
from labsite.sandboxes.turn import EVERY

Message = dict[str, Any]
Piece = tuple[str, bytes]
MOST_TOGETHER = 4 << 10  # more is no talk at a terminal
MOST_GATHERED = 256 << 10
MOST_WAITING = 1 << 20  # bytes of a client that wait for the cluster; then the client has to wait
TOLD_AT = 1 << 20  # bytes that the client has read; then the cluster, which stops where nobody reads, is told


class Stream:
    """One stream. Inputs go one task after the other, so that they arrive in the order in which they were sent."""

    def __init__(self, box: Mailbox, sandbox: UUID) -> None:
        self.box = box
        self.sandbox = sandbox
        self.name = f"s-{secrets.token_hex(8)}"
        self.pieces: asyncio.Queue[Piece] = (
            asyncio.Queue()
        )  # as long as the cluster's window (simulator/cluster/remote.py)
        self.heard = 0  # bytes of which the cluster does not know yet that they were read
        self.inputs: asyncio.Queue[Message] = asyncio.Queue(1000)
        self.waiting = 0  # bytes in inputs
        self.has_room = asyncio.Event()
        self.has_room.set()
        self.feeder: asyncio.Task[None] | None = None
        self.is_open = False
        self.listening = False

    async def open(self, request: Message) -> Message:
        """Ask for the stream: what came of it (see asking.ask)."""
        await self.box.listen(self.sandbox, self.hear)
        self.listening = True
        await self.box.attend(self.sandbox)
        found = await self.box.ask(self.sandbox, self.entry("open", request=request))
        self.is_open = found.get("response", {"code": 500})["code"] < 400
        if self.is_open:
            self.feeder = self.box.loop.create_task(self.feed())
        return found

    def entry(self, kind: str, **more: Any) -> Message:
        """An input for this stream."""
        return {"type": f"stream.{kind}", "stream": self.name, **more}

    def hear(self, pieces: list[Message]) -> None:
        """What streams of the sandbox carry; mine are for me."""
        mine = [piece for piece in pieces if piece["stream"] in (self.name, EVERY)]
        for piece in together([(piece["channel"], bytes(piece["data"])) for piece in mine]):
            self.pieces.put_nowait(piece)

    # --- what the client says
    async def say(self, channel: str, data: bytes) -> None:
        """The client has written; waits while much waits already."""
        await self.has_room.wait()
        self.waiting += len(data)
        if self.waiting > MOST_WAITING:
            self.has_room.clear()
        await self.inputs.put(self.entry("data", channel=channel, data=data))

    async def put(self, kind: str, **more: Any) -> None:
        """Something else that the client does: `end`, `resize`, `connect`."""
        await self.inputs.put(self.entry(kind, **more))

    async def feed(self) -> None:
        """Hand on what the client says, joined where it came in small pieces."""
        while True:
            first = await self.inputs.get()
            entries = [first, *self.at_hand()]
            self.taken(entries)
            for entry in joined(entries):
                if error := await self.hand_on(entry):
                    self.fail(entry, error)

    async def hand_on(self, entry: Message) -> str:
        """Put an input into the cluster: why it was not taken, or an empty text."""
        try:
            return str((await self.box.ask(self.sandbox, encoded(entry))).get("error", ""))
        except Refusal as refusal:
            return str(refusal)

    def fail(self, entry: Message, error: str) -> None:
        """An input could not be taken: that is the end of its channel."""
        if channel := entry.get("channel"):
            self.pieces.put_nowait((f"error:{channel}", error.encode()))
            self.pieces.put_nowait((channel, b""))

    def at_hand(self) -> list[Message]:
        """What else waits already."""
        found, size = [], 0
        while not self.inputs.empty() and size < MOST_GATHERED:
            found.append(self.inputs.get_nowait())
            size += len(found[-1].get("data", b""))
        return found

    def taken(self, entries: list[Message]) -> None:
        """These do not wait any more."""
        self.waiting -= sum(len(entry.get("data", b"")) for entry in entries)
        if self.waiting <= MOST_WAITING // 2:
            self.has_room.set()

    # --- what the cluster says
    async def next(self) -> Piece:
        """What comes next: a channel and its data, of which there is none at its end; the channel "" is the end of all. Whoever asks
        has passed on what came before."""
        if self.heard >= TOLD_AT:
            size, self.heard = self.heard, 0
            await self.put("heard", size=size)
        channel, data = await self.pieces.get()
        self.heard += len(data)
        return channel, data

    async def log(self, offset: int) -> AsyncIterator[bytes]:
        """The text of a followed log."""
        while True:
            channel, data = await self.next()
            if channel == "":
                return
            if data:
                yield times.log(data.decode(errors="replace"), offset).encode() if offset else data

    async def close(self) -> None:
        """The client has gone, or all was said."""
        if self.feeder is not None:
            self.feeder.cancel()
        if self.listening:
            await self.box.leave(self.sandbox, self.hear)
        if self.is_open:
            self.is_open = False
            await self.box.send(self.sandbox, [{"id": f"c-{self.name}", "entry": self.entry("close")}])


def together(pieces: list[Piece]) -> list[Piece]:
    """What was said on one channel at one time as one piece: a client that waits for its socket does not see what TLS has read
    with the message before."""
    out: list[Piece] = []
    for channel, data in pieces:
        if out and data and out[-1][1] and out[-1][0] == channel and len(out[-1][1]) + len(data) <= MOST_TOGETHER:
            out[-1] = channel, out[-1][1] + data
        else:
            out.append((channel, data))
    return out


def joined(entries: list[Message]) -> list[Message]:
    """Data for the same channel that follow one another become one."""
    out: list[Message] = []
    for entry in entries:
        last = out[-1] if out else {}
        if entry["type"] == last.get("type") == "stream.data" and entry["channel"] == last["channel"]:
            out[-1] = {**last, "data": last["data"] + entry["data"]}
        else:
            out.append(entry)
    return out


def encoded(entry: Message) -> Message:
    """The entry as it stands in the log, which is JSON."""
    return {**entry, "data": base64.b64encode(entry["data"]).decode()} if "data" in entry else entry
