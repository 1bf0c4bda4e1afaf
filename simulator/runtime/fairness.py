"""Who may compute how much: a token bucket for each container, exec session and terminal (a harsher CFS bandwidth control).

A bucket is {"left": processor time it may still use, "seen": when that was reckoned, "until": end of its pause,
"strikes": pauses in a row, "burst", "parked": processes that wait for its end}, all in virtual microseconds.
"""

from simulator.kernel.units import SECOND
from simulator.runtime.limits import (
    FIRST_PAUSE,
    FIRST_QUANTUM,
    LAST_QUANTUM,
    LONGEST_PAUSE,
    MOST_PAUSES,
    REFILL_PER_SECOND,
)
from simulator.runtime.tables import COMPONENT, Data, Tables


class Fairness:
    """The table `buckets`."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def open(self, name: str, burst: int) -> None:
        """A new bucket, full."""
        full = {"left": burst, "seen": self.tables.world.now, "until": 0, "strikes": 0}
        self.tables.buckets[name] = full | {"burst": burst, "parked": []}

    def close(self, name: str) -> None:
        """The bucket is not needed any more."""
        self.tables.buckets.pop(name, None)

    def refresh(self, name: str) -> None:
        """Somebody typed: a terminal gets its whole burst again."""
        bucket = self.tables.buckets.get(name)
        if bucket is not None:
            bucket |= {"left": bucket["burst"], "seen": self.tables.world.now, "until": 0, "strikes": 0}
            self.tables.wake_all(bucket["parked"])

    def may_run(self, name: str, process: str) -> bool:
        """Whether who draws from the bucket may go on; if not, *process* is woken at the end of the pause."""
        bucket = self.tables.buckets.get(name)
        if bucket is None or bucket["until"] <= self.tables.world.now:
            return True
        if process not in bucket["parked"]:
            bucket["parked"].append(process)
        return False

    def pause_over(self, name: str) -> None:
        """The agenda says that a pause may have ended."""
        bucket = self.tables.buckets.get(name)
        if bucket is not None and bucket["until"] <= self.tables.world.now:
            self.tables.wake_all(bucket["parked"])

    def draw(self, name: str, amount: int) -> None:
        """Processor time was used; with an empty bucket a pause begins, twice as long as the one before."""
        bucket = self.tables.buckets.get(name)
        if bucket is None:
            return
        self.refill(bucket)
        bucket["left"] -= amount
        if bucket["left"] < 0:
            self.park(name, bucket)

    def flooded(self, name: str) -> None:
        """A terminal is flooded: that takes a quarter of what its typist was allowed."""
        bucket = self.tables.buckets.get(name)
        if bucket is not None:
            self.draw(name, bucket["burst"] // 4)

    def refill(self, bucket: Data) -> None:
        """Time has passed; a bucket that is half full again has served its sentence."""
        now = self.tables.world.now
        rested = max(now - bucket["seen"], 0)
        bucket["seen"] = max(now, bucket["seen"])
        bucket["left"] = min(bucket["left"] + rested * REFILL_PER_SECOND // SECOND, bucket["burst"])
        if bucket["left"] * 2 >= bucket["burst"]:
            bucket["strikes"] = 0

    def park(self, name: str, bucket: Data) -> None:
        """Begin a pause, in which nothing is refilled; who took more than the next quantum waits as much longer."""
        quantum = max(FIRST_QUANTUM >> bucket["strikes"], LAST_QUANTUM)
        pause = min(FIRST_PAUSE << bucket["strikes"], LONGEST_PAUSE)
        pause = min(pause * (quantum - bucket["left"]) // quantum, MOST_PAUSES * LONGEST_PAUSE)
        bucket["left"] = quantum
        bucket["strikes"] = min(bucket["strikes"] + 1, 16)
        bucket["until"] = bucket["seen"] = self.tables.world.now + pause
        self.tables.world.agenda.wake(COMPONENT, f"pause:{name}", after=pause)
