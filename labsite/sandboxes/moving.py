"""A cluster that is awake, and its time: how far it goes on in a turn, how fast, and when it is to be looked at again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from labsite import metrics
from labsite.sandboxes import checkpoints, clock, holding, jumps, marks, presence
from labsite.sandboxes.chronicle import Chronicle
from labsite.sandboxes.models import Sandbox
from simulator.lab import Change, Lab

Message = dict[str, Any]

SLICE = 500  # wake-ups between two looks at the processor's clock
BUDGET = 500 * clock.MILLISECOND  # processor time of one turn; what is left over waits for the next one
BUDGET_IN_JUMP = 200 * clock.MILLISECOND  # and of one slice of a jump: its progress is shown after each
HORIZON = 250 * clock.MILLISECOND  # how far a command may run ahead so that its prompt comes back at once
LEAD = 2 * clock.SECOND  # and how far a cluster may be ahead of the wall in all


@dataclass
class Moving:
    """The cluster of *row*, when the wall shows *wall*."""

    row: Sandbox
    lab: Lab
    wall: int
    seen: list[Change] = field(default_factory=list)  # in the cluster, before what is still to be drained
    said: list[Message] = field(default_factory=list)  # to all who watch
    there: set[str] = field(default_factory=set)  # the pages that are known to be open
    began: int = field(default_factory=clock.cpu)
    new_alarm: int = 0  # the alarm that this turn has set; 0 if the one before it still holds

    def __post_init__(self) -> None:
        row = self.row
        self.was_running, self.was_set = row.running(self.wall), self.settings()
        self.was_now, self.was_anchor = row.now, row.anchor
        self.heed()
        # One that has just been born stands where it was born.
        self.target = row.virtual(self.wall) if row.state else self.lab.now
        self.chronicle = Chronicle(row)

    def heed(self) -> None:
        """Heed what others may have decided about the clock meanwhile."""

    def keep(self) -> None:
        """A checkpoint of the cluster as it stands."""
        raise NotImplementedError

    # --- going on ---------------------------------------------------------------------------------------------------

    def in_budget(self) -> bool:
        """Whether this turn may still use the processor."""
        return clock.cpu() - self.began < (BUDGET_IN_JUMP if self.row.jump else BUDGET)

    @contextmanager
    def spending(self) -> Iterator[None]:
        """What is done here is to be done again by whoever wants to go back: when it has become much, a checkpoint is due."""
        began = clock.cpu()
        yield
        self.row.spent += clock.cpu() - began

    def catch_up(self) -> None:
        """Bring the cluster's clock up to now, or on in its jump. If that takes too long, it lags behind, as a busy machine does."""
        if self.row.jump:
            self.leap()
            return
        done = False
        while not done and self.in_budget():
            with self.spending():
                done = self.lab.advance(self.target, steps=SLICE)
            if not done and checkpoints.due(self.row, self.lab.now):
                self.keep()

    def settle(self) -> None:
        """Let what was put in have its first effects, so that the prompt comes back without a second turn."""
        end = min(self.lab.now + HORIZON, self.target + LEAD * max(self.row.pace, 1))
        with self.spending():
            while self.lab.now < end and self.in_budget() and not self.lab.settle(end - self.lab.now, steps=SLICE):
                pass

    def wind(self, wish: Message) -> str:
        """Stop the clock, let it go at a speed, let it jump, end its jump: why it cannot, or an empty text."""
        row = self.row
        if wish["to"]:
            return holding.PAUSED if row.hold else self.jump(wish)
        if row.jump:
            self.end_jump("stopped")
        row.speed = wish["speed"] or row.speed
        row.paused = row.paused if wish["paused"] is None else wish["paused"]
        return ""

    def jump(self, wish: Message) -> str:
        """Begin a jump: why there can be none, or an empty text. After a single step the clock is stopped."""
        planned = jumps.planned(self.lab, wish)
        if isinstance(planned, str):
            return planned
        self.row.jump = planned
        self.row.paused = self.row.paused or planned["kind"] == "step"
        self.leap()
        return ""

    def leap(self) -> None:
        """Go on with the jump, for a slice of time; while nobody watches, it waits."""
        jump = self.row.jump
        if self.row.watched(self.wall) and not self.row.hold:
            with self.spending():
                ended = jumps.go_on(self.lab, jump, self.in_budget, self.seen)
            if ended:
                self.end_jump(ended)
        self.target = self.lab.now

    def end_jump(self, reason: str) -> None:
        """The jump is over."""
        jump, self.row.jump = self.row.jump, {}
        metrics.count("podlab_jumps_total", how=reason)
        if jump and jump["kind"] != "step":
            where = f"{jump.get('namespace', '')}/{jump.get('pod', '')}".strip("/")
            what = jump.get("state", "") or str((self.lab.now - jump["from"]) // clock.SECOND)
            self.chronicle.note([marks.noted(jump["from"], self.row.number, "jump", where, what)])
        self.said.append({"type": "jump.ended", "reason": reason, **jump, "at": self.lab.now})

    # --- what the row says of it ------------------------------------------------------------------------------------

    def set_clock(self) -> None:
        """Write down where the clock stands, until when it goes and how fast, and when to look again."""
        row, now = self.row, self.lab.now
        row.birth = self.lab.unix - now
        wanted, passed = self.target - self.was_now, now - self.was_now
        row.rate = clock.rate(row.speed, wanted, passed, self.wall - self.was_anchor)
        row.now, row.anchor = now, self.wall + max(now - self.target, 0) // row.speed
        row.lease, self.there = presence.watching(row.id, self.wall)
        wanted_alarm = self.next_alarm()
        if not wanted_alarm:
            row.alarm_at = 0
        elif not self.wall < row.alarm_at <= wanted_alarm:  # one that rings earlier will do: it sets the next
            row.alarm_at = self.new_alarm = wanted_alarm

    def next_alarm(self) -> int:
        """When to look again, on the wall; 0: when somebody asks."""
        row, spent = self.row, clock.cpu() - self.began
        if row.jump and jumps.waits(self.lab, row.jump):
            return 0
        if row.jump and row.watched(self.wall) and not row.hold:
            return self.wall + max(clock.ALARM_LEAST, clock.REST_IN_JUMP * spent)
        if not row.running(self.wall):
            return 0
        return clock.alarm(self.lab.next_at(), row.now, row.anchor, self.wall, spent, row.pace)

    def settings(self) -> tuple[Any, ...]:
        """What browsers are told of the clock whenever it changes."""
        row = self.row
        return (row.speed, row.paused, row.rate, row.jump, row.branch, row.hold)

    def clock_changed(self) -> bool:
        """Whether browsers are to be told of the clock."""
        return self.was_running != self.row.running(self.wall) or self.was_set != self.settings() or bool(self.row.jump)
