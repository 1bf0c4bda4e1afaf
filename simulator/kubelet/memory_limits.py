"""Whether memory limits may be lowered: not below what is in use (kuberuntime_manager.go validateMemoryResizeAction)."""

from simulator.api.requests import Obj
from simulator.kubelet import actions, allocation
from simulator.kubelet.container_config import bounds_of, pod_memory
from simulator.kubelet.deps import Deps, Worker


def problem(deps: Deps, worker: Worker, pod: Obj, seen: actions.Seen, doomed: set[str]) -> str:
    """Why the limits of *pod* cannot be in force now; empty if they can."""
    lowered = lowered_limits(worker, pod, seen, doomed)
    after, before = pod_memory(pod["spec"]), pod_memory(allocation.overlay(pod, worker.get("actual"))["spec"])
    pod_lowered = after is not None and (before is None or after < before)
    if not lowered and not pod_lowered:
        return ""
    used = {id: each["memory"] for id, each in deps.cri.usage(worker["uid"]).items()}
    whole = sum(used.values())
    found = (
        [f"attempting to set pod memory limit ({after}) below current usage ({whole})"]
        if pod_lowered and whole >= (after or 0)
        else []
    )
    found += [
        f'attempting to set container "{name}" memory limit ({limit}) below current usage ({whole})'
        for name, (id, limit) in lowered.items()
        if used.get(id, 0) >= limit
    ]
    if not found:
        return ""
    return f"cannot decrease memory limits: {found[0] if len(found) == 1 else '[' + ', '.join(found) + ']'}"


def lowered_limits(worker: Worker, pod: Obj, seen: actions.Seen, doomed: set[str]) -> dict[str, tuple[str, int]]:
    """Id and new limit of the running containers that shall have less memory without a restart, by name."""
    found: dict[str, tuple[str, int]] = {}
    for name, was in worker["actual"].items():
        status = actions.newest(seen, name) if name else None
        if status is None or status["state"] != "running" or status["id"] in doomed:
            continue
        after = bounds_of(next(entry for _, entry in actions.named(pod, name)), pod["spec"])["memory"]
        before = bounds_of({"resources": was}, allocation.overlay(pod, worker["actual"])["spec"])["memory"]
        if after is not None and (before is None or after < before):
            found[name] = (status["id"], after)
    return found
