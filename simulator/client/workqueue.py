"""A rate-limiting work queue (client-go util/workqueue): keys that wait to be looked at, each at most once at a time."""

from simulator.kernel.units import MILLISECOND, SECOND
from simulator.kernel.world import World

# A watch event needs this long to reach a controller and to be worked on; recorded clusters react within 0.1 s.
QUICKEST, SLOWEST = 2 * MILLISECOND, 10 * MILLISECOND
# DefaultControllerRateLimiter: a failing key is tried again after 5 ms, doubling up to 1000 s.
FIRST_RETRY, LAST_RETRY = 5 * MILLISECOND, 1000 * SECOND


class WorkQueue:
    """The queue of *component*; *prefix* makes its keys distinct where several queues share a component."""

    def __init__(self, world: World, component: str, prefix: str = "") -> None:
        self.world = world
        self.component = component
        self.prefix = prefix
        section = world.section(f"queue/{component}")
        self.due: dict[str, int] = section.setdefault("due", {})
        self.failures: dict[str, int] = section.setdefault("failures", {})

    def add(self, key: str, *, after: int | None = None) -> None:
        """Have *key* looked at *after* microseconds, or as soon as a watch event takes; a nearer look makes this one needless."""
        planned = self.due.get(self.prefix + key)
        now = self.world.now
        if planned is not None and planned <= now + (QUICKEST if after is None else after):
            return
        at = now + (self.world.dice.between(QUICKEST, SLOWEST) if after is None else max(after, 0))
        if planned is None or at < planned:
            self.due[self.prefix + key] = at
            self.world.agenda.wake_at(self.component, self.prefix + key, at)

    def take(self, key: str) -> bool:
        """Whether *key* is due now; then it is taken off the queue."""
        at = self.due.get(self.prefix + key)
        if at is None or at > self.world.now:
            return False
        del self.due[self.prefix + key]
        return True

    def retry(self, key: str) -> None:
        """Have *key*, which failed, looked at again after its back-off."""
        failures = self.failures.get(self.prefix + key, 0)
        self.failures[self.prefix + key] = failures + 1
        self.add(key, after=min(FIRST_RETRY << min(failures, 30), LAST_RETRY))

    def forget(self, key: str) -> None:
        """*key* went well: its back-off begins anew."""
        self.failures.pop(self.prefix + key, None)
