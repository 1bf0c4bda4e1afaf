"""Takes a Pod down: containers, sandbox, volumes, and at last its API object (pkg/kubelet/kubelet.go SyncTerminatingPod, SyncTerminatedPod)."""

from typing import Any

from simulator.api.errors import ApiError
from simulator.api.requests import Obj
from simulator.kernel.units import MILLISECOND, SECOND
from simulator.kubelet import handlers, killing, status, volumes, workers
from simulator.kubelet.deps import Deps, Worker

STOPPING = (100 * MILLISECOND, 300 * MILLISECOND)
LEAST_GRACE = SECOND

Op = dict[str, Any]


def begin(deps: Deps, worker: Worker, pod: Obj, grace: int | None = None) -> None:
    """Stop everything of the Pod; *grace* in microseconds goes before what the Pod itself says."""
    abandon(deps, worker)
    worker |= {"stage": "terminating", "active": True, "dirty": False, "due": None, "todo": []}
    seen = status.seen_containers(deps, worker, pod)
    status.write(deps, pod, status.generate(deps, worker, pod, seen))
    allowed = max(killing.grace_of(pod) if grace is None else grace, LEAST_GRACE)
    worker["op"] = {"kind": "terminate", "items": killing.whole_pod(pod, seen, allowed)}


def abandon(deps: Deps, worker: Worker) -> None:
    """Leave what the running sync was waiting for."""
    op, worker["op"] = worker["op"], None
    if op and op["kind"] == "hook":
        handlers.abandon(deps, op["hook"])


def hurry(deps: Deps, worker: Worker, pod: Obj) -> None:
    """The Pod is deleted once more, perhaps with less time."""
    op = worker["op"]
    if op and op["kind"] == "terminate":
        killing.shorten(deps, pod, op, max(killing.grace_of(pod), LEAST_GRACE))


def poll(deps: Deps, worker: Worker, pod: Obj, op: Op) -> bool:
    """Whether all containers have ended; then the status says so, and the sandbox goes."""
    if not killing.advance(deps, worker, pod, op) or not moment_is_over(deps, worker, op):
        return False
    if worker["sandbox"]:
        deps.cri.stop_pod_sandbox(worker["sandbox"])
    seen = status.seen_containers(deps, worker, pod)
    status.write(deps, pod, status.generate(deps, worker, pod, seen, terminal=True))
    worker |= {"stage": "terminated", "active": False}
    workers.schedule(deps, worker, deps.turn_after(workers.TURN_COMES))
    return True


def moment_is_over(deps: Deps, worker: Worker, op: Op) -> bool:
    """Whether the moment has passed that taking the sandbox down takes."""
    if "stopped" not in op:
        op["stopped"] = deps.world.now + deps.world.dice.between(*STOPPING)
        deps.world.agenda.wake_at(deps.component, worker["uid"], op["stopped"])
    return bool(op["stopped"] <= deps.world.now)


def clean_up(deps: Deps, worker: Worker, pod: Obj) -> None:
    """Nothing runs any more: take the volumes away and say so; a Pod that is being deleted goes altogether."""
    volumes.unmount_all(deps, worker)
    worker |= {"stage": "finished", "dirty": False, "due": None}
    seen = status.seen_containers(deps, worker, pod)
    pod = status.write(deps, pod, status.generate(deps, worker, pod, seen, terminal=True))
    if is_deleted(worker, pod):
        remove(deps, worker, pod)


def is_deleted(worker: Worker, pod: Obj) -> bool:
    """Whether somebody has deleted the Pod."""
    return bool(worker.get("orphan") or pod["metadata"].get("deletionTimestamp"))


def remove(deps: Deps, worker: Worker, pod: Obj) -> None:
    """Forget the Pod, here, in the runtime and at the API server."""
    for found in deps.cri.list_containers(worker["uid"]):
        deps.cri.remove_container(found["id"])
    for found in deps.cri.list_pod_sandboxes(worker["uid"]):
        deps.cri.stop_pod_sandbox(found["id"])
        deps.cri.remove_pod_sandbox(found["id"])
    volumes.unmount_all(deps, worker)
    workers.table(deps).pop(worker["uid"], None)
    if worker.get("orphan"):
        return
    meta = pod["metadata"]
    try:
        deps.api.delete("pods", meta["namespace"], meta["name"], grace=0, uid=meta["uid"])
    except ApiError:
        return  # somebody else was faster
