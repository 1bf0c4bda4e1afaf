"""Evictions and the budgets that may forbid them (pkg/registry/core/pod/rest/eviction.go)."""

from typing import Any

from simulator.api import meta, selectors, timestamps
from simulator.api.errors import TooManyRequests
from simulator.apiserver.backend import Backend

Obj = dict[str, Any]
REFUSAL = "Cannot evict pod as it would violate the pod's disruption budget."
MAX_DISRUPTED = 2000


def budgets_of(backend: Backend, pod: Obj) -> list[Obj]:
    """The disruption budgets that select a Pod."""
    found = backend.store.scan("poddisruptionbudgets.policy", meta.namespace(pod))
    return [each for each in found if selectors.selects(each["spec"].get("selector"), meta.labels(pod))]


def guarded(pod: Obj, budget: Obj) -> bool:
    """Whether the budget counts this Pod: one that runs, or at least may."""
    if (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed", "Pending") or meta.deleting(pod):
        return False
    if meta.is_true(pod, "Ready"):
        return True
    if budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return False
    status = budget.get("status") or {}
    healthy = status.get("currentHealthy", 0) >= status.get("desiredHealthy", 0) > 0
    return not healthy


def spend(backend: Backend, budget: Obj, pod: str) -> Obj:
    """The budget with one disruption less; raises TooManyRequests if it allows none."""
    status = budget.get("status") or {}
    allowed = status.get("disruptionsAllowed", 0)
    if allowed <= 0:
        name = meta.name(budget)
        needs = (
            f"needs {status.get('desiredHealthy', 0)} healthy pods and has {status.get('currentHealthy', 0)} currently"
        )
        cause = {"reason": "DisruptionBudget", "message": f"The disruption budget {name} {needs}"}
        raise TooManyRequests(REFUSAL, details={"causes": [cause]})
    disrupted = {**(status.get("disruptedPods") or {}), pod: timestamps.rfc3339(backend.world.unix)}
    if len(disrupted) > MAX_DISRUPTED:
        raise TooManyRequests("DisruptedPods map too big - too many evictions not confirmed by PDB controller")
    return meta.with_status(budget, disruptionsAllowed=allowed - 1, disruptedPods=disrupted)


def marked(pod: Obj, unix: int) -> Obj:
    """The Pod with the condition that says who takes it away (conditionAppender); *unix*: the time now."""
    old = meta.condition(pod, "DisruptionTarget")
    already = old is not None and old.get("status") == "True"
    since = old.get("lastTransitionTime") if old is not None and already else timestamps.rfc3339(unix)
    new = {
        "lastProbeTime": None,
        "lastTransitionTime": since,
        "message": "Eviction API: evicting",
        "observedGeneration": pod["metadata"].get("generation", 1),
        "reason": "EvictionByEvictionAPI",
        "status": "True",
        "type": "DisruptionTarget",
    }
    return meta.with_status(pod, conditions=meta.with_condition((pod.get("status") or {}).get("conditions") or [], new))
