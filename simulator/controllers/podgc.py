"""Removing Pods that nobody looks after any more (pkg/controller/podgc): those of nodes that are not there, or that are known to be off."""

from simulator.api import meta
from simulator.api.errors import NotFound
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import Obj
from simulator.client.informer import key_of
from simulator.client.pods import is_finished
from simulator.controllers.controller import Controller, Keys
from simulator.controllers.disrupting import mark_disrupted
from simulator.kernel.units import SECOND

PERIOD = 20 * SECOND  # in which a real one looks round; here it only rounds the moment
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
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
        if event.type == "DELETED" or not node:
            return []
        found = self.informers.of("nodes").get(node)
        if found is None and node != was:
            self.quarantine(key_of(event.object))
        return [key_of(event.object)] if found and meta.deleting(event.object) and is_off(found) else []

    def node_gone(self, event: WatchEvent) -> list[str]:
        """The Pods of a node that was removed; and of one that somebody has said to be off, those that are to go."""
        if event.type == "DELETED":
            for pod in self.informers.of("pods").by("node", meta.name(event.object)):
                self.quarantine(key_of(pod))
        elif is_off(event.object):
            return [
                key_of(pod)
                for pod in self.informers.of("pods").by("node", meta.name(event.object))
                if meta.deleting(pod)
            ]
        return []

    def quarantine(self, key: str) -> None:
        """Look at a Pod in the first round after the quarantine."""
        rounds = -(-(self.world.now + QUARANTINE) // PERIOD)
        self.queue.add(key, after=rounds * PERIOD - self.world.now)

    def sync(self, key: str) -> None:
        pod = self.find("pods", key)
        node = self.informers.of("nodes").get((pod["spec"].get("nodeName") if pod else None) or "")
        if pod is None or (node is not None and not (is_off(node) and meta.deleting(pod))):
            return
        if node is None and not is_finished(pod):
            mark_disrupted(self.api, pod, "DeletionByPodGC", "PodGC: node no longer exists", self.now(), phase="Failed")
        try:
            self.api.delete("pods", meta.namespace(pod), meta.name(pod), grace=0)
        except NotFound:
            return


def is_off(node: Obj) -> bool:
    """Whether a node is not ready, and somebody has said by a taint that it is out of service."""
    taints = node["spec"].get("taints") or ()
    return not meta.is_true(node, "Ready") and any(each["key"] == OUT_OF_SERVICE for each in taints)
