"""Writes that are more than a plain create, update or delete: patch, bind, evict (subresources of pkg/registry/core/pod)."""

from typing import Any

from simulator.api import meta, patches, schema, timestamps
from simulator.api.errors import BadRequest, Conflict
from simulator.api.requests import ADMIN, User
from simulator.apiserver.backend import find_resource
from simulator.apiserver.registry.generic import Registry

Obj = dict[str, Any]


class Operations(Registry):
    """The operations that have an address of their own."""

    def patch(
        self,
        resource: str,
        namespace: str | None,
        name: str,
        patch: Any,
        *,
        kind: str = "strategic",
        subresource: str = "",
        user: User = ADMIN,
        dry_run: bool = False,
    ) -> Obj:
        """Change parts of an object; *kind* is `strategic`, `merge` or `json`; *subresource* is empty or `status`."""
        found = find_resource(resource)
        old = self.get(resource, namespace, name)
        new = patches.apply(kind, old, patch, schema.definition_of(old["apiVersion"], found.kind))
        self._check_identity(new, old)
        new["metadata"].setdefault("resourceVersion", old["metadata"]["resourceVersion"])
        return self._update(resource, new, subresource, user, dry_run)

    def _check_identity(self, new: Obj, old: Obj) -> None:
        name = meta.name(new)
        if name != meta.name(old):
            raise BadRequest(f"the name of the object ({name}) does not match the name on the URL ({meta.name(old)})")
        if meta.namespace(new) != meta.namespace(old):
            raise BadRequest("the namespace of the provided object does not match the namespace sent on the request")

    def bind(self, namespace: str, pod: str, node: str) -> Obj:
        """Give a Pod to a node, as the scheduler does; raises Conflict if it has one already or is being deleted."""
        old = self.get("pods", namespace, pod)
        refusal = f'Operation cannot be fulfilled on pods/binding "{pod}": '
        if meta.deleting(old):
            raise Conflict(f"{refusal}pod {pod} is being deleted, cannot be assigned to a host")
        if old["spec"].get("nodeName"):
            raise Conflict(f'{refusal}pod {pod} is already assigned to node "{old["spec"]["nodeName"]}"')
        if old["spec"].get("schedulingGates"):
            raise Conflict(f"{refusal}pod {pod} has non-empty .spec.schedulingGates")
        bound = {**old, "spec": {**old["spec"], "nodeName": node}}
        scheduled = {
            "type": "PodScheduled",
            "status": "True",
            "lastTransitionTime": timestamps.rfc3339(self.world.unix),
        }
        scheduled["observedGeneration"] = old["metadata"].get("generation", 1)
        conditions = meta.with_condition((old.get("status") or {}).get("conditions") or [], scheduled)
        bound["status"] = {**(old.get("status") or {}), "conditions": conditions}
        return self.commit(self.store.replace("pods", bound, old))
