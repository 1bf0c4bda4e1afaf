"""Creating, changing and deleting objects: the way of every write (apiserver/pkg/registry/generic/registry/store.go)."""

from typing import Any

from simulator.api import field, meta
from simulator.api.errors import AlreadyExists, ApiError, BadRequest, Conflict, Invalid
from simulator.api.field import FieldError
from simulator.api.requests import ADMIN, User
from simulator.api.resources import STORED_AS, Resource
from simulator.apiserver import objectmeta
from simulator.apiserver.admission import chain as admission
from simulator.apiserver.backend import Backend
from simulator.apiserver.registry import deletion, limits, objectmeta_rules
from simulator.apiserver.registry.custom import rules_of
from simulator.apiserver.registry.strategies import strategy_of
from simulator.apiserver.registry.strategy import Strategy
from simulator.apiserver.warning import Warn, silent

Obj = dict[str, Any]


class Registry(Backend):
    """Writes of objects. The object that is handed in is never changed and never stored itself."""

    def rules(self, resource: Resource) -> Strategy:
        """The rules of a resource."""
        custom = self.catalogue.customs.get(resource.name)
        return strategy_of(resource.name) if custom is None else rules_of(custom)

    def create(
        self,
        resource: str,
        obj: Obj,
        *,
        user: User = ADMIN,
        dry_run: bool = False,
        warn: Warn = silent,
    ) -> Obj:
        """Create an object and return it as stored; raises ApiError."""
        found = self.resource(STORED_AS.get(resource, resource))
        strategy = self.rules(found)
        new: Obj = meta.copy(obj)
        new["apiVersion"], new["kind"] = (
            obj.get("apiVersion") or found.api_version,
            found.kind,
        )
        metadata = new.setdefault("metadata", {})
        objectmeta.generate_name(self.world, metadata)
        strategy.default(new)
        draft = admission.Attempt("CREATE", found, new, None, user, dry_run, warn)
        admission.mutate(self, draft)
        new["metadata"] = objectmeta.fill_created(self.world, found, metadata)
        strategy.create(self, new)
        refuse(
            found,
            metadata.get("name", ""),
            [*objectmeta_rules.validate(found, new), *strategy.validate(new), *strategy.validate_create(new)],
        )
        admission.validate(self, draft)
        strategy.warn(new, None, draft.warn)
        if self.store.get(found.name, meta.key(new)) is not None:
            raise _already_exists(found, metadata["name"])
        if dry_run:
            strategy.release(self, new)
            return new
        limits.check(self.store, found.name, new)
        if found.name == "events":
            self.sweep_events()
        return self.commit(self.store.add(found.name, new))

    def update(self, resource: str, obj: Obj, *, user: User = ADMIN, dry_run: bool = False, warn: Warn = silent) -> Obj:
        """Replace all of an object but its status; raises NotFound, Conflict, Invalid. Nothing happens if nothing differs."""
        return self._update(resource, obj, "", user, dry_run, warn)

    def update_status(self, resource: str, obj: Obj, *, user: User = ADMIN, dry_run: bool = False) -> Obj:
        """Replace the status (and labels and annotations) of an object."""
        return self._update(resource, obj, "status", user, dry_run)

    def _update(self, resource: str, obj: Obj, part: str, user: User, dry_run: bool, warn: Warn = silent) -> Obj:
        found = self.resource(STORED_AS.get(resource, resource))
        metadata = obj["metadata"]
        key = f"{metadata.get('namespace', '') if found.namespaced else ''}/{metadata.get('name', '')}"
        old = self.store.get(found.name, key)
        if old is None:
            self.get(found.name, metadata.get("namespace"), metadata.get("name", ""))
            raise BadRequest(f"not simulated here: changing {found.name}, which are computed")
        _check_preconditions(found, old, metadata.get("uid", ""), metadata.get("resourceVersion", ""))
        if part == "status":
            new = _status_only(found, obj, old)
            if found.custom:
                refuse(found, meta.name(old), self.rules(found).validate(new))
        else:
            new = self._changed(found, obj, old, user, dry_run, warn)
        if _same(new, old):
            return old
        if dry_run:
            return new
        limits.check(self.store, found.name, new)
        stored = self.commit(self.store.replace(found.name, new, old))
        if deletion.finished(stored):
            return self._remove(found, stored)
        return stored

    def _changed(self, found: Resource, obj: Obj, old: Obj, user: User, dry_run: bool, warn: Warn) -> Obj:
        strategy = self.rules(found)
        new: Obj = meta.copy(obj)
        new["apiVersion"], new["kind"] = old["apiVersion"], old["kind"]
        if found.subresource("status"):
            new.pop("status", None)
            if "status" in old:
                new["status"] = old["status"]
        strategy.default(new)
        attempt = admission.Attempt("UPDATE", found, new, old, user, dry_run, warn)
        admission.mutate(self, attempt)
        strategy.update(self, new, old)
        problems = [
            *objectmeta_rules.validate_update(found, new, old),
            *strategy.validate(new),
        ]
        new["metadata"] = objectmeta.fill_updated(found, new, old)
        refuse(found, meta.name(old), problems + strategy.validate_update(new, old))
        admission.validate(self, attempt)
        strategy.warn(new, old, warn)
        return new

    def delete(
        self,
        resource: str,
        namespace: str | None,
        name: str,
        *,
        grace: int | None = None,
        propagation: str = "",
        uid: str = "",
        resource_version: str = "",
        user: User = ADMIN,
        dry_run: bool = False,
    ) -> Obj:
        """Begin or finish the deletion of an object; the object as it last was. *grace* in seconds, 0 removes at once.

        *propagation* is `Background`, `Foreground` or `Orphan`; empty is the default of the resource.
        """
        found = self.resource(STORED_AS.get(resource, resource))
        self.get(found.name, namespace, name)
        old = self.store.get(found.name, f"{namespace or ''}/{name}")
        if old is None:
            raise BadRequest(f"not simulated here: deleting {found.name}, which are computed")
        _check_preconditions(found, old, uid, resource_version)
        admission.validate(self, admission.Attempt("DELETE", found, old, old, user, dry_run, silent))
        doomed = deletion.begin(self.world, found, old, grace, propagation)
        if dry_run:
            return doomed or old
        if doomed is None:
            last = deletion.farewell(self.world, found, old)
            return self._remove(found, old if last is old else self.commit(self.store.replace(found.name, last, old)))
        return old if doomed is old else self.commit(self.store.replace(found.name, doomed, old))

    def _remove(self, found: Resource, old: Obj) -> Obj:
        self.rules(found).release(self, old)
        limits.release(self.store, found.name, old)
        return self.commit(self.store.remove(found.name, old))

    def finalize_namespace(self, obj: Obj) -> Obj:
        """Replace spec.finalizers of a namespace; one that is being deleted and has none left goes."""
        old = self.get("namespaces", None, meta.name(obj))
        new = {**old, "spec": obj.get("spec") or {}}
        if _same(new, old):
            return old
        stored = self.commit(self.store.replace("namespaces", new, old))
        return self._remove(self.resource("namespaces"), stored) if deletion.finished(stored) else stored


