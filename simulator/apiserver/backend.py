"""Reading and committing: what the rules of the API server stand on (apiserver/pkg/registry/generic/registry)."""

from collections.abc import Callable
from typing import Any

from simulator.api import meta, selectors, timestamps
from simulator.api.custom import DEFINITIONS
from simulator.api.errors import BadRequest, NotFound
from simulator.api.resources import STORED_AS, Resource
from simulator.apiserver import fieldlabels
from simulator.apiserver.catalogue import Catalogue
from simulator.apiserver.store import Store
from simulator.apiserver.watch import WatchEvent
from simulator.kernel.units import HOUR, MINUTE
from simulator.kernel.world import World

Obj = dict[str, Any]
EVENT_TTL = HOUR
SWEEP_PERIOD = 5 * MINUTE  # in which expired events are already hidden, and taken out together
COMPACTION = 5 * MINUTE  # in which the API server has etcd forget what is older than that
NAME, SWEEP, COMPACT = "kube-apiserver", "sweep", "compact"  # on the agenda


class Backend:
    """The store with its listeners. Objects that come out are shared: copy what is to be changed."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.state = world.section("apiserver")
        self.store = Store(self.state.setdefault("store", {}))
        self.listeners: list[Callable[[WatchEvent], None]] = []
        # What changes all the time and is not worth storing (heartbeats of nodes) is put into objects as they are read.
        self.projections: dict[str, Callable[[Obj], Obj]] = {}
        # Collections that are computed when asked for (metrics): resource to a function of (namespace, name).
        self.virtual: dict[str, Callable[[str | None, str], list[Obj]]] = {}
        # Who remembers something of events, and is told the time when those that have expired are taken out.
        self.sweepers: list[Callable[[int], None]] = []
        self._catalogue: Catalogue | None = None

    @property
    def catalogue(self) -> Catalogue:
        """The resources that there are."""
        if self._catalogue is None:
            self._catalogue = Catalogue(self.store.scan(DEFINITIONS))
        return self._catalogue

    def resource(self, name: str) -> Resource:
        """The resource called *name*; raises NotFound."""
        found = self.catalogue.get(name)
        if found is None:
            raise NotFound("the server could not find the requested resource")
        return found

    def subscribe(self, listener: Callable[[WatchEvent], None]) -> None:
        """Have *listener* called with each committed event, in order."""
        self.listeners.append(listener)

    def commit(self, event: WatchEvent) -> Obj:
        """Tell everybody of a change that was stored; the object as stored."""
        if event.resource == DEFINITIONS:
            self._catalogue = None
        self.world.tell("object", type=event.type, resource=event.resource, object=event.object)
        for listener in self.listeners:
            listener(event)
        if not self.state.get("compacting"):
            self.state["compacting"] = True
            self.world.agenda.wake(NAME, COMPACT, after=COMPACTION)
        return event.object

    def check_history(self, resource: str, revision: int) -> None:
        """Raise Expired when it is no longer known what happened to the resource after *revision*."""
        self.store.check(STORED_AS.get(resource, resource), revision)

    def changes_since(self, resource: str, revision: int) -> list[WatchEvent]:
        """What happened to the resource after *revision*, oldest first; raises Expired when that is no longer known."""
        return self.store.since(STORED_AS.get(resource, resource), revision)

    def find(self, resource: str, namespace: str | None, name: str) -> Obj | None:
        """The object, or None."""
        resource = STORED_AS.get(resource, resource)
        if resource in self.virtual:
            return next(iter(self.virtual[resource](namespace, name)), None)
        obj = self.store.get(resource, f"{namespace or ''}/{name}")
        if obj is None or (resource == "events" and self._expired(obj)):
            return None
        project = self.projections.get(resource)
        return project(obj) if project else obj

    def get(self, resource: str, namespace: str | None, name: str) -> Obj:
        """The object; raises NotFound."""
        obj = self.find(resource, namespace, name)
        if obj is None:
            raise not_found(self.resource(resource), name)
        return obj

    def list(
        self,
        resource: str,
        namespace: str | None = None,
        *,
        labels: str = "",
        fields: str = "",
        after: str = "",
    ) -> list[Obj]:
        """Objects of one namespace (or, if None, of all), in the order of namespace and name; selectors as in a URL."""
        matches = self.matcher(resource, labels, fields)
        resource = STORED_AS.get(resource, resource)
        if resource in self.virtual:
            computed = self.virtual[resource](namespace, "")
            return [obj for obj in computed if meta.key(obj) > after and matches(obj)]
        found = [obj for obj in self.store.scan(resource, namespace, after) if matches(obj)]
        if resource == "events":
            found = [obj for obj in found if not self._expired(obj)]
        project = self.projections.get(resource)
        return [project(obj) for obj in found] if project else found

    def matcher(self, resource: str, labels: str, fields: str) -> Callable[[Obj], bool]:
        """Whether an object fulfils both selectors; raises BadRequest if one cannot be read."""
        try:
            requirements, terms = selectors.parse(labels), selectors.parse_fields(fields)
        except selectors.BadSelector as error:
            raise BadRequest(str(error)) from None
        if terms:
            fieldlabels.check(self.resource(resource), terms, self.catalogue.selectable(resource))
        if not requirements and not terms:
            return lambda obj: True
        return lambda obj: (
            selectors.matches(requirements, obj["metadata"].get("labels")) and fieldlabels.matches(obj, terms)
        )

    def _expired(self, event: Obj) -> bool:
        return last_seen(event) + EVENT_TTL <= self.world.unix

    def sweep_events(self) -> None:
        """See to it that events are taken out some time after they have expired."""
        if self.state.get("sweep_at", 0) <= self.world.now:
            self.state["sweep_at"] = self.world.now + EVENT_TTL + SWEEP_PERIOD
            self.world.agenda.wake_at(NAME, SWEEP, self.state["sweep_at"])

    def reconcile(self, key: str) -> None:
        """What is due on the agenda."""
        if key == SWEEP:
            self.sweep()
        elif self.store.compact():
            self.world.agenda.wake(NAME, COMPACT, after=COMPACTION)
        else:
            self.state["compacting"] = False

    def sweep(self) -> None:
        """Take out the events that have expired."""
        for event in [each for each in self.store.scan("events") if self._expired(each)]:
            self.commit(self.store.remove("events", event))
        for forget in self.sweepers:
            forget(self.world.now)
        if self.store.count("events"):
            self.sweep_events()


def last_seen(event: Obj) -> int:
    """When an event happened last, in Unix microseconds."""
    series = event.get("series") or {}
    last = series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime")
    return timestamps.parse(last or event["metadata"]["creationTimestamp"])


def not_found(resource: Resource, name: str) -> NotFound:
    """The refusal for an object that is not there."""
    details = {"name": name, "kind": resource.plural} | ({"group": resource.group} if resource.group else {})
    return NotFound(f'{resource.name} "{name}" not found', details=details)
