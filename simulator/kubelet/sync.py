"""One sync of a Pod: status first, then volumes, sandbox, containers (pkg/kubelet/kubelet.go SyncPod, kuberuntime SyncPod)."""

from typing import Any

from simulator.api.requests import Obj
from simulator.kernel.units import SECOND
from simulator.kubelet import (
    actions,
    image_volumes,
    images,
    killing,
    pleg,
    prober,
    resizing,
    restart_all,
    start,
    status,
    volumes,
    workers,
)
from simulator.kubelet.container_config import sandbox_config
from simulator.kubelet.container_status import STATUS_FIELDS
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.phase import TERMINAL, phase_of
from simulator.runtime.cri_api import CriError

Op = dict[str, Any]
MOUNT_TIMEOUT = 123 * SECOND
DEADLINE = "Pod was active on the node longer than the specified deadline"


def begin(deps: Deps, worker: Worker, pod: Obj) -> bool:
    """Begin a sync: write the status and lay out the tasks; False if the Pod is at its end instead."""
    worker |= {"active": True, "dirty": False, "due": None}
    watch_deadline(deps, worker, pod)
    resizing.finish(deps, worker, pod)
    seen = status.seen_containers(deps, worker, pod)
    generated = status.generate(deps, worker, pod, seen)
    pod = status.write(deps, pod, generated)
    if worker["verdict"] or is_over(deps, worker, pod, generated):
        return False
    if problem := network_problem(deps, pod):
        deps.event(pod, "Warning", "NetworkNotReady", problem)
        workers.fail(worker, error="network")
        return True
    if warning := images.missing_secrets(deps, pod):
        deps.event(pod, "Warning", "FailedToRetrieveImagePullSecret", warning)
    prober.add_pod(deps, worker, pod, seen)
    worker["todo"] = [["mount"], ["contain"]]
    return True


def watch_deadline(deps: Deps, worker: Worker, pod: Obj) -> None:
    """End the Pod when its `activeDeadlineSeconds` are over; before, come back then (active_deadline.go)."""
    seconds = pod["spec"].get("activeDeadlineSeconds")
    if seconds is None:
        return
    left = worker["start_time"] + int(seconds) * SECOND - deps.world.unix
    if left > 0:
        workers.schedule(deps, worker, deps.turn_after(left))
        return
    deps.event(pod, "Normal", "DeadlineExceeded", DEADLINE)
    worker["verdict"] = {"phase": "Failed", "reason": "DeadlineExceeded", "message": DEADLINE}


def is_over(deps: Deps, worker: Worker, pod: Obj, generated: Obj) -> bool:
    """Whether all containers have ended for good."""
    by_name = {entry["name"]: entry for key in STATUS_FIELDS.values() for entry in generated.get(key) or ()}
    return phase_of(pod, by_name, terminal=False) in TERMINAL


def network_problem(deps: Deps, pod: Obj) -> str:
    """Why a Pod cannot have a network yet; empty if it can."""
    if pod["spec"].get("hostNetwork"):
        return ""
    ready, reason, message = deps.cri.status()["network"]
    if ready:
        return ""
    about = f"container runtime network not ready: NetworkReady=false reason:{reason} message:{message}"
    return f"network is not ready: {about}"


def mount(deps: Deps, worker: Worker, pod: Obj) -> None:
    """Mount the volumes, trying again at growing distances; meanwhile the sync stands still."""
    if volumes.mount_all(deps, worker, pod):
        now = deps.world.now
        worker["op"] = {
            "kind": "mount",
            "delay": volumes.FIRST_RETRY,
            "at": now + volumes.FIRST_RETRY,
            "until": now + MOUNT_TIMEOUT,
        }
        deps.wake(worker["uid"], volumes.FIRST_RETRY)
        return
    volumes.refresh(deps, worker, pod)


def poll_mount(deps: Deps, worker: Worker, pod: Obj, op: Op) -> bool:
    """Try again when it is time; whether all is mounted, or the wait is over."""
    if deps.world.now < op["at"]:
        return False
    problems = volumes.mount_all(deps, worker, pod)
    if not problems:
        return True
    if deps.world.now >= op["until"]:
        give_up_mounting(deps, worker, pod, problems)
        return True
    op["delay"] = min(op["delay"] * 2, volumes.LONGEST_RETRY)
    op["at"] = min(deps.world.now + op["delay"], max(op["until"], deps.world.now + SECOND))
    deps.world.agenda.wake_at(deps.component, worker["uid"], op["at"])
    return False


