"""The controller manager (kube-controller-manager): runs the controllers over informers that they share."""

from collections.abc import Sequence

from simulator.apiserver.watch import WatchEvent
from simulator.client.api import API
from simulator.client.informer import Informers
from simulator.controllers.controller import MANAGER, Controller, Keys
from simulator.kernel.world import World

EVERYTHING = "*"


class ControllerManager:
    """One part of the cluster that holds all controllers; a key on the agenda is `controller:key`."""

    name = MANAGER

    def __init__(self, world: World, api: API, kinds: Sequence[type[Controller]]) -> None:
        self.informers = Informers(api)
        self.controllers = {kind.name: kind(world, api, self.informers) for kind in kinds}
        self.watchers: dict[str, list[tuple[Controller, Keys]]] = {}
        for controller in self.controllers.values():
            for resource, keys in controller.watches().items():
                self.watchers.setdefault(resource, []).append((controller, keys))

    def start(self) -> None:
        """Look at everything that is there already."""
        for resource, watchers in self.watchers.items():
            for obj in () if resource == EVERYTHING else self.informers.of(resource).all():
                event = WatchEvent("ADDED", resource, obj, None)
                for controller, keys in watchers:
                    enqueue(controller, keys, event)

    def watches(self, resource: str) -> bool:
        """Everything but events, which are only written."""
        return resource != "events"

    def notice(self, event: WatchEvent) -> None:
        """Keep the informers up to date and queue whom the change concerns."""
        self.informers.notice(event)
        for controller, keys in self.watchers.get(event.resource, ()):
            enqueue(controller, keys, event)
        for controller, keys in self.watchers.get(EVERYTHING, ()):
            enqueue(controller, keys, event)

    def reconcile(self, key: str) -> None:
        """Have a controller look at a key."""
        name, _, rest = key.partition(":")
        self.controllers[name].reconcile(rest)


def enqueue(controller: Controller, keys: Keys, event: WatchEvent) -> None:
    """Queue the keys that an event concerns."""
    for key in keys(event):
        controller.queue.add(key, after=controller.patience(key))
