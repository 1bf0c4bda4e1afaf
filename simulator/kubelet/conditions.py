"""The conditions that a kubelet gives to a Pod (pkg/kubelet/status/generate.go)."""

from collections.abc import Sequence

from simulator.api.requests import Obj
from simulator.api.timestamps import rfc3339
from simulator.kubelet import restart_all
from simulator.kubelet.deps import Worker
from simulator.kubelet.restarts import is_sidecar

# In the order in which they stand in the status.
RESIZES = {"PodResizePending": "pending", "PodResizeInProgress": "progress"}  # with where a worker remembers them
OWNED = (
    *RESIZES,
    restart_all.CONDITION,
    "PodReadyToStartContainers",
    "Initialized",
    "Ready",
    "ContainersReady",
    "PodScheduled",
)
FINISHED = {"Succeeded": "PodCompleted", "Failed": "PodFailed"}

Verdict = tuple[bool, str, str]  # status, reason, message
YES: Verdict = (True, "", "")


def listing(what: str, names: list[str]) -> str:
    """`containers with unready status: [a b]`."""
    return f"containers with {what} status: [{' '.join(names)}]"


def initialized(pod: Obj, statuses: dict[str, Obj], phase: str) -> Verdict:
    """Whether all init containers are through."""
    if phase == "Succeeded":
        return True, "PodCompleted", ""
    if any_started(pod, statuses):
        return YES
    names = [entry["name"] for entry in pod["spec"].get("initContainers") or ()]
    unknown = [name for name in names if name not in statuses]
    incomplete = [
        entry["name"]
        for entry in pod["spec"].get("initContainers") or ()
        if entry["name"] in statuses and not init_done(entry, statuses[entry["name"]])
    ]
    return unless(incomplete, unknown, "ContainersNotInitialized", "incomplete")


def init_done(container: Obj, status: Obj) -> bool:
    """Whether the next container may start: it has ended well or, as a sidecar, has started."""
    return bool(status.get("started") if is_sidecar(container, "initContainers") else status.get("ready"))


def any_started(pod: Obj, statuses: dict[str, Obj]) -> bool:
    """Whether any of the Pod's own containers ever ran."""
    for container in pod["spec"]["containers"]:
        status = statuses.get(container["name"]) or {}
        state = status.get("state") or {}
        if "running" in state or "terminated" in state or (status.get("lastState") or {}).get("terminated"):
            return True
    return False


def containers_ready(pod: Obj, statuses: dict[str, Obj], phase: str) -> Verdict:
    """Whether every container and sidecar is ready."""
    if phase in FINISHED:
        return False, FINISHED[phase], ""
    watched = [entry for entry in pod["spec"].get("initContainers") or () if is_sidecar(entry, "initContainers")]
    names = [entry["name"] for entry in (*watched, *pod["spec"]["containers"])]
    unknown = [name for name in names if name not in statuses]
    unready = [name for name in names if name in statuses and not statuses[name].get("ready")]
    return unless(unready, unknown, "ContainersNotReady", "unready")


def unless(wrong: list[str], unknown: list[str], reason: str, what: str) -> Verdict:
    """Yes, unless there are containers in one of the lists."""
    parts = ([listing("unknown", unknown)] if unknown else []) + ([listing(what, wrong)] if wrong else [])
    return (False, reason, ", ".join(parts)) if parts else YES


def ready(pod: Obj, containers: Verdict, phase: str, old: list[Obj]) -> Verdict:
    """Whether the Pod serves: its containers are ready and its readiness gates are open."""
    if phase in FINISHED:
        return False, FINISHED[phase], ""
    if not containers[0]:
        return containers
    stands = {entry["type"]: entry for entry in old}
    closed = [text for gate in pod["spec"].get("readinessGates") or () if (text := gate_closed(gate, stands))]
    return (False, "ReadinessGatesNotReady", ", ".join(closed)) if closed else YES


def gate_closed(gate: Obj, stands: dict[str, Obj]) -> str:
    """Why a readiness gate is not open; empty if it is."""
    kind = gate["conditionType"]
    if kind not in stands:
        return f'corresponding condition of pod readiness gate "{kind}" does not exist.'
    if stands[kind].get("status") != "True":
        return f'the status of pod readiness gate "{kind}" is not "True", but {stands[kind].get("status")}'
    return ""


def condition(kind: str, verdict: Verdict, old: dict[str, Obj], generation: int, now: str) -> Obj:
    """The condition object; its transition time is kept while the status stays."""
    status = "True" if verdict[0] else "False"
    before = old.get(kind)
    since = before["lastTransitionTime"] if before and before["status"] == status else now
    entry: Obj = {"lastProbeTime": None, "lastTransitionTime": since}
    if verdict[2]:
        entry["message"] = verdict[2]
    entry["observedGeneration"] = generation
    if verdict[1]:
        entry["reason"] = verdict[1]
    return entry | {"status": status, "type": kind}


def restarting(pod: Obj, phase: str, restarts_all: bool) -> dict[str, Verdict]:
    """Whether all containers are being restarted, of a Pod to which that may happen."""
    if not restart_all.possible(pod):
        return {}
    if phase in FINISHED:
        return {restart_all.CONDITION: (False, FINISHED[phase], "")}
    return {restart_all.CONDITION: (True, *restart_all.STARTED) if restarts_all else (False, "", "")}


def of_resizes(worker: Worker) -> list[Obj]:
    """The conditions of a Pod that is being resized (see resizing.py)."""
    return [resize(kind, worker[key]) for kind, key in RESIZES.items() if worker.get(key)]


def resize(kind: str, state: Obj) -> Obj:
    """One of them."""
    entry: Obj = {"lastProbeTime": rfc3339(state["seen"]), "lastTransitionTime": rfc3339(state["since"])}
    told = {key: state[key] for key in ("message", "reason") if state[key]}
    return entry | told | {"observedGeneration": state["generation"], "status": "True", "type": kind}


def conditions(
    pod: Obj,
    statuses: dict[str, Obj],
    phase: str,
    *,
    sandbox_ready: bool,
    now: str,
    restarts_all: bool = False,
    resizes: Sequence[Obj] = (),
) -> list[Obj]:
    """All conditions of the Pod at *now* (RFC 3339): those of others as they are, then *resizes* and the kubelet's own."""
    before = (pod.get("status") or {}).get("conditions") or []
    old = {entry["type"]: entry for entry in before}
    containers = containers_ready(pod, statuses, phase)
    verdicts = restarting(pod, phase, restarts_all) | {
        "PodReadyToStartContainers": (sandbox_ready, "", ""),
        "Initialized": initialized(pod, statuses, phase),
        "Ready": ready(pod, containers, phase, before),
        "ContainersReady": containers,
        "PodScheduled": YES,
    }
    generation = int(pod["metadata"].get("generation") or 1)
    foreign = [entry for entry in before if entry["type"] not in OWNED]
    own = [condition(kind, verdict, old, generation, now) for kind, verdict in verdicts.items()]
    return [*foreign, *resizes, *own]
