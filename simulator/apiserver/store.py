"""What the API server remembers, in the manner of etcd: one revision counter, ordered keys, a bounded history of changes."""

from bisect import bisect_left, insort
from collections.abc import Iterator
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
    next entry of the same key, or is what is stored now: so each state of an object is kept once.
    """

    def __init__(self, state: dict[str, Any]) -> None:
        self.state = state
        state.setdefault("revision", 0)
        state.setdefault("compacted", 0)
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

    def since(self, revision: int) -> list[tuple[int, WatchEvent]]:
        """What happened after *revision*, oldest first; raises Expired when that is no longer known."""
        if revision < self.state["compacted"]:
            raise Expired(f"too old resource version: {revision} ({self.revision})")
        found: list[tuple[int, WatchEvent]] = []
        later: dict[tuple[str, str], Obj] = {}
        for at, kind, resource, key, before in reversed(self.history):
            if at <= revision:
                break
            after = _at_revision(before, at) if kind == "DELETED" else later.get((resource, key))
            found.append(
                (
                    at,
                    WatchEvent(kind, resource, after or self.objects[resource][key], before),
                )
            )
            later[resource, key] = before
        return found[::-1]

    def _stamped(self, obj: Obj) -> Obj:
        self.state["revision"] += 1
        return _at_revision(obj, self.state["revision"])

    def _record(self, kind: str, resource: str, key: str, obj: Obj, old: Obj | None) -> WatchEvent:
        self.history.append([self.state["revision"], kind, resource, key, old])
        if len(self.history) >= HISTORY + SURPLUS:
            self.state["compacted"] = self.history[-HISTORY - 1][0]
            del self.history[:-HISTORY]
        return WatchEvent(kind, resource, obj, old)


def _at_revision(obj: Obj, revision: int) -> Obj:
    return {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(revision)}}
