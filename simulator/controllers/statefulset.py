"""StatefulSets (pkg/controller/statefulset): Pods with a number, made, updated and deleted in order, each with its claims."""

from collections.abc import Callable

from simulator.api import meta
from simulator.api.errors import AlreadyExists, ApiError, NotFound
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import API, Obj
from simulator.client.informer import Informers
from simulator.client.pods import is_finished, is_ready, phase
from simulator.controllers.controller import Controller, Keys, its_controller, itself
from simulator.controllers.history import REVISION_LABEL, History
from simulator.controllers.identity import claim_names, claims_for, index_of, pod_for, retention
from simulator.controllers.podcontrol import claimed
from simulator.controllers.replicaset import is_available, wanted
from simulator.controllers.selecting import selecting
from simulator.kernel.units import SECOND
from simulator.kernel.world import World

STATEFUL_SETS, CLAIMS = "statefulsets.apps", "persistentvolumeclaims"
RECREATING = {
    "Failed": ("Warning", "RecreatingFailedPod", "failed"),
    "Succeeded": ("Normal", "RecreatingTerminatedPod", "terminated"),
}


class StatefulSetController(Controller):
    """Brings the Pods of a StatefulSet nearer to what is wanted, one step at a time unless they may go in parallel."""

    name = "statefulset"
    source = "statefulset-controller"

    def __init__(self, world: World, api: API, informers: Informers) -> None:
        super().__init__(world, api, informers)
        self.history = History(api, informers, "controller.kubernetes.io/hash")
        self.owners = its_controller("StatefulSet")

    def watches(self) -> dict[str, Keys]:
        return {STATEFUL_SETS: itself, "pods": self.concerned}

    def concerned(self, event: WatchEvent) -> list[str]:
        """The StatefulSet of a Pod, or those that might adopt it."""
        return [*self.owners(event), *selecting(self, STATEFUL_SETS, event)]

    def sync(self, key: str) -> None:
        owner = self.find(STATEFUL_SETS, key)
        if owner is None:
            return
        name = meta.name(owner)
        pods = claimed(self.api, self.informers, "pods", owner, suits=lambda pod: index_of(name, pod) is not None)
        if meta.deleting(owner):
            return
        current, update = self.history.revisions(owner, STATEFUL_SETS)
        failure: ApiError | None = None
        try:
            self.step(owner, pods, current, update)
        except ApiError as error:
            failure = error
        self.report(owner, current, update)
        if failure is not None:
            raise failure

    # --- one step ------------------------------------------------------------------------------------------------------

    def step(self, owner: Obj, pods: list[Obj], current: Obj, update: Obj) -> None:
        """Make what is missing, delete what is too much, then update; an ordered set does one thing and waits."""
        start, size = first_ordinal(owner), wanted(owner)
        by_index = {index_of(meta.name(owner), pod): pod for pod in pods}
        ordered = owner["spec"].get("podManagementPolicy") != "Parallel"
        for index in range(start, start + size):
            if index not in by_index and not self.may_make(f"{meta.namespace(owner)}/{meta.name(owner)}", 1):
                return
            if not self.settle(owner, by_index.get(index), index, current, update) and ordered:
                return
        surplus = sorted(index for index in by_index if index is not None and not start <= index < start + size)
        sick = next((by_index[index] for index in surplus if not is_healthy(by_index[index])), None)
        for index in reversed(surplus):
            pod = by_index[index]
            if not meta.deleting(pod) and (not ordered or is_healthy(pod) or pod is sick):
                self.remove(owner, index, pod)
            if ordered:
                return
        self.roll(owner, by_index, update)

    def settle(self, owner: Obj, pod: Obj | None, index: int, current: Obj, update: Obj) -> bool:
        """Make a Pod that is not there, or make room for it; whether it is there and those after it may follow."""
        if pod is None:
            self.create(owner, index, current, update)
            return False
        if is_finished(pod) and not meta.deleting(pod):
            self.replace_finished(owner, pod)
            return False
        if meta.deleting(pod):
            return False
        self.claim(owner, index, pod)
        return is_healthy(pod) and self.is_available(owner, pod)

    def is_available(self, owner: Obj, pod: Obj) -> bool:
        """Whether the Pod has been ready for long enough; if not, it is looked at again."""
        seconds = owner["spec"].get("minReadySeconds") or 0
        if is_available(pod, seconds, self.world.unix):
            return True
        if is_ready(pod):
            self.queue.add(f"{meta.namespace(owner)}/{meta.name(owner)}", after=seconds * SECOND)
        return False

    def replace_finished(self, owner: Obj, pod: Obj) -> None:
        """Delete a Pod that has ended, so that it can be made anew."""
        name = f"{meta.namespace(owner)}/{meta.name(owner)}"
        type, reason, kind = RECREATING[phase(pod)]
        self.recorder.event(owner, type, reason, f"StatefulSet {name} is recreating {kind} Pod {meta.name(pod)}")
        self.delete(owner, pod)

    def create(self, owner: Obj, index: int, current: Obj, update: Obj) -> None:
        """Make a Pod and its claims, from the revision that its number is at."""
        revision = update if index >= first_ordinal(owner) + partition(owner) else current
        pod = pod_for(owner, index, self.history.template(owner, revision), meta.name(revision))
        self.claim(owner, index, pod)
        self.told(owner, "Create", meta.name(pod), lambda: self.api.create("pods", pod))

    def claim(self, owner: Obj, index: int, pod: Obj) -> None:
        """Make those claims of a Pod that are not there."""
        for claim in claims_for(owner, index):
            name = meta.name(claim)
            if self.find(CLAIMS, f"{meta.namespace(owner)}/{name}") is not None:
                continue
            what = f"Claim {name} Pod {meta.name(pod)} in StatefulSet {meta.name(owner)}"
            try:
                self.api.create(CLAIMS, claim)
            except AlreadyExists:
                continue
            except ApiError as error:
                self.recorder.event(owner, "Warning", "FailedCreate", f"Create {what} failed error: {error}")
                raise
            self.recorder.event(owner, "Normal", "SuccessfulCreate", f"Create {what} success")

    def remove(self, owner: Obj, index: int, pod: Obj) -> None:
        """Delete a Pod that is too much; its claims go with it if the set says so."""
        if retention(owner, "whenScaled") == "Delete":
            for name in claim_names(owner, index).values():
                claim = self.find(CLAIMS, f"{meta.namespace(owner)}/{name}")
                if claim is not None:
                    reference = meta.owner_reference(pod, controller=False)
                    self.api.update(CLAIMS, meta.with_metadata(claim, ownerReferences=[reference]))
        self.delete(owner, pod)

    def delete(self, owner: Obj, pod: Obj) -> None:
        """Delete a Pod."""
        namespace, name = meta.namespace(pod), meta.name(pod)
        try:
            self.told(owner, "Delete", name, lambda: self.api.delete("pods", namespace, name))
        except NotFound:
            return

    def told(self, owner: Obj, verb: str, pod: str, act: Callable[[], object]) -> None:
        """Do something with a Pod and record how it went."""
        what = f"{verb} Pod {pod} in StatefulSet {meta.name(owner)}"
        try:
            act()
        except (AlreadyExists, NotFound):
            raise
        except ApiError as error:
            self.recorder.event(owner, "Warning", f"Failed{verb}", f"{what} failed error: {error}")
            raise
        self.recorder.event(owner, "Normal", f"Successful{verb}", f"{what} successful")

    def roll(self, owner: Obj, by_index: dict[int | None, Obj], update: Obj) -> None:
        """Replace the Pods of older revisions from the highest number down to the partition, waiting for each."""
        if (owner["spec"].get("updateStrategy") or {}).get("type") == "OnDelete":
            return
        start = first_ordinal(owner)
        for index in reversed(range(start + partition(owner), start + wanted(owner))):
            pod = by_index.get(index)
            if pod is None:
                return
            if meta.labels(pod).get(REVISION_LABEL) != meta.name(update) and not meta.deleting(pod):
                self.delete(owner, pod)
                return
            if not is_healthy(pod) or not self.is_available(owner, pod):
                return

    # --- status ------------------------------------------------------------------------------------------------------

    def report(self, owner: Obj, current: Obj, update: Obj) -> None:
        """Write the status that the Pods amount to; when all are updated, the new revision is the current one."""
        latest = self.find(STATEFUL_SETS, f"{meta.namespace(owner)}/{meta.name(owner)}")
        if latest is None:
            return
        pods = [
            pod for pod in self.informers.of("pods").by("owner", meta.uid(owner)) if phase(pod) and not is_finished(pod)
        ]
        status = self.status(latest, pods, meta.name(current), meta.name(update))
        if status != latest.get("status"):
            self.api.update_status(STATEFUL_SETS, {**latest, "status": status})
        self.history.truncate(owner, [status["currentRevision"], status["updateRevision"]], pods)

    def status(self, owner: Obj, pods: list[Obj], current: str, update: str) -> Obj:
        """The numbers of a StatefulSet."""
        there = [pod for pod in pods if not meta.deleting(pod)]
        ready = [pod for pod in there if is_ready(pod) and phase(pod) == "Running"]
        seconds = owner["spec"].get("minReadySeconds") or 0
        updated = [pod for pod in there if meta.labels(pod).get(REVISION_LABEL) == update]
        older = [pod for pod in there if meta.labels(pod).get(REVISION_LABEL) == current]
        size = wanted(owner)
        done = len(updated) == len(pods) == size and len(ready) == size and not partition(owner)
        current = update if done else current
        numbers = {
            "readyReplicas": len(ready),
            "currentReplicas": len(updated if done else older),
            "updatedReplicas": len(updated),
        }
        collisions = (owner.get("status") or {}).get("collisionCount", 0)
        return {
            "observedGeneration": owner["metadata"].get("generation", 1),
            "replicas": len(pods),
            **{name: number for name, number in numbers.items() if number},
            "availableReplicas": sum(is_available(pod, seconds, self.world.unix) for pod in ready),
            "currentRevision": current,
            "updateRevision": update,
            "collisionCount": collisions,
        }


def first_ordinal(owner: Obj) -> int:
    """The number of the first Pod."""
    return int((owner["spec"].get("ordinals") or {}).get("start") or 0)


def partition(owner: Obj) -> int:
    """Below which number Pods keep the current revision."""
    rolling = (owner["spec"].get("updateStrategy") or {}).get("rollingUpdate") or {}
    return int(rolling.get("partition") or 0)


def is_healthy(pod: Obj) -> bool:
    """Whether the Pod runs, is ready, and is to stay."""
    return phase(pod) == "Running" and is_ready(pod) and not meta.deleting(pod)
