"""The WebSocket with which somebody who teaches watches something of a class: who may open it, and what gathers is told together."""

import asyncio
from typing import Any, ClassVar

import msgspec
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from labsite.access import opening
from labsite.access.roles import Role
from labsite.bridge import bridge
from labsite.classes import desks
from labsite.console.consumer import language_of
from labsite.console.languages import localised

Message = dict[str, Any]
PAUSE_S = 0.25  # changes are gathered for so long


class Watching(AsyncWebsocketConsumer):
    """One browser. Heirs say which socket it is (access/table.py), what they hear, and what they tell."""

    SOCKET: ClassVar[str]
    role = Role.STRANGER

    async def connect(self) -> None:
        self.flushing: asyncio.Task[None] | None = None
        self.language = language_of(self.scope)
        self.classroom: int = self.scope["url_route"]["kwargs"]["classroom"]
        await self.accept()
        if not await self.admitted():
            return
        if settings.EMBEDDED:
            bridge.serve(asyncio.get_running_loop())
        for group in self.heard():
            await self.channel_layer.group_add(group, self.channel_name)
        await self.whole()

    def heard(self) -> list[str]:
        """The groups whose news reach this browser."""
        return [desks.group(self.classroom)]

    async def whole(self) -> None:
        """Tell all there is."""
        raise NotImplementedError

    async def news(self) -> None:
        """Tell what has gathered."""
        raise NotImplementedError

    async def admitted(self) -> bool:
        """Whether whoever is here may be; else the connection is closed."""
        self.role, refusal = await opening.asked(self.scope, self.SOCKET)
        if refusal:
            await self.close(code=refusal)
        return not refusal

    async def still_admitted(self, event: Message) -> bool:
        """The same, asked again if *event* says that somebody has another role, and it is who is here."""
        return self.scope["user"].pk not in event.get("users", ()) or await self.admitted()

    async def disconnect(self, code: int) -> None:
        if self.flushing:
            self.flushing.cancel()
        for group in self.heard():
            await self.channel_layer.group_discard(group, self.channel_name)

    def soon(self) -> None:
        """Tell what gathers until then."""
        if self.flushing is None:
            self.flushing = asyncio.create_task(self.flush())

    async def flush(self) -> None:
        """Tell what has gathered, after a while."""
        await asyncio.sleep(PAUSE_S)
        self.flushing = None
        await self.news()

    async def say(self, message: Message) -> None:
        """Send *message* in the language of whoever teaches."""
        await self.send(text_data=msgspec.json.encode(localised(message, self.language)).decode())
