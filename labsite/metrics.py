"""What is counted while the site works, for all its processes together.

Each process adds up what it sees, and within a second adds that to the sums that all share: a hash in Redis, or in the embedded
profile this process's memory. So any web process can tell the whole, however many others and workers there are; a process that
dies takes a second's counts with it. What can be looked up is not counted but looked up (hosting/metrics_page.py).
"""

import logging
import threading
from collections import Counter
from functools import cache

import redis
from django.conf import settings

log = logging.getLogger(__name__)
EVERY_S = 1.0

# Name, and what it counts. Labels stand after it in braces, as in the text that Prometheus reads.
COUNTERS = {
    "podlab_turns_total": "Turns of clusters, by result",
    "podlab_turn_cpu_seconds_total": "Processor time that turns have used",
    "podlab_jumps_total": "Jumps of clusters' clocks that ended, by how",
    "podlab_simulator_failures_total": "Failures of the simulator itself",
    "podlab_door_requests_total": "Requests from tools outside, by HTTP status",
    "podlab_throttled_total": "What was refused because it came too often, by what",
    "podlab_http_requests_total": "Requests for pages, by HTTP status",
    "podlab_http_seconds_total": "Time in which pages were made",
    "podlab_sockets_opened_total": "WebSockets of the console that were opened",
}


class Sums:
    """Counts of this process on their way to the sums."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.fresh: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()
        self.under_way = False

    def add(self, series: str, amount: float) -> None:
        """Count; the first count after a rest has them handed on a moment later."""
        with self.lock:
            self.fresh[series] += amount  # type: ignore[assignment]  # a Counter counts fractions as well
            if self.under_way or settings.EMBEDDED:
                return
            self.under_way = True
        timer = threading.Timer(EVERY_S, self.hand_on)
        timer.daemon = True
        timer.start()

    def hand_on(self) -> None:
        """Add what is fresh to the sums; while they cannot be reached, it is kept and comes along the next time."""
        with self.lock:
            fresh, self.fresh, self.under_way = self.fresh, Counter(), False
        if settings.EMBEDDED:
            self.kept.update(fresh)
            return
        try:
            with shared().pipeline(transaction=False) as pipe:
                for series, amount in fresh.items():
                    pipe.hincrbyfloat(place(), series, amount)
                pipe.execute()
        except redis.RedisError:
            with self.lock:
                self.fresh.update(fresh)

    def all(self) -> dict[str, float]:
        """The sums; raises RedisError if they cannot be reached."""
        self.hand_on()
        if settings.EMBEDDED:
            return dict(self.kept)
        return {str(name): float(value) for name, value in shared().hgetall(place()).items()}


sums = Sums()


def count(name: str, amount: float = 1, **labels: str | int) -> None:
    """Add to a counter, which must be known (COUNTERS)."""
    words = ",".join(f'{key}="{value}"' for key, value in labels.items())
    sums.add(f"{name}{{{words}}}" if words else name, amount)


@cache
def shared() -> redis.Redis:
    """The connection to Redis; a forked worker makes its own on first use."""
    found: redis.Redis = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2, decode_responses=True
    )
    return found


def place() -> str:
    """The key of the sums."""
    return f"{settings.REDIS_PREFIX}:metrics"
