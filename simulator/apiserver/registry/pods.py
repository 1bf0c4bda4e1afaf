"""The rules of Pods (pkg/registry/core/pod/strategy.go)."""

from typing import Any

from simulator.api import quantities
from simulator.apiserver.backend import Backend
from simulator.apiserver.registry import label_keys, pod_update
from simulator.apiserver.registry.pod_defaults import default_pod
from simulator.apiserver.registry.pod_warnings import of_pod
from simulator.apiserver.registry.strategy import Strategy
from simulator.apiserver.validation import pods

Obj = dict[str, Any]
COMPUTE = ("cpu", "memory")


def qos_class(spec: Obj) -> str:
    """Guaranteed, Burstable or BestEffort (pkg/apis/core/v1/helper/qos)."""
    if spec.get("resources"):
        requests, limits = (
            _positive(spec["resources"], "requests"),
            _positive(spec["resources"], "limits"),
        )
        return _qos([(requests, limits)])
    containers = [*spec.get("containers", ()), *(spec.get("initContainers") or ())]
    each = [
        (
            _positive(c.get("resources") or {}, "requests"),
            _positive(c.get("resources") or {}, "limits"),
        )
        for c in containers
    ]
    return _qos(each)


def _positive(resources: Obj, kind: str) -> dict[str, int]:
    amounts = {name: quantities.nano(amount) for name, amount in (resources.get(kind) or {}).items() if name in COMPUTE}
    return {name: amount for name, amount in amounts.items() if amount > 0}


def _qos(containers: list[tuple[dict[str, int], dict[str, int]]]) -> str:
    if not any(requests or limits for requests, limits in containers):
        return "BestEffort"
    if all(len(limits) == len(COMPUTE) and (not requests or requests == limits) for requests, limits in containers):
        return "Guaranteed"
    return "Burstable"


def _create(backend: Backend, pod: Obj) -> None:
    label_keys.merge(pod)
    pod["status"] = {"phase": "Pending", "qosClass": qos_class(pod["spec"])}
    if pod["spec"].get("schedulingGates"):
        gated = {"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}
        gated["message"] = "Scheduling is blocked due to non-empty scheduling gates"
        pod["status"]["conditions"] = [gated]


PODS = Strategy(
    default=default_pod,
    create=_create,
    validate=pods.pod,
    validate_create=pods.new_pod,
    validate_update=pod_update.validate,
    warn=of_pod,
)