def _same(new: Obj, old: Obj) -> bool:
    """Whether nothing differs but the revision."""
    if any(new.get(part) != old.get(part) for part in {**new, **old} if part != "metadata"):
        return False
    ours, theirs = new["metadata"], old["metadata"]
    return all(ours.get(part) == theirs.get(part) for part in {**ours, **theirs} if part != "resourceVersion")


def _status_only(found: Resource, obj: Obj, old: Obj) -> Obj:
    metadata = {**old["metadata"]}
    for part in ("labels", "annotations"):
        if obj["metadata"].get(part):
            metadata[part] = obj["metadata"][part]
    new = {**old, "metadata": metadata}
    new.pop("status", None)
    return new | ({"status": obj["status"]} if obj.get("status") else {})


def check_version(found: Resource, old: Obj, new: Obj) -> None:
    """Raise Conflict if *new* was made of another state of the object than *old*."""
    _check_preconditions(found, old, "", str((new.get("metadata") or {}).get("resourceVersion") or ""))


def _check_preconditions(found: Resource, old: Obj, uid: str, resource_version: str) -> None:
    name, metadata = meta.name(old), old["metadata"]
    if uid and uid != metadata["uid"]:
        raise Conflict(
            f'Operation cannot be fulfilled on {found.name} "{name}": Precondition failed: '
            f"UID in precondition: {uid}, UID in object meta: {metadata['uid']}",
            details=_details(found, name),
        )
    if resource_version and resource_version != metadata["resourceVersion"]:
        raise Conflict(
            f'Operation cannot be fulfilled on {found.name} "{name}": the object has been modified; '
            "please apply your changes to the latest version and try again",
            details=_details(found, name),
        )


def _details(found: Resource, name: str) -> Obj:
    return {"name": name} | ({"group": found.group} if found.group else {}) | {"kind": found.plural}


def _already_exists(found: Resource, name: str) -> ApiError:
    return AlreadyExists(f'{found.name} "{name}" already exists', details=_details(found, name))


def refuse(found: Resource, name: str, errors: list[FieldError]) -> None:
    """Raise Invalid if there are errors."""
    if not errors:
        return
    details = _details(found, name) | {
        "kind": found.kind,
        "causes": field.causes(errors),
    }
    raise Invalid(
        f"{found.qualified_kind} {field.quoted(name)} is invalid: {field.message(errors)}",
        details=details,
    )
