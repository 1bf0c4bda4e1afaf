"""What every room of a kubelet leans on (pkg/kubelet/kubelet.go Dependencies)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.api.requests import Obj
from simulator.apiserver.server import APIServer
from simulator.client.recorder import Recorder
from simulator.kernel.units import SECOND
from simulator.kernel.world import World
from simulator.kubelet.naming import field_path, find_container
from simulator.runtime.cri_api import Cri

Worker = dict[str, Any]  # all a kubelet remembers of one Pod; see workers.py

# Times that lie some way ahead come due at the next turn of the kubelet's loop, which looks at its queue once a second.
TURN = SECOND
JITTER = 500  # thousandths: what is repeated waits up to half as long again


@dataclass(frozen=True)
class Deps:
    """The world, the API server, the runtime and the recorder of the kubelet on *node*; *section* is what it remembers."""

    world: World
    api: APIServer
    cri: Cri
    recorder: Recorder
    node: str
    section: dict[str, Any]
    told: "Callable[[Deps, Obj, str, str, str], None] | None" = None  # hears of each event about a Pod

    @property
    def component(self) -> str:
        """The kubelet's name on the agenda."""
        return f"kubelet/{self.node}"

    def wake(self, key: str, after: int) -> None:
        """Look at *key* again in *after* microseconds."""
        self.world.agenda.wake(self.component, key, after=after)

    def event(self, pod: Obj, type: str, reason: str, message: str, container: str = "") -> None:
        """Record an event about the Pod, or about one of its containers."""
        found = find_container(pod, container) if container else None
        path = field_path(found[0], container) if found else ""
        self.recorder.event(pod, type, reason, message, path)
        if self.told is not None:
            self.told(self, pod, reason, message, container)

    def find(self, resource: str, namespace: str | None, name: str) -> Obj | None:
        """An object, or None if there is none."""
        found: Obj | None = self.api.find(resource, namespace, name)
        return found

    def node_object(self) -> Obj:
        """The node as it is stored, without fresh heartbeats; empty if it is not registered."""
        found: Obj | None = self.api.store.get("nodes", f"/{self.node}")
        return found or {}

    def host_ip(self) -> str:
        """The node's own address."""
        return str(self.section.get("ip", ""))

    def jittered(self, delay: int) -> int:
        """*delay* and up to half of it more, by chance (apimachinery wait.Jitter)."""
        return delay + delay * self.world.dice.between(0, JITTER) // 1000

    def turn_after(self, delay: int) -> int:
        """The virtual time of the kubelet's first turn that is *delay* or more ahead."""
        phase = sum(self.node.encode()) * 137_000 % TURN
        at = self.world.now + delay
        return at + (phase - at) % TURN
