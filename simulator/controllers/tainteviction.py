"""Eviction by NoExecute taints (pkg/controller/tainteviction): at once, or when the toleration's seconds are over."""

from simulator.api import meta
from simulator.api.errors import NotFound
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import API, Obj
from simulator.client.informer import Informers, key_of
from simulator.client.tolerations import tolerates
from simulator.controllers.controller import Controller, Keys
from simulator.controllers.disrupting import mark_disrupted
from simulator.kernel.units import SECOND
from simulator.kernel.world import World

NO_EXECUTE = "NoExecute"


class TaintEvictionController(Controller):
    """Deletes Pods from nodes whose NoExecute taints they do not tolerate, or no longer."""

    name = "taint-eviction"
    source = "taint-eviction-controller"

    def __init__(self, world: World, api: API, informers: Informers) -> None:
        super().__init__(world, api, informers)
        self.began: dict[str, Obj] = world.section("taint-eviction")

    def watches(self) -> dict[str, Keys]:
        return {"nodes": self.on_node, "pods": self.placed}

    def on_node(self, event: WatchEvent) -> list[str]:
        """The Pods of a node whose NoExecute taints have changed."""
        if event.type == "DELETED" or (event.old is None and not taints_of(event.object)):
            return []
        if event.old is not None and taints_of(event.old) == taints_of(event.object):
            return []
        return [key_of(pod) for pod in self.informers.of("pods").by("node", meta.name(event.object))]

    def placed(self, event: WatchEvent) -> list[str]:
        """A Pod that came to a tainted node, changed its tolerations, or has gone."""
        key, spec, old = key_of(event.object), event.object["spec"], (event.old or {}).get("spec", {})
        if event.type == "DELETED":
            self.began.pop(key, None)
            return []
        same = (spec.get("nodeName"), spec.get("tolerations")) == (old.get("nodeName"), old.get("tolerations"))
        node = self.informers.of("nodes").get(spec.get("nodeName") or "")
        return [] if same or node is None or not taints_of(node) else [key]

    def sync(self, key: str) -> None:
        pod = self.find("pods", key)
        node = self.informers.of("nodes").get(pod["spec"].get("nodeName") or "") if pod is not None else None
        if pod is None or node is None or meta.deleting(pod):
            self.began.pop(key, None)
            return
        seconds = patience(pod, taints_of(node))
        if seconds is None:
            self.cancel(key, pod)
        else:
            self.evict_after(key, pod, seconds)

    def cancel(self, key: str, pod: Obj) -> None:
        """The Pod may stay."""
        if self.began.pop(key, None) is not None:
            self.tell(pod, "Cancelling deletion of Pod")

    def evict_after(self, key: str, pod: Obj, seconds: int) -> None:
        """Evict the Pod when it has been there with the taints for so long."""
        entry = self.began.get(key)
        if entry is None or entry["uid"] != meta.uid(pod):
            entry = {"uid": meta.uid(pod), "at": self.world.now}
        due = entry["at"] + seconds * SECOND
        if due > self.world.now:
            self.began[key] = entry
            self.queue.add(key, after=due - self.world.now)
            return
        self.began.pop(key, None)
        self.tell(pod, "Marking for deletion Pod")
        mark_disrupted(
            self.api, pod, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint", self.now()
        )
        try:
            self.api.delete("pods", meta.namespace(pod), meta.name(pod))
        except NotFound:
            return

    def tell(self, pod: Obj, what: str) -> None:
        """Record an event about the Pod."""
        self.recorder.event(pod, "Normal", "TaintManagerEviction", f"{what} {meta.namespace(pod)}/{meta.name(pod)}")


def taints_of(node: Obj) -> list[Obj]:
    """The NoExecute taints of a node."""
    return [each for each in node["spec"].get("taints") or () if each["effect"] == NO_EXECUTE]


def patience(pod: Obj, taints: list[Obj]) -> int | None:
    """For how many seconds the Pod may stay with these taints; 0 if it does not tolerate one of them; None: for ever."""
    limits: list[int] = []
    tolerations = pod["spec"].get("tolerations") or []
    for taint in taints:
        fitting = [each for each in tolerations if tolerates(each, taint)]
        if not fitting:
            return 0
        limits += [max(each["tolerationSeconds"], 0) for each in fitting if each.get("tolerationSeconds") is not None]
    return min(limits, default=None)
