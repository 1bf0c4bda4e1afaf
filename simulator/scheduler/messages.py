"""Why a Pod fits nowhere, in the words of the scheduler (pkg/scheduler/framework/types.go, FitError)."""

from collections.abc import Mapping

from simulator.scheduler.framework import Rejection

NO_NODES = "no nodes available to schedule pods"
# The PostFilter of DynamicResources speaks first; where PreFilter failed before it, it has nothing to go by.
NO_CLAIMS = "no new claims to deallocate"
NO_STATE = "not found"


def unavailable(total: int, rejections: Mapping[str, Rejection]) -> str:
    """`0/3 nodes are available: 1 node(s) ..., 2 Insufficient cpu.`, the reasons counted over the nodes."""
    counts: dict[str, int] = {}
    for rejection in rejections.values():
        for reason in rejection.reasons:
            counts[reason] = counts.get(reason, 0) + 1
    histogram = ", ".join(sorted(f"{count} {reason}" for reason, count in counts.items()))
    return f"0/{total} nodes are available:" + (f" {histogram}." if histogram else "")


def unfit(total: int, rejections: Mapping[str, Rejection], preemption: str) -> str:
    """The whole message; *preemption* says why making room does not help, and is empty where it does."""
    text = unavailable(total, rejections)
    return f"{text} {NO_CLAIMS}, preemption: {preemption}" if preemption else text


def unfit_anywhere(total: int, reason: str) -> str:
    """The message where the Pod itself is the reason (PreFilter)."""
    return f"0/{total} nodes are available: {reason}. {NO_STATE}"
