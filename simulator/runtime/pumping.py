"""Bytes from one descriptor to another, as far as both are ready, with what is on its way kept as plain data."""

from typing import Any

from simulator.runtime.syscalls import Sys

MOST_HELD = 65536


class Pipe:
    """One direction: what was read of *source* and not yet taken by *target*; state: source, target, held, ended."""

    def __init__(self, sys: Sys, state: dict[str, Any]) -> None:
        self.sys = sys
        self.state = state

    def move(self) -> bool:
        """Move what can be moved at once; whether there was anything."""
        state, before = self.state, dict(self.state)
        self._move()
        return state != before

    def _move(self) -> None:
        state = self.state
        while not state["done"]:
            if len(state["held"]) < MOST_HELD and not state["ended"]:
                data = self.sys.read(state["source"])
                if data is not None:
                    state["held"] += data
                    state["ended"] = not data
            taken = self.sys.write(state["target"], state["held"]) if state["held"] else 0
            state["held"] = state["held"][taken:]
            if state["ended"] and not state["held"]:
                state["done"] = True
            if not taken:
                return

    @property
    def readable(self) -> tuple[int, ...]:
        return (self.state["source"],) if not self.state["ended"] and len(self.state["held"]) < MOST_HELD else ()

    @property
    def writable(self) -> tuple[int, ...]:
        return (self.state["target"],) if self.state["held"] else ()


def pipe_state(source: int, target: int) -> dict[str, Any]:
    """A direction that begins."""
    return {"source": source, "target": target, "held": b"", "ended": False, "done": False}
