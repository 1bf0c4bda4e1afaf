"""How fast an autoscaler may act: recent recommendations, limits, and the policies of `behavior` (podautoscaler/horizontal.go).

What is remembered of an autoscaler is data: {"recommendations": [[when, replicas], ...], "up": [[when, change], ...], "down": ...}, its
times virtual.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from simulator.kernel.units import SECOND

Memory = dict[str, Any]
DOWNSCALE_WINDOW = 300  # seconds
FACTOR, LEAST = 2, 4  # without rules: at most twice as many at once, or four
STABILIZED = {
    "ScaleUpStabilized": "recent recommendations were lower than current one, applying the lowest recent recommendation",
    "ScaleDownStabilized": "recent recommendations were higher than current one, applying the highest recent recommendation",
}
READY = "recommended size matches current size"
LIMITS = {
    "TooFewReplicas": "the desired replica count is less than the minimum replica count",
    "TooManyReplicas": "the desired replica count is more than the maximum replica count",
    "ScaleUpLimit": "the desired replica count is increasing faster than the maximum scale rate",
    "ScaleDownLimit": "the desired replica count is decreasing faster than the maximum scale rate",
    "DesiredWithinRange": "the desired count is within the acceptable range",
}


class Decision(NamedTuple):
    """Replicas, and the reasons of the conditions AbleToScale and ScalingLimited."""

    replicas: int
    able: str
    limited: str


class Bounds(NamedTuple):
    """What is there, and between what it has to stay."""

    current: int
    least: int
    most: int


def decide(memory: Memory, bounds: Bounds, wanted: int, behavior: dict[str, Any] | None, now: int) -> Decision:
    """What comes of a wish, which is remembered."""
    if behavior is None:
        window = (0, DOWNSCALE_WINDOW)
        stable = highest(memory, DOWNSCALE_WINDOW, now, wanted)
        able = "ScaleDownStabilized" if stable != wanted else "ReadyForNewScale"
        replicas, limited = within(bounds, stable)
    else:
        window = windows(behavior)
        stable, able = stabilized(memory, bounds.current, wanted, window, now)
        replicas, limited = paced(memory, bounds, stable, behavior, now)
    remember(memory["recommendations"], wanted, max(window), now)
    return Decision(replicas, able, limited)


def windows(behavior: dict[str, Any]) -> tuple[int, int]:
    """The stabilization windows, up and down, in seconds."""
    up, down = behavior["scaleUp"], behavior["scaleDown"]
    given = down.get("stabilizationWindowSeconds")
    return int(up.get("stabilizationWindowSeconds") or 0), DOWNSCALE_WINDOW if given is None else int(given)


def remember(entries: list[list[int]], value: int, window: int, now: int) -> None:
    """Add an entry and forget those that are older than *window* seconds."""
    entries[:] = [each for each in entries if each[0] >= now - window * SECOND] + [[now, value]]


def recent(memory: Memory, window: int, now: int) -> list[int]:
    """The recommendations of the last *window* seconds."""
    return [value for at, value in memory["recommendations"] if at > now - window * SECOND]


def highest(memory: Memory, window: int, now: int, wanted: int) -> int:
    """The highest of the recent recommendations and the present one."""
    return max([wanted, *recent(memory, window, now)])


def stabilized(memory: Memory, current: int, wanted: int, window: tuple[int, int], now: int) -> tuple[int, str]:
    """The recommendation that counts: upwards the lowest of its window, downwards the highest; and the reason."""
    if wanted >= current:
        stable, reason = min([wanted, *recent(memory, window[0], now)]), "ScaleUpStabilized"
    else:
        stable, reason = highest(memory, window[1], now, wanted), "ScaleDownStabilized"
    return stable, reason if stable != wanted else "ReadyForNewScale"


def within(bounds: Bounds, wanted: int) -> tuple[int, str]:
    """Without rules: between least and most, and not too fast."""
    fastest = max(FACTOR * bounds.current, LEAST)
    if wanted < bounds.least:
        return bounds.least, "TooFewReplicas"
    if wanted > min(bounds.most, fastest):
        return min(bounds.most, fastest), "ScaleUpLimit" if bounds.most > fastest else "TooManyReplicas"
    return wanted, "DesiredWithinRange"


def paced(memory: Memory, bounds: Bounds, wanted: int, behavior: dict[str, Any], now: int) -> tuple[int, str]:
    """As the rules for this direction allow."""
    if wanted > bounds.current:
        fastest = max(up_limit(memory, bounds.current, behavior["scaleUp"], now), bounds.current)
        if wanted > min(bounds.most, fastest):
            return min(bounds.most, fastest), "ScaleUpLimit" if bounds.most > fastest else "TooManyReplicas"
    if wanted < bounds.current:
        slowest = min(down_limit(memory, bounds.current, behavior["scaleDown"], now), bounds.current)
        if wanted < max(bounds.least, slowest):
            return max(bounds.least, slowest), "ScaleDownLimit" if bounds.least < slowest else "TooFewReplicas"
    return wanted, "DesiredWithinRange"


def changed(events: list[list[int]], seconds: int, now: int) -> int:
    """By how much the size was changed within a period."""
    return sum(change for at, change in events if at > now - seconds * SECOND)


def up_limit(memory: Memory, current: int, rules: dict[str, Any], now: int) -> int:
    """The largest size that the policies allow now."""
    if rules.get("selectPolicy") == "Disabled":
        return current
    sizes = [0]
    for policy in rules.get("policies") or ():
        begun = current - changed(memory["up"], policy["periodSeconds"], now)
        more = policy["value"] if policy["type"] == "Pods" else -(-begun * policy["value"] // 100)
        sizes.append(begun + more)
    choose: Callable[[list[int]], int] = min if rules.get("selectPolicy") == "Min" else max
    return choose(sizes)


def down_limit(memory: Memory, current: int, rules: dict[str, Any], now: int) -> int:
    """The smallest size that the policies allow now."""
    if rules.get("selectPolicy") == "Disabled":
        return current
    sizes = []
    for policy in rules.get("policies") or ():
        begun = current + changed(memory["down"], policy["periodSeconds"], now)
        left = begun - policy["value"] if policy["type"] == "Pods" else begun * (100 - policy["value"]) // 100
        sizes.append(left)
    choose: Callable[[list[int]], int] = max if rules.get("selectPolicy") == "Min" else min
    return choose(sizes or [current])


def note_change(memory: Memory, before: int, after: int, behavior: dict[str, Any] | None, now: int) -> None:
    """Remember a change of size as long as a policy may ask for it."""
    if behavior is None:
        return
    up = after > before
    periods = [each["periodSeconds"] for each in behavior["scaleUp" if up else "scaleDown"].get("policies") or ()]
    remember(memory["up" if up else "down"], abs(after - before), max(periods, default=0), now)
