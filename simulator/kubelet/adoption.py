"""Takes over a Pod that has been running on the node for long, as when a cluster is booted."""

from simulator.api.requests import Obj
from simulator.api.timestamps import rfc3339
from simulator.kernel.units import SECOND
from simulator.kubelet import prober, static_pods, status, volumes, workers
from simulator.kubelet.container_config import container_config, sandbox_config
from simulator.kubelet.deps import Deps

BEGINNING = 2 * SECOND  # from the beginning of a Pod to its first container


def adopt(deps: Deps, pod: Obj, started: int) -> None:
    """Have the runtime and the status say that the Pod runs since *started* (Unix microseconds); no events."""
    static_pods.remember(deps, pod)
    worker = workers.new_worker(deps, pod)
    worker |= {"dirty": False, "start_time": started - BEGINNING}
    workers.table(deps)[worker["uid"]] = worker
    volumes.mount_all(deps, worker, pod, adopting=True)
    containers = pod["spec"]["containers"]
    ip = deps.host_ip() if pod["spec"].get("hostNetwork") else ""
    configs = [container_config(deps, worker, pod, entry, attempt=0, ip=ip) for entry in containers]
    made = deps.cri.adopt_pod(sandbox_config(deps, worker, pod), configs, started=started)
    worker |= {"sandbox": made["sandbox"], "sandboxes": 1}
    worker["images"] = {entry["name"]: entry["image"] for entry in containers}
    worker["listed"] = dict.fromkeys(made["containers"], "running") | {made["sandbox"]: "ready"}
    seen = status.seen_containers(deps, worker, pod)
    prober.add_pod(deps, worker, pod, seen, trusted=True)
    generated = status.generate(deps, worker, pod, seen)
    status.write(deps, pod, since(generated, rfc3339(started)))


def since(status_now: Obj, time: str) -> Obj:
    """The status with all transitions at *time*."""
    conditions = [{**entry, "lastTransitionTime": time} for entry in status_now["conditions"]]
    return {**status_now, "conditions": conditions}
