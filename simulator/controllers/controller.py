"""What all controllers share: watch, queue, reconcile (the informer-and-work-queue loop of pkg/controller)."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from simulator.api import timestamps
from simulator.api.errors import ApiError
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import API, Obj
from simulator.client.informer import Informers, key_of
from simulator.client.recorder import Recorder
from simulator.client.throttle import Throttle
from simulator.client.workqueue import QUICKEST, WorkQueue
from simulator.kernel.units import MILLISECOND
from simulator.kernel.world import World

MANAGER = "kube-controller-manager"
FEW = 50  # Pods that are looked at again with every change
PATIENCE = 5 * MILLISECOND  # for each further one
Keys = Callable[[WatchEvent], Iterable[str]]


class Controller:
    """One controller: `watches` says which changes concern which keys, `sync` brings a key one step nearer to what is wanted.

    *name* is its name in the manager; *source* is what its events say they come from.
    """

    name: ClassVar[str]
    source: ClassVar[str] = ""

    def __init__(self, world: World, api: API, informers: Informers) -> None:
        self.world = world
        self.api = api
        self.informers = informers
        self.queue = WorkQueue(world, MANAGER, f"{self.name}:")
        self.recorder = Recorder(world, api, self.source or self.name)
        self.throttle = Throttle(world, self.name)

    def watches(self) -> dict[str, Keys]:
        """For each resource the keys to look at when one of its objects changes."""
        raise NotImplementedError

    def sync(self, key: str) -> None:
        """Look at *key* as things are and do what is to be done; may be called at any time; raises ApiError."""
        raise NotImplementedError

    def patience(self, key: str) -> int | None:
        """How long to collect further changes before a look at *key*, in microseconds; None: as a watch event takes."""
        return None

    def reconcile(self, key: str) -> None:
        """Look at *key* if it is due; what the API server refuses is tried again later."""
        if not self.queue.take(key):
            return
        try:
            self.sync(key)
        except ApiError:
            self.queue.retry(key)
        else:
            self.queue.forget(key)

    def may_make(self, key: str, wanted: int) -> int:
        """How many of *wanted* objects may be made now; for the rest *key* is looked at again when there are tokens."""
        granted = self.throttle.take(wanted)
        if granted < wanted:
            self.queue.add(key, after=self.throttle.refill(wanted - granted))
        return granted

    def now(self) -> str:
        """The time as objects carry it."""
        return timestamps.rfc3339(self.world.unix)

    def find(self, resource: str, key: str) -> Obj | None:
        """An object as last seen."""
        return self.informers.of(resource).get(key)

    def in_namespace(self, resource: str, namespace: str) -> list[Obj]:
        """The objects of a namespace, as last seen."""
        return self.informers.of(resource).by("namespace", namespace)

    def since(self, time: str) -> int:
        """Microseconds since a timestamp."""
        return self.world.unix - timestamps.parse(time)


def batch_period(pods: int) -> int | None:
    """The patience with a key that needs a look at so many Pods: else the work for all of them would grow with the square."""
    return QUICKEST + (pods - FEW) * PATIENCE if pods > FEW else None


def itself(event: WatchEvent) -> Iterable[str]:
    """The key of the object that changed."""
    return (key_of(event.object),)


def its_controller(kind: str) -> Keys:
    """The key of the *kind* that controls the object, or did so before."""

    def keys(event: WatchEvent) -> Iterable[str]:
        found = [controller_key(event.object, kind)]
        if event.old is not None and event.old["metadata"].get("ownerReferences") is not event.object["metadata"].get(
            "ownerReferences"
        ):
            found.append(controller_key(event.old, kind))
        return [key for key in dict.fromkeys(found) if key]

    return keys


def controller_key(obj: Obj, kind: str) -> str:
    """`namespace/name` of the *kind* that controls the object, or empty."""
    metadata = obj["metadata"]
    for owner in metadata.get("ownerReferences") or ():
        if owner.get("controller") and owner["kind"] == kind:
            return f"{metadata['namespace']}/{owner['name']}" if metadata.get("namespace") else str(owner["name"])
    return ""
