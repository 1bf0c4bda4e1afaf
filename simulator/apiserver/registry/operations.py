"""Writes that are more than a plain create, update or delete: patch, bind, evict (subresources of pkg/registry/core/pod)."""

from collections.abc import Callable
from typing import Any

from simulator.api import meta, patches, schema, timestamps
from simulator.api.errors import BadRequest, Conflict, InternalError
from simulator.api.requests import ADMIN, User
from simulator.api.resources import Resource
from simulator.apiserver.admission import chain as admission
from simulator.apiserver.admission import pod_security
from simulator.apiserver.registry import ephemeral, eviction, pod_defaults, resizing
from simulator.apiserver.registry.generic import Registry, check_version, refuse
from simulator.apiserver.warning import Warn, silent

Obj = dict[str, Any]


def itself(obj: Obj) -> Obj:
    """The object as it is."""
    return obj


def patched(resource: Resource, old: Obj, patch: Any, kind: str) -> Obj:
    """What an object would be with *patch* applied; nothing is stored. Raises BadRequest, Invalid."""
    new = patches.apply(kind, old, patch, schema.definition_of(old["apiVersion"], resource.kind))
    return {**new, "apiVersion": old["apiVersion"], "kind": old["kind"]}


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
        see: Callable[[Obj], Obj] = itself,
        decode: Callable[[Obj], Obj] = itself,
        warn: Warn = silent,
    ) -> Obj:
        """Change parts of an object; *kind* is `strategic`, `merge` or `json`; *subresource* is empty or `status`.

        For patches that come from outside: *see* shows the object as the client sees it, *decode* looks the patched object over
        as a body would be, and brings it into the form that is stored; *warn* hears what the API server warns of."""
        found = self.resource(resource)
        old = self.get(resource, namespace, name)
        new = decode(patched(found, see(old), patch, kind))
        if not isinstance(new.get("metadata"), dict):
            new["metadata"] = {}
        self._check_identity(new, old)
        new["metadata"].setdefault("resourceVersion", old["metadata"]["resourceVersion"])
        return self._update(found.name, new, subresource, user, dry_run, warn)

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
        bound["status"].pop("nominatedNodeName", None)
        return self.commit(self.store.replace("pods", bound, old))

    def evict(
        self, namespace: str, pod: str, *, grace: int | None = None, dry_run: bool = False, user: User = ADMIN
    ) -> None:
        """Delete a Pod unless a disruption budget forbids it (TooManyRequests)."""
        victim = self.get("pods", namespace, pod)
        budgets = eviction.budgets_of(self, victim)
        if len(budgets) > 1:
            raise InternalError(
                "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
            )
        if budgets and eviction.guarded(victim, budgets[0]):
            budget = eviction.spend(self, budgets[0], pod)
            if not dry_run:
                self.update_status("poddisruptionbudgets.policy", budget, user=user)
        if not dry_run:
            self.update_status("pods", eviction.marked(victim, self.world.unix))
        self.delete("pods", namespace, pod, grace=grace, dry_run=dry_run, user=user)

    def resize(self, namespace: str, pod: str, new: Obj, *, user: User = ADMIN, dry_run: bool = False) -> Obj:
        """Give the containers of a Pod other resources; raises Invalid, Forbidden. The kubelet of its node carries it out."""
        old, found = self.get("pods", namespace, pod), self.resource("pods")
        check_version(found, old, new)
        changed = resizing.wanted(old, new)
        pod_defaults.default_spec(changed["spec"])
        refuse(found, pod, resizing.problems(changed, old, self.rules(found).validate(changed)))
        if changed["spec"] == old["spec"]:
            return old
        changed["metadata"] = {**old["metadata"], "generation": old["metadata"].get("generation", 1) + 1}
        if managers := (new.get("metadata") or {}).get("managedFields"):
            changed["metadata"]["managedFields"] = managers
        admission.validate(self, admission.Attempt("UPDATE", found, changed, old, user, dry_run, silent))
        return changed if dry_run else self.commit(self.store.replace("pods", changed, old))

    def set_ephemeral_containers(
        self, namespace: str, pod: str, new: Obj, *, user: User = ADMIN, warn: Warn = silent
    ) -> Obj:
        """Replace the ephemeral containers of a Pod: there may be new ones, but those that are there stay as they are.

        Of the admission plugins PodSecurity looks at them; *warn* hears of what it would not allow."""
        old, found = self.get("pods", namespace, pod), self.resource("pods")
        containers = (new.get("spec") or {}).get("ephemeralContainers") or []
        changed = meta.copy({**old, "spec": {**old["spec"], "ephemeralContainers": containers}})
        pod_defaults.default_spec(changed["spec"])
        problems = ephemeral.validate_update(changed, old)
        refuse(found, pod, problems)
        changed["metadata"] = {**old["metadata"], "generation": old["metadata"].get("generation", 1) + 1}
        pod_security.check(self, admission.Attempt("UPDATE", found, changed, old, user, False, warn))
        return self.commit(self.store.replace("pods", changed, old))
