"""Notices what has happened to containers and sandboxes by comparing lists (pkg/kubelet/pleg/generic.go), and clears up after it."""

from simulator.api.requests import Obj
from simulator.kernel.units import MILLISECOND
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.restarts import is_sidecar

# How soon the kubelet hears of a start, and then of an end that followed at once.
START_HEARD = (30 * MILLISECOND, 150 * MILLISECOND)
END_HEARD = (300 * MILLISECOND, 900 * MILLISECOND)


def expect_start(deps: Deps, worker: Worker, id: str) -> None:
    """The container was started: the news of it comes first, whatever happens to it then."""
    delay = deps.world.dice.between(*START_HEARD)
    worker["fresh"][id] = deps.world.now + delay
    deps.wake(worker["uid"], delay)


def expect_sandbox(deps: Deps, worker: Worker) -> None:
    """The sandbox is ready: the kubelet hears of it later, when the sync that waits for it has long gone on."""
    delay = deps.world.dice.between(*END_HEARD)
    worker["fresh"][worker["sandbox"]] = deps.world.now + delay
    deps.wake(worker["uid"], delay)


def hear_starts(deps: Deps, worker: Worker) -> None:
    """Take in the news of starts: for one sync these containers count as running, though they may have ended since."""
    if not worker["active"] and worker["fresh"].get(worker["sandbox"], deps.world.now + 1) <= deps.world.now:
        del worker["fresh"][worker["sandbox"]]
        worker["listed"][worker["sandbox"]] = "ready"
        worker["dirty"] = worker["dirty"] or bool(worker["reasons"])
    started = {id: due for id, due in worker["fresh"].items() if id != worker["sandbox"]}
    if any(due <= deps.world.now for due in started.values()):  # one look sees them all
        for id in started:
            del worker["fresh"][id]
            worker["listed"][id] = "running"
            worker["running"].append(id)
            worker["dirty"] = True


def forget_starts(deps: Deps, worker: Worker) -> None:
    """The sync after the news of a start is over: look what has become of it."""
    if worker["running"]:
        worker["running"] = []
        worker["look"] = deps.world.now + deps.world.dice.between(*END_HEARD)
        deps.world.agenda.wake_at(deps.component, worker["uid"], worker["look"])


def relist(deps: Deps, worker: Worker) -> None:
    """Compare with the last look; if something began, ended or came to be, the Pod wants a sync."""
    before: dict[str, str] = worker["listed"]
    now = {found["id"]: found["state"] for found in deps.cri.list_containers(worker["uid"])}
    now |= {id: before.get(id, "created") for id in worker["fresh"] if id in now}
    now |= {found["id"]: found["state"] for found in deps.cri.list_pod_sandboxes(worker["uid"])}
    if worker["op"] and worker["op"]["kind"] == "sandbox":
        now.pop(worker["sandbox"], None)  # the sync that waits for it sees it first
    if now == before:
        return
    worker["listed"] = now
    changed = [state for id, state in now.items() if before.get(id) != state]
    if any(state in ("running", "ready", "exited", "notready") for state in changed):
        worker["dirty"] = True
    if "exited" in changed:
        worker["prune"] = True


def prune(deps: Deps, worker: Worker, pod: Obj) -> None:
    """Keep of each container only the last instance that ended; of init containers one more until the Pod has begun,
    and then nothing but the newest."""
    worker["prune"] = False
    listed = sorted(deps.cri.list_containers(worker["uid"]), key=lambda found: -int(found["attempt"]))
    begun = {found["name"] for found in listed} & {entry["name"] for entry in pod["spec"]["containers"]}
    init = {
        entry["name"] for entry in pod["spec"].get("initContainers") or () if not is_sidecar(entry, "initContainers")
    }
    ended: dict[str, int] = {}
    for found in listed:
        name = found["name"]
        if found["state"] != "exited":
            continue
        ended[name] = ended.get(name, 0) + 1
        if ended[name] > (1 if begun or name not in init else 2):
            deps.cri.remove_container(found["id"])
