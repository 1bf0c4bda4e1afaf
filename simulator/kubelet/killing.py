"""Ends containers: the hook before the end, the stop signal, the grace period, the order of sidecars (killContainer).

A killing is data: {"items": {container id: {"name", "step", "grace", "why", "after"}}}. Its steps are `wait` (for those in
`after` to end), `hook`, `stop` and `done`. What came of the hook stands in `hooked`: {"state", "took"}.
"""

from typing import Any

from simulator.api.requests import Obj
from simulator.kernel.units import SECOND
from simulator.kubelet import hooks
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.naming import find_container
from simulator.kubelet.probe_results import FIELDS
from simulator.kubelet.restarts import Status, is_sidecar
from simulator.runtime.cri_api import CriError

MINIMUM_GRACE = 2 * SECOND  # what is left for the stop signal, however long the hook took
FIRST_LOOK = SECOND // 50
LONGEST_LOOK = SECOND

Item = dict[str, Any]


def grace_of(pod: Obj, container: Obj | None = None, probe: str = "") -> int:
    """Microseconds that a container has between the order to end and its end."""
    deleting = pod["metadata"].get("deletionGracePeriodSeconds")
    seconds = deleting if deleting is not None else pod["spec"].get("terminationGracePeriodSeconds", 30)
    if probe and container and deleting is None:
        own = (container.get(FIELDS[probe]) or {}).get("terminationGracePeriodSeconds")
        seconds = seconds if own is None else own
    return int(seconds) * SECOND


def item(status: Status, grace: int, why: str = "", after: list[str] | None = None) -> Item:
    """One container to be ended."""
    return {"name": status["name"], "step": "wait", "grace": grace, "why": why, "after": after or []}


def whole_pod(pod: Obj, seen: dict[str, list[Status]], grace: int) -> dict[str, Item]:
    """Every running container of the Pod: sidecars end after all others, the last one first."""
    running = {name: found[0] for name, found in seen.items() if found[0]["state"] == "running"}
    sidecars = [
        entry["name"] for entry in pod["spec"].get("initContainers") or () if is_sidecar(entry, "initContainers")
    ]
    sidecars = [name for name in sidecars if name in running]
    others = [name for name in running if name not in sidecars]
    items: dict[str, Item] = {}
    for name, status in running.items():
        later = sidecars[sidecars.index(name) + 1 :] if name in sidecars else []
        items[status["id"]] = item(status, grace, after=others + later if name in sidecars else [])
    return items


def advance(deps: Deps, worker: Worker, pod: Obj, killing: dict[str, Any]) -> bool:
    """Do the next steps of all items; whether all are done."""
    items: dict[str, Item] = killing["items"]
    killing.setdefault("began", deps.world.now)
    for _ in range(len(items) + 1):
        open_names = {entry["name"] for entry in items.values() if entry["step"] != "done"}
        ready = [
            (id, entry)
            for id, entry in items.items()
            if entry["step"] != "done" and (entry["step"] != "wait" or not open_names.intersection(entry["after"]))
        ]
        if not any(step(deps, worker, pod, id, entry, killing["began"]) for id, entry in ready):
            break
    done = all(entry["step"] == "done" for entry in items.values())
    if done:
        remember(worker, items)
    else:
        look_again(deps, worker, killing)
    return done


def remember(worker: Worker, items: dict[str, Item]) -> None:
    """Keep of each container how its last run was ended: whoever asks later for the cause finds it nowhere else."""
    for id, entry in items.items():
        kept = {key: entry[key] for key in ("grace", "why", "hooked") if entry.get(key)}
        worker.setdefault("stops", {})[entry["name"]] = {"id": id, **kept}


def look_again(deps: Deps, worker: Worker, killing: dict[str, Any]) -> None:
    """Wake up a little later, at growing distances: an end is not always told of."""
    killing["look"] = min(killing.get("look", FIRST_LOOK) * 2, LONGEST_LOOK)
    deps.wake(worker["uid"], killing["look"])


def step(deps: Deps, worker: Worker, pod: Obj, id: str, entry: Item, began: int) -> bool:
    """One step of one item; whether it came further."""
    if entry["step"] == "wait":
        begin(deps, worker, pod, id, entry, began)
        return True
    if entry["step"] == "hook":
        return poll_hook(deps, worker, pod, id, entry)
    status = deps.cri.container_status(id)
    if status is None or status["state"] == "exited":
        entry["step"] = "done"
        return True
    return False


def begin(deps: Deps, worker: Worker, pod: Obj, id: str, entry: Item, began: int) -> None:
    """Say that the container is being stopped and run its hook."""
    deps.event(pod, "Normal", "Killing", entry["why"] or f"Stopping container {entry['name']}", entry["name"])
    entry["grace"] = max(entry["grace"] - (deps.world.now - began), 0)
    entry["began"] = deps.world.now
    found = find_container(pod, entry["name"])
    if not found or not hooks.handler_of(found[1], "preStop") or entry["grace"] <= 0 or not is_running(deps, id):
        stop(deps, pod, id, entry)
        return
    ip = str((pod.get("status") or {}).get("podIP", ""))
    hook = hooks.begin(deps, worker, id, found[1], "preStop", entry["grace"], ip)
    if isinstance(hook, dict):
        entry["step"], entry["hook"] = "hook", hook
        deps.wake(worker["uid"], entry["grace"])
        return
    hook_failed(deps, pod, entry)
    entry["hooked"] = {"state": hook.state, "took": 0}
    stop(deps, pod, id, entry)


def is_running(deps: Deps, id: str) -> bool:
    status = deps.cri.container_status(id)
    return status is not None and status["state"] == "running"


def poll_hook(deps: Deps, worker: Worker, pod: Obj, id: str, entry: Item) -> bool:
    """Whether the hook before the end is over."""
    outcome = hooks.poll(deps, entry["hook"])
    if outcome is None and is_running(deps, id):
        return False
    if outcome is None:
        hooks.abandon(deps, entry["hook"])
    if outcome is None or outcome.state != "success":
        hook_failed(deps, pod, entry)
    state = outcome.state if outcome else "abandoned"
    entry["hooked"] = {"state": state, "took": deps.world.now - entry["began"]}
    del entry["hook"]
    stop(deps, pod, id, entry)
    return True


def hook_failed(deps: Deps, pod: Obj, entry: Item) -> None:
    deps.event(pod, "Warning", "FailedPreStopHook", "PreStopHook failed", entry["name"])


def stop(deps: Deps, pod: Obj, id: str, entry: Item) -> None:
    """Send the stop signal, with what is left of the grace period."""
    left = max(entry["grace"] - (deps.world.now - entry["began"]), MINIMUM_GRACE)
    entry["step"] = "stop"
    try:
        deps.cri.stop_container(id, left)
    except CriError as error:
        deps.event(pod, "Warning", "FailedKillPod", f"error killing pod: {error}")


def shorten(deps: Deps, pod: Obj, killing: dict[str, Any], grace: int) -> None:
    """The Pod has less time than was said at first."""
    for id, entry in killing["items"].items():
        if grace >= entry["grace"]:
            continue
        entry["grace"] = grace
        if entry["step"] == "hook":
            entry["hook"]["deadline"] = min(entry["hook"]["deadline"], deps.world.now + grace)
        if entry["step"] == "stop":
            stop(deps, pod, id, {**entry, "began": deps.world.now})
