"""What events say of a resize: the resources of all containers as JSON, and the Pod's generation (pkg/kubelet/events/resize.go)."""

import json
from typing import Any

from simulator.api.requests import Obj


def started(pod: Obj) -> str:
    """Resources are set aside."""
    return f"Pod resize started: {summary(pod)}"


def completed(pod: Obj) -> str:
    """Resources are in force."""
    return f"Pod resize completed: {summary(pod)}"


def pending(pod: Obj, reason: str, message: str) -> str:
    """Resources cannot be set aside."""
    return f"Pod resize {reason}: {summary(pod, message)}"


def failed(pod: Obj, message: str) -> str:
    """Resources cannot be in force."""
    return f"Pod resize error: {summary(pod, message)}"


def summary(pod: Obj, error: str = "") -> str:
    """The resources of the containers of *pod* as one line."""
    told: dict[str, Any] = {
        field: [
            {"name": each["name"], "resources": in_order(each.get("resources") or {})} for each in pod["spec"][field]
        ]
        for field in ("initContainers", "containers")
        if pod["spec"].get(field)
    }
    told["generation"] = pod["metadata"].get("generation") or 1
    return json.dumps(told | ({"error": error} if error else {}), separators=(",", ":"), ensure_ascii=False)


def in_order(resources: Obj) -> Obj:
    """Resources with their fields as the API has them, and the amounts by name."""
    return {kind: dict(sorted(resources[kind].items())) for kind in ("limits", "requests") if resources.get(kind)}
