"""Deployments (pkg/controller/deployment): a ReplicaSet for each template, and the way from one to the next."""

from simulator.api import meta, timestamps
from simulator.api.errors import AlreadyExists, ApiError
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import Obj
from simulator.client.informer import key_of
from simulator.client.pods import is_active, is_finished
from simulator.controllers import progress, rolling
from simulator.controllers.controller import Controller, Keys, controller_key, its_controller, itself
from simulator.controllers.podcontrol import claimed
from simulator.controllers.replicaset import REPLICA_SETS, wanted
from simulator.controllers.revisions import hash_of
from simulator.controllers.selecting import selecting
from simulator.kernel.units import SECOND

DEPLOYMENTS = "deployments.apps"
HISTORY_LIMIT = 10


class DeploymentController(Controller):
    """Scales the ReplicaSets of a Deployment up and down until only the newest has Pods."""

    name = "deployment"
    source = "deployment-controller"

    def watches(self) -> dict[str, Keys]:
        owners = its_controller("Deployment")
        return {
            DEPLOYMENTS: itself,
            REPLICA_SETS: lambda event: [*owners(event), *selecting(self, DEPLOYMENTS, event)],
            "pods": self.recreating,
        }

    def recreating(self, event: WatchEvent) -> list[str]:
        """A Deployment of type Recreate goes on when the last of its Pods is gone."""
        if event.type != "DELETED" and not (event.old is not None and is_finished(event.object)):
            return []
        replica_set = self.find(REPLICA_SETS, controller_key(event.object, "ReplicaSet"))
        key = controller_key(replica_set, "Deployment") if replica_set is not None else ""
        deployment = self.find(DEPLOYMENTS, key) if key else None
        return [key] if deployment is not None and is_recreate(deployment) else []

    # --- one look --------------------------------------------------------------------------------------------------

    def sync(self, key: str) -> None:
        deployment = self.find(DEPLOYMENTS, key)
        if deployment is None:
            return
        everyone = claimed(self.api, self.informers, REPLICA_SETS, deployment)
        if meta.deleting(deployment):
            self.report(deployment, everyone, rolling.find_new(deployment, everyone))
            return
        deployment = self.note_pause(deployment)
        if deployment["spec"].get("paused") or is_resized(deployment, everyone):
            self.resize(deployment, everyone)
        elif is_recreate(deployment):
            self.recreate(deployment, everyone)
        else:
            self.roll(deployment, everyone)

    def roll(self, deployment: Obj, everyone: list[Obj]) -> None:
        """One step of a rolling update."""
        deployment, new, old = self.revise(deployment, everyone, create=True)
        everyone = [*old, *([new] if new else [])]
        if new is not None and self.grow(deployment, everyone, new):
            self.report_rollout(deployment, new, old)
            return
        if new is not None and self.shrink_old(deployment, everyone, new, old):
            self.report_rollout(deployment, new, old)
            return
        self.finish(deployment, new, old)

    def recreate(self, deployment: Obj, everyone: list[Obj]) -> None:
        """All old Pods go before the first new one comes."""
        deployment, new, old = self.revise(deployment, everyone, create=False)
        active = [each for each in old if wanted(each)]
        for each in active:
            self.scale(deployment, each, 0)
        if active or any(self.has_pods(each) for each in old):
            self.report_rollout(deployment, new, old)
            return
        if new is None:
            deployment, new, old = self.revise(deployment, everyone, create=True)
        if new is not None and wanted(new) != wanted(deployment):
            self.scale(deployment, new, wanted(deployment))
        self.finish(deployment, new, old)

    def has_pods(self, replica_set: Obj) -> bool:
        """Whether any Pod of an old ReplicaSet has not ended yet."""
        pods = self.informers.of("pods").by("owner", meta.uid(replica_set))
        return any(is_active(pod) or (meta.deleting(pod) and not is_finished(pod)) for pod in pods)

    def finish(self, deployment: Obj, new: Obj | None, old: list[Obj]) -> None:
        """Nothing is left to scale: forget old revisions when all is done, and report."""
        if progress.is_complete(deployment, deployment.get("status") or {}):
            self.clean_up(deployment, old)
        self.report_rollout(deployment, new, old)

    # --- the newest ReplicaSet ------------------------------------------------------------------------------------

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

    # --- scaling ---------------------------------------------------------------------------------------------------

    def scale(self, deployment: Obj, replica_set: Obj, size: int) -> Obj:
        """Give a ReplicaSet a size, and tell; it may also only note the size of the Deployment."""
        before = wanted(replica_set)
        notes = {**meta.annotations(replica_set), **rolling.size_notes(deployment)}
        if before == size and notes == meta.annotations(replica_set):
            return replica_set
        scaled = meta.with_metadata(replica_set, annotations=notes)
        replica_set = self.api.update(REPLICA_SETS, {**scaled, "spec": {**replica_set["spec"], "replicas": size}})
        if before != size:
            direction = "up" if size > before else "down"
            message = f"Scaled {direction} replica set {meta.name(replica_set)} from {before} to {size}"
            self.recorder.event(deployment, "Normal", "ScalingReplicaSet", message)
        return replica_set

    def grow(self, deployment: Obj, everyone: list[Obj], new: Obj) -> bool:
        """Let the newest ReplicaSet have as many Pods as it may; whether that changed anything."""
        if wanted(new) == wanted(deployment):
            return False
        size = (
            wanted(deployment) if wanted(new) > wanted(deployment) else rolling.new_replicas(deployment, everyone, new)
        )
        if size == wanted(new):
            return False
        self.scale(deployment, new, size)
        return True

    def shrink_old(self, deployment: Obj, everyone: list[Obj], new: Obj, old: list[Obj]) -> bool:
        """Take Pods from old ReplicaSets, first those that do not serve, then as many as may be missing."""
        if not rolling.total(old):
            return False
        least = wanted(deployment) - rolling.max_unavailable(deployment)
        not_available = wanted(new) - (new.get("status") or {}).get("availableReplicas", 0)
        spare = rolling.total(everyone) - least - not_available
        if spare <= 0:
            return False
        old, cleaned = self.drop_unhealthy(deployment, old, spare)
        new_all = [new, *old]
        spare = rolling.counted(new_all, "availableReplicas") - least
        dropped = self.drop(deployment, old, spare) if spare > 0 else 0
        return cleaned + dropped > 0

    def drop_unhealthy(self, deployment: Obj, old: list[Obj], most: int) -> tuple[list[Obj], int]:
        """Take away Pods of old ReplicaSets that do not serve; the ReplicaSets as they are then, and how many went."""
        result: list[Obj] = []
        dropped = 0
        for each in sorted(old, key=rolling.age_order):
            idle = wanted(each) - (each.get("status") or {}).get("availableReplicas", 0)
            count = min(most - dropped, idle)
            if count > 0:
                each = self.scale(deployment, each, wanted(each) - count)
                dropped += count
            result.append(each)
        return result, dropped

    def drop(self, deployment: Obj, old: list[Obj], most: int) -> int:
        """Take Pods from old ReplicaSets, the oldest first; how many went."""
        dropped = 0
        for each in sorted(old, key=rolling.age_order):
            count = min(wanted(each), most - dropped)
            if count > 0:
                self.scale(deployment, each, wanted(each) - count)
                dropped += count
        return dropped

    def resize(self, deployment: Obj, everyone: list[Obj]) -> None:
        """The Deployment is paused or was scaled: spread its size over the ReplicaSets, without any update."""
        deployment, new, old = self.revise(deployment, everyone, create=False)
        everyone = [*old, *([new] if new else [])]
        active = [each for each in everyone if wanted(each)]
        if len(active) <= 1:
            single = active[0] if active else new or max(old, key=rolling.revision, default=None)
            if single is not None and wanted(single) != wanted(deployment):
                self.scale(deployment, single, wanted(deployment))
            elif single is not None:
                self.scale(deployment, single, wanted(single))
        elif new is not None and (new.get("status") or {}).get("availableReplicas", 0) == wanted(deployment) == wanted(
            new
        ):
            for each in old:
                self.scale(deployment, each, 0)
        else:
            sizes = rolling.proportions(deployment, active)
            for each in active:
                self.scale(deployment, each, sizes[meta.name(each)])
        if deployment["spec"].get("paused"):
            self.clean_up(deployment, old)
        self.report(deployment, everyone, new)

    def clean_up(self, deployment: Obj, old: list[Obj]) -> None:
        """Delete the oldest ReplicaSets without Pods beyond the limit of the history."""
        limit = deployment["spec"].get("revisionHistoryLimit")
        kept = [each for each in old if not meta.deleting(each)]
        surplus = len(kept) - (HISTORY_LIMIT if limit is None else limit)
        for each in sorted(kept, key=rolling.revision)[: max(surplus, 0)]:
            status = each.get("status") or {}
            if (
                status.get("replicas", 0)
                or wanted(each)
                or status.get("observedGeneration", 0) < each["metadata"]["generation"]
            ):
                continue
            self.api.delete(REPLICA_SETS, meta.namespace(each), meta.name(each))

    # --- status ----------------------------------------------------------------------------------------------------

    def current(self, replica_sets: list[Obj]) -> list[Obj]:
        """The ReplicaSets as they are now."""
        found = (self.find(REPLICA_SETS, key_of(each)) for each in replica_sets)
        return [each for each in found if each is not None]

    def report(self, deployment: Obj, everyone: list[Obj], new: Obj | None) -> None:
        """Write the status without looking at the progress."""
        status = self.status(deployment, self.current(everyone), self.current([new] if new else []))
        if status != (deployment.get("status") or {}):
            self.api.update_status(DEPLOYMENTS, {**deployment, "status": status})

    def report_rollout(self, deployment: Obj, new: Obj | None, old: list[Obj]) -> None:
        """Write the status and how the rollout goes, and look again when its deadline is over."""
        everyone = self.current([*old, *([new] if new else [])])
        status = self.status(deployment, everyone, self.current([new] if new else []))
        name = meta.name(new) if new is not None else ""
        status["conditions"] = progress.judged(deployment, status, everyone, name, self.world.unix)
        if not status["conditions"]:
            del status["conditions"]
        if status != (deployment.get("status") or {}):
            deployment = self.api.update_status(DEPLOYMENTS, {**deployment, "status": status})
        self.await_deadline(deployment)

    def await_deadline(self, deployment: Obj) -> None:
        """Look again when the deadline for progress is over."""
        old = progress.condition_of(deployment, "Progressing")
        if old is None or not progress.has_deadline(deployment) or deployment["spec"].get("paused"):
            return
        if old["reason"] == progress.TIMED_OUT or progress.is_complete(deployment, deployment.get("status") or {}):
            return
        seconds = deployment["spec"]["progressDeadlineSeconds"] + 1
        due = timestamps.parse(old["lastUpdateTime"]) + seconds * SECOND - self.world.unix
        if due > 0:
            self.queue.add(key_of(deployment), after=due)

    def status(self, deployment: Obj, everyone: list[Obj], new: list[Obj]) -> Obj:
        """The status that the ReplicaSets amount to."""
        available = rolling.counted(everyone, "availableReplicas")
        pods = rolling.counted(everyone, "replicas")
        counts = {
            "replicas": pods,
            "updatedReplicas": rolling.counted(new, "replicas"),
            "readyReplicas": rolling.counted(everyone, "readyReplicas"),
            "availableReplicas": available,
            "unavailableReplicas": max(rolling.total(everyone) - available, 0),
        }
        old = deployment.get("status") or {}
        collisions = {"collisionCount": old["collisionCount"]} if "collisionCount" in old else {}
        enough = available >= wanted(deployment) - rolling.max_unavailable(deployment)
        conditions = progress.with_condition(old.get("conditions") or [], progress.available(enough), self.now())
        return {
            "observedGeneration": deployment["metadata"].get("generation", 1),
            **{name: count for name, count in counts.items() if count},
            "terminatingReplicas": rolling.counted(everyone, "terminatingReplicas"),
            **collisions,
            "conditions": conditions,
        }


def is_recreate(deployment: Obj) -> bool:
    """Whether all old Pods go before the new ones come."""
    return bool((deployment["spec"].get("strategy") or {}).get("type") == "Recreate")


def is_resized(deployment: Obj, everyone: list[Obj]) -> bool:
    """Whether an active ReplicaSet was scaled for another size of the Deployment than it has now."""
    size = str(wanted(deployment))
    return any(meta.annotations(each).get(rolling.DESIRED, size) != size for each in everyone if wanted(each))
