"""The phase of a Pod as the states of its containers make it (pkg/kubelet/kubelet_pods.go getPhase)."""

from collections import Counter
from typing import Any

from simulator.api.requests import Obj
from simulator.kubelet import restart_all
from simulator.kubelet.restarts import is_sidecar, restarts_after

TERMINAL = ("Succeeded", "Failed")


def ended(status: Obj | None) -> dict[str, Any] | None:
    """How a container's last run ended, if it does not run now."""
    if status is None:
        return None
    state = status.get("state") or {}
    last = status.get("lastState") or {}
    terminated: dict[str, Any] | None = state.get("terminated") or (
        last.get("terminated") if "waiting" in state else None
    )
    return terminated


def count_init(pod: Obj, statuses: dict[str, Obj]) -> Counter[str]:
    """How many init containers are `pending` (not through yet), and how many have `failed` for good."""
    count: Counter[str] = Counter()
    for container in pod["spec"].get("initContainers") or ():
        status = statuses.get(container["name"])
        state = (status or {}).get("state") or {}
        end = ended(status)
        if is_sidecar(container, "initContainers"):
            count["pending"] += not (status and status.get("started")) and end is None
        elif "terminated" in state and state["terminated"]["exitCode"] == 0:
            continue
        elif restart_all.was_removed(status):
            count["pending"] += 1
        elif end and end["exitCode"] and not restarts_after(pod, container, "initContainers", end["exitCode"]):
            count["failed"] += 1
        else:
            count["pending"] += 1
    return count


def count_containers(pod: Obj, statuses: dict[str, Obj]) -> Counter[str]:
    """How many containers are `unknown`, `running`, `waiting`; `stopped`, and of these `succeeded`, `again` (to be restarted)."""
    count: Counter[str] = Counter()
    for container in pod["spec"]["containers"]:
        status = statuses.get(container["name"])
        end = ended(status)
        if status is None:
            count["unknown"] += 1
        elif "running" in (status.get("state") or {}):
            count["running"] += 1
        elif end is None:
            count["waiting"] += 1
        else:
            count["stopped"] += 1
            count["succeeded"] += end["exitCode"] == 0
            again = restart_all.waits(status) or restarts_after(pod, container, "containers", end["exitCode"])
            count["again"] += again
    return count


def phase_of(pod: Obj, statuses: dict[str, Obj], *, terminal: bool) -> str:
    """Pending, Running, Succeeded or Failed. *statuses*: API container statuses by name; *terminal*: no container runs any more."""
    init = count_init(pod, statuses)
    count = count_containers(pod, statuses)
    if init["failed"]:
        return "Failed"
    if terminal and count["stopped"] and not count["running"]:
        return "Succeeded" if count["stopped"] == count["succeeded"] else "Failed"
    if init["pending"] and not count["running"] and not count["stopped"]:
        return "Pending"
    if count["waiting"] or count["unknown"]:
        return "Pending"
    if count["running"] or count["again"]:
        return "Running"
    return "Succeeded" if count["stopped"] == count["succeeded"] else "Failed"
