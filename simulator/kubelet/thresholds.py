"""What a kubelet watches of its node, and when it is too little (pkg/kubelet/eviction/defaults_linux.go, helpers.go)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from simulator.api.quantities import NANO, BadQuantity, render, units


class Signal(NamedTuple):
    """What is measured, the resource that is to be reclaimed, and the node's condition while it is short."""

    measure: str
    resource: str
    condition: str


# In the order in which they are acted upon: memory first.
SIGNALS: Mapping[str, Signal] = {
    "memory.available": Signal("memory", "memory", "MemoryPressure"),
    "nodefs.available": Signal("disk", "ephemeral-storage", "DiskPressure"),
    "imagefs.available": Signal("disk", "ephemeral-storage", "DiskPressure"),
    "pid.available": Signal("pids", "pids", "PIDPressure"),
}
HARD = {"memory.available": "100Mi", "nodefs.available": "10%", "imagefs.available": "15%"}


class Shortage(NamedTuple):
    """A threshold that is met: how little was allowed, and what there is; a *soft* one may be met for a while."""

    name: str
    signal: Signal
    limit: int
    available: int
    capacity: int
    soft: bool = False

    @property
    def text(self) -> str:
        """The beginning of what every evicted Pod is told."""
        low = f"The node was low on resource: {self.signal.resource}. "
        return f"{low}Threshold quantity: {amount(self.limit)}, available: {amount(self.available)}. "


def limit_of(value: str, capacity: int) -> int:
    """A threshold such as `100Mi` or `10%` of *capacity*; raises BadQuantity."""
    if not value.endswith("%"):
        return units(value)
    share = value.removesuffix("%")
    if not share.isdecimal() or int(share) > 100:
        raise BadQuantity(f"{value!r} is no share")
    return capacity * int(share) // 100


Left = Mapping[str, Mapping[str, int]]


def shortages(left: Left, configured: Mapping[str, str]) -> list[Shortage]:
    """The hard thresholds that are met, the defaults where nothing else is *configured*."""
    return met(left, {**HARD, **configured}, soft=False)


def met(left: Left, thresholds: Mapping[str, str], *, soft: bool) -> list[Shortage]:
    """Those of the *thresholds* that are met."""
    found = []
    for name, signal in SIGNALS.items():
        if name not in thresholds:
            continue
        capacity, available = left[signal.measure]["capacity"], left[signal.measure]["available"]
        if available < (limit := limit_of(thresholds[name], capacity)):
            found.append(Shortage(name, signal, limit, available, capacity, soft))
    return found


def amount(value: int) -> str:
    """Bytes, or a number, as messages have them."""
    return render(value * NANO, "binary")


def of_container(container: Mapping[str, Any], resource: str) -> int:
    """What a container asks for, in whole units."""
    return units(((container.get("resources") or {}).get("requests") or {}).get(resource, "0"))
