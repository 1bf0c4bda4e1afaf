"""One worker for each Pod of the node: it runs one sync at a time and remembers what it waits for (pkg/kubelet/pod_workers.go).

A worker is data, so that a kubelet can be saved in the middle of a pull:

    namespace, name, uid          the Pod
    stage                         `syncing`, `terminating`, `terminated` (to be cleaned up) or `finished`
    active                        a sync is under way: `op` is what it waits for, `todo` are its tasks still to come
    dirty, due                    something happened: sync again; virtual time of the next sync by itself
    error, retry                  the sync has failed (`""`, `error`, `network`); when a back-off that held it up is over
    sandbox, sandboxes            id of the sandbox; how many were made
    start_time                    Unix microseconds
    reasons                       why a container could not be started, [reason, message] by name
    crash, pulls, pull_errors     back-off tables (backoff.py) by container and by image; the last error of each pull
    attempts                      the number of a container's next instance
    images                        the image that the manifest named when a container was made
    volumes                       what is mounted
    unpulled                      why the image of a volume is not there, [reason, message] by volume (image_volumes.py)
    probes                        see prober.py
    hooked                        the last run that was ended because its hook after the start failed: id and message by container
    stops                         how a container's last run was ended that the kubelet ended: id, grace, why, hooked (killing.py)
    verdict                       phase, reason, message of a Pod that the kubelet itself ended, and the facts that led to it
    listed, fresh, running        the last look at the runtime; containers just started; those that count as running (pleg.py)
    look, prune                   virtual time of the next look at the runtime; there are old containers to be removed
    ending                        the Pod is at its end; virtual time at which it is taken down
    orphan                        the Pod as it last was, when its API object is gone already
    allocated, actual             what is set aside, and what is in force, where it is not what the spec says (allocation.py)
    asked, pending, progress      of a resize: see resizing.py
    remount                       how long the next attempt waits to renew a volume whose source is missing
    users                         which id of the node is user 0 of a Pod with users of its own (users.py)
    new, awaits                   not admitted yet; the Pods that are taken away for its sake (preemption.py)
"""

from typing import Any

from simulator.api.requests import Obj
from simulator.kernel.units import MILLISECOND, SECOND
from simulator.kubelet import allocation
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.naming import uid_of

RESYNC = 60 * SECOND
RETRY = 10 * SECOND
NETWORK_RETRY = SECOND
TURN_COMES = 200 * MILLISECOND  # what is put into the queue now is seen at a turn that is at least so far away


def new_worker(deps: Deps, pod: Obj) -> Worker:
    """A worker that has not done anything yet."""
    tables: dict[str, Any] = {key: {} for key in TABLES}
    return {
        "namespace": pod["metadata"]["namespace"],
        "name": pod["metadata"]["name"],
        "uid": uid_of(pod),
        "stage": "syncing",
        "active": False,
        "op": None,
        "todo": [],
        "dirty": True,
        "due": None,
        "error": "",
        "retry": None,
        "sandbox": "",
        "sandboxes": 0,
        "start_time": deps.world.unix,
        "look": None,
        "prune": False,
        "running": [],
        "ending": None,
        **tables,
    }


TABLES = (
    "reasons",
    "crash",
    "pulls",
    "pull_errors",
    "images",
    "volumes",
    "probes",
    "verdict",
    "listed",
    "fresh",
    "attempts",
)


def table(deps: Deps) -> dict[str, Worker]:
    """All workers by the UID of their Pod."""
    found: dict[str, Worker] = deps.section.setdefault("workers", {})
    return found


def find_pod(deps: Deps, worker: Worker) -> Obj | None:
    """The Pod as the API server has it, with the resources that are set aside for it; once it is gone there, as it last was."""
    pod = deps.find("pods", worker["namespace"], worker["name"])
    if pod is not None and uid_of(pod) == worker["uid"]:
        return allocation.applied(worker, pod)
    orphan: Obj | None = worker.get("orphan")
    return orphan


def fail(worker: Worker, *, retry: int | None = None, error: str = "error") -> None:
    """The running sync has met an error; *retry*: the virtual time at which a back-off that caused it is over."""
    worker["error"] = error if worker["error"] != "network" else "network"
    if retry is not None:
        worker["retry"] = retry if worker["retry"] is None else min(worker["retry"], retry)


def complete(deps: Deps, worker: Worker) -> None:
    """The sync is over: say when the next one comes by itself. A Pod with which all is well waits for something to happen."""
    worker["active"] = False
    error, retry = worker["error"], worker["retry"]
    worker["error"], worker["retry"] = "", None
    if not error:
        return
    if error == "network":
        delay = NETWORK_RETRY
    elif retry is not None:
        delay = min(max(retry - deps.world.now, 0), RESYNC)
    else:
        delay = RETRY
    schedule(deps, worker, deps.turn_after(deps.jittered(delay)))


def end_at_next_turn(deps: Deps, worker: Worker) -> None:
    """The Pod is at its end: take it down at the kubelet's next turn."""
    worker |= {"active": False, "todo": [], "ending": deps.turn_after(TURN_COMES), "running": [], "fresh": {}}
    deps.world.agenda.wake_at(deps.component, worker["uid"], worker["ending"])


def schedule(deps: Deps, worker: Worker, at: int) -> None:
    """Sync by itself at virtual time *at*, unless something does so earlier."""
    worker["due"] = at if worker["due"] is None else min(worker["due"], at)
    deps.world.agenda.wake_at(deps.component, worker["uid"], worker["due"])


def wants_sync(deps: Deps, worker: Worker) -> bool:
    """Whether there is a reason to look at the Pod now."""
    return bool(worker["dirty"]) or (worker["due"] is not None and worker["due"] <= deps.world.now)
