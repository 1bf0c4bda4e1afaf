"""The status of each container as `kubectl get -o yaml` shows it (pkg/kubelet/kubelet_pods.go convertToAPIContainerStatuses)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.api.requests import Obj
from simulator.api.timestamps import rfc3339
from simulator.kubelet import restart_all
from simulator.kubelet.restarts import Status, is_sidecar, should_start

STATUS_FIELDS = {
    "initContainers": "initContainerStatuses",
    "containers": "containerStatuses",
    "ephemeralContainers": "ephemeralContainerStatuses",
}
LOST = "The container could not be located when the pod was terminated"
LOST_EXIT_CODE = 137


@dataclass(frozen=True)
class View:
    """What the kubelet knows of a Pod's containers when it writes the status.

    seen: by container name, the runtime's statuses, newest first. reasons: why the last start failed, by container name.
    actual: the resources that are in force for what runs, by container name.
    ready, started: what the probes say of the running container of this name.
    """

    seen: dict[str, list[Status]]
    reasons: dict[str, list[str]]
    actual: dict[str, Obj]
    ready: Callable[[str], bool]
    started: Callable[[str], bool]


def container_statuses(pod: Obj, field: str, view: View) -> list[Obj]:
    """The statuses of all containers in *field* of the spec, in its order."""
    before = {entry["name"]: entry for entry in (pod.get("status") or {}).get(STATUS_FIELDS[field]) or ()}
    entries = pod["spec"].get(field) or ()
    statuses = [container_status(pod, entry, field, view, before.get(entry["name"])) for entry in entries]
    return statuses if field != "ephemeralContainers" else [entry for entry in statuses if entry]


def container_status(pod: Obj, container: Obj, field: str, view: View, before: Obj | None) -> Obj:
    """The status of one container; *before* is the one that was written last."""
    name = container["name"]
    seen = view.seen.get(name) or []
    status = from_runtime(container, seen, view) if seen else from_nothing(pod, container, before)
    if len(seen) == 1 and before and (still_told(container, field, status, before) or restart_all.waits(before)):
        status["lastState"] = before["lastState"]  # the run before was cleared away, and is still told of
    if failed := view.reasons.get(name):
        replace_by_failure(pod, container, field, status, seen, failed)
    running = "running" in status["state"]
    if field == "ephemeralContainers":  # left alone by UpdatePodStatus of the prober manager
        status.pop("started", None)
        return status
    status["started"] = running and view.started(name)
    if field == "initContainers" and not is_sidecar(container, field):
        status["ready"] = (status["state"].get("terminated") or {}).get("exitCode") == 0
    else:
        status["ready"] = running and status["started"] and view.ready(name)
    if mounts := mount_statuses(container):
        status["volumeMounts"] = mounts
    return status


def still_told(container: Obj, field: str, status: Obj, before: Obj) -> bool:
    """Whether both statuses tell of the same run of a container, of which the one before still counts."""
    alike = status["containerID"] == before.get("containerID") and bool(before.get("lastState"))
    told = field != "initContainers" or is_sidecar(container, field) or restart_all.was_removed(before)
    return alike and told


def from_nothing(pod: Obj, container: Obj, before: Obj | None) -> Obj:
    """The status of a container that the runtime does not know."""
    if before and restart_all.removed(pod, before):
        return restart_all.status_of(container, before)
    state = (before or {}).get("state") or {}
    if restart_all.waits(before):
        return dict(before or {})
    if "terminated" in state:
        return dict(before or {})
    if "running" in state:
        return {**(before or {}), "state": {"terminated": lost(state)}}
    reason = "PodInitializing" if pod["spec"].get("initContainers") else "ContainerCreating"
    return {
        "image": container["image"],
        "imageID": "",
        "lastState": (before or {}).get("lastState") or {},
        "name": container["name"],
        "ready": False,
        "restartCount": (before or {}).get("restartCount", 0),
        "started": False,
        "state": {"waiting": {"reason": reason}},
    }


def lost(state: Obj) -> Obj:
    """How a container ended that ran and is no longer there."""
    started = state["running"].get("startedAt")
    return {
        "exitCode": LOST_EXIT_CODE,
        "finishedAt": None,
        "message": LOST,
        "reason": "ContainerStatusUnknown",
        "startedAt": started,
    }


def from_runtime(container: Obj, seen: list[Status], view: View) -> Obj:
    """The status of a container that the runtime has; the one before it is its last state."""
    newest = seen[0]
    actual = view.actual.get(container["name"]) if newest["state"] == "running" else None
    status: Obj = {
        "containerID": f"containerd://{newest['id']}",
        "image": newest["image"] or container["image"],
        "imageID": newest["image_id"],
        "lastState": {"terminated": terminated(seen[1])} if len(seen) > 1 and seen[1]["state"] == "exited" else {},
        "name": container["name"],
        "ready": False,
        "resources": reported_resources(container.get("resources") if actual is None else actual),
        "restartCount": newest["attempt"],
        "started": False,
        "state": state_of(newest),
    }
    if requests := allocated(container):
        status["allocatedResources"] = requests
    if newest.get("user"):
        status["user"] = {"linux": linux_user(newest["user"])}
    return status


def linux_user(user: Status) -> Obj:
    """As whom process 1 began."""
    groups = sorted({int(user["gid"]), *user.get("groups", ())})
    return {"gid": user["gid"], "supplementalGroups": groups, "uid": user["uid"]}


def state_of(seen: Status) -> Obj:
    """`state`: running, terminated or waiting."""
    if seen["state"] == "running":
        return {"running": {"startedAt": rfc3339(seen["started"])}}
    if seen["state"] == "exited":
        return {"terminated": terminated(seen)}
    return {"waiting": {}}


def terminated(seen: Status) -> Obj:
    """How a run ended."""
    entry: dict[str, Any] = {
        "containerID": f"containerd://{seen['id']}",
        "exitCode": seen["exit_code"],
        "finishedAt": rfc3339(seen["finished"]),
        "reason": seen["reason"],
        "startedAt": rfc3339(seen["started"] or 0),
    }
    if seen.get("message"):
        entry["message"] = seen["message"]
    return entry


def replace_by_failure(
    pod: Obj, container: Obj, field: str, status: Obj, seen: list[Status], failed: list[str]
) -> None:
    """A container that shall run and could not be started waits, and says why; how it ended before is its last state."""
    if not should_start(pod, container, field, seen[0] if seen else None):
        return
    if "terminated" in status["state"]:
        status["lastState"] = status["state"]
    reason, message = failed
    status["state"] = {"waiting": {"message": message, "reason": reason} if message else {"reason": reason}}


def mount_statuses(container: Obj) -> list[Obj]:
    """`volumeMounts` of the status."""
    return [mount_status(entry) for entry in container.get("volumeMounts") or ()]


def mount_status(mount: Obj) -> Obj:
    """One of them."""
    entry = {"mountPath": mount["mountPath"], "name": mount["name"]}
    if not mount.get("readOnly"):
        return entry
    wanted = mount.get("recursiveReadOnly") in ("Enabled", "IfPossible")
    return entry | {"readOnly": True, "recursiveReadOnly": "Enabled" if wanted else "Disabled"}


def allocated(container: Obj) -> Obj:
    """What is set aside for a container: its requests."""
    return dict((container.get("resources") or {}).get("requests") or {})


def reported_resources(resources: Obj | None) -> Obj:
    """Requests and limits as they are in force."""
    return {key: resources[key] for key in ("limits", "requests") if resources.get(key)} if resources else {}
