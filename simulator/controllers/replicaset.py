"""ReplicaSets: as many Pods as are wanted (pkg/controller/replicaset)."""

from simulator.api import meta, timestamps
from simulator.api.errors import ApiError
from simulator.client.api import API, Obj
from simulator.client.informer import Informers
from simulator.client.pods import is_active, is_finished, is_ready, phase, with_transition
from simulator.controllers.controller import Controller, Keys, batch_period, its_controller, itself
from simulator.controllers.podcontrol import BURST, PodControl, claimed, pod_from
from simulator.controllers.selecting import selecting
from simulator.kernel.units import SECOND
from simulator.kernel.world import World

REPLICA_SETS = "replicasets.apps"
DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


class ReplicaSetController(Controller):
    """Creates Pods that are missing and deletes those that are too many."""

    name = "replicaset"
    source = "replicaset-controller"

    def __init__(self, world: World, api: API, informers: Informers) -> None:
        super().__init__(world, api, informers)
        self.pods = PodControl(api, self.recorder)
        self.owners = its_controller("ReplicaSet")

    def watches(self) -> dict[str, Keys]:
        return {
            REPLICA_SETS: itself,
            "pods": lambda event: [*self.owners(event), *selecting(self, REPLICA_SETS, event)],
        }

    def patience(self, key: str) -> int | None:
        replica_set = self.find(REPLICA_SETS, key)
        return batch_period(wanted(replica_set)) if replica_set is not None else None

    def sync(self, key: str) -> None:
        replica_set = self.find(REPLICA_SETS, key)
        if replica_set is None:
            return
        owned = claimed(self.api, self.informers, "pods", replica_set)
        active = [pod for pod in owned if is_active(pod)]
        failure: ApiError | None = None
        if not meta.deleting(replica_set):
            try:
                self.manage(replica_set, active)
            except ApiError as error:
                failure = error
        self.report(replica_set, owned, active, failure)
        if failure is not None:
            raise failure

    def manage(self, replica_set: Obj, active: list[Obj]) -> None:
        """Create or delete Pods until there are as many as wanted; raises ApiError."""
        difference = len(active) - wanted(replica_set)
        if difference < 0:
            key = f"{meta.namespace(replica_set)}/{meta.name(replica_set)}"
            self.create(replica_set, self.may_make(key, min(-difference, BURST)))
        elif difference > 0:
            for pod in self.victims(replica_set, active)[: min(difference, BURST)]:
                self.pods.delete(replica_set, pod)

    def create(self, replica_set: Obj, count: int) -> None:
        """Create Pods, 1, then 2, 4, 8 ... at once; a batch in which one fails is the last; raises ApiError."""
        pod = pod_from(replica_set, replica_set["spec"]["template"])
        batch = 1
        while count > 0:
            failure: ApiError | None = None
            for _ in range(min(batch, count)):
                try:
                    self.pods.create(replica_set, pod)
                except ApiError as error:
                    failure = error
            if failure is not None:
                raise failure
            count, batch = count - batch, 2 * batch

    def victims(self, replica_set: Obj, active: list[Obj]) -> list[Obj]:
        """The Pods in the order in which they can best be spared."""
        crowds = self.crowds(replica_set)
        now = self.world.unix
        return sorted(active, key=lambda pod: spareness(pod, crowds.get(pod["spec"].get("nodeName", ""), 0), now))

    def crowds(self, replica_set: Obj) -> dict[str, int]:
        """How many active Pods of this ReplicaSet and its siblings stand on each node."""
        owner = meta.controller_of(replica_set)
        family = self.informers.of(REPLICA_SETS).by("owner", owner["uid"]) if owner else [replica_set]
        found: dict[str, int] = {}
        for sibling in family:
            for pod in self.informers.of("pods").by("owner", meta.uid(sibling)):
                node = pod["spec"].get("nodeName", "")
                found[node] = found.get(node, 0) + is_active(pod)
        return found

    def report(self, replica_set: Obj, owned: list[Obj], active: list[Obj], failure: ApiError | None) -> None:
        """Write the status."""
        status = self.status(replica_set, owned, active, failure)
        if status != replica_set.get("status"):
            key = f"{meta.namespace(replica_set)}/{meta.name(replica_set)}"
            latest = self.find(REPLICA_SETS, key)
            if latest is not None:
                self.api.update_status(REPLICA_SETS, {**latest, "status": status})
        delay = replica_set["spec"].get("minReadySeconds") or 0
        if delay and status.get("readyReplicas", 0) != status.get("availableReplicas", 0):
            self.queue.add(f"{meta.namespace(replica_set)}/{meta.name(replica_set)}", after=delay * SECOND)

    def status(self, replica_set: Obj, owned: list[Obj], active: list[Obj], failure: ApiError | None) -> Obj:
        """The status that the Pods amount to."""
        spec = replica_set["spec"]
        labels = (spec["template"].get("metadata") or {}).get("labels") or {}
        counts = {
            "fullyLabeledReplicas": sum(labels.items() <= meta.labels(pod).items() for pod in active),
            "readyReplicas": sum(is_ready(pod) for pod in active),
            "availableReplicas": sum(
                is_available(pod, spec.get("minReadySeconds") or 0, self.world.unix) for pod in active
            ),
        }
        leaving = sum(meta.deleting(pod) and not is_finished(pod) for pod in owned)
        conditions = self.conditions(replica_set, len(active), failure)
        return {
            "replicas": len(active),
            **{name: count for name, count in counts.items() if count},
            "terminatingReplicas": leaving,
            "observedGeneration": replica_set["metadata"].get("generation", 1),
            **({"conditions": conditions} if conditions else {}),
        }

    def conditions(self, replica_set: Obj, active: int, failure: ApiError | None) -> list[Obj]:
        """ReplicaFailure while Pods cannot be made or deleted."""
        old = (replica_set.get("status") or {}).get("conditions") or []
        if failure is None:
            return [each for each in old if each["type"] != "ReplicaFailure"]
        reason = "FailedCreate" if active < wanted(replica_set) else "FailedDelete"
        if any(each["type"] == "ReplicaFailure" and each["reason"] == reason for each in old):
            return list(old)
        new = {"type": "ReplicaFailure", "status": "True", "reason": reason, "message": str(failure)}
        return with_transition(old, new, self.now())


