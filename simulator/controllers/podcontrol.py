"""Making, deleting and claiming Pods for what controls them (pkg/controller/controller_utils.go, controller_ref_manager.go)."""

from collections.abc import Callable

from simulator.api import meta, selectors
from simulator.api.errors import ApiError, Forbidden, NotFound
from simulator.client.api import API, Obj
from simulator.client.informer import Informers
from simulator.client.recorder import Recorder

BURST = 500  # Pods that a controller makes or deletes in one look


class PodControl:
    """Pods on behalf of a controller, with the events that it records about their owner."""

    def __init__(self, api: API, recorder: Recorder) -> None:
        self.api = api
        self.recorder = recorder

    def create(self, owner: Obj, pod: Obj) -> Obj | None:
        """Create a Pod for *owner*; None where its namespace is going; raises ApiError."""
        try:
            made = self.api.create("pods", pod)
        except Forbidden as error:
            if "because it is being terminated" in str(error):
                return None
            self.failed(owner, error)
            raise
        except ApiError as error:
            self.failed(owner, error)
            raise
        self.recorder.event(owner, "Normal", "SuccessfulCreate", f"Created pod: {meta.name(made)}")
        return made

    def failed(self, owner: Obj, error: ApiError) -> None:
        """Tell that a Pod could not be made."""
        self.recorder.event(owner, "Warning", "FailedCreate", f"Error creating: {error}")

    def delete(self, owner: Obj, pod: Obj) -> None:
        """Delete a Pod of *owner*; one that is gone already is as good; raises ApiError."""
        try:
            self.api.delete("pods", meta.namespace(pod), meta.name(pod))
        except NotFound:
            return
        except ApiError as error:
            self.recorder.event(owner, "Warning", "FailedDelete", f"Error deleting: {error}")
            raise
        self.recorder.event(owner, "Normal", "SuccessfulDelete", f"Deleted pod: {meta.name(pod)}")


def pod_from(owner: Obj, template: Obj, **metadata: object) -> Obj:
    """A Pod as a template wants it, controlled by *owner*; named after the owner unless *metadata* says otherwise."""
    wanted = template.get("metadata") or {}
    kept = {part: wanted[part] for part in ("labels", "annotations", "finalizers") if wanted.get(part)}
    named = {} if "name" in metadata else {"generateName": f"{meta.name(owner)}-"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "namespace": meta.namespace(owner),
            **named,
            **kept,
            "ownerReferences": [meta.owner_reference(owner)],
            **metadata,
        },
        "spec": template["spec"],
    }


def claimed(
    api: API, informers: Informers, resource: str, owner: Obj, *, suits: Callable[[Obj], bool] = lambda obj: True
) -> list[Obj]:
    """The objects of *resource* that *owner* controls: orphans that it selects are adopted, others released; raises ApiError."""
    selector = selectors.from_label_selector(owner["spec"].get("selector"))
    uid, deleting = meta.uid(owner), meta.deleting(owner)
    found: list[Obj] = []
    for obj in informers.of(resource).by("namespace", meta.namespace(owner)):
        holder = meta.controller_of(obj)
        matches = selector is not None and selectors.matches(selector, meta.labels(obj)) and suits(obj)
        if holder is not None and holder["uid"] == uid:
            if matches:
                found.append(obj)
            elif not deleting:
                release(api, resource, obj, uid)
        elif holder is None and matches and not deleting and not meta.deleting(obj):
            found.append(adopt(api, resource, obj, owner))
    return found


def adopt(api: API, resource: str, obj: Obj, owner: Obj) -> Obj:
    """Put an orphan under the control of *owner*."""
    owners = [*meta.owners(obj), meta.owner_reference(owner)]
    return api.update(resource, meta.with_metadata(obj, ownerReferences=owners))


def release(api: API, resource: str, obj: Obj, uid: str) -> None:
    """Let go of an object."""
    owners = [each for each in meta.owners(obj) if each["uid"] != uid]
    try:
        api.update(resource, meta.with_metadata(obj, ownerReferences=owners or None))
    except NotFound:
        return
