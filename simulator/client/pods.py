"""Small questions about Pods and conditions that many components ask (kubernetes pkg/api/v1/pod)."""

from simulator.api import meta
from simulator.client.api import Obj

FINISHED = ("Succeeded", "Failed")


def phase(pod: Obj) -> str:
    """status.phase, or empty."""
    return str((pod.get("status") or {}).get("phase", ""))


def is_ready(pod: Obj) -> bool:
    """Whether the Pod is ready to serve."""
    return meta.is_true(pod, "Ready")


def is_finished(pod: Obj) -> bool:
    """Whether the Pod has ended for good."""
    return phase(pod) in FINISHED


def is_active(pod: Obj) -> bool:
    """Whether the Pod counts for its controller."""
    return not is_finished(pod) and not meta.deleting(pod)


def with_transition(conditions: list[Obj], new: Obj, now: str) -> list[Obj]:
    """*conditions* with *new* in the place of its type; the transition time moves only when the status does."""
    old = next((entry for entry in conditions if entry["type"] == new["type"]), None)
    same = old is not None and old["status"] == new["status"]
    time = old.get("lastTransitionTime", now) if old is not None and same else now
    return meta.with_condition(conditions, {**new, "lastTransitionTime": time})
