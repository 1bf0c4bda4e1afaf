"""The garbage collector (pkg/controller/garbagecollector): what is owned goes with its owner, or is let go of.

Keys are `resource|namespace/name`. The graph of who owns what is derived from all objects and kept up by watch events.
"""

from simulator.api import meta
from simulator.api.errors import BadRequest, NotFound
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import API, Obj
from simulator.client.informer import Informers, key_of, split_key
from simulator.controllers.controller import Controller, Keys
from simulator.kernel.world import World

FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
IGNORED = ("events",)


class GarbageCollector(Controller):
    """Deletes dependents of what is gone, and carries out foreground deletion and orphaning."""

    name = "garbage-collector"
    source = "garbage-collector-controller"

    def __init__(self, world: World, api: API, informers: Informers) -> None:
        super().__init__(world, api, informers)
        self.dependents: dict[str, dict[str, None]] | None = None

    def watches(self) -> dict[str, Keys]:
        return {"*": self.concerned}

    def graph(self) -> dict[str, dict[str, None]]:
        """The keys of the dependents of each owner, by its uid."""
        if self.dependents is None:
            self.dependents = {}
            for resource in self.api.catalogue.all():
                if "list" in resource.verbs and resource.name not in IGNORED:
                    for obj in self.api.list(resource.name):
                        self.link(resource.name, obj)
        return self.dependents

    def link(self, resource: str, obj: Obj) -> None:
        """Note whom an object belongs to."""
        for owner in meta.owners(obj):
            self.graph().setdefault(owner["uid"], {})[f"{resource}|{key_of(obj)}"] = None

    def unlink(self, resource: str, obj: Obj, owners: list[str]) -> None:
        """Forget that an object belongs to *owners*."""
        for uid in owners:
            found = self.graph().get(uid, {})
            found.pop(f"{resource}|{key_of(obj)}", None)
            if not found:
                self.graph().pop(uid, None)

    def concerned(self, event: WatchEvent) -> list[str]:
        """Keep the graph up to date; whom to look at after a change."""
        if event.resource in IGNORED:
            return []
        obj, key = event.object, f"{event.resource}|{key_of(event.object)}"
        if event.type == "DELETED":
            self.unlink(event.resource, obj, [owner["uid"] for owner in meta.owners(obj)])
            waiting = [f"{name}|{owner}" for name, owner in self.foreground_owners(obj)]
            return [*sorted(self.graph().get(meta.uid(obj), {})), *waiting]
        if meta.deleting(obj) and any(each in (FOREGROUND, ORPHAN) for each in obj["metadata"].get("finalizers") or ()):
            return [key]
        if event.old is not None and meta.owners(event.old) == meta.owners(obj):
            return []
        self.relink(event)
        return [key] if any(not self.exists(obj, owner) for owner in meta.owners(obj)) else []

    def relink(self, event: WatchEvent) -> None:
        """Take in the owners that an object has now."""
        if event.old is not None and meta.owners(event.old) != meta.owners(event.object):
            now = [owner["uid"] for owner in meta.owners(event.object)]
            before = [owner["uid"] for owner in meta.owners(event.old)]
            self.unlink(event.resource, event.object, [uid for uid in before if uid not in now])
        self.link(event.resource, event.object)

    def foreground_owners(self, obj: Obj) -> list[tuple[str, str]]:
        """The owners of an object that wait for it to go."""
        found = []
        for owner in meta.owners(obj):
            resource, holder = self.owner_of(obj, owner)
            if holder is not None and is_foreground(holder):
                found.append((resource, key_of(holder)))
        return found

    def owner_of(self, obj: Obj, owner: Obj) -> tuple[str, Obj | None]:
        """The resource of an owner, and the owner itself if it is still the same object."""
        resource = self.api.catalogue.by_kind(owner["apiVersion"], owner["kind"])
        if resource is None:
            return "", None
        namespace = meta.namespace(obj) if resource.namespaced else None
        try:
            found = self.api.get(resource.name, namespace, owner["name"])
        except (NotFound, BadRequest):
            return resource.name, None
        return resource.name, found if meta.uid(found) == owner["uid"] else None

    def exists(self, obj: Obj, owner: Obj) -> bool:
        """Whether an owner is there; one of a kind that nobody knows counts as there."""
        resource, found = self.owner_of(obj, owner)
        return not resource or found is not None

    def sync(self, key: str) -> None:
        resource, _, rest = key.partition("|")
        try:
            obj = self.api.get(resource, *split_key(rest))
        except NotFound:
            return
        finalizers = obj["metadata"].get("finalizers") or ()
        if meta.deleting(obj) and ORPHAN in finalizers:
            self.orphan(resource, obj)
        elif is_foreground(obj):
            self.delete_dependents(resource, obj)
        elif not meta.deleting(obj):
            self.collect(resource, obj)

    def collect(self, resource: str, obj: Obj) -> None:
        """Delete an object none of whose owners is there any more, or forget those that are not."""
        owners = meta.owners(obj)
        if not owners:
            return
        gone = [owner["uid"] for owner in owners if not self.exists(obj, owner)]
        waiting = [owner["uid"] for owner in owners if self.waits(obj, owner)]
        kept = [owner for owner in owners if owner["uid"] not in gone and owner["uid"] not in waiting]
        if kept and (gone or waiting):
            self.api.update(resource, meta.with_metadata(obj, ownerReferences=kept))
        elif not kept:
            foreground = waiting and self.graph().get(meta.uid(obj))
            self.delete(resource, obj, "Foreground" if foreground else "Background")

    def waits(self, obj: Obj, owner: Obj) -> bool:
        """Whether an owner is being deleted in the foreground and waits for the object."""
        _, found = self.owner_of(obj, owner)
        return found is not None and is_foreground(found)

    def delete(self, resource: str, obj: Obj, propagation: str) -> None:
        """Delete an object, if it is still the same."""
        try:
            self.api.delete(
                resource, meta.namespace(obj) or None, meta.name(obj), propagation=propagation, uid=meta.uid(obj)
            )
        except NotFound:
            return

    def delete_dependents(self, resource: str, obj: Obj) -> None:
        """Foreground deletion: first the dependents, then, when none of those that block is left, the owner."""
        blocking = False
        for key in sorted(self.graph().get(meta.uid(obj), {})):
            name, _, rest = key.partition("|")
            dependent = self.find_any(name, rest)
            if dependent is None:
                continue
            blocking = blocking or any(
                owner["uid"] == meta.uid(obj) and owner.get("blockOwnerDeletion") for owner in meta.owners(dependent)
            )
            if not meta.deleting(dependent):
                self.queue.add(key)
        if not blocking:
            self.finish(resource, obj, FOREGROUND)

    def find_any(self, resource: str, key: str) -> Obj | None:
        """An object, or None."""
        try:
            return self.api.get(resource, *split_key(key))
        except NotFound:
            return None

    def orphan(self, resource: str, obj: Obj) -> None:
        """Let go of all dependents, then of the owner."""
        for key in sorted(self.graph().get(meta.uid(obj), {})):
            name, _, rest = key.partition("|")
            dependent = self.find_any(name, rest)
            if dependent is not None:
                owners = [owner for owner in meta.owners(dependent) if owner["uid"] != meta.uid(obj)]
                self.api.update(name, meta.with_metadata(dependent, ownerReferences=owners or None))
        self.finish(resource, obj, ORPHAN)

    def finish(self, resource: str, obj: Obj, finalizer: str) -> None:
        """Take a finalizer off an object, which then goes."""
        rest = [each for each in obj["metadata"]["finalizers"] if each != finalizer]
        self.api.update(resource, meta.with_metadata(obj, finalizers=rest or None))


def is_foreground(obj: Obj) -> bool:
    """Whether an object waits for its dependents to go before it."""
    return meta.deleting(obj) and FOREGROUND in (obj["metadata"].get("finalizers") or ())
