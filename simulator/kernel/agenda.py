"""The agenda: what is to be looked at, and when. It holds data, never callbacks, so a cluster can be saved at any instant."""

import heapq
from typing import Any, NamedTuple


class Wakeup(NamedTuple):
    """Ask *component* to look at *key* at virtual time *at* (microseconds)."""

    at: int
    seq: int
    component: str
    key: str


class Agenda:
    """A heap of wake-ups over a plain dict, and the virtual clock, which only `Cluster.advance` moves.

    Wake-ups due at the same time come out in the order in which they were asked for. A wake-up that is already
    pending for the same time, component and key is not entered twice: whoever is woken looks at the state as it
    is, so a second look at the same instant would see nothing new.
    """

    def __init__(self, state: dict[str, Any]) -> None:
        self.state = state
        self.heap: list[list[Any]] = state["heap"]
        self.pending = {(at, component, key) for at, _, component, key in self.heap}

    @staticmethod
    def empty() -> dict[str, Any]:
        """The state of an agenda on which nothing stands yet."""
        return {"now": 0, "seq": 0, "heap": []}

    @property
    def now(self) -> int:
        """Virtual microseconds since the cluster was born."""
        return int(self.state["now"])

    def wake(self, component: str, key: str, *, after: int = 0) -> None:
        """Have *component* look at *key* in *after* microseconds."""
        self.wake_at(component, key, self.now + max(after, 0))

    def wake_at(self, component: str, key: str, at: int) -> None:
        """Have *component* look at *key* at virtual time *at*; a time that has passed means now."""
        at = max(at, self.state["now"])
        if (at, component, key) in self.pending:
            return
        self.pending.add((at, component, key))
        self.state["seq"] += 1
        heapq.heappush(self.heap, [at, self.state["seq"], component, key])

    def next_at(self) -> int | None:
        """When the next wake-up is due; None if there is none."""
        return self.heap[0][0] if self.heap else None

    def pop_due(self, until: int) -> Wakeup | None:
        """Take the next wake-up that is due at or before *until*, and move the clock to it."""
        if not self.heap or self.heap[0][0] > until:
            return None
        wakeup = Wakeup(*heapq.heappop(self.heap))
        self.pending.discard((wakeup.at, wakeup.component, wakeup.key))
        self.state["now"] = wakeup.at
        return wakeup

    def move_to(self, at: int) -> None:
        """Move the clock forward to *at*; raises ValueError if something is due before it."""
        due = self.next_at()
        if due is not None and due < at:
            raise ValueError(f"{at} is later than {due}, when something is due")
        self.state["now"] = max(self.now, at)
