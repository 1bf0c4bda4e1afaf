"""Deployments (pkg/controller/deployment): a ReplicaSet for each template, and the way from one to the next."""

from simulator.api import meta, timestamps
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import Obj
from simulator.client.informer import key_of
from simulator.client.pods import is_active, is_finished
from simulator.controllers import progress, rolling
from simulator.controllers.controller import Keys, controller_key, its_controller, itself
from simulator.controllers.podcontrol import claimed
from simulator.controllers.replicaset import REPLICA_SETS, wanted
from simulator.controllers.revising import DEPLOYMENTS
from simulator.controllers.scaling import Scaling
from simulator.controllers.selecting import selecting
from simulator.kernel.units import SECOND

HISTORY_LIMIT = 10


class DeploymentController(Scaling):
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
