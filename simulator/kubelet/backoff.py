"""How long to wait before a container is started or an image is pulled again (client-go util/flowcontrol/backoff.go)."""

from typing import Any

from simulator.kernel.units import SECOND

FIRST = 10 * SECOND
MOST = 300 * SECOND

Table = dict[str, Any]  # key: {"delay": microseconds, "updated": virtual time}


def expired(entry: dict[str, int], event: int) -> bool:
    """Whether things went well for so long before *event* that the wait begins small again."""
    return event - entry["updated"] > 2 * MOST


def longer(table: Table, key: str, event: int, now: int) -> None:
    """Try again now, after what happened at *event*: the next wait under *key* is twice as long, at most MOST."""
    entry = table.get(key)
    fresh = entry is None or expired(entry, event)
    delay = FIRST if fresh or entry is None else min(entry["delay"] * 2, MOST)
    table[key] = {"delay": delay, "updated": now}


def waits_since(table: Table, key: str, event: int, now: int) -> bool:
    """Whether the wait under *key*, counted from *event*, is not over yet."""
    entry = table.get(key)
    if entry is None or expired(entry, event):
        return False
    return bool(now - event < entry["delay"])


def waits_since_update(table: Table, key: str, now: int) -> bool:
    """Whether the wait under *key*, counted from when it was last made longer, is not over yet."""
    entry = table.get(key)
    if entry is None or expired(entry, now):
        return False
    return bool(now - entry["updated"] < entry["delay"])


def delay(table: Table, key: str) -> int:
    """How long the wait under *key* is, in microseconds."""
    entry = table.get(key)
    return entry["delay"] if entry else 0
