"""The revisions of StatefulSets and DaemonSets, kept as ControllerRevisions (pkg/controller/history)."""

from simulator.api import meta
from simulator.api.errors import NotFound
from simulator.client.api import API, Obj
from simulator.client.informer import Informers
from simulator.controllers.revisions import hash_of

REVISIONS = "controllerrevisions.apps"
REVISION_LABEL = "controller-revision-hash"
LIMIT = 10


class History:
    """Writes and reads the revisions of what has a template; *label* is where a revision carries its hash."""

    def __init__(self, api: API, informers: Informers, label: str = REVISION_LABEL) -> None:
        self.api = api
        self.informers = informers
        self.label = label

    def all(self, owner: Obj) -> list[Obj]:
        """The revisions of *owner*, the oldest first."""
        found = self.informers.of(REVISIONS).by("owner", meta.uid(owner))
        return sorted(found, key=lambda each: (each["revision"], meta.name(each)))

    def revisions(self, owner: Obj, resource: str) -> tuple[Obj, Obj]:
        """The current revision and the one to update to, made if it is new."""
        update = self.newest(owner)
        name = (owner.get("status") or {}).get("currentRevision")
        current = next((each for each in self.all(owner) if meta.name(each) == name), update)
        return current, update

    def newest(self, owner: Obj) -> Obj:
        """The revision of the template as it is now, with the highest number."""
        everyone = self.all(owner)
        data = {"spec": {"template": {**owner["spec"]["template"], "$patch": "replace"}}}
        same = next((each for each in reversed(everyone) if each.get("data") == data), None)
        highest = max((each["revision"] for each in everyone), default=0)
        if same is not None:
            return (
                same if same["revision"] == highest else self.api.update(REVISIONS, {**same, "revision": highest + 1})
            )
        return self.make(owner, data, highest + 1)

    def make(self, owner: Obj, data: Obj, number: int) -> Obj:
        """Create a revision."""
        stamp = hash_of(data)
        labels = {**((owner["spec"]["template"].get("metadata") or {}).get("labels") or {}), self.label: stamp}
        metadata = {
            "name": f"{meta.name(owner)}-{stamp}",
            "namespace": meta.namespace(owner),
            "labels": labels,
            "ownerReferences": [meta.owner_reference(owner)],
        }
        return self.api.create(REVISIONS, {"metadata": metadata, "data": data, "revision": number})

    @staticmethod
    def template(owner: Obj, revision: Obj) -> Obj:
        """The template that a revision holds."""
        template: Obj = ((revision.get("data") or {}).get("spec") or {}).get("template") or owner["spec"]["template"]
        return {part: value for part, value in template.items() if part != "$patch"}

    def truncate(self, owner: Obj, live: list[str], pods: list[Obj]) -> None:
        """Delete the oldest revisions beyond the limit that nobody uses."""
        limit = owner["spec"].get("revisionHistoryLimit")
        used = {*live, *(meta.labels(pod).get(REVISION_LABEL) for pod in pods)}
        idle = [
            each
            for each in self.all(owner)
            if meta.name(each) not in used and meta.labels(each).get(REVISION_LABEL) not in used
        ]
        for each in idle[: max(len(idle) - (LIMIT if limit is None else limit), 0)]:
            try:
                self.api.delete(REVISIONS, meta.namespace(each), meta.name(each))
            except NotFound:
                continue
