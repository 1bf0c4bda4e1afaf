"""Faults of a scenario: the agenda switches them on and off in the machines when their time comes."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from simulator.cluster.scenario import Fault
from simulator.kernel.world import World

COMPONENT = "faults"


class Faulty(Protocol):
    """What can be broken: the runtime of the machines."""

    def set_faults(self, faults: Sequence[Mapping[str, Any]]) -> None: ...


class Faults:
    """Keeps the list of planned faults, and tells the machines which of them hold now."""

    def __init__(self, world: World, machines: Faulty) -> None:
        self.world = world
        self.state = world.section(COMPONENT)
        self.machines = machines

    def plan(self, faults: Sequence[Fault]) -> None:
        """Begin with *faults*, their times counted from now."""
        begin = self.world.now
        self.state["planned"] = [planned(fault, begin) for fault in faults]
        for entry in self.state["planned"]:
            for at in (entry["from"], entry["until"]):
                if at is not None:
                    self.world.agenda.wake_at(COMPONENT, "", at)
        self.reconcile("")

    def reconcile(self, key: str) -> None:
        """Hand over what is broken at this moment."""
        now = self.world.now
        self.machines.set_faults([entry for entry in self.state["planned"] if holds(entry, now)])


def planned(fault: Fault, begin: int) -> dict[str, Any]:
    """A fault as data, in the cluster's own time."""
    times = {"from": begin + fault.start, "until": None if fault.end is None else begin + fault.end}
    return {"type": fault.type, **fault.target, "message": fault.message, "seconds": fault.seconds, **times}


def holds(entry: Mapping[str, Any], now: int) -> bool:
    """Whether a planned fault is there at *now*."""
    return bool(entry["from"] <= now and (entry["until"] is None or now < entry["until"]))
