"""Restarts all containers of a Pod in its place when the end of one asks for it (kubelet/container/helpers.go ShouldAllContainersRestart).

All are ended without a hook and forgotten by the runtime, who asked for it last; the Pod keeps its sandbox, address and
volumes and begins again with its init containers.
"""

from simulator.api import meta
from simulator.api.requests import Obj
from simulator.kubelet.naming import all_containers
from simulator.kubelet.restarts import Status, matching_rule

ACTION = "RestartAllContainers"
CONDITION = "AllContainersRestarting"
REASON = "RestartingAllContainers"
EXIT_CODE = 137
REMOVED = "The container is removed because RestartAllContainers in place"
STARTED = ("RestartAllContainersStarted", "container exited with restart policy rule")
KILLING = "killing"  # what the events say of those that are ended
GONE = {"exitCode": EXIT_CODE, "finishedAt": None, "message": REMOVED, "reason": REASON, "startedAt": None}

Seen = dict[str, list[Status]]


def lasting(pod: Obj) -> list[Obj]:
    """All containers but the ephemeral ones, init containers first."""
    return [entry for where, entry in all_containers(pod) if where != "ephemeralContainers"]


def possible(pod: Obj) -> bool:
    """Whether the Pod has a rule that restarts all its containers."""
    return any(rule.get("action") == ACTION for entry in lasting(pod) for rule in entry.get("restartPolicyRules") or ())


def asks(container: Obj, seen: Seen) -> bool:
    """Whether the container has ended in a way that restarts all."""
    found = seen.get(container["name"]) or ()
    if not found or found[0]["state"] != "exited":
        return False
    return (matching_rule(container, found[0]["exit_code"]) or {}).get("action") == ACTION


def under_way(pod: Obj, seen: Seen) -> bool:
    """Whether all containers have to go now: one has asked for it, or the status says that it has begun, and some are left."""
    if not possible(pod) or meta.deleting(pod):
        return False
    left = any(seen.get(entry["name"]) for entry in lasting(pod))
    return left and (meta.is_true(pod, CONDITION) or any(asks(entry, seen) for entry in lasting(pod)))


def in_order(pod: Obj, seen: Seen) -> list[Status]:
    """The instances of all containers as they have to go: whoever asked for it goes last."""
    names = [entry["name"] for entry in sorted(lasting(pod), key=lambda entry: asks(entry, seen))]
    return [status for name in names for status in seen.get(name) or ()]


def was_removed(status: Obj | None) -> bool:
    """Whether a container status (of the API) tells that the container went with all others."""
    last = ((status or {}).get("lastState") or {}).get("terminated") or {}
    return bool(last.get("reason") == REASON)


def waits(status: Obj | None) -> bool:
    """Whether a container status tells that the container went with all others and has not come back yet."""
    waiting = ((status or {}).get("state") or {}).get("waiting") or {}
    return bool(waiting.get("reason") == REASON)


def removed(pod: Obj, before: Obj) -> bool:
    """Whether a container that the runtime does not know any more went with all others; *before* is its last status."""
    return meta.is_true(pod, CONDITION) and "waiting" not in (before.get("state") or {})


def status_of(container: Obj, before: Obj) -> Obj:
    """The status of a container that has just gone with all others."""
    return {
        "image": container["image"],
        "imageID": "",
        "lastState": {"terminated": dict(GONE)},
        "name": container["name"],
        "ready": False,
        "restartCount": before.get("restartCount", 0) + 1,
        "started": False,
        "state": {"waiting": {"message": REMOVED, "reason": REASON}},
    }
