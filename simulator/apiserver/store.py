"""What the API server remembers, in the manner of etcd: one revision counter, ordered keys, a bounded history of changes."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from simulator.api import meta
from simulator.api.errors import Expired
from simulator.apiserver.watch import WatchEvent

Obj = dict[str, Any]
# Entries of the history that are kept, and how many more before it is cut: whoever asks for older ones must list again.
HISTORY, SURPLUS = 100, 20


class Store:
    """Objects by resource and key (`namespace/name`), over a plain dict. Objects that were handed in are never changed.

    An entry of the history is [revision, type, resource, key, the object before]. What the object became stands in the
    next entry of the same key, or is what is stored now: so each state of an object is kept once. `compacted` says of each
    resource up to which revision its history is forgotten; a resource that lost nothing can be watched from any revision.
    """

    def __init__(self, state: dict[str, Any]) -> None:
        self.state = state
        state.setdefault("revision", 0)
        state.setdefault("mark", 0)
        self.compacted: dict[str, int] = state.setdefault("compacted", {})
        self.objects: dict[str, dict[str, Obj]] = state.setdefault("objects", {})
        self.history: list[list[Any]] = state.setdefault("history", [])
        self.keys = {resource: sorted(objects) for resource, objects in self.objects.items()}

    @property
    def revision(self) -> int:
        """The revision of the last change."""
        return int(self.state["revision"])

    def get(self, resource: str, key: str) -> Obj | None:
        """The object at *key*."""
        objects = self.objects.get(resource)
        return objects.get(key) if objects else None

    def count(self, resource: str) -> int:
        """How many objects of the resource there are."""
        return len(self.objects.get(resource, ()))

    def scan(self, resource: str, namespace: str | None = None, after: str = "") -> Iterator[Obj]:
        """Objects in the order of their keys, of one namespace or of all, beginning behind the key *after*."""
        keys = self.keys.get(resource)
        if not keys:
            return
        objects = self.objects[resource]
        prefix = "" if namespace is None else f"{namespace}/"
        start = bisect_left(keys, max(prefix, f"{after}\0" if after else ""))
        for key in keys[start:]:
            if prefix and not key.startswith(prefix):
                return
            yield objects[key]

    def add(self, resource: str, obj: Obj) -> WatchEvent:
        """Store a new object."""
        key = meta.key(obj)
        objects = self.objects.setdefault(resource, {})
        insort(self.keys.setdefault(resource, []), key)
        objects[key] = stored = self._stamped(obj)
        return self._record("ADDED", resource, key, stored, None)

    def replace(self, resource: str, obj: Obj, old: Obj) -> WatchEvent:
        """Store *obj* in the place of *old*."""
        key = meta.key(obj)
        self.objects[resource][key] = stored = self._stamped(obj)
        return self._record("MODIFIED", resource, key, stored, old)

    def remove(self, resource: str, old: Obj) -> WatchEvent:
        """Take an object out."""
        key = meta.key(old)
        del self.objects[resource][key]
        keys = self.keys[resource]
        del keys[bisect_left(keys, key)]
        return self._record("DELETED", resource, key, self._stamped(old), old)

    def check(self, resource: str, revision: int) -> None:
        """Raise Expired when it is no longer known what happened to the resource after *revision*."""
        if revision < self.compacted.get(resource, 0):
            raise Expired(f"too old resource version: {revision} ({self.revision})")

    def since(self, resource: str, revision: int) -> list[WatchEvent]:
        """What happened to the resource after *revision*, oldest first; raises Expired when that is no longer known."""
        self.check(resource, revision)
        found: list[WatchEvent] = []
        later: dict[str, Obj] = {}
        for at, kind, changed, key, before in reversed(self.history):
            if at <= revision:
                break
            if changed != resource:
                continue
            after = _at_revision(before, at) if kind == "DELETED" else later.get(key) or self.objects[resource][key]
            found.append(WatchEvent(kind, resource, after, before))
            later[key] = before
        return found[::-1]

    def at(self, resource: str, revision: int, namespace: str | None = None) -> list[Obj]:
        """The objects as they were at *revision*, in the order of their keys; raises Expired."""
        found = dict(self.objects.get(resource, {}))
        for event in reversed(self.since(resource, revision)):
            if event.old is None:
                del found[meta.key(event.object)]
            else:
                found[meta.key(event.object)] = event.old
        prefix = "" if namespace is None else f"{namespace}/"
        return [found[key] for key in sorted(found) if key.startswith(prefix)]

    def compact(self) -> bool:
        """Forget what had happened before this was last called, as etcd is asked to every five minutes; whether there is
        something left to be forgotten the next time."""
        self._forget(bisect_right(self.history, self.state["mark"], key=itemgetter(0)))
        self.state["mark"] = self.revision
        return bool(self.history)

    def _forget(self, count: int) -> None:
        for revision, _, resource, _, _ in self.history[:count]:
            self.compacted[resource] = revision
        del self.history[:count]

    def _stamped(self, obj: Obj) -> Obj:
        self.state["revision"] += 1
        return _at_revision(obj, self.state["revision"])

    def _record(self, kind: str, resource: str, key: str, obj: Obj, old: Obj | None) -> WatchEvent:
        self.history.append([self.state["revision"], kind, resource, key, old])
        if len(self.history) >= HISTORY + SURPLUS:
            self._forget(SURPLUS)
        return WatchEvent(kind, resource, obj, old)


def _at_revision(obj: Obj, revision: int) -> Obj:
    return {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(revision)}}
