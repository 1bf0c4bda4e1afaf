"""The WebSocket of who follows a demonstration: the console of whoever shows, for looking alone."""

from typing import Any

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async

from labsite.access import gate, opening, table
from labsite.classes import demonstrations
from labsite.console.consumer import Console
from labsite.sandboxes import tasks

Message = dict[str, Any]
OVER = 4410  # the code with which the socket is closed when the demonstration has ended


class Follower(Console):
    """One browser that follows. It watches without being watched: no clock goes for it, and nobody is told."""

    @property
    def looks(self) -> bool:
        """Always."""
        return True

    async def find(self) -> int:
        """Find what is shown; the code to close with if nothing is, or it is not for whoever is here."""
        self.role, refusal = await opening.asked(self.scope, "demonstration-socket")
        if refusal:
            return refusal
        classroom = self.scope["url_route"]["kwargs"]["classroom"]
        found = await database_sync_to_async(demonstrations.current)(classroom)
        if found is None:
            return OVER
        self.sandbox = found.sandbox
        return 0

    async def show(self) -> None:
        """The cluster as it was stored last; what happens from then on is heard."""
        group = demonstrations.group(self.scope["url_route"]["kwargs"]["classroom"])
        await self.channel_layer.group_add(group, self.channel_name)
        question = {"type": "picture.wanted"}
        await sync_to_async(tasks.ask.delay, thread_sensitive=False)(str(self.sandbox.id), question, self.channel_name)

    async def look_after(self) -> bool:
        """Whether the class, or the demonstration, is still there for them."""
        if code := await self.find():
            await self.close(code=code)
        return False

    async def go_away(self) -> None:
        """Nobody is told."""
        group = demonstrations.group(self.scope["url_route"]["kwargs"]["classroom"])
        await self.channel_layer.group_discard(group, self.channel_name)

    async def stir(self) -> None:
        """Nobody is told."""

    async def may(self, what: str) -> bool:
        """Looking alone, whatever the role."""
        return gate.may(table.FOLLOWING, what, self.role)

    async def sandbox_stirred(self, event: Message) -> None:
        """That is for the one who shows."""

    async def demonstration_ended(self, event: Message) -> None:
        """It is over, or another has begun."""
        await self.close(code=OVER)
