"""Removing Pods that nobody looks after any more (pkg/controller/podgc): those of nodes that are not there."""

from simulator.api import meta
from simulator.api.errors import NotFound
from simulator.apiserver.watch import WatchEvent
from simulator.client.informer import key_of
from simulator.client.pods import is_finished
from simulator.controllers.controller import Controller, Keys
from simulator.controllers.disrupting import mark_disrupted
from simulator.kernel.units import SECOND

PERIOD = 20 * SECOND  # in which a real one looks round; here it only rounds the moment
QUARANTINE = 40 * SECOND  # for a node to turn up after all


class PodGarbageCollector(Controller):
    """Fails and removes Pods whose node does not exist."""

    name = "podgc"
    source = "pod-garbage-collector"

    def watches(self) -> dict[str, Keys]:
        return {"pods": self.stranded, "nodes": self.node_gone}

    def stranded(self, event: WatchEvent) -> list[str]:
        """A Pod that was given to a node that is not there; looked at when the quarantine is over."""
        node = event.object["spec"].get("nodeName")
        was = (event.old or {}).get("spec", {}).get("nodeName")
        if event.type != "DELETED" and node and node != was and self.informers.of("nodes").get(node) is None:
            self.quarantine(key_of(event.object))
        return []

    def node_gone(self, event: WatchEvent) -> list[str]:
        """The Pods of a node that was removed."""
        if event.type == "DELETED":
            for pod in self.informers.of("pods").by("node", meta.name(event.object)):
                self.quarantine(key_of(pod))
        return []

    def quarantine(self, key: str) -> None:
        """Look at a Pod in the first round after the quarantine."""
        rounds = -(-(self.world.now + QUARANTINE) // PERIOD)
        self.queue.add(key, after=rounds * PERIOD - self.world.now)

    def sync(self, key: str) -> None:
        pod = self.find("pods", key)
        if pod is None or self.informers.of("nodes").get(pod["spec"].get("nodeName") or "") is not None:
            return
        if not is_finished(pod):
            mark_disrupted(self.api, pod, "DeletionByPodGC", "PodGC: node no longer exists", self.now(), phase="Failed")
        try:
            self.api.delete("pods", meta.namespace(pod), meta.name(pod), grace=0)
        except NotFound:
            return
