"""Token buckets: how often something may happen, for a person behind an address or for one socket."""

from dataclasses import dataclass

from django.core.cache import cache

from labsite import metrics
from labsite.sandboxes import clock


@dataclass(frozen=True)
class Rate:
    """*burst* at once, and one more every *every* microseconds."""

    burst: int
    every: int


LOG_IN = Rate(burst=10, every=30 * clock.SECOND)
# A whole class may sit behind one address.
LOG_IN_ADDRESS = Rate(burst=100, every=3 * clock.SECOND)
GUEST = Rate(burst=60, every=5 * clock.SECOND)
SOCKET = Rate(burst=200, every=clock.SECOND // 50)


def take(rate: Rate, bucket: tuple[int, int] | None, now: int) -> tuple[tuple[int, int], bool]:
    """Take a token at *now* from *bucket* (tokens left, when they were counted): the bucket after it, and whether there was one."""
    left, counted = bucket or (rate.burst, now)
    grown = max(now - counted, 0) // rate.every
    left, counted = min(left + grown, rate.burst), counted + grown * rate.every
    if left == rate.burst:
        counted = now
    return ((left - 1, counted), True) if left else ((0, counted), False)


def allowed(name: str, key: str, rate: Rate) -> bool:
    """Whether *name* may happen once more for *key*; counted in the cache that all web processes share."""
    place = f"limit:{name}:{key}"
    bucket, granted = take(rate, cache.get(place), clock.wall())
    cache.set(place, bucket, timeout=rate.burst * rate.every // clock.SECOND + 1)
    if not granted:
        metrics.count("podlab_throttled_total", what=name)
    return granted
