"""The scheduling queue (pkg/scheduler/backend/queue): who is next, who waits out a back-off, who waits for the cluster to change.

Each Pod that has no node yet has an entry: priority, added (when it came), attempts, tried (when the last attempt was),
state (`active`, `trying`, `backoff`, `unschedulable`, `binding`), plugins (who rejected it). The order of the active ones is
a heap beside it, in which outdated rows are left standing and passed over; *promised* says who has which node in view.
"""

import heapq
from typing import Any

from simulator.client.api import Obj
from simulator.kernel.units import MINUTE, SECOND
from simulator.kernel.world import World
from simulator.scheduler.framework import priority

FIRST_BACKOFF, LAST_BACKOFF = SECOND, 10 * SECOND
LONGEST_WAIT = 5 * MINUTE  # after which an unschedulable Pod is tried again though nothing has changed

Entry = dict[str, Any]


def backoff(attempts: int) -> int:
    """How long a Pod that was tried so often must rest after an attempt."""
    return min(FIRST_BACKOFF << min(max(attempts - 1, 0), 10), LAST_BACKOFF)


class Queue:
    """The queue, over its part of the scheduler's section."""

    def __init__(self, world: World, section: dict[str, Any]) -> None:
        self.world = world
        self.section = section
        self.entries: dict[str, Entry] = section.setdefault("pods", {})
        self.heap: list[list[Any]] = section.setdefault("heap", [])
        self.unschedulable: dict[str, bool] = section.setdefault("unschedulable", {})
        self.promised: dict[str, str] = section.setdefault("promised", {})

    def add(self, key: str, pod: Obj) -> None:
        """A new Pod has no node."""
        now = self.world.now
        self.entries[key] = {
            "priority": priority(pod),
            "added": now,
            "attempts": 0,
            "tried": now,
            "plugins": [],
        }
        self.activate(key)

    def activate(self, key: str) -> None:
        """Let the Pod be tried as soon as it is its turn."""
        entry = self.entries[key]
        entry["state"] = "active"
        self.unschedulable.pop(key, None)
        self.section["turn"] = turn = self.section.get("turn", 0) + 1
        heapq.heappush(self.heap, [-entry["priority"], entry["added"], turn, key])

    def pop(self) -> str | None:
        """The next Pod to be tried, the most important and oldest first."""
        while self.heap:
            key = str(heapq.heappop(self.heap)[3])
            entry = self.entries.get(key)
            if entry is not None and entry["state"] == "active":
                entry["attempts"] += 1
                entry["tried"] = self.world.now
                entry["state"] = "trying"
                return key
        return None

    def has_active(self) -> bool:
        """Whether anybody is waiting to be tried."""
        while self.heap:
            entry = self.entries.get(self.heap[0][3])
            if entry is not None and entry["state"] == "active":
                return True
            heapq.heappop(self.heap)
        return False

    def reject(self, key: str, plugins: list[str]) -> int:
        """The Pod fits nowhere because of *plugins*: it waits for a change; until when at most."""
        self.entries[key] |= {"state": "unschedulable", "plugins": plugins}
        self.unschedulable[key] = True
        return int(self.entries[key]["tried"]) + LONGEST_WAIT

    def move(self, key: str) -> int | None:
        """Something has changed for the Pod: it is tried again, after its back-off. When that ends; None: at once."""
        entry = self.entries[key]
        until = int(entry["tried"]) + backoff(entry["attempts"])
        if until <= self.world.now:
            self.activate(key)
            return None
        entry["state"] = "backoff"
        self.unschedulable.pop(key, None)
        return until

    def promise(self, key: str, node: str) -> None:
        """The Pod has a node in view: others may take there only what it leaves."""
        self.promised[key] = node

    def wait_for_volumes(self, key: str, node: str) -> None:
        """The Pod has its node as soon as its volumes are there."""
        self.entries[key]["state"] = "binding"
        self.promised[key] = node

    def rested(self) -> bool:
        """Take back in whose back-off or longest wait is over; whether there were any."""
        now = self.world.now
        over = [key for key, entry in self.entries.items() if self.is_over(entry, now)]
        for key in over:
            self.activate(key)
        return bool(over)

    @staticmethod
    def is_over(entry: Entry, now: int) -> bool:
        """Whether an entry has waited long enough."""
        waits = {"backoff": backoff(entry["attempts"]), "unschedulable": LONGEST_WAIT}
        return entry["state"] in waits and entry["tried"] + waits[entry["state"]] <= now

    def waiting(self) -> list[str]:
        """Those that wait for the cluster to change."""
        return list(self.unschedulable)

    def remove(self, key: str) -> None:
        """The Pod has a node, or is gone."""
        self.entries.pop(key, None)
        self.unschedulable.pop(key, None)
        self.promised.pop(key, None)
