"""What has to be done so that the right containers run (pkg/kubelet/kuberuntime/kuberuntime_manager.go computePodActions)."""

from dataclasses import dataclass, field

from simulator.api.requests import Obj
from simulator.kubelet import probe_results
from simulator.kubelet.deps import Worker
from simulator.kubelet.naming import all_containers
from simulator.kubelet.restarts import Status, is_sidecar, restarts_after, should_start

Seen = dict[str, list[Status]]
# How a container of each kind is named when it is killed, and what is said of its restart (computeInitContainerActions says nothing).
WORDS = {"containers": ("Container", ", will be restarted"), "initContainers": ("Init container", "")}


@dataclass
class Kill:
    """A running container that has to go. *why*: the message of its event, *probe*: the kind that failed."""

    id: str
    name: str
    why: str
    probe: str = ""


@dataclass
class Actions:
    """kill_pod: nothing of it shall run any more. start: (field of the spec, name) in order."""

    kill_pod: bool = False
    create_sandbox: bool = False
    kill: list[Kill] = field(default_factory=list)
    start: list[tuple[str, str]] = field(default_factory=list)


def newest(seen: Seen, name: str) -> Status | None:
    """The newest instance of a container."""
    statuses = seen.get(name)
    return statuses[0] if statuses else None


def plan(pod: Obj, worker: Worker, seen: Seen, *, sandbox_ready: bool) -> Actions:
    """What to do with the Pod as it is."""
    if not sandbox_ready:
        return in_new_sandbox(pod, worker, seen)
    actions = Actions()
    for entry in pod["spec"].get("ephemeralContainers") or ():
        if newest(seen, entry["name"]) is None:
            actions.start.append(("ephemeralContainers", entry["name"]))
    if not plan_init(pod, worker, seen, actions):
        return actions
    keep = plan_containers(pod, worker, seen, actions)
    if not keep and not any(where == "containers" for where, _ in actions.start):
        return Actions(kill_pod=True)
    return actions


def in_new_sandbox(pod: Obj, worker: Worker, seen: Seen) -> Actions:
    """A Pod without a sandbox: make one, and begin from the first init container."""
    spec = pod["spec"]
    wanted = [entry["name"] for entry in spec["containers"] if wants_start(pod, entry, "containers", seen)]
    if worker["sandboxes"] and seen and not wanted:
        return Actions(kill_pod=True)
    init = spec.get("initContainers") or ()
    first = [("initContainers", init[0]["name"])] if init else [("containers", name) for name in wanted]
    return Actions(create_sandbox=True, start=first)


def wants_start(pod: Obj, container: Obj, where: str, seen: Seen) -> bool:
    return should_start(pod, container, where, newest(seen, container["name"]))


def plan_init(pod: Obj, worker: Worker, seen: Seen, actions: Actions) -> bool:
    """Take the init containers in order; whether the Pod's own containers may run."""
    entries = pod["spec"].get("initContainers") or ()
    begun = any(newest(seen, entry["name"]) for entry in pod["spec"]["containers"])
    for entry in entries:
        if is_sidecar(entry, "initContainers"):
            if not plan_sidecar(pod, worker, seen, actions, entry) and not begun:
                return False
        elif not begun and not init_is_done(pod, seen, actions, entry):
            return False
    return True


def plan_sidecar(pod: Obj, worker: Worker, seen: Seen, actions: Actions, entry: Obj) -> bool:
    """Keep a sidecar running; whether the next container may start."""
    name = entry["name"]
    status = newest(seen, name)
    if status is None or status["state"] != "running":
        actions.start.append(("initContainers", name))
        return False
    if reason := kill_reason(pod, worker, entry, "initContainers", status):
        actions.kill.append(reason)
        actions.start.append(("initContainers", name))
        return False
    return probe_results.is_started(worker, pod, name)


def init_is_done(pod: Obj, seen: Seen, actions: Actions, entry: Obj) -> bool:
    """Whether an ordinary init container has ended well; if it has to run (again), it is put down to start."""
    status = newest(seen, entry["name"])
    if status is None or status["state"] == "created":
        actions.start.append(("initContainers", entry["name"]))
        return False
    if status["state"] == "running":
        return False
    if status["exit_code"] == 0:
        return True
    if restarts_after(pod, entry, "initContainers", status["exit_code"]):
        actions.start.append(("initContainers", entry["name"]))
    else:
        actions.kill_pod = True
    return False


def plan_containers(pod: Obj, worker: Worker, seen: Seen, actions: Actions) -> int:
    """Start and kill the Pod's own containers; how many of them go on running."""
    keep = 0
    for entry in pod["spec"]["containers"]:
        name = entry["name"]
        status = newest(seen, name)
        if status is None or status["state"] != "running":
            if should_start(pod, entry, "containers", status):
                actions.start.append(("containers", name))
            continue
        if reason := kill_reason(pod, worker, entry, "containers", status):
            actions.kill.append(reason)
            if not reason.probe or restarts_after(pod, entry, "containers", 137):
                actions.start.append(("containers", name))
                continue
        keep += 1
    return keep


def kill_reason(pod: Obj, worker: Worker, entry: Obj, where: str, status: Status) -> Kill | None:
    """Why a running container has to be replaced, if it has to."""
    name, (kind, tail) = entry["name"], WORDS[where]
    who = f"{kind} {name}"
    if worker["images"].get(name, entry["image"]) != entry["image"]:
        return Kill(status["id"], name, f"{who} definition changed{tail}")
    if must_restart(entry, worker):
        return Kill(status["id"], name, f"Container {name} resize requires restart")
    tail = tail if restarts_after(pod, entry, where, 137) else ""
    for probe in ("liveness", "startup"):
        if entry.get(probe_results.FIELDS[probe]) and probe_results.result(worker, name, probe) == "failure":
            return Kill(status["id"], name, f"{who} failed {probe} probe{tail}", probe)
    return None


def must_restart(entry: Obj, worker: Worker) -> bool:
    """Whether other resources are set aside for a container than it has, of a kind that it takes only when it starts."""
    was = worker.get("actual", {}).get(entry["name"])
    return was is not None and any(
        ((entry.get("resources") or {}).get(kind) or {}).get(each["resourceName"])
        != (was.get(kind) or {}).get(each["resourceName"])
        for each in entry.get("resizePolicy") or ()
        if each.get("restartPolicy") == "RestartContainer"
        for kind in ("limits", "requests")
    )


def named(pod: Obj, name: str) -> list[tuple[str, Obj]]:
    """The containers of that name (there is one)."""
    return [(where, entry) for where, entry in all_containers(pod) if entry["name"] == name]
