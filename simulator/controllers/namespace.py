"""Emptying namespaces that are being deleted (pkg/controller/namespace/deletion)."""

from simulator.api import meta
from simulator.api.errors import ApiError, NotFound
from simulator.api.resources import Resource
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import Obj
from simulator.client.pods import with_transition
from simulator.controllers.controller import Controller, Keys, itself

DISCOVERED = "All resources successfully discovered"
PARSED = "All legacy kube types successfully parsed"
DELETED = "All content successfully deleted, may be waiting on finalization"
FREED = "All content-preserving finalizers finished"


class NamespaceController(Controller):
    """Deletes what is in a namespace that is being deleted, and lets it go when nothing is left."""

    name = "namespace"
    source = "namespace-controller"

    def watches(self) -> dict[str, Keys]:
        return {"namespaces": itself, "*": self.emptied}

    def emptied(self, event: WatchEvent) -> list[str]:
        """The namespace that something has left while it is being deleted."""
        namespace = event.object["metadata"].get("namespace")
        if event.type != "DELETED" or not namespace:
            return []
        found = self.find("namespaces", namespace)
        return [namespace] if found is not None and meta.deleting(found) else []

    def sync(self, key: str) -> None:
        namespace = self.find("namespaces", key)
        if namespace is None or not meta.deleting(namespace):
            return
        failures = [text for resource in self.contents() for text in self.empty(resource, key)]
        remaining = {
            f"{resource.plural}.{resource.group}": self.api.list(resource.name, key) for resource in self.contents()
        }
        remaining = {name: objects for name, objects in remaining.items() if objects}
        if remaining or failures:
            self.report(key, remaining, failures)
        else:
            self.let_go(key)

    def contents(self) -> list[Resource]:
        """Every resource that lives in namespaces and can be deleted."""
        found = self.api.catalogue.all()
        return [each for each in found if each.namespaced and "delete" in each.verbs and "list" in each.verbs]

    def empty(self, resource: Resource, namespace: str) -> list[str]:
        """Delete all objects of a resource; what went wrong."""
        failures = []
        for obj in self.api.list(resource.name, namespace):
            if meta.deleting(obj):
                continue
            try:
                self.api.delete(resource.name, namespace, meta.name(obj), propagation="Background")
            except NotFound:
                continue
            except ApiError as error:
                failures.append(str(error))
        return failures

    def let_go(self, key: str) -> None:
        """Take out the finalizer of this controller."""
        try:
            namespace = self.api.get("namespaces", None, key)
            rest = [each for each in namespace["spec"].get("finalizers") or () if each != "kubernetes"]
            self.api.finalize_namespace({**namespace, "spec": {"finalizers": rest}})
        except NotFound:
            return

    def report(self, key: str, remaining: dict[str, list[Obj]], failures: list[str]) -> None:
        """Say in the namespace's conditions what keeps it."""
        try:
            namespace = self.api.get("namespaces", None, key)
        except NotFound:
            return
        conditions = (namespace.get("status") or {}).get("conditions") or []
        for new in self.conditions(remaining, failures):
            conditions = with_transition(conditions, new, self.now())
        self.api.update_status("namespaces", meta.with_status(namespace, conditions=conditions))

    @staticmethod
    def conditions(remaining: dict[str, list[Obj]], failures: list[str]) -> list[Obj]:
        """The five conditions of a namespace on its way out."""
        kept = finalizers(remaining)
        counts = ", ".join(
            f"{name} has {len(objects)} resource instances" for name, objects in sorted(remaining.items())
        )
        holders = ", ".join(f"{name} in {count} resource instances" for name, count in sorted(kept.items()))
        return [
            condition("NamespaceDeletionDiscoveryFailure", "", "ResourcesDiscovered", DISCOVERED),
            condition("NamespaceDeletionGroupVersionParsingFailure", "", "ParsedGroupVersions", PARSED),
            condition("NamespaceDeletionContentFailure", "", "ContentDeleted", DELETED)
            if not failures
            else condition("NamespaceDeletionContentFailure", "ContentDeletionFailed", "", "; ".join(failures)),
            condition(
                "NamespaceContentRemaining", "SomeResourcesRemain", "", f"Some resources are remaining: {counts}"
            ),
            condition(
                "NamespaceFinalizersRemaining",
                "SomeFinalizersRemain" if kept else "",
                "ContentHasNoFinalizers",
                f"Some content in the namespace has finalizers remaining: {holders}" if kept else FREED,
            ),
        ]


def condition(type: str, bad: str, good: str, message: str) -> Obj:
    """A condition that is True, for the reason *bad*, if there is one."""
    return {"type": type, "status": "True" if bad else "False", "reason": bad or good, "message": message}


def finalizers(remaining: dict[str, list[Obj]]) -> dict[str, int]:
    """How many of the objects each finalizer keeps."""
    counts: dict[str, int] = {}
    for objects in remaining.values():
        for obj in objects:
            for name in obj["metadata"].get("finalizers") or ():
                counts[name] = counts.get(name, 0) + 1
    return counts
