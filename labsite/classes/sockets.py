"""The WebSocket of a class's room: all desks once, then what changes, some of it at a time."""

import asyncio
from typing import Any

import msgspec
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from labsite import limits
from labsite.access import gate, opening, table
from labsite.access.roles import Role
from labsite.bridge import bridge
from labsite.classes import desks, messages
from labsite.classes.models import Seat
from labsite.console.consumer import language_of
from labsite.console.intake import name
from labsite.console.languages import localised
from labsite.sandboxes import clock

Message = dict[str, Any]
PAUSE_S = 0.25  # changes are gathered for so long


class Room(AsyncWebsocketConsumer):
    """One browser of somebody who teaches."""

    role = Role.STRANGER

    async def connect(self) -> None:
        self.put: dict[int, desks.Row] = {}
        self.gone: set[int] = set()
        self.flushing: asyncio.Task[None] | None = None
        self.bucket: tuple[int, int] | None = None
        self.language = language_of(self.scope)
        self.classroom = self.scope["url_route"]["kwargs"]["classroom"]
        await self.accept()
        if not await self.admitted():
            return
        if settings.EMBEDDED:
            bridge.serve(asyncio.get_running_loop())
        await self.channel_layer.group_add(desks.group(self.classroom), self.channel_name)
        rows = await database_sync_to_async(desks.rows)(self.classroom)
        await self.say({"type": "room", "now": clock.wall(), "rows": rows})

    async def admitted(self) -> bool:
        """Whether whoever is here may be; else the connection is closed."""
        self.role, refusal = await opening.asked(self.scope, "room-socket")
        if refusal:
            await self.close(code=refusal)
        return not refusal

    async def disconnect(self, code: int) -> None:
        if self.flushing:
            self.flushing.cancel()
        await self.channel_layer.group_discard(desks.group(self.classroom), self.channel_name)

    # --- what happens in the class -----------------------------------------------------------------------------------------

    async def class_changed(self, event: Message) -> None:
        """Desks have changed."""
        if self.scope["user"].pk in event.get("users", ()) and not await self.admitted():
            return
        self.gone |= set(event["gone"])
        self.put = {seat: row for seat, row in self.put.items() if seat not in event["gone"]}
        self.put |= {row["seat"]: row for row in event["put"]}
        if self.flushing is None:
            self.flushing = asyncio.create_task(self.flush())

    async def flush(self) -> None:
        """Tell what has gathered, after a while."""
        await asyncio.sleep(PAUSE_S)
        self.flushing, put, gone = None, list(self.put.values()), sorted(self.gone)
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
        await self.lower(message.seat)

    async def lower(self, seat: int) -> None:
        """Take down a learner's hand."""

        def down() -> None:
            found = (
                Seat.objects.filter(pk=seat, classroom=self.classroom, role="learner").select_related("user").first()
            )
            if found and found.user:
                desks.raise_hand(found.user, False)

        await database_sync_to_async(down)()

    async def refuse(self, reason: str) -> None:
        """Say that a message could not be taken, and why."""
        await self.say({"type": "refused", "reason": reason})

    async def say(self, message: Message) -> None:
        """Send *message* in the language of whoever teaches."""
        await self.send(text_data=msgspec.json.encode(localised(message, self.language)).decode())
