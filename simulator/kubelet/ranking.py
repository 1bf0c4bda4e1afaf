"""Which Pod goes first when a node runs short (pkg/kubelet/eviction/helpers.go rankMemoryPressure, rankDiskPressure, rankPIDPressure)."""

from dataclasses import dataclass

from simulator.api.quantities import units
from simulator.api.requests import Obj
from simulator.kubelet.amounts import of_pod
from simulator.kubelet.deps import Worker

# What the runtime calls the resources that can run short.
MEASURES = {"memory": "memory", "ephemeral-storage": "disk", "pids": "processes"}


@dataclass(frozen=True)
class Candidate:
    """A Pod that runs, and what its containers and its empty volumes use, by name."""

    worker: Worker
    pod: Obj
    usage: dict[str, dict[str, int]]
    volumes: dict[str, dict[str, int]]

    def used(self, container: str) -> dict[str, int]:
        """What one container uses, by resource."""
        found = self.usage.get(container) or {}
        return {resource: found[measure] for resource, measure in MEASURES.items() if measure in found}

    def total(self, resource: str) -> int:
        """What the whole Pod uses of a resource."""
        measure = MEASURES[resource]
        return sum(each[measure] for each in self.usage.values()) + sum(
            each.get(measure, 0) for each in self.volumes.values()
        )

    def request(self, resource: str) -> int:
        """What the Pod asked for of it."""
        return units(of_pod(self.pod, "requests").get(resource, "0"))


def ranked(candidates: list[Candidate], resource: str) -> list[Candidate]:
    """First those that use more than they asked for, then the less important, then those that are furthest above; of
    processes nobody can ask for some."""

    def place(each: Candidate) -> tuple[bool, int, int]:
        above = each.total(resource) - each.request(resource)
        priority = int(each.pod["spec"].get("priority") or 0)
        return resource != "pids" and above <= 0, priority, -above

    return sorted(candidates, key=place)
