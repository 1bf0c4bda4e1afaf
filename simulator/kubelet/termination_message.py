"""What a container leaves behind as its last words (kuberuntime_container.go getTerminationMessage)."""

from simulator.api.requests import Obj
from simulator.kubelet.deps import Deps
from simulator.kubelet.log_options import ended
from simulator.kubelet.naming import all_containers, find_container
from simulator.kubelet.restarts import Status

MOST_BYTES = 4096
MOST_IN_ALL = 12 * 1024  # of all containers of a Pod, each of which has its share
FALLBACK_BYTES = 2048
FALLBACK_LINES = 80


def with_message(deps: Deps, pod: Obj, status: Status) -> Status:
    """The status of an ended container with its termination message, if there is one."""
    if status.get("message"):
        return status
    found = find_container(pod, status["name"])
    text = bytes(status.get("termination_log") or b"")[:MOST_BYTES]
    policy = found[1].get("terminationMessagePolicy") if found else None
    if not text and policy == "FallbackToLogsOnError" and status["exit_code"]:
        text = end_of_log(deps, status["id"])
    sharers = (
        len(list(all_containers(pod))) or 1
    )  # of a Pod that is gone from the API its containers are not known any more
    text = text[: MOST_IN_ALL // sharers]
    return {**status, "message": text.decode(errors="replace")} if text else status


def end_of_log(deps: Deps, id: str) -> bytes:
    """The last lines of the log."""
    return b"".join(ended(line) for _, _, line in deps.cri.logs(id)[-FALLBACK_LINES:])[-FALLBACK_BYTES:]