def give_up_mounting(deps: Deps, worker: Worker, pod: Obj, problems: dict[str, str]) -> None:
    """This sync fails; the next one begins anew."""
    names = " ".join(problems)
    claims = {name: text for name, text in problems.items() if text.startswith("error processing PVC")}
    why = ", ".join(claims.values()) or "context deadline exceeded"
    text = f"Unable to attach or mount volumes: unmounted volumes=[{names}], unattached volumes=[], "
    text += f"failed to process volumes=[{' '.join(claims)}]: {why}"
    deps.event(pod, "Warning", "FailedMount", text)
    worker["todo"] = []
    workers.fail(worker)


def contain(deps: Deps, worker: Worker, pod: Obj) -> None:
    """Compare what runs with what should, and put down what is to be done."""
    seen = status.seen_containers(deps, worker, pod)
    if restart_all.under_way(pod, seen):
        worker["todo"] = [["end_all"], ["forget_all"]]
        return
    ready = bool(worker["sandbox"]) and deps.cri.sandbox_status(worker["sandbox"]).get("state") == "ready"
    plan = actions.plan(pod, worker, seen, sandbox_ready=ready)
    if plan.kill_pod:
        worker["todo"] = [["finish"]]
        return
    if plan.create_sandbox and worker["sandbox"]:
        deps.event(pod, "Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.")
        deps.cri.stop_pod_sandbox(worker["sandbox"])
    resizing.actuate(deps, worker, pod, seen, {kill.id for kill in plan.kill})
    todo: list[list[Any]] = [["kill", kill.id, kill.name, kill.why, kill.probe] for kill in plan.kill]
    todo += [["sandbox"]] if plan.create_sandbox else []
    todo += [["image", name] for name in image_volumes.names(pod)] if plan.start else []
    for field, name in plan.start:
        worker["attempts"][name] = start.next_attempt(pod, seen, name)
        todo.append(["start", field, name, start.last_end(seen, name)])
    worker["todo"] = todo


def end_all(deps: Deps, worker: Worker, pod: Obj) -> None:
    """End every container of a Pod that begins again, without hooks and with no more than the least grace."""
    found = restart_all.in_order(pod, status.seen_containers(deps, worker, pod))
    running = [each for each in found if killing.is_running(deps, each["id"])]
    items = {each["id"]: killing.item(each, 0, restart_all.KILLING) for each in running}
    worker["op"] = {"kind": "kill", "items": items}


def forget_all(deps: Deps, worker: Worker, pod: Obj) -> None:
    """Take the ended containers away, and sync at once."""
    for each in restart_all.in_order(pod, status.seen_containers(deps, worker, pod)):
        deps.cri.remove_container(each["id"])
        worker["listed"].pop(each["id"], None)
    worker["reasons"] = {}
    worker["dirty"] = True


def kill(deps: Deps, worker: Worker, pod: Obj, id: str, name: str, why: str, probe: str) -> None:
    """End a container that failed a probe or whose definition changed."""
    found = deps.cri.container_status(id)
    if found is None or found["state"] == "exited":
        return
    container = next(entry for _, entry in actions.named(pod, name))
    entry = killing.item(found, killing.grace_of(pod, container, probe), why)
    worker["op"] = {"kind": "kill", "items": {id: entry}}


def poll_kill(deps: Deps, worker: Worker, pod: Obj, op: Op) -> bool:
    """Whether the containers have ended."""
    return killing.advance(deps, worker, pod, op)


def sandbox(deps: Deps, worker: Worker, pod: Obj) -> None:
    """Make the Pod's sandbox."""
    try:
        worker["sandbox"] = deps.cri.run_pod_sandbox(sandbox_config(deps, worker, pod))
    except CriError as error:
        no_sandbox(deps, worker, pod, str(error))
        return
    worker["sandboxes"] += 1
    worker["op"] = {"kind": "sandbox"}


def no_sandbox(deps: Deps, worker: Worker, pod: Obj, error: str) -> None:
    """The sandbox could not be made: nothing can be started in this sync."""
    deps.event(pod, "Warning", "FailedCreatePodSandBox", f"Failed to create pod sandbox: {error}")
    worker["sandbox"], worker["todo"] = "", []
    workers.fail(worker)


def poll_sandbox(deps: Deps, worker: Worker, pod: Obj, op: Op) -> bool:
    """Whether the sandbox is ready, or will never be."""
    found = deps.cri.sandbox_status(worker["sandbox"])
    if found["state"] == "created":
        return False
    if found["state"] == "ready":
        pleg.expect_sandbox(deps, worker)
        status.sandbox_is_ready(deps, worker, pod)
    else:
        no_sandbox(
            deps, worker, pod, str(found.get("message") or "rpc error: code = Unknown desc = sandbox is not ready")
        )
    return True
