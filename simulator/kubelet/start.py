"""Starts one container: back-off, image, configuration, create, start, hook (pkg/kubelet/kuberuntime startContainer)."""

from collections.abc import Callable
from typing import Any, TypeVar

from simulator.api.durations import go
from simulator.api.requests import Obj
from simulator.kubelet import allocation, hooks, image_volumes, images, killing, pleg, restart_all, workers
from simulator.kubelet.attempts import Outcome
from simulator.kubelet.backoff import BACKOFF
from simulator.kubelet.config_error import ConfigError
from simulator.kubelet.container_config import container_config
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.images import StartError
from simulator.kubelet.naming import described, find_container
from simulator.kubelet.restarts import Status, is_sidecar
from simulator.runtime.cri_api import CriError

Op = dict[str, Any]
T = TypeVar("T")
LONGEST_MESSAGE = 300  # characters of what a hook said that are remembered
PRE_START = "Internal PreStartContainer hook failed: "


def last_end(seen: dict[str, list[Status]], name: str) -> int | None:
    """When the container ended last (Unix microseconds), as it was known when the sync began."""
    return next((found["finished"] for found in seen.get(name) or () if found["state"] == "exited"), None)


def next_attempt(pod: Obj, seen: dict[str, list[Status]], name: str) -> int:
    """The number of the container's next instance: how often it will have been restarted then."""
    found = seen.get(name)
    return int(found[0]["attempt"]) + 1 if found else restarts_before(pod, name)


def start(deps: Deps, worker: Worker, pod: Obj, field: str, name: str, ended: int | None) -> None:
    """Begin to start a container that ended at *ended* (Unix microseconds), if it ran before."""
    found = find_container(pod, name)
    if found is None:
        return
    try:
        wait_after_crash(deps, worker, pod, found[1], ended)
        image_volumes.check(deps, worker, pod, found[1])
        pull = with_event(deps, pod, name, lambda: images.ensure(deps, worker, pod, found[1]))
        if pull:
            worker["op"] = {"kind": "pull", "pull": pull, "field": field, "name": name}
            return
        run(deps, worker, pod, field, found[1])
    except StartError as error:
        failed(deps, worker, field, found[1], error)


def with_event(deps: Deps, pod: Obj, name: str, ensure: Callable[[], T]) -> T:
    """What *ensure* returns; if the image cannot be had, an event says so."""
    try:
        return ensure()
    except StartError as error:
        deps.event(pod, "Warning", "Failed", f"Error: {error.reason}", name)
        raise


def wait_after_crash(deps: Deps, worker: Worker, pod: Obj, container: Obj, ended: int | None) -> None:
    """Raise StartError while the container's last end is too fresh."""
    if ended is None:
        return
    name = container["name"]
    event = ended - (deps.world.unix - deps.world.now)
    key = f"{name}/{container['image']}"
    if not BACKOFF.waits_since(worker["crash"], key, event, deps.world.now):
        BACKOFF.longer(worker["crash"], key, event, deps.world.now)
        return
    delay = BACKOFF.delay(worker["crash"], key)
    about = described(pod)
    deps.event(pod, "Warning", "BackOff", f"Back-off restarting failed container {name} in pod {about}", name)
    workers.fail(worker, retry=event + delay)
    raise StartError("CrashLoopBackOff", f"back-off {go(delay)} restarting failed container={name} pod={about}")


def failed(deps: Deps, worker: Worker, field: str, container: Obj, error: StartError) -> None:
    """Remember why; after an init container nothing else is started in this sync."""
    worker["reasons"][container["name"]] = [error.reason, error.message]
    workers.fail(worker)
    if field == "initContainers" and not is_sidecar(container, field):
        worker["todo"] = []


def poll_pull(deps: Deps, worker: Worker, pod: Obj, op: Op) -> bool:
    """Whether the pull has ended; if it went well the container is started."""
    status = deps.cri.pull_status(op["pull"])
    found = find_container(pod, op["name"])
    if not status["done"]:
        return False
    if found is None:
        return True
    worker["op"] = None
    try:
        with_event(deps, pod, op["name"], lambda: images.finish(deps, worker, pod, found[1], status))
        run(deps, worker, pod, op["field"], found[1])
    except StartError as error:
        failed(deps, worker, op["field"], found[1], error)
    return True


