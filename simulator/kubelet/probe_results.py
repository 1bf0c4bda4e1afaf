"""What the probes have found out about a Pod's containers (pkg/kubelet/prober/results, prober_manager.go UpdatePodStatus)."""

from simulator.api.requests import Obj
from simulator.kubelet.deps import Worker
from simulator.kubelet.naming import find_container

FIELDS = {"startup": "startupProbe", "liveness": "livenessProbe", "readiness": "readinessProbe"}


def key_of(name: str, kind: str) -> str:
    """The key of a probe in the Pod's table."""
    return f"{name}/{kind}"


def result(worker: Worker, name: str, kind: str) -> str:
    """`success`, `failure` or `unknown` for the running container *name*."""
    entry = worker["probes"].get(key_of(name, kind))
    return str(entry["result"]) if entry else "unknown"


def has_probe(pod: Obj, name: str, kind: str) -> bool:
    """Whether the container has a probe of this kind."""
    found = find_container(pod, name)
    return bool(found and found[1].get(FIELDS[kind]))


def is_started(worker: Worker, pod: Obj, name: str) -> bool:
    """Whether a running container counts as started."""
    return not has_probe(pod, name, "startup") or result(worker, name, "startup") == "success"


def is_ready(worker: Worker, pod: Obj, name: str) -> bool:
    """Whether a running, started container counts as ready."""
    return not has_probe(pod, name, "readiness") or result(worker, name, "readiness") == "success"
