"""Notices what has happened to containers and sandboxes by comparing lists (pkg/kubelet/pleg/generic.go), and clears up after it."""

from simulator.api.requests import Obj
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.restarts import is_sidecar


def relist(deps: Deps, worker: Worker) -> None:
    """Compare with the last look; if something began, ended or came to be, the Pod wants a sync."""
    before: dict[str, str] = worker.setdefault("listed", {})
    now = {found["id"]: found["state"] for found in deps.cri.list_containers(worker["uid"])}
    now |= {found["id"]: found["state"] for found in deps.cri.list_pod_sandboxes(worker["uid"])}
    if now == before:
        return
    worker["listed"] = now
    changed = [state for id, state in now.items() if before.get(id) != state]
    if any(state in ("running", "ready", "exited", "notready") for state in changed):
        worker["dirty"] = True
    if "exited" in changed:
        worker["prune"] = True


def prune(deps: Deps, worker: Worker, pod: Obj) -> None:
    """Keep of each container only the last instance that ended; of init containers nothing older, once the Pod has begun."""
    worker["prune"] = False
    listed = sorted(deps.cri.list_containers(worker["uid"]), key=lambda found: -int(found["attempt"]))
    begun = {found["name"] for found in listed} & {entry["name"] for entry in pod["spec"]["containers"]}
    init = {
        entry["name"] for entry in pod["spec"].get("initContainers") or () if not is_sidecar(entry, "initContainers")
    }
    kept: set[str] = set()
    known: set[str] = set()
    for found in listed:
        name, old = found["name"], found["name"] in known
        known.add(name)
        if found["state"] != "exited":
            continue
        if name in kept or (old and begun and name in init):
            deps.cri.remove_container(found["id"])
        kept.add(name)
