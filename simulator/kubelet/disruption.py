"""Takes a Pod away for the sake of others: its containers end, and it stays as one that has failed (pkg/kubelet/eviction killPodNow)."""

from typing import Any

from simulator.api.requests import Obj
from simulator.api.timestamps import rfc3339
from simulator.kubelet import status, terminating
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.naming import is_mirror

CRITICAL = 2_000_000_000


def is_critical(pod: Obj) -> bool:
    """Whether a Pod must not be taken away: it is the node's own, or the cluster needs it (types.IsCriticalPod)."""
    return is_mirror(pod) or int(pod["spec"].get("priority") or 0) >= CRITICAL


def take_away(
    deps: Deps,
    worker: Worker,
    pod: Obj,
    reason: str,
    message: str,
    *,
    told: str = "",
    facts: dict[str, Any] | None = None,
    grace: int | None = None,
) -> None:
    """Take the Pod down, within *grace* (microseconds) or its own; *told*: what its condition says, if that is not *message*;
    *facts*: what led to it, which nothing of the API tells."""
    deps.event(pod, "Warning", reason, message)
    worker["verdict"] = {"phase": "Failed", "reason": reason, "message": message} | ({"facts": facts} if facts else {})
    condition = {
        "lastProbeTime": None,
        "lastTransitionTime": rfc3339(deps.world.unix),
        "message": told or message,
        "observedGeneration": pod["metadata"].get("generation") or 1,
        "reason": "TerminationByKubelet",
        "status": "True",
        "type": "DisruptionTarget",
    }
    before = pod.get("status") or {}
    others = [entry for entry in before.get("conditions") or () if entry["type"] != "DisruptionTarget"]
    pod = status.write(deps, pod, {**before, "conditions": [condition, *others]})
    terminating.begin(deps, worker, pod, grace)
    deps.wake(worker["uid"], 0)
