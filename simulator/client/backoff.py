"""How long to wait before something that failed is tried again (client-go util/flowcontrol/backoff.go)."""

from typing import Any, NamedTuple

Table = dict[str, Any]  # key: {"delay": microseconds, "updated": virtual time}


class Backoff(NamedTuple):
    """Waits that begin with *first* and grow to *most* (microseconds), kept in a table by what is tried."""

    first: int
    most: int

    def expired(self, entry: dict[str, int], event: int) -> bool:
        """Whether things went well for so long before *event* that the wait begins small again."""
        return event - entry["updated"] > 2 * self.most

    def longer(self, table: Table, key: str, event: int, now: int) -> None:
        """Try again now, after what happened at *event*: the next wait under *key* is twice as long, at most *most*."""
        entry = table.get(key)
        fresh = entry is None or self.expired(entry, event)
        delay = self.first if fresh or entry is None else min(entry["delay"] * 2, self.most)
        table[key] = {"delay": delay, "updated": now}

    def waits_since(self, table: Table, key: str, event: int, now: int) -> bool:
        """Whether the wait under *key*, counted from *event*, is not over yet."""
        entry = table.get(key)
        if entry is None or self.expired(entry, event):
            return False
        return bool(now - event < entry["delay"])

    def waits_since_update(self, table: Table, key: str, now: int) -> bool:
        """Whether the wait under *key*, counted from when it was last made longer, is not over yet."""
        entry = table.get(key)
        if entry is None or self.expired(entry, now):
            return False
        return bool(now - entry["updated"] < entry["delay"])

    def delay(self, table: Table, key: str) -> int:
        """How long the wait under *key* is, in microseconds."""
        entry = table.get(key)
        return entry["delay"] if entry else 0

    def clear(self, table: Table, now: int) -> None:
        """Forget all waits that would begin small again."""
        for key in [key for key, entry in table.items() if self.expired(entry, now)]:
            del table[key]
