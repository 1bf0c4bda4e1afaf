"""The WebSocket of a class's room: all desks once, then what changes, some of it at a time."""

from uuid import UUID

import msgspec
from channels.db import database_sync_to_async

from labsite import limits
from labsite.access import gate, table
from labsite.classes import desks, many, messages, pausing
from labsite.classes.models import Classroom, Seat
from labsite.classes.watching import Message, Watching
from labsite.console.intake import name
from labsite.sandboxes import clock


class Room(Watching):
    """One browser of somebody who teaches."""

    SOCKET = "room-socket"

    async def connect(self) -> None:
        self.put: dict[int, desks.Row] = {}
        self.gone: set[int] = set()
        self.bucket: tuple[int, int] | None = None
        await super().connect()

    def heard(self) -> list[str]:
        """Desks, and the clocks of the class."""
        return [desks.group(self.classroom), pausing.group(self.classroom)]

    async def whole(self) -> None:
        """All desks."""
        rows = await database_sync_to_async(desks.rows)(self.classroom)
        paused = await database_sync_to_async(pausing.standing)(self.classroom)
        pauses = await database_sync_to_async(pausing.spans)(self.classroom)
        await self.say({"type": "room", "now": clock.wall(), "rows": rows, "paused": paused, "pauses": pauses})

    # --- what happens in the class -----------------------------------------------------------------------------------------

    async def class_changed(self, event: Message) -> None:
        """Desks have changed."""
        if not await self.still_admitted(event):
            return
        self.gone |= set(event["gone"])
        self.put = {seat: row for seat, row in self.put.items() if seat not in event["gone"]}
        self.put |= {row["seat"]: row for row in event["put"]}
        self.soon()

    async def class_paused(self, event: Message) -> None:
        """The clocks of the class are paused, or go again."""
        await self.say({"type": "clocks", "paused": event["paused"], "pauses": event["pauses"]})

    async def news(self) -> None:
        """The desks that have changed, and seats that are gone."""
        put, gone = list(self.put.values()), sorted(self.gone)
        self.put, self.gone = {}, set()
        await self.say({"type": "rows", "put": put, "gone": gone})

    # --- what the browser says ---------------------------------------------------------------------------------------------

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        self.bucket, granted = limits.take(limits.SOCKET, self.bucket, clock.wall())
        if not granted or text_data is None or len(text_data) > messages.LARGEST:
            await self.refuse("Too many messages. Wait a moment and send it again.")
            return
        try:
            message = messages.decode(text_data)
        except (msgspec.DecodeError, RecursionError) as error:
            await self.refuse(str(error))
            return
        if not gate.may(table.ROOM, name(message), self.role):
            await self.refuse("You may only look here.")
            return
        if isinstance(message, messages.HandLowered):
            await database_sync_to_async(self.lower)(message.seat)
        elif await self.admitted():  # who does not teach the class any more does nothing for all of it
            await self.for_many(message)

    async def for_many(self, message: messages.FromRoom) -> None:
        """Something is to be done for several."""
        who = f"user-{self.scope['user'].pk}"
        if not await database_sync_to_async(limits.allowed)("class", who, many.AT_ONCE):
            await self.refuse("Too many messages. Wait a moment and send it again.")
            return
        done = await database_sync_to_async(self.do)(message)
        await self.say({"type": "done", "of": name(message), "number": done})

    def lower(self, seat: int) -> None:
        """Take down a learner's hand."""
        found = Seat.objects.filter(pk=seat, classroom=self.classroom, role="learner").select_related("user").first()
        if found and found.user:
            desks.raise_hand(found.user, False)

    def do(self, message: messages.FromRoom) -> int:
        """Do for several what they are to have: for how many it was done."""
        seats = many.chosen(self.classroom, getattr(message, "seats", ()))
        match message:
            case messages.OffersMade(kind=kind, text=text):
                return many.offer(seats, self.scope["user"].username, kind, text)
            case messages.StartOffered(lesson=lesson):
                return many.offer_start(seats, self.scope["user"].username, lesson)
            case messages.StateOffered(sandbox=sandbox, title=title):
                return many.offer_state(seats, self.scope["user"], UUID(sandbox), title)
            case messages.FaultsThrown(fault=fault):
                entry: Message = {"type": "fault.set", "fault": fault}
                return many.put(many.benches(seats), "faults.thrown", entry, self.channel_name)
            case messages.FaultsEnded():
                return many.put(many.benches(seats), "faults.ended", {"type": "fault.clear"}, self.channel_name)
            case messages.ClocksSet(paused=paused):
                found = Classroom.objects.get(pk=self.classroom)
                return pausing.pause(found, self.scope["user"].username) if paused else pausing.resume(found)
        return 0

    async def sandbox_answered(self, event: Message) -> None:
        """What was to happen in a learner's cluster has happened, or was refused."""
        for answer in event["messages"]:
            if answer["type"] == "refused":
                await self.refuse(answer["reason"])

    async def refuse(self, reason: str) -> None:
        """Say that a message could not be taken, and why."""
        await self.say({"type": "refused", "reason": reason})
