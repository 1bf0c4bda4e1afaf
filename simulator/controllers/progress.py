"""The conditions of Deployments (pkg/controller/deployment/progress.go): available, progressing, stuck."""

from simulator.api import meta, timestamps
from simulator.client.api import Obj
from simulator.controllers.replicaset import wanted
from simulator.kernel.units import SECOND

AVAILABLE, NOT_AVAILABLE = "MinimumReplicasAvailable", "MinimumReplicasUnavailable"
NEW_AVAILABLE, UPDATED, TIMED_OUT = "NewReplicaSetAvailable", "ReplicaSetUpdated", "ProgressDeadlineExceeded"
PAUSED, RESUMED = "DeploymentPaused", "DeploymentResumed"
NO_DEADLINE = 2**31 - 1


def condition(type: str, status: str, reason: str, message: str) -> Obj:
    """A condition without its times."""
    return {"type": type, "status": status, "reason": reason, "message": message}


def available(enough: bool) -> Obj:
    """Whether enough Pods are available."""
    if enough:
        return condition("Available", "True", AVAILABLE, "Deployment has minimum availability.")
    return condition("Available", "False", NOT_AVAILABLE, "Deployment does not have minimum availability.")


def created(name: str) -> Obj:
    """The newest ReplicaSet was made."""
    return condition("Progressing", "True", "NewReplicaSetCreated", f'Created new replica set "{name}"')


def found(name: str) -> Obj:
    """The newest ReplicaSet was there already."""
    return condition("Progressing", "True", "FoundNewReplicaSet", f'Found new replica set "{name}"')


def not_created(message: str) -> Obj:
    """The newest ReplicaSet could not be made."""
    return condition("Progressing", "False", "ReplicaSetCreateError", message)


def paused() -> Obj:
    """The rollout is paused."""
    return condition("Progressing", "Unknown", PAUSED, "Deployment is paused")


def resumed() -> Obj:
    """The rollout goes on."""
    return condition("Progressing", "Unknown", RESUMED, "Deployment is resumed")


def condition_of(deployment: Obj, type: str) -> Obj | None:
    """The condition of that type."""
    return meta.condition(deployment, type)


def has_condition(deployment: Obj, type: str) -> bool:
    """Whether there is a condition of that type."""
    return condition_of(deployment, type) is not None


def with_condition(conditions: list[Obj], new: Obj, now: str) -> list[Obj]:
    """*conditions* with *new*, which comes last if its status or reason is another one than before."""
    old = next((each for each in conditions if each["type"] == new["type"]), None)
    if old is not None and (old["status"], old["reason"]) == (new["status"], new["reason"]):
        return conditions
    same = old is not None and old["status"] == new["status"]
    changed = old["lastTransitionTime"] if old is not None and same else now
    rest = [each for each in conditions if each["type"] != new["type"]]
    return [*rest, {**new, "lastUpdateTime": now, "lastTransitionTime": changed}]


def has_deadline(deployment: Obj) -> bool:
    """Whether progress is watched at all."""
    seconds = deployment["spec"].get("progressDeadlineSeconds")
    return seconds is not None and seconds < NO_DEADLINE


def is_complete(deployment: Obj, status: Obj) -> bool:
    """Whether all Pods are of the newest template, and available."""
    replicas = wanted(deployment)
    return bool(
        status.get("updatedReplicas", 0) == replicas
        and status.get("replicas", 0) == replicas
        and status.get("availableReplicas", 0) == replicas
        and status.get("observedGeneration", 0) >= deployment["metadata"].get("generation", 1)
    )


def is_progressing(old: Obj, new: Obj) -> bool:
    """Whether a status is nearer to the end than the one before."""
    left_before = old.get("replicas", 0) - old.get("updatedReplicas", 0)
    left = new.get("replicas", 0) - new.get("updatedReplicas", 0)
    return left < left_before or any(
        new.get(name, 0) > old.get(name, 0) for name in ("updatedReplicas", "readyReplicas", "availableReplicas")
    )


def is_timed_out(deployment: Obj, status: Obj, unix: int) -> bool:
    """Whether nothing has moved for longer than the deadline."""
    old = next((each for each in status.get("conditions") or () if each["type"] == "Progressing"), None)
    if old is None or old["reason"] == NEW_AVAILABLE:
        return False
    if old["reason"] == TIMED_OUT:
        return True
    deadline: int = deployment["spec"]["progressDeadlineSeconds"] * SECOND
    return timestamps.parse(old["lastUpdateTime"]) + deadline < unix


def judged(deployment: Obj, status: Obj, replica_sets: list[Obj], name: str, unix: int) -> list[Obj]:
    """The conditions with how the rollout goes, and with what keeps ReplicaSets from making Pods."""
    conditions: list[Obj] = list(status["conditions"])
    if not has_deadline(deployment):
        conditions = [each for each in conditions if each["type"] != "Progressing"]
    elif (new := verdict(deployment, status, name, unix)) is not None:
        conditions = touched(conditions, new, timestamps.rfc3339(unix))
    failure = next((each for each in map(replica_failure, replica_sets) if each is not None), None)
    if failure is None:
        return [each for each in conditions if each["type"] != "ReplicaFailure"]
    return with_condition(conditions, failure, timestamps.rfc3339(unix))


def touched(conditions: list[Obj], new: Obj, now: str) -> list[Obj]:
    """*conditions* with *new*; progress for the same reason as before still sets its time, as the deadline counts from there."""
    old = next((each for each in conditions if each["type"] == new["type"]), None)
    if old is not None and new["reason"] == UPDATED and old["status"] == "True":
        rest = [each for each in conditions if each["type"] != new["type"]]
        return [*rest, {**new, "lastUpdateTime": now, "lastTransitionTime": old["lastTransitionTime"]}]
    return with_condition(conditions, new, now)


def verdict(deployment: Obj, status: Obj, name: str, unix: int) -> Obj | None:
    """How the rollout goes; None if there is nothing new to say."""
    old = deployment.get("status") or {}
    current = next((each for each in status["conditions"] if each["type"] == "Progressing"), None)
    done = status.get("replicas", 0) == status.get("updatedReplicas", 0)
    if done and current is not None and current["reason"] == NEW_AVAILABLE:
        return None
    subject = f'ReplicaSet "{name}"' if name else f'Deployment "{meta.name(deployment)}"'
    if is_complete(deployment, status):
        return condition("Progressing", "True", NEW_AVAILABLE, f"{subject} has successfully progressed.")
    if is_progressing(old, status):
        return condition("Progressing", "True", UPDATED, f"{subject} is progressing.")
    if is_timed_out(deployment, status, unix):
        return condition("Progressing", "False", TIMED_OUT, f"{subject} has timed out progressing.")
    return None


def replica_failure(replica_set: Obj) -> Obj | None:
    """What keeps a ReplicaSet from making Pods, as a condition of its Deployment."""
    old = meta.condition(replica_set, "ReplicaFailure")
    return None if old is None else condition("ReplicaFailure", old["status"], old["reason"], old["message"])
