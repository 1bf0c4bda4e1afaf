"""How much of each resource a Pod asks for (component-helpers resource/helpers.go), in whole numbers: millicores, bytes, pieces."""

from functools import lru_cache

from simulator.api import quantities
from simulator.api.counted import counted
from simulator.client.api import Obj

Amounts = dict[str, int]
# What the scores assume of a container that asks for nothing (pkg/scheduler/util/pod_resources.go).
ASSUMED = {"cpu": 100, "memory": 200 << 20}


@lru_cache(maxsize=4096)
def amount(resource: str, text: str) -> int:
    """A quantity of *resource*: millicores of cpu, else the whole number, both rounded up."""
    return quantities.milli(text) if resource == "cpu" else quantities.units(text)


def amounts(quantity: Obj | None) -> Amounts:
    """A resource list in whole numbers."""
    return {name: amount(name, str(text)) for name, text in (quantity or {}).items()}


def container(entry: Obj, assumed: bool) -> Amounts:
    """What a container requests; with *assumed*, no less than what the scores assume of the modest."""
    found = amounts((entry.get("resources") or {}).get("requests"))
    return {**ASSUMED, **found} if assumed else found


def add(total: Amounts, more: Amounts, sign: int = 1) -> None:
    """Add *more* to *total*."""
    for name, value in more.items():
        total[name] = total.get(name, 0) + sign * value


def raise_to(total: Amounts, least: Amounts) -> None:
    """Make *total* no less than *least* in anything."""
    for name, value in least.items():
        total[name] = max(total.get(name, 0), value)


def of_pod(pod: Obj, assumed: bool = False) -> Amounts:
    """What the Pod needs on its node: its containers together or the neediest init container, whichever is more."""
    spec = counted(pod)
    total: Amounts = {}
    for entry in spec.get("containers") or ():
        add(total, container(entry, assumed))
    raise_to(total, starting(spec.get("initContainers") or [], total, assumed))
    for name, value in amounts((spec.get("resources") or {}).get("requests")).items():
        total[name] = value
    add(total, amounts(spec.get("overhead")))
    return total


def starting(entries: list[Obj], total: Amounts, assumed: bool) -> Amounts:
    """What the Pod needs at most while it starts; its sidecars are added to *total*, as they run on."""
    sidecars: Amounts = {}
    most: Amounts = {}
    for entry in entries:
        needs = container(entry, assumed)
        if entry.get("restartPolicy") == "Always":
            add(sidecars, needs)
            add(total, needs)
            raise_to(most, sidecars)
        else:
            add(needs, sidecars)
            raise_to(most, needs)
    return most


def host_ports(pod: Obj) -> list[tuple[str, str, int]]:
    """Address, protocol and number of each port that the Pod takes on its node."""
    spec = pod["spec"]
    sidecars = [entry for entry in spec.get("initContainers") or () if entry.get("restartPolicy") == "Always"]
    return [
        (
            port.get("hostIP") or "0.0.0.0",
            port.get("protocol") or "TCP",
            port["hostPort"],
        )
        for entry in [*spec.get("containers", ()), *sidecars]
        for port in entry.get("ports") or ()
        if port.get("hostPort")
    ]
