"""Whether a container that ended is started again (pkg/kubelet/container/helpers.go, ContainerRestartRules)."""

from typing import Any

from simulator.api.requests import Obj

Status = dict[str, Any]  # of a container, as the runtime tells it (runtime/cri_api.py)


def is_sidecar(container: Obj, field: str) -> bool:
    """Whether it is an init container that runs beside the others for the life of the Pod."""
    return field == "initContainers" and container.get("restartPolicy") == "Always"


def policy_of(pod: Obj, container: Obj, field: str) -> str:
    """`Always`, `OnFailure` or `Never`: the container's own policy goes before the Pod's; init containers end by succeeding."""
    policy = str(container.get("restartPolicy") or pod["spec"].get("restartPolicy") or "Always")
    if field == "initContainers" and not container.get("restartPolicy") and policy == "Always":
        return "OnFailure"
    return policy


def matching_rule(container: Obj, code: int) -> Obj | None:
    """The first of the container's `restartPolicyRules` that speaks of *code*."""
    for rule in container.get("restartPolicyRules") or ():
        codes = rule.get("exitCodes") or {}
        if (code in (codes.get("values") or ())) == (codes.get("operator", "In") == "In"):
            found: Obj = rule
            return found
    return None


def restarts_after(pod: Obj, container: Obj, field: str, code: int) -> bool:
    """Whether the container is started again after it ended with *code*, if nobody deletes the Pod."""
    if field == "ephemeralContainers":
        return False
    if matching_rule(container, code):
        return True
    policy = policy_of(pod, container, field)
    return policy == "Always" or (policy == "OnFailure" and code != 0)


def should_start(pod: Obj, container: Obj, field: str, newest: Status | None) -> bool:
    """Whether the container, whose newest instance is *newest*, has to be started now or later."""
    if newest is None:
        return True
    if newest["state"] == "running":
        return False
    if newest["state"] != "exited":
        return True
    if pod["metadata"].get("deletionTimestamp"):
        return False
    return restarts_after(pod, container, field, newest["exit_code"])
