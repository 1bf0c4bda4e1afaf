"""Which events are folded, counted or dropped before they reach the API server (client-go tools/record/events_cache.go).

The memory is a World section of three tables, each in order of last use and bounded; what has no effect any more is forgotten.
"""

from hashlib import blake2b
from typing import Any

from simulator.kernel.units import HOUR, MINUTE

SIMILAR = 10  # distinct messages of one kind within SIMILAR_WINDOW, from which on they are folded into one event
SIMILAR_WINDOW = 10 * MINUTE
BURST = 25  # events of one type about one object that are let through at once
REFILL = 5 * MINUTE  # and then one each
EVENT_LIFETIME = HOUR  # after which the API server has forgotten an event
MOST_KEYS = 1024  # client-go keeps 4096 for the whole cluster; here each component has its own table
FOLDED = "(combined from similar events): "


def digest(*parts: str) -> str:
    """A short key for long texts."""
    return blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


class Correlator:
    """The correlator of one component."""

    def __init__(self, section: dict[str, Any]) -> None:
        self.similar: dict[str, dict[str, Any]] = section.setdefault("similar", {})
        self.seen: dict[str, dict[str, Any]] = section.setdefault("seen", {})
        self.buckets: dict[str, int] = section.setdefault("buckets", {})

    def fold(self, kind: tuple[str, ...], message: str, now: int, part: str = "") -> tuple[str, str]:
        """The message to record, and the key under which it is counted: apart for each *part* of an object, but folded together."""
        group = digest(*kind)
        entry = self.similar.pop(group, None)
        if entry is None or now - entry["last"] > SIMILAR_WINDOW:
            entry = {"last": now, "messages": []}
        self.similar[group] = entry
        entry["last"] = now
        remember(entry["messages"], digest(message)[:8])
        if len(entry["messages"]) < SIMILAR:
            return message, digest(*kind, part, message)
        entry["messages"].pop(0)
        return FOLDED + message, group

    def admit(self, about: tuple[str, ...], now: int) -> bool:
        """Whether an event of a type about an object is let through (a token bucket, kept as the time when it will be full again)."""
        key = digest(*about)
        full = max(self.buckets.pop(key, 0), now)
        allowed = full - now <= (BURST - 1) * REFILL
        self.buckets[key] = full + REFILL if allowed else full
        return allowed

    def observe(self, key: str, now: int, stamp: str) -> dict[str, Any]:
        """Count what happens under *key* at *now* (written *stamp*), be it let through or not: its count, first (a stamp), and
        the name of the Event that stands for it, which whoever stores one enters."""
        entry = self.seen.pop(key, None) or {"name": "", "count": 0, "first": stamp}
        entry |= {"count": entry["count"] + 1, "last": now}
        self.seen[key] = entry
        return entry

    def forget(self, now: int) -> None:
        """Drop what has no effect any more."""
        forget(self.similar, lambda old: now - int(old["last"]) > SIMILAR_WINDOW)
        forget(self.buckets, lambda old: old <= now)
        forget(self.seen, lambda old: now - int(old["last"]) > EVENT_LIFETIME)


def remember(messages: list[str], message: str) -> None:
    """Add *message* if it is not there yet."""
    if message not in messages:
        messages.append(message)


def forget(table: dict[str, Any], stale: Any) -> None:
    """Drop what is *stale* from the old end of *table*, and what is too much."""
    while table:
        oldest = next(iter(table))
        if len(table) <= MOST_KEYS and not stale(table[oldest]):
            return
        del table[oldest]
