"""How often a component may write (client-go util/flowcontrol/throttle.go): a bucket of tokens that fills with time."""

from typing import Any

from simulator.kernel.units import SECOND
from simulator.kernel.world import World

# kube-controller-manager's --kube-api-qps and --kube-api-burst; each of its controllers has a client of its own.
QPS = 20
BURST = 30
SECTION = "throttle"


class Throttle:
    """The bucket of *client*, in the world's section `throttle` once something was taken: {"left": millionths of a token, "at": when}."""

    def __init__(self, world: World, client: str) -> None:
        self.world = world
        self.client = client

    def take(self, wanted: int) -> int:
        """Take up to *wanted* tokens; how many there were."""
        bucket = self.bucket()
        bucket["left"] = min(bucket["left"] + (self.world.now - bucket["at"]) * QPS, BURST * SECOND)
        bucket["at"] = self.world.now
        granted = max(min(wanted, bucket["left"] // SECOND), 0)
        bucket["left"] -= granted * SECOND
        return int(granted)

    def refill(self, wanted: int) -> int:
        """In how many microseconds there will be *wanted* tokens, or a full bucket."""
        missing = min(wanted, BURST) * SECOND - self.bucket()["left"]
        return max(-(-int(missing) // QPS), 0)

    def bucket(self) -> dict[str, Any]:
        """The bucket; a new one is full."""
        buckets = self.world.section(SECTION)
        found: dict[str, Any] = buckets.setdefault(self.client, {"left": BURST * SECOND, "at": self.world.now})
        return found
