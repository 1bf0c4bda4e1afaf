"""What follows on a CustomResourceDefinition: its names are accepted, it is established, and when it goes its objects go first
(apiextensions-apiserver/pkg/controller/{status,establish,finalizer}; there these controllers run in the API server)."""

from simulator.api import meta
from simulator.api.custom import CLEANUP, DEFINITIONS
from simulator.api.errors import NotFound
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import Obj
from simulator.controllers.controller import Controller, Keys

ACCEPTED = "the initial names have been accepted"
IN_PROGRESS = ("InstanceDeletionInProgress", "CustomResource deletion is in progress")
NAMES = (("plural", "PluralConflict"), ("singular", "SingularConflict"))
KINDS = (("kind", "KindConflict"), ("listKind", "ListKindConflict"))


class CustomResourceController(Controller):
    """Keeps the status of CustomResourceDefinitions, and cleans up behind them."""

    name = "customresourcedefinitions"

    def watches(self) -> dict[str, Keys]:
        return {DEFINITIONS: self.concerned, "*": self.emptied}

    def concerned(self, event: WatchEvent) -> list[str]:
        """A definition; when one goes, its names are free for all others."""
        if event.type != "DELETED":
            return [meta.name(event.object)]
        return [meta.name(each) for each in self.api.store.scan(DEFINITIONS)]

    def emptied(self, event: WatchEvent) -> list[str]:
        """The definition that waits for its last object to go."""
        definition = self.api.store.get(DEFINITIONS, f"/{event.resource}") if event.type == "DELETED" else None
        return [event.resource] if definition is not None and meta.deleting(definition) else []

    def sync(self, key: str) -> None:
        definition = self.api.find(DEFINITIONS, None, key)
        if definition is None:
            return
        if meta.deleting(definition):
            self.clean_up(definition)
        elif definition["spec"]["names"] != (definition.get("status") or {}).get("acceptedNames"):
            self.accept(definition)
        elif meta.is_true(definition, "NamesAccepted") and not meta.is_true(definition, "Established"):
            self.report(definition, "Established", "True", "InitialNamesAccepted", ACCEPTED)

    # --- names
    def taken(self, definition: Obj) -> tuple[set[str], set[str]]:
        """The names and the kinds that others of the group have been given."""
        group, own = definition["spec"]["group"], meta.name(definition)
        resources: set[str] = set()
        kinds: set[str] = set()
        for each in self.api.store.scan(DEFINITIONS):
            if each["spec"]["group"] == group and meta.name(each) != own:
                given = (each.get("status") or {}).get("acceptedNames") or {}
                resources |= {given.get("plural", ""), given.get("singular", ""), *(given.get("shortNames") or ())}
                kinds |= {given.get("kind", ""), given.get("listKind", "")}
        return resources, kinds

    def accept(self, definition: Obj) -> None:
        """Give the names that nobody else has."""
        wanted, had = definition["spec"]["names"], (definition.get("status") or {}).get("acceptedNames") or {}
        resources, kinds = self.taken(definition)
        given, conflict = dict(had), ("", "")
        for field, reason, used in (*((*each, resources) for each in NAMES), *((*each, kinds) for each in KINDS)):
            if wanted.get(field) != had.get(field) and wanted.get(field) in used:
                conflict = (reason, f'"{wanted.get(field)}" is already in use')
            else:
                given[field] = wanted.get(field)
        short = [name for name in wanted.get("shortNames") or () if name in resources]
        if short:
            conflict = conflict if conflict[0] else ("ShortNamesConflict", f'"{short[0]}" is already in use')
        given |= {field: wanted[field] for field in ("shortNames", "categories") if wanted.get(field) and not short}
        given = {field: value for field, value in given.items() if value and field in wanted}
        self.decide(meta.with_status(definition, acceptedNames=given), *conflict)

    def decide(self, definition: Obj, reason: str, message: str) -> None:
        """Say whether the names are accepted, and what that means."""
        established = meta.is_true(definition, "Established")
        if reason:
            changed = self.told(definition, "NamesAccepted", "False", reason, message)
            if not established:
                changed = self.told(changed, "Established", "False", "NotAccepted", "not all names are accepted")
        else:
            changed = self.told(definition, "NamesAccepted", "True", "NoConflicts", "no conflicts found")
            if not established:
                changed = self.told(changed, "Established", "False", "Installing", ACCEPTED)
        self.api.update_status(DEFINITIONS, changed)

    # --- the end
    def clean_up(self, definition: Obj) -> None:
        """Delete all objects, and let the definition go when none is left."""
        resource = meta.name(definition)
        left = []
        if self.api.catalogue.get(resource) is not None:
            left = self.delete_all(resource)
        if left:
            self.report(definition, "Terminating", "True", *IN_PROGRESS)
            return
        done = self.told(definition, "Terminating", "False", "InstanceDeletionCompleted", "removed all instances")
        self.api.update_status(DEFINITIONS, done)
        rest = [each for each in definition["metadata"].get("finalizers") or () if each != CLEANUP]
        fresh = self.api.get(DEFINITIONS, None, resource)
        self.api.update(DEFINITIONS, meta.with_metadata(fresh, finalizers=rest or None))

    def delete_all(self, resource: str) -> list[Obj]:
        """Ask all objects to go; those that have not gone yet."""
        for obj in self.api.list(resource):
            if not meta.deleting(obj):
                try:
                    self.api.delete(resource, meta.namespace(obj) or None, meta.name(obj))
                except NotFound:
                    continue
        return self.api.list(resource)

    # --- conditions
    def told(self, definition: Obj, kind: str, status: str, reason: str, message: str) -> Obj:
        """The definition with a condition."""
        old = meta.condition(definition, kind)
        same = old is not None and old["status"] == status
        since = old["lastTransitionTime"] if old and same else self.now()
        new = {"lastTransitionTime": since, "message": message, "reason": reason, "status": status, "type": kind}
        conditions = meta.with_condition((definition.get("status") or {}).get("conditions") or [], new)
        return meta.with_status(definition, conditions=conditions)

    def report(self, definition: Obj, kind: str, status: str, reason: str, message: str) -> None:
        """Store a condition."""
        self.api.update_status(DEFINITIONS, self.told(definition, kind, status, reason, message))
