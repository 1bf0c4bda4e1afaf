"""Watches: one look at the cluster after each change serves all who watch it in this process."""

import asyncio
import logging
import time
from contextlib import suppress
from typing import Any
from uuid import UUID

from labsite.door import lookups, times
from labsite.door.asking import stored
from labsite.door.mailbox import Mailbox, mailbox
from labsite.door.statuses import Refusal, expired, too_many
from labsite.sandboxes import clock
from simulator.lab import ApiError, Lab

log = logging.getLogger(__name__)
Message = dict[str, Any]
MOST_WATCHES = 500
DEFAULT_S, LONGEST_S, BOOKMARK_S = 1800, 3600, 60


class Watcher:
    """One client that watches; *events* is what it has not been sent yet, None its end."""

    def __init__(self, watch: Message) -> None:
        self.watch = watch
        self.events: asyncio.Queue[list[Message] | None] = asyncio.Queue()
        self.begun = False
        self.travels = -1  # how often the cluster had gone to another moment when the watch began
        self.marked = time.monotonic()  # when it was last told how far it is

    def see(self, lab: Lab, offset: int) -> list[Message] | None:
        """What has happened since the last look; moves on. None when there is no going on."""
        try:
            events, self.watch["rv"] = lab.events(self.watch)
        except ApiError as error:
            return [{"type": "ERROR", "object": error.status()}]
        if not self.begun and self.watch["initial_bookmark"]:
            events.append(lab.bookmark(self.watch, initial=True))
        elif self.watch["bookmarks"] and time.monotonic() - self.marked >= BOOKMARK_S:
            events.append(lab.bookmark(self.watch))
        if any(event["type"] == "BOOKMARK" for event in events):
            self.marked = time.monotonic()
        self.begun = True
        return times.moved(events, offset) if events else []


class Hub:
    """All watchers of one sandbox in this process."""

    def __init__(self, sandbox: UUID, box: Mailbox) -> None:
        self.sandbox = sandbox
        self.box = box
        self.watchers: set[Watcher] = set()
        self.stirred = asyncio.Event()
        self.work: asyncio.Task[None] | None = None

    def notice(self, pieces: list[Message]) -> None:
        """Something has happened in the cluster."""
        self.stirred.set()

    async def join(self, watcher: Watcher) -> None:
        """One more; raises Refusal if there are too many."""
        if len(self.watchers) >= MOST_WATCHES:
            raise too_many()
        self.watchers.add(watcher)
        await self.box.listen(self.sandbox, self.notice)
        if self.work is None:
            self.work = self.box.loop.create_task(self.run())
        self.stirred.set()

    async def leave(self, watcher: Watcher) -> None:
        """One less; with the last the hub rests."""
        self.watchers.discard(watcher)
        if not self.watchers:
            hubs.pop((id(self.box.loop), self.sandbox), None)
            if self.work is not None:
                self.work.cancel()
            await self.box.leave(self.sandbox, self.notice)

    async def run(self) -> None:
        """Look whenever something has happened, and each minute for those who want to know how far they are."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stirred.wait(), BOOKMARK_S)
            self.stirred.clear()
            watchers = list(self.watchers)
            try:
                found = await lookups.found(look, self.sandbox, watchers)
            except Refusal as refusal:
                found = [[{"type": "ERROR", "object": refusal.status}]] * len(watchers)
            except Exception:
                log.exception("sandbox %s: could not look for its watchers", self.sandbox)
                found = [None] * len(watchers)
            for watcher, events in zip(watchers, found, strict=True):
                if events != []:
                    watcher.events.put_nowait(events)


def look(sandbox: UUID, watchers: list[Watcher]) -> list[list[Message] | None]:
    """What each of *watchers* is to be sent; raises Refusal."""
    over: list[Message] = [{"type": "ERROR", "object": expired().status}]
    with stored(sandbox) as (row, lab):
        offset = times.offset(clock.wall(), lab.unix)
        for watcher in watchers:
            watcher.travels = watcher.travels if watcher.begun else row.travels
        return [each.see(lab, offset) if each.travels == row.travels else over for each in watchers]


hubs: dict[tuple[int, UUID], Hub] = {}


async def join(sandbox: UUID, watcher: Watcher) -> Hub:
    """Begin to watch; leave the hub afterwards. Raises Refusal."""
    box = mailbox()
    hub = hubs.setdefault((id(box.loop), sandbox), Hub(sandbox, box))
    await hub.join(watcher)
    return hub


def seconds(watch: Message) -> int:
    """How long the watch lasts at most."""
    return min(int(watch["timeout"]) or DEFAULT_S, LONGEST_S)
