"""The condition that says that, and why, the cluster takes a Pod away (DisruptionTarget)."""

from simulator.api import meta
from simulator.api.errors import Conflict, NotFound
from simulator.client.api import API, Obj
from simulator.client.pods import with_transition


def mark_disrupted(api: API, pod: Obj, reason: str, message: str, now: str, *, phase: str = "") -> None:
    """Write the condition, and a phase if one is given, into the Pod's status."""
    new = {
        "type": "DisruptionTarget",
        "status": "True",
        "lastProbeTime": None,
        "reason": reason,
        "message": message,
        "observedGeneration": pod["metadata"].get("generation", 1),
    }
    conditions = with_transition((pod.get("status") or {}).get("conditions") or [], new, now)
    changes = {"phase": phase} if phase else {}
    try:
        api.update_status("pods", meta.with_status(pod, conditions=conditions, **changes))
    except (Conflict, NotFound):
        return
