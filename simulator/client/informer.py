"""What a component knows of the API server's objects: shared informers with indexes (client-go tools/cache).

An informer is derived: it is filled from the API server when it is first asked, kept up by each watch event, and no part of
the value. What it hands out is sorted by key, so that an informer which was made anew answers the same.
"""

from collections.abc import Callable, Iterable

from simulator.apiserver.watch import WatchEvent
from simulator.client.api import API, Obj

Indexer = Callable[[Obj], Iterable[str]]


def key_of(obj: Obj) -> str:
    """`namespace/name`, or the name of what has no namespace."""
    meta = obj["metadata"]
    namespace = meta.get("namespace")
    return f"{namespace}/{meta['name']}" if namespace else str(meta["name"])


def split_key(key: str) -> tuple[str, str]:
    """The namespace, or "", and the name in a *key*."""
    namespace, _, name = key.rpartition("/")
    return namespace, name


class Informer:
    """All objects of one resource, by key and by what the indexers find in them."""

    def __init__(self, api: API, resource: str, indexers: dict[str, Indexer]) -> None:
        self.api = api
        self.resource = resource
        self.indexers = indexers
        self.objects: dict[str, Obj] | None = None
        self.buckets: dict[tuple[str, str], dict[str, Obj]] = {}
        self.unsorted: set[tuple[str, str]] = set()

    def load(self) -> dict[str, Obj]:
        """The objects, read from the API server if this was not done yet."""
        if self.objects is None:
            self.objects = {}
            for obj in self.api.list(self.resource):
                self.put(key_of(obj), obj)
        return self.objects

    def notice(self, event: WatchEvent) -> None:
        """Take in a change; an informer that nobody has asked yet has nothing to keep up."""
        if self.objects is None:
            return
        key = key_of(event.object)
        if event.type == "DELETED":
            self.drop(key, self.objects.pop(key, None))
        else:
            self.put(key, event.object)

    def put(self, key: str, obj: Obj) -> None:
        """Store *obj* and set the indexes right."""
        objects = self.load()
        old = objects.get(key)
        objects[key] = obj
        for name, indexer in self.indexers.items():
            values = list(indexer(obj))
            if old is not None:
                self.leave(name, key, (value for value in indexer(old) if value not in values))
            for value in values:
                self.enter((name, value), key, obj)

    def enter(self, place: tuple[str, str], key: str, obj: Obj) -> None:
        """Put an object into a bucket."""
        bucket = self.buckets.setdefault(place, {})
        if key not in bucket:
            self.unsorted.add(place)
        bucket[key] = obj

    def leave(self, name: str, key: str, values: Iterable[str]) -> None:
        """Take an object out of its buckets."""
        for value in values:
            bucket = self.buckets.get((name, value))
            if bucket is None:
                continue
            bucket.pop(key, None)
            if not bucket:
                del self.buckets[name, value]
                self.unsorted.discard((name, value))

    def drop(self, key: str, obj: Obj | None) -> None:
        """Forget an object."""
        if obj is not None:
            for name, indexer in self.indexers.items():
                self.leave(name, key, indexer(obj))

    def get(self, key: str) -> Obj | None:
        """The object, or None."""
        return self.load().get(key)

    def all(self) -> list[Obj]:
        """Every object, sorted by key."""
        return [obj for _, obj in sorted(self.load().items(), key=lambda item: item[0])]

    def count(self, index: str, value: str) -> int:
        """In how many objects *index* finds *value*."""
        self.load()
        return len(self.buckets.get((index, value), ()))

    def by(self, index: str, value: str) -> list[Obj]:
        """The objects in which *index* finds *value*, sorted by key."""
        self.load()
        place = (index, value)
        bucket = self.buckets.get(place)
        if bucket is None:
            return []
        if place in self.unsorted:
            self.buckets[place] = bucket = dict(sorted(bucket.items(), key=lambda item: item[0]))
            self.unsorted.discard(place)
        return list(bucket.values())


def by_namespace(obj: Obj) -> Iterable[str]:
    """Index: the namespace."""
    return (obj["metadata"].get("namespace", ""),)


def by_owner(obj: Obj) -> Iterable[str]:
    """Index: the uid of each owner."""
    return [owner["uid"] for owner in obj["metadata"].get("ownerReferences") or ()]


def by_node(obj: Obj) -> Iterable[str]:
    """Index: the node of a Pod that has one."""
    node = obj["spec"].get("nodeName")
    return (node,) if node else ()


class Informers:
    """The informers that the controllers of one process share."""

    def __init__(self, api: API) -> None:
        self.api = api
        self.informers: dict[str, Informer] = {}

    def of(self, resource: str) -> Informer:
        """The informer of *resource*."""
        informer = self.informers.get(resource)
        if informer is None:
            indexers: dict[str, Indexer] = {
                "namespace": by_namespace,
                "owner": by_owner,
            }
            if resource == "pods":
                indexers["node"] = by_node
            informer = self.informers[resource] = Informer(self.api, resource, indexers)
        return informer

    def notice(self, event: WatchEvent) -> None:
        """Take in a change."""
        informer = self.informers.get(event.resource)
        if informer is not None:
            informer.notice(event)
