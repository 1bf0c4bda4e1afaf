"""Pods as rows: READY, STATUS and RESTARTS (printPod in pkg/printers/internalversion/printers.go)."""

from dataclasses import dataclass
from typing import Any

from simulator.api import meta, timestamps
from simulator.apiserver.tables.columns import (
    AGE,
    NAME,
    NONE,
    Column,
    Obj,
    Printer,
    age,
    age_of,
    name_of,
    part,
    wide,
)


@dataclass
class _Count:
    """What walking through the statuses of a Pod's containers adds up to."""

    reason: str
    ready: int = 0
    total: int = 0
    restarts: int = 0
    restarted: str = ""
    side_restarts: int = 0
    side_restarted: str = ""
    initializing: bool = False


def _newest(first: str, status: Obj) -> str:
    finished = ((status.get("lastState") or {}).get("terminated") or {}).get("finishedAt") or ""
    if not finished or (first and timestamps.parse(first) >= timestamps.parse(finished)):
        return first
    return str(finished)


def _ended(terminated: Obj) -> str:
    """What a state of `terminated` says when it has no reason."""
    if terminated.get("signal"):
        return f"Signal:{terminated['signal']}"
    return f"ExitCode:{terminated.get('exitCode', 0)}"


def _sidecars(spec: Obj) -> set[str]:
    return {each["name"] for each in spec.get("initContainers") or () if each.get("restartPolicy") == "Always"}


def _walk_init(pod: Obj, count: _Count) -> None:
    spec, status = part(pod, "spec"), part(pod, "status")
    sidecars = _sidecars(spec)
    for at, each in enumerate(status.get("initContainerStatuses") or ()):
        count.restarts += each.get("restartCount", 0)
        count.restarted = _newest(count.restarted, each)
        if each.get("name") in sidecars:
            count.side_restarts += each.get("restartCount", 0)
            count.side_restarted = _newest(count.side_restarted, each)
        word = _init_word(each, each.get("name") in sidecars, count)
        if word is None:
            continue
        steps = len(spec.get("initContainers") or ())
        count.reason = f"Init:{word}" if word else f"Init:{at}/{steps}"
        count.initializing = True
        return


def _init_word(status: Obj, sidecar: bool, count: _Count) -> str | None:
    """What an init container makes of STATUS: None if it is out of the way, empty if it is only under way."""
    state = status.get("state") or {}
    terminated, waiting = state.get("terminated"), state.get("waiting")
    if terminated is not None and terminated.get("exitCode", 0) == 0:
        return None
    if sidecar and status.get("started"):
        count.ready += 1 if status.get("ready") else 0
        return None
    if terminated is not None:
        return terminated.get("reason") or _ended(terminated)
    reason = (waiting or {}).get("reason", "")
    return "" if reason == "PodInitializing" else reason


def _walk_containers(status: Obj, count: _Count) -> None:
    count.restarts, count.restarted = count.side_restarts, count.side_restarted
    running, failed = False, ""
    for each in reversed(status.get("containerStatuses") or ()):
        count.restarts += each.get("restartCount", 0)
        count.restarted = _newest(count.restarted, each)
        state = each.get("state") or {}
        terminated = state.get("terminated")
        if (state.get("waiting") or {}).get("reason"):
            count.reason = state["waiting"]["reason"]
        elif terminated is not None:
            count.reason = terminated.get("reason") or _ended(terminated)
            failed = count.reason if terminated.get("exitCode") else failed
        elif each.get("ready") and state.get("running") is not None:
            running = True
            count.ready += 1
    if count.reason == "Completed":
        count.reason = _beside_completed(status, running=running, failed=failed)


def _beside_completed(status: Obj, *, running: bool, failed: str) -> str:
    """What is shown where the first container has completed: one that runs or has failed says more."""
    ready = any(c.get("type") == "Ready" and c.get("status") == "True" for c in status.get("conditions") or ())
    if running and ready:
        return "Running"
    return failed or ("NotReady" if running else "Completed")


def summarize(pod: Obj) -> _Count:
    """READY, STATUS and RESTARTS of a Pod."""
    spec, status = part(pod, "spec"), part(pod, "status")
    count = _Count(status.get("reason") or status.get("phase", ""))
    count.total = len(spec.get("containers") or ()) + len(_sidecars(spec))
    for each in status.get("conditions") or ():
        if each.get("type") == "PodScheduled" and each.get("reason") == "SchedulingGated":
            count.reason = "SchedulingGated"
    _walk_init(pod, count)
    if not count.initializing or meta.is_true(pod, "Initialized"):
        _walk_containers(status, count)
    if meta.deleting(pod) and status.get("reason") == "NodeLost":
        count.reason = "Unknown"
    elif meta.deleting(pod) and status.get("phase") not in ("Succeeded", "Failed"):
        count.reason = "Terminating"
    return count


def _restarts(count: _Count, now: int) -> str:
    if count.restarts and count.restarted:
        return f"{count.restarts} ({age(count.restarted, now)} ago)"
    return str(count.restarts)


def _gates(pod: Obj) -> str:
    gates = part(pod, "spec").get("readinessGates") or []
    open_gates = sum(meta.is_true(pod, gate.get("conditionType", "")) for gate in gates)
    return f"{open_gates}/{len(gates)}" if gates else NONE


def _cells(pod: Obj, now: int) -> list[Any]:
    count, status = summarize(pod), part(pod, "status")
    addresses = status.get("podIPs") or []
    return [
        name_of(pod),
        f"{count.ready}/{count.total}",
        count.reason,
        _restarts(count, now),
        age_of(pod, now),
        (addresses[0].get("ip") if addresses else status.get("podIP")) or NONE,
        part(pod, "spec").get("nodeName") or NONE,
        status.get("nominatedNodeName") or NONE,
        _gates(pod),
    ]


PODS = Printer(
    (
        NAME,
        Column("Ready"),
        Column("Status"),
        Column("Restarts"),
        AGE,
        wide("IP"),
        wide("Node"),
        wide("Nominated Node"),
        wide("Readiness Gates"),
    ),
    _cells,
)
