"""A connection on which SPDY is spoken after `101 Switching Protocols` (labsite/guard.py)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from labsite.door import handshakes
from labsite.door.spdy import Bad
from labsite.guard import ROOM, SWITCHING

log = logging.getLogger(__name__)
Message = dict[str, Any]
LINGER_S = 5  # how long a client may take to hang up that was told all


class Talk(Protocol):
    """What is done on the connection."""

    @property
    def lingers(self) -> bool: ...
    async def take(self, data: bytes) -> None: ...
    async def speak(self) -> None: ...


class Upgraded:
    """Carries bytes between a client and a talk, neither faster than the other takes them."""

    def __init__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Any]
    ) -> None:
        self.room: Callable[[], Awaitable[None]] = scope[ROOM]
        self.receive = receive
        self.send = send

    async def run(self, protocol: str, talk: Talk) -> None:
        """Switch protocols, and go on until one side has nothing more to say."""
        await self.send({"type": "http.response.start", "status": SWITCHING, "headers": handshakes.switching(protocol)})
        hearing, speaking = asyncio.create_task(self.hear(talk)), asyncio.create_task(talk.speak())
        try:
            await asyncio.wait((hearing, speaking), return_when=asyncio.FIRST_COMPLETED)
            if speaking.done() and talk.lingers and speaking.exception() is None:
                await asyncio.wait((hearing,), timeout=LINGER_S)
            for task in (hearing, speaking):
                if task.done():
                    task.result()
        except Bad as error:
            log.info("a client was let go: %s", error)
        finally:
            for task in (hearing, speaking):
                task.cancel()
            await self.send({"type": "http.response.body", "body": b""})
            await asyncio.gather(hearing, speaking, return_exceptions=True)

    async def hear(self, talk: Talk) -> None:
        """Hand on what the client sends, until it goes; raises Bad."""
        while (message := await self.receive())["type"] == "http.request":
            await talk.take(message["body"])

    async def write(self, data: bytes) -> None:
        """Send, and wait until there is room for more."""
        await self.send({"type": "http.response.body", "body": data, "more_body": True})
        await self.room()
