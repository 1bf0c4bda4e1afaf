"""Static Pods: the kubelet has them from files; the API server only holds mirrors of them (pkg/kubelet/pod/mirror_client.go)."""

from typing import Any

from simulator.api.errors import ApiError
from simulator.api.requests import Obj
from simulator.kubelet import workers
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.naming import is_mirror, uid_of

# What the API server gives to every object, and a mirror gets anew.
GIVEN = ("uid", "resourceVersion", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds")


def manifests(deps: Deps) -> dict[str, Any]:
    """The static Pods of the node by the UID under which they run."""
    found: dict[str, Any] = deps.section.setdefault("static", {})
    return found


def remember(deps: Deps, pod: Obj) -> None:
    """Take the Pod that *pod* mirrors for one of this node's own."""
    if is_mirror(pod):
        metadata = {key: value for key, value in pod["metadata"].items() if key not in GIVEN}
        manifests(deps)[uid_of(pod)] = {"metadata": metadata, "spec": pod["spec"]}


def is_static(deps: Deps, uid: str) -> bool:
    """Whether the Pod comes from a file."""
    return uid in manifests(deps)


def current(deps: Deps, worker: Worker) -> Obj | None:
    """The Pod; a static one whose mirror was deleted gets a new mirror, and what runs goes on."""
    pod = workers.find_pod(deps, worker)
    manifest = manifests(deps).get(worker["uid"])
    if manifest is None or (pod is not None and "deletionTimestamp" not in pod["metadata"]):
        return pod
    try:
        if pod is not None:
            deps.api.delete("pods", worker["namespace"], worker["name"], grace=0)
        made: Obj = deps.api.create("pods", {"apiVersion": "v1", "kind": "Pod", **manifest})
    except ApiError:
        return None
    worker["dirty"] = True
    return made