def wanted(obj: Obj) -> int:
    """spec.replicas, 1 if it is not said."""
    replicas = obj["spec"].get("replicas")
    return 1 if replicas is None else int(replicas)


def is_available(pod: Obj, seconds: int, unix: int) -> bool:
    """Whether the Pod has been ready for so many seconds."""
    ready = meta.condition(pod, "Ready")
    if ready is None or ready["status"] != "True":
        return False
    return not seconds or timestamps.parse(ready["lastTransitionTime"]) + seconds * SECOND <= unix


def restarts(pod: Obj) -> int:
    """How often a container of the Pod was restarted at most."""
    return max(
        (each.get("restartCount", 0) for each in (pod.get("status") or {}).get("containerStatuses") or ()), default=0
    )


def cost(pod: Obj) -> int:
    """What the owner says the loss of the Pod costs."""
    text = meta.annotations(pod).get(DELETION_COST, "0")
    return int(text) if text.lstrip("-").isdigit() and len(text) < 12 else 0


def spareness(pod: Obj, crowd: int, unix: int) -> tuple[int, ...]:
    """The smaller, the sooner the Pod is deleted (ActivePodsWithRanks): without a node, not running, not ready, cheap,
    crowded, ready or made lately (times in powers of two), restarted often."""
    ready = meta.condition(pod, "Ready")
    is_up = ready is not None and ready["status"] == "True"
    since = timestamps.parse(ready["lastTransitionTime"]) if ready is not None and is_up else unix
    age = unix - timestamps.parse(pod["metadata"]["creationTimestamp"])
    return (
        bool(pod["spec"].get("nodeName")),
        PHASES.get(phase(pod), 0),
        is_up,
        cost(pod),
        -crowd,
        max((unix - since) // SECOND, 0).bit_length(),
        -restarts(pod),
        max(age // SECOND, 0).bit_length(),
    )
