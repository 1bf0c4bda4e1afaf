"""The newest ReplicaSet of a Deployment: found or made, numbered, and the conditions that go with it."""

from simulator.api import meta
from simulator.api.errors import AlreadyExists, ApiError
from simulator.client.api import Obj
from simulator.controllers import progress, rolling
from simulator.controllers.controller import Controller
from simulator.controllers.replicaset import REPLICA_SETS, wanted
from simulator.controllers.revisions import hash_of

DEPLOYMENTS = "deployments.apps"


class Revising(Controller):
    """What the Deployment controller does about revisions."""

    def revise(self, deployment: Obj, everyone: list[Obj], *, create: bool) -> tuple[Obj, Obj | None, list[Obj]]:
        """The Deployment, its newest ReplicaSet with its revision set right (made if *create*), and the old ones."""
        new = rolling.find_new(deployment, everyone)
        old = [each for each in everyone if new is None or meta.uid(each) != meta.uid(new)]
        number = max((rolling.revision(each) for each in old), default=0) + 1
        if new is not None:
            new = self.renumber(deployment, new, number)
            found = progress.has_deadline(deployment) and not progress.has_condition(deployment, "Progressing")
            change = progress.found(meta.name(new)) if found else None
            return self.number(deployment, rolling.revision(new), change), new, old
        if not create:
            return deployment, None, old
        new = self.make(deployment, old, number)
        if new is None:
            return deployment, None, old
        change = progress.created(meta.name(new)) if progress.has_deadline(deployment) else None
        return self.number(deployment, number, change), new, old

    def renumber(self, deployment: Obj, new: Obj, number: int) -> Obj:
        """Give the newest ReplicaSet the newest revision and the Deployment's annotations."""
        notes = rolling.notes_for(deployment, new, number, fresh=False)
        seconds = deployment["spec"].get("minReadySeconds")
        if notes == meta.annotations(new) and (new["spec"].get("minReadySeconds") or 0) == (seconds or 0):
            return new
        spec = {**new["spec"], **({"minReadySeconds": seconds} if seconds is not None else {})}
        return self.api.update(REPLICA_SETS, {**meta.with_metadata(new, annotations=notes), "spec": spec})

    def make(self, deployment: Obj, old: list[Obj], number: int) -> Obj | None:
        """Create the ReplicaSet for the template; None if its name is taken and the hash must be another one."""
        draft = self.draft(deployment, old, number)
        try:
            new = self.api.create(REPLICA_SETS, draft)
        except AlreadyExists:
            self.collide(deployment)
            return None
        except ApiError as error:
            self.cannot_make(deployment, draft, error)
            raise
        if size := wanted(new):
            message = f"Scaled up replica set {meta.name(new)} from 0 to {size}"
            self.recorder.event(deployment, "Normal", "ScalingReplicaSet", message)
        return new

    def draft(self, deployment: Obj, old: list[Obj], number: int) -> Obj:
        """The ReplicaSet as it is to be made."""
        spec = deployment["spec"]
        stamp = hash_of(
            rolling.template_without_hash(spec["template"]), (deployment.get("status") or {}).get("collisionCount", 0)
        )
        template_meta = spec["template"].get("metadata") or {}
        labels = {**(template_meta.get("labels") or {}), rolling.HASH_LABEL: stamp}
        selector = {
            **spec["selector"],
            "matchLabels": {**(spec["selector"].get("matchLabels") or {}), rolling.HASH_LABEL: stamp},
        }
        notes = rolling.notes_for(deployment, {"metadata": {}}, number, fresh=True) | rolling.size_notes(deployment)
        seconds = {"minReadySeconds": spec["minReadySeconds"]} if spec.get("minReadySeconds") else {}
        return {
            "metadata": {
                "name": f"{meta.name(deployment)}-{stamp}",
                "namespace": meta.namespace(deployment),
                "labels": labels,
                "annotations": notes,
                "ownerReferences": [meta.owner_reference(deployment)],
            },
            "spec": {
                "replicas": rolling.new_replicas(deployment, old, None),
                **seconds,
                "selector": selector,
                "template": {**spec["template"], "metadata": {**template_meta, "labels": labels}},
            },
        }

    def collide(self, deployment: Obj) -> None:
        """Another ReplicaSet has the name: count it, so that the next hash differs."""
        status = deployment.get("status") or {}
        counted = {**status, "collisionCount": status.get("collisionCount", 0) + 1}
        self.api.update_status(DEPLOYMENTS, {**deployment, "status": counted})

    def cannot_make(self, deployment: Obj, draft: Obj, error: ApiError) -> None:
        """Tell that the ReplicaSet could not be made."""
        message = f'Failed to create new replica set "{draft["metadata"]["name"]}": {error}'
        self.recorder.event(deployment, "Warning", "ReplicaSetCreateError", message)
        self.set_condition(deployment, progress.not_created(message))

    def number(self, deployment: Obj, number: int, change: Obj | None) -> Obj:
        """Write revision and condition into the Deployment; as it is then."""
        if rolling.revision(deployment) != number:
            notes = {**meta.annotations(deployment), rolling.REVISION: str(number)}
            deployment = self.api.update(DEPLOYMENTS, meta.with_metadata(deployment, annotations=notes))
        return self.set_condition(deployment, change) if change else deployment

    def set_condition(self, deployment: Obj, change: Obj) -> Obj:
        """Write a condition into the Deployment's status; the Deployment as it is then."""
        status = deployment.get("status") or {}
        conditions = progress.with_condition(status.get("conditions") or [], change, self.now())
        return self.api.update_status(DEPLOYMENTS, {**deployment, "status": {**status, "conditions": conditions}})

    def note_pause(self, deployment: Obj) -> Obj:
        """Say in the condition whether the progress is paused, so that its deadline does not run on."""
        old = progress.condition_of(deployment, "Progressing")
        if not progress.has_deadline(deployment) or (old or {}).get("reason") == progress.TIMED_OUT:
            return deployment
        paused, noted = bool(deployment["spec"].get("paused")), (old or {}).get("reason") == progress.PAUSED
        if paused == noted:
            return deployment
        return self.set_condition(deployment, progress.paused() if paused else progress.resumed())
