"""What one browser puts in, in line: one batch after the other, and questions behind the inputs that their answers are to know of."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

log = logging.getLogger(__name__)

Message = dict[str, Any]

BATCH = 32  # inputs that go into one task
WAITING = 500  # inputs, or questions, that may wait
# An answer that takes longer was lost with its worker. The same inputs are handed out again, and still happen once.
PATIENCE_S = 8


class Inputs:
    """Inputs happen in the order in which they were said, whichever workers take them."""

    def __init__(
        self, act: Callable[[list[Message]], Awaitable[None]], ask: Callable[[Message], Awaitable[None]]
    ) -> None:
        self.act = act
        self.ask = ask
        self.waiting: deque[Message] = deque()
        self.under_way: list[Message] = []
        self.behind: deque[tuple[str, Message]] = deque()  # questions, each with the input that it comes after
        self.patience: asyncio.Task[None] | None = None

    @property
    def full(self) -> bool:
        """Whether nothing more may wait."""
        return max(len(self.waiting), len(self.behind)) >= WAITING

    async def put(self, message: Message) -> None:
        """Put an input in line."""
        self.waiting.append(message)
        if not self.under_way:
            await self.next_batch()

    async def wonder(self, question: Message) -> None:
        """Ask something as soon as all that was put in before has happened."""
        if before := [*self.under_way, *self.waiting]:
            self.behind.append((before[-1]["id"], question))
        else:
            await self.ask(question)

    async def taken(self, ids: list[str]) -> None:
        """These have happened, or never will: the next ones, if they are those that are under way."""
        if ids != [message["id"] for message in self.under_way]:
            return
        self.rest()
        await self.next_batch()
        while self.behind and self.behind[0][0] in ids:
            await self.ask(self.behind.popleft()[1])

    async def next_batch(self) -> None:
        """Hand on what waits."""
        self.under_way = [self.waiting.popleft() for _ in range(min(BATCH, len(self.waiting)))]
        if self.under_way:
            self.patience = asyncio.create_task(self.insist())
            await self.act(self.under_way)

    async def insist(self) -> None:
        """Have the batch that is under way done again, as long as nothing is heard of it."""
        while True:
            await asyncio.sleep(PATIENCE_S)
            try:
                await self.act(self.under_way)
            except Exception:
                log.exception("inputs could not be handed out again")

    def rest(self) -> None:
        """Nothing more is to be heard."""
        if self.patience is not None:
            self.patience.cancel()
            self.patience = None
