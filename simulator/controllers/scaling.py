"""Scaling the ReplicaSets of a Deployment up and down."""

from simulator.api import meta
from simulator.client.api import Obj
from simulator.controllers import rolling
from simulator.controllers.replicaset import REPLICA_SETS, wanted
from simulator.controllers.revising import Revising


class Scaling(Revising):
    """What the Deployment controller does about sizes."""

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
