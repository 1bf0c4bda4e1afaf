"""The status of a Pod, made from what runs, and written through the API server (generateAPIPodStatus, status_manager.go)."""

from typing import Any

from simulator.api.errors import ApiError
from simulator.api.requests import Obj
from simulator.api.timestamps import rfc3339
from simulator.kubelet import allocation, probe_results, restart_all
from simulator.kubelet.amounts import in_status, of_pod
from simulator.kubelet.conditions import conditions, of_resizes
from simulator.kubelet.container_status import STATUS_FIELDS, View, container_statuses
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.phase import TERMINAL, phase_of
from simulator.kubelet.restarts import Status
from simulator.kubelet.termination_message import with_message

# What others write into a Pod's status and the kubelet leaves as it is.
FOREIGN = ("nominatedNodeName", "resize", "resourceClaimStatuses", "extendedResourceClaimStatus")


def seen_containers(deps: Deps, worker: Worker, pod: Obj) -> dict[str, list[Status]]:
    """What the runtime knows of the Pod's containers: by name, newest first."""
    seen: dict[str, list[Status]] = {}
    for status in deps.cri.list_containers(worker["uid"]):
        if status["state"] == "exited":
            unheard = status["id"] in worker["running"] or status["id"] in worker["fresh"]
            status = {**status, "state": "running"} if unheard else with_message(deps, pod, status)
        seen.setdefault(status["name"], []).append(status)
    for statuses in seen.values():
        statuses.sort(key=lambda status: -int(status["attempt"]))
    return seen


def sandbox_address(deps: Deps, worker: Worker) -> str:
    """The address of the Pod's sandbox, if it is ready."""
    if not worker["sandbox"]:
        return ""
    status = deps.cri.sandbox_status(worker["sandbox"])
    return str(status.get("ip") or "") if status.get("state") == "ready" else ""


def generate(deps: Deps, worker: Worker, pod: Obj, seen: dict[str, list[Status]], *, terminal: bool = False) -> Obj:
    """The status as it is now. *terminal*: no container runs any more, and none will."""
    actual = allocation.overlay(pod, worker.get("actual"))
    view = View(
        seen,
        worker["reasons"],
        allocation.resources_of(actual),
        lambda name: probe_results.is_ready(worker, pod, name),
        lambda name: probe_results.is_started(worker, pod, name),
    )
    lists = {status_field: container_statuses(pod, field, view) for field, status_field in STATUS_FIELDS.items()}
    by_name = {entry["name"]: entry for entries in lists.values() for entry in entries}
    phase = worker["verdict"].get("phase") or phase_of(pod, by_name, terminal=terminal)
    address = sandbox_address(deps, worker)
    shown = shown_phase(pod, phase, terminal)
    times = {"now": rfc3339(deps.world.unix)}
    again = restart_all.under_way(pod, seen)
    told = conditions(
        pod,
        by_name,
        phase,
        sandbox_ready=bool(address),
        restarts_all=again,
        resizes=[] if terminal else of_resizes(worker),
        **times,
    )
    status: Obj = {
        "conditions": told,
        "observedGeneration": pod["metadata"].get("generation") or 1,
        "phase": shown,
        "resources": in_status(actual),
        "startTime": (pod.get("status") or {}).get("startTime") or rfc3339(worker["start_time"]),
    }
    verdict = {key: worker["verdict"][key] for key in ("reason", "message") if terminal and worker["verdict"].get(key)}
    return status | filled(lists) | kept(pod) | verdict | addresses(deps, pod, address) | allocated(pod)


def shown_phase(pod: Obj, phase: str, terminal: bool) -> str:
    """A Pod is not called finished before the kubelet has taken it down."""
    if phase in TERMINAL and not terminal:
        before = str((pod.get("status") or {}).get("phase") or "Pending")
        return before
    return phase


def filled(lists: dict[str, list[Obj]]) -> Obj:
    """The lists of container statuses that are not empty."""
    return {field: entries for field, entries in lists.items() if entries}


def kept(pod: Obj) -> Obj:
    """What stays as it stands: what others wrote, and the quality of service."""
    before = pod.get("status") or {}
    return {key: before[key] for key in (*FOREIGN, "qosClass") if key in before}


def addresses(deps: Deps, pod: Obj, address: str) -> Obj:
    """hostIP and podIP; a Pod that had an address keeps it in its status."""
    before = pod.get("status") or {}
    entry: Obj = {}
    if host := deps.host_ip():
        entry = {"hostIP": host, "hostIPs": [{"ip": host}]}
    ip = address or before.get("podIP", "")
    return entry | ({"podIP": ip, "podIPs": [{"ip": ip}]} if ip else {})


def allocated(pod: Obj) -> Obj:
    """`allocatedResources` of the Pod: the sum of its requests."""
    requests = of_pod(pod, "requests")
    return {"allocatedResources": requests} if requests else {}


def write(deps: Deps, pod: Obj, status: dict[str, Any]) -> Obj:
    """Store the status if it differs from the one that is there; the Pod as it is then."""
    if status == pod.get("status"):
        return pod
    metadata = {key: pod["metadata"][key] for key in ("namespace", "name", "uid")}  # a patch: whatever the revision is
    try:
        stored: Obj = deps.api.update_status("pods", {"metadata": metadata, "status": status})
    except ApiError:
        return pod
    return stored


def sandbox_is_ready(deps: Deps, worker: Worker, pod: Obj) -> None:
    """Say at once that containers can start now; all else is written at the next sync (OnPodSandboxReady)."""
    status = dict(pod.get("status") or {})
    now = rfc3339(deps.world.unix)
    ready = {
        "lastProbeTime": None,
        "lastTransitionTime": now,
        "observedGeneration": pod["metadata"].get("generation") or 1,
        "status": "True",
        "type": "PodReadyToStartContainers",
    }
    entries = status.get("conditions") or []
    status["conditions"] = [
        ready if entry["type"] == ready["type"] and entry["status"] != "True" else entry for entry in entries
    ]
    write(deps, pod, status)