def run(deps: Deps, worker: Worker, pod: Obj, field: str, container: Obj) -> None:
    """The image is there: create, start, and run the hook after the start; raises StartError."""
    name = container["name"]
    id = create(deps, worker, pod, container)
    deps.event(pod, "Normal", "Created", "Container created", name)
    worker["images"][name] = container["image"]
    allocation.in_force(worker, name)
    try:
        deps.cri.start_container(id)
    except CriError as error:
        raise not_started(deps, pod, name, str(error)) from None
    deps.event(pod, "Normal", "Started", "Container started", name)
    if hooks.handler_of(container, "postStart"):
        begin_hook(deps, worker, pod, field, container, id)
    else:
        worker["reasons"].pop(name, None)
        pleg.expect_start(deps, worker, id)


def not_started(deps: Deps, pod: Obj, name: str, error: str) -> StartError:
    """The container was made but did not start; the kubelet's own preparations may have failed."""
    if not error.startswith(PRE_START):
        return told(deps, pod, name, "RunContainerError", error)
    deps.event(pod, "Warning", "Failed", error, name)
    return StartError("PreStartHookError", error.removeprefix(PRE_START))


def create(deps: Deps, worker: Worker, pod: Obj, container: Obj) -> str:
    """Make the container; raises StartError."""
    name = container["name"]
    attempt = worker["attempts"].get(name, 0)
    ip = str(deps.cri.sandbox_status(worker["sandbox"]).get("ip") or "")
    try:
        config = container_config(deps, worker, pod, container, attempt=attempt, ip=ip)
    except ConfigError as error:
        raise told(deps, pod, name, "CreateContainerConfigError", str(error)) from None
    try:
        return deps.cri.create_container(worker["sandbox"], config)
    except CriError as error:
        raise told(deps, pod, name, "CreateContainerError", str(error)) from None


def restarts_before(pod: Obj, name: str) -> int:
    """The restart count of a container that the runtime has forgotten."""
    for key in ("initContainerStatuses", "containerStatuses"):
        for entry in (pod.get("status") or {}).get(key) or ():
            if entry["name"] == name and restart_all.waits(entry):
                return int(entry["restartCount"])
            if entry["name"] == name and (entry.get("containerID") or entry.get("restartCount")):
                return int(entry["restartCount"]) + 1
    return 0


def told(deps: Deps, pod: Obj, name: str, reason: str, message: str) -> StartError:
    """The error, after an event about it."""
    deps.event(pod, "Warning", "Failed", f"Error: {message}", name)
    return StartError(reason, message)


def begin_hook(deps: Deps, worker: Worker, pod: Obj, field: str, container: Obj, id: str) -> None:
    """Run the hook after the start; until it ends the sync stands still."""
    ip = str(deps.cri.sandbox_status(worker["sandbox"]).get("ip") or "")
    hook = hooks.begin(deps, worker, id, container, "postStart", hooks.FOREVER, ip)
    if isinstance(hook, dict):
        worker["op"] = {"kind": "hook", "hook": hook, "id": id, "field": field, "name": container["name"]}
        if "until" in hook:
            deps.world.agenda.wake_at(deps.component, worker["uid"], hook["until"])
    else:
        hook_failed(deps, worker, pod, field, container, id, hook)


def poll_hook(deps: Deps, worker: Worker, pod: Obj, op: Op) -> bool:
    """Whether the hook after the start is over."""
    outcome = hooks.poll(deps, op["hook"])
    found = find_container(pod, op["name"])
    if outcome is None or found is None:
        return False
    worker["op"] = None
    if outcome.state == "success":
        worker["reasons"].pop(op["name"], None)
    else:
        hook_failed(deps, worker, pod, op["field"], found[1], op["id"], outcome)
    return True


def hook_failed(deps: Deps, worker: Worker, pod: Obj, field: str, container: Obj, id: str, outcome: Outcome) -> None:
    """End the container again; when it has ended, its start counts as failed."""
    name = container["name"]
    deps.event(pod, "Warning", "FailedPostStartHook", "PostStartHook failed", name)
    message = hooks.failure_message(pod, container, "postStart", outcome)
    status = deps.cri.container_status(id)
    items = {id: killing.item(status, killing.grace_of(pod), "FailedPostStartHook")} if status else {}
    worker["op"] = {"kind": "undo", "items": items, "field": field, "name": name, "id": id, "message": message}


def poll_undo(deps: Deps, worker: Worker, pod: Obj, op: Op) -> bool:
    """Whether the container whose hook failed has ended."""
    if not killing.advance(deps, worker, pod, op):
        return False
    found = find_container(pod, op["name"])
    if found:
        worker.setdefault("hooked", {})[op["name"]] = {"id": op["id"], "message": op["message"][:LONGEST_MESSAGE]}
        failed(deps, worker, op["field"], found[1], StartError("PostStartHookError", op["message"]))
    return True
