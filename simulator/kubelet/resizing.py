"""Resizes Pods that run: takes other resources on or puts them off, and has them in force (pkg/kubelet/allocation/allocation_manager.go).

pending    why wanted resources are not set aside: reason (`Deferred`, `Infeasible`), message, generation, since
progress   they are set aside, but not in force everywhere: generation, since, and reason and message of an error
asked      the spec names other resources than before, and nobody has decided about them
"""

from typing import Any

from simulator.api.quantities import compare, milli, units
from simulator.api.requests import Obj
from simulator.kernel.units import MINUTE
from simulator.kubelet import actions, admission, allocation, memory_limits, resize_events, workers
from simulator.kubelet.amounts import of_pod
from simulator.kubelet.container_config import bounds_of, pod_memory
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.naming import all_containers

RETRY = 3 * MINUTE
QUALITIES = ("Guaranteed", "Burstable", "BestEffort")


# --- what is wanted
def ask(worker: Worker, pod: Obj, old: Obj) -> None:
    """A Pod's spec has changed: remember what is set aside for it if other resources are wanted now."""
    if allocation.remember(worker, pod, old):
        worker["asked"] = True


def decide(deps: Deps, worker: Worker) -> None:
    """Set the wanted resources aside if the node can spare them; else say why not."""
    worker.pop("asked", None)
    pod = deps.find("pods", worker["namespace"], worker["name"])
    if pod is None or pod["metadata"]["uid"] != worker["uid"]:
        return
    if not worker.get("allocated"):
        worker.pop("pending", None)
        return
    refusal = infeasible(deps, pod) or deferred(deps, pod)
    if refusal is None:
        accept(deps, worker, pod)
    else:
        postpone(deps, worker, pod, *refusal)


def infeasible(deps: Deps, pod: Obj) -> tuple[str, str] | None:
    """Whether the whole node would not be enough."""
    has = (deps.node_object().get("status") or {}).get("allocatable") or {}
    asks = of_pod(pod, "requests")
    for name, measure in (("memory", units), ("cpu", milli)):
        wanted, there = measure(asks.get(name, "0")), measure(str(has.get(name, "0")))
        if wanted > there:
            about = f"{name}, requested: {wanted}, capacity: {there}"
            return "Infeasible", f"Node didn't have enough capacity: {about}"
    return None


def deferred(deps: Deps, pod: Obj) -> tuple[str, str] | None:
    """Whether other Pods stand in the way."""
    short = admission.shortages(deps, pod, deps.node_object())
    return ("Deferred", admission.short_of(short[0]).message) if short else None


def accept(deps: Deps, worker: Worker, pod: Obj) -> None:
    """Set the resources aside; what runs does not have them yet."""
    running = {each["name"] for each in deps.cri.list_containers(worker["uid"]) if each["state"] == "running"}
    before = {name: each for name, each in worker.pop("allocated").items() if not name or name in running}
    allocation.put(worker, "actual", before | worker.get("actual", {}))
    worker.pop("pending", None)
    worker["progress"] = condition(deps, "", "", pod)
    deps.event(pod, "Normal", "ResizeStarted", resize_events.started(pod))
    retry_soon(deps)


def postpone(deps: Deps, worker: Worker, pod: Obj, reason: str, message: str) -> None:
    """Leave everything as it is, and say why."""
    before, now = worker.get("pending"), condition(deps, reason, message, pod)
    if before and before["reason"] == reason:
        now["since"] = before["since"]
    if before is None or any(before[key] != now[key] for key in ("reason", "message", "generation")):
        worker["pending"] = now
        text = resize_events.pending(pod, reason, message)
        deps.event(pod, "Warning", f"Resize{reason}", text)
    if reason == "Deferred":
        retry_at(deps, deps.world.now + RETRY)


def condition(deps: Deps, reason: str, message: str, pod: Obj) -> dict[str, Any]:
    """What is remembered of a condition that begins now."""
    generation = int(pod["metadata"].get("generation") or 1)
    return {
        "reason": reason,
        "message": message,
        "generation": generation,
        "since": deps.world.unix,
        "seen": deps.world.unix,
    }


