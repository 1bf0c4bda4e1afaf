"""The one channel on which this process hears of its requests, its streams and its watches."""

import asyncio
import logging
import secrets
from collections import defaultdict
from collections.abc import Callable
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.conf import settings

from labsite.bridge import bridge
from labsite.door import lookups, tasks
from labsite.door.statuses import unavailable
from labsite.sandboxes import clock, presence
from labsite.sandboxes.tasks import rest
from labsite.sandboxes.turn import outside

log = logging.getLogger(__name__)
Message = dict[str, Any]
Listener = Callable[[list[Message]], None]
PATIENCE_S = 25
attending = True  # whether who asks keeps the cluster's clock going; a replay moves the clock itself


class Mailbox:
    """Belongs to one event loop. Listeners of a sandbox hear of every turn in which objects changed or streams spoke."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.layer = get_channel_layer()
        self.waiting: dict[str, asyncio.Future[Message]] = {}
        self.listeners: defaultdict[UUID, set[Listener]] = defaultdict(set)
        self.hearts: dict[UUID, asyncio.Task[None]] = {}
        self.opening: asyncio.Task[str] | None = None
        self.reader: asyncio.Task[None] | None = None
        if settings.EMBEDDED:
            bridge.serve(loop)

    async def channel(self) -> str:
        """The channel's name; it is made when it is first needed."""
        if self.opening is None:
            self.opening = self.loop.create_task(self.open())
        return await asyncio.shield(self.opening)

    async def open(self) -> str:
        """Make the channel and begin to read it."""
        name: str = await self.layer.new_channel()
        self.reader = self.loop.create_task(self.read(name))
        return name

    async def read(self, name: str) -> None:
        """Hand on what comes, until the process ends."""
        while True:
            message = await self.layer.receive(name)
            try:
                self.deliver(message)
            except Exception:
                log.exception("a message could not be handed on")

    def deliver(self, message: Message) -> None:
        """One message: answers, or what a sandbox has to say."""
        if message["type"] == "answered":
            for name, result in message["results"].items():
                future = self.waiting.pop(name, None)
                if future is not None and not future.done():
                    future.set_result(result)
        else:
            for listener in list(self.listeners.get(UUID(message["sandbox"]), ())):
                listener(message["pieces"])

    # --- asking
    async def ask(self, sandbox: UUID, entry: Message) -> Message:
        """Have *entry* put into the cluster: what came of it. Raises Refusal if nobody answers."""
        name = f"d-{secrets.token_hex(12)}"
        future = self.waiting[name] = self.loop.create_future()
        await self.send(sandbox, [{"id": name, "entry": entry}])
        try:
            return await asyncio.wait_for(future, PATIENCE_S)
        except TimeoutError:
            raise unavailable() from None
        finally:
            self.waiting.pop(name, None)

    async def send(self, sandbox: UUID, inputs: list[Message]) -> None:
        """Hand out the task; that is network, so a thread does it."""
        await sync_to_async(tasks.serve.delay, thread_sensitive=False)(str(sandbox), inputs, await self.channel())

    # --- listening
    async def listen(self, sandbox: UUID, listener: Listener) -> None:
        """Call *listener* with what streams carry, and with nothing when objects have changed."""
        if not self.listeners[sandbox]:
            await self.layer.group_add(outside(sandbox), await self.channel())
            self.hearts[sandbox] = self.loop.create_task(self.heart(sandbox))
        self.listeners[sandbox].add(listener)

    async def leave(self, sandbox: UUID, listener: Listener) -> None:
        """The listener has heard enough."""
        self.listeners[sandbox].discard(listener)
        if not self.listeners[sandbox]:
            del self.listeners[sandbox]
            if heart := self.hearts.pop(sandbox, None):
                heart.cancel()
            await self.layer.group_discard(outside(sandbox), await self.channel())

    async def heart(self, sandbox: UUID) -> None:
        """While somebody listens, the cluster is watched: its clock goes."""
        while True:
            try:
                await self.attend(sandbox)
            except Exception:
                log.exception("sandbox %s: could not look after it", sandbox)
            await asyncio.sleep(clock.HEARTBEAT / clock.SECOND)

    async def attend(self, sandbox: UUID) -> None:
        """Note that somebody is there, and start the clock if it stands still or its alarm was lost."""
        if not attending:
            return
        if await lookups.found(presence.attend, sandbox, await self.channel(), clock.wall()):
            await sync_to_async(rest.delay, thread_sensitive=False)(str(sandbox))


boxes: dict[int, Mailbox] = {}


def heard(sandbox: UUID) -> bool:
    """Whether any client of this process waits for what happens in the sandbox."""
    return any(box.listeners.get(sandbox) for box in boxes.values())


def mailbox() -> Mailbox:
    """The mailbox of the running event loop."""
    loop = asyncio.get_running_loop()
    box = boxes.get(id(loop))
    if box is None or box.loop is not loop:
        box = boxes[id(loop)] = Mailbox(loop)
    return box