# --- what was put off
def waiting(deps: Deps) -> list[Worker]:
    """The Pods whose resize was put off, in the order in which they are looked at again."""
    found = [each for each in workers.table(deps).values() if (each.get("pending") or {}).get("reason") == "Deferred"]
    return sorted(found, key=lambda worker: urgency(deps, worker))


def urgency(deps: Deps, worker: Worker) -> tuple[bool, int, int, int]:
    """Those that ask for no more come first, then the important ones, those of better quality, and those that waited longest."""
    pod = deps.find("pods", worker["namespace"], worker["name"]) or {"spec": {"containers": []}}
    now, wanted = of_pod(allocation.applied(worker, pod), "requests"), of_pod(pod, "requests")
    more = any(compare(wanted.get(name, "0"), now.get(name, "0")) > 0 for name in ("cpu", "memory"))
    quality = QUALITIES.index((pod.get("status") or {}).get("qosClass", "BestEffort"))
    return more, -int(pod["spec"].get("priority") or 0), quality, worker["pending"]["since"]


def retry_soon(deps: Deps) -> None:
    """Something was given back: look at what was put off."""
    if waiting(deps):
        retry_at(deps, deps.world.now)


def retry_at(deps: Deps, at: int) -> None:
    """Look at what was put off at virtual time *at*, and not as was planned before."""
    deps.section["resizes_at"] = at
    deps.world.agenda.wake_at(deps.component, "resizes", at)


def retry(deps: Deps) -> None:
    """Look again at what was put off, if it is time; Pods to which something happened by that get a sync."""
    at = deps.section.get("resizes_at")
    if at is None or deps.world.now < at:
        return
    del deps.section["resizes_at"]
    for worker in waiting(deps):
        before = dict(worker["pending"])
        decide(deps, worker)
        if worker.get("pending") != before:
            worker["dirty"] = True
            deps.wake(worker["uid"], 0)


# --- what is in force
def actuate(deps: Deps, worker: Worker, pod: Obj, seen: actions.Seen, doomed: set[str]) -> None:
    """Let running containers use what is set aside for them, but for those that begin anew with it."""
    if not worker.get("actual"):
        return
    if problem := memory_limits.problem(deps, worker, pod, seen, doomed):
        fail(deps, worker, pod, problem)
        return
    if "" in worker["actual"]:
        deps.cri.update_sandbox_memory(worker["sandbox"], pod_memory(pod["spec"]))
    for name in touched(worker, pod):
        status = actions.newest(seen, name)
        if status is not None and status["state"] == "running" and status["id"] in doomed:
            continue
        if status is not None and status["state"] == "running":
            bounds = bounds_of(next(entry for _, entry in actions.named(pod, name)), pod["spec"])
            deps.cri.update_container_resources(status["id"], bounds["cpu"], bounds["memory"])
        allocation.in_force(worker, name)
    workers.schedule(deps, worker, deps.turn_after(workers.TURN_COMES))


def touched(worker: Worker, pod: Obj) -> list[str]:
    """The containers that other limits may concern: those resized, and all where the Pod is, as some may have only its limits."""
    changed = list(worker["actual"])
    return [*changed, *(each["name"] for _, each in all_containers(pod))] if "" in changed else changed


def fail(deps: Deps, worker: Worker, pod: Obj, message: str) -> None:
    """The resources cannot be in force now; the sync has failed and comes again."""
    before = worker.get("progress") or condition(deps, "", "", pod)
    since = before["since"] if before["reason"] == "Error" else deps.world.unix
    worker["progress"] = {**before, "reason": "Error", "message": message, "since": since, "seen": deps.world.unix}
    if before["message"] != message:
        deps.event(pod, "Warning", "ResizeError", resize_events.failed(pod, message))
    workers.fail(worker)


def finish(deps: Deps, worker: Worker, pod: Obj) -> None:
    """Say so when everything that was set aside is in force."""
    if worker.get("progress") and not worker.get("actual"):
        del worker["progress"]
        deps.event(pod, "Normal", "ResizeCompleted", resize_events.completed(pod))
