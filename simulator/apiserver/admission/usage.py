"""What quotas count, and how much of it objects use (pkg/quota/v1/evaluator/core)."""

from typing import Any

from simulator.api import quantities
from simulator.api.counted import counted
from simulator.api.resources import Resource
from simulator.apiserver.backend import Backend

Obj = dict[str, Any]
# Names in quotas: what of a container they add up.
COMPUTE = {
    "cpu": ("requests", "cpu"),
    "memory": ("requests", "memory"),
    "ephemeral-storage": ("requests", "ephemeral-storage"),
    **{
        f"{kind}.{name}": (kind, name)
        for kind in ("requests", "limits")
        for name in ("cpu", "memory", "ephemeral-storage")
    },
}
COUNTED = (
    "pods",
    "services",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "replicationcontrollers",
    "resourcequotas",
)
TERMINAL = ("Succeeded", "Failed")


def of(resource: Resource, obj: Obj) -> Obj:
    """What one object uses, by the names of quotas."""
    used: Obj = {f"count/{resource.name}": "1"}
    if resource.name in COUNTED:
        used[resource.name] = "1"
    if resource.name == "pods":
        used |= _compute(counted(obj))
    elif resource.name == "services":
        used |= _service(obj["spec"])
    elif resource.name == "persistentvolumeclaims":
        used |= _claim(obj["spec"])
    return used


def _compute(spec: Obj) -> Obj:
    used: Obj = {}
    for name, (kind, what) in COMPUTE.items():
        app = sum(_amount(each, kind, what) for each in spec.get("containers") or ())
        init = sidecars = 0
        for each in spec.get("initContainers") or ():
            amount = _amount(each, kind, what)
            if each.get("restartPolicy") == "Always":
                sidecars += amount
                init = max(init, sidecars)
            else:
                init = max(init, sidecars + amount)
        overhead = quantities.nano((spec.get("overhead") or {}).get(what, "0"))
        form = "binary" if what != "cpu" else "decimal"
        used[name] = quantities.render(max(app + sidecars, init) + overhead, form)
    return used


def _amount(container: Obj, kind: str, what: str) -> int:
    return quantities.nano(((container.get("resources") or {}).get(kind) or {}).get(what, "0"))


def _service(spec: Obj) -> Obj:
    ports = len(spec.get("ports") or ()) if spec.get("type") in ("NodePort", "LoadBalancer") else 0
    balancers = 1 if spec.get("type") == "LoadBalancer" else 0
    return {"services.nodeports": str(ports), "services.loadbalancers": str(balancers)}


def _claim(spec: Obj) -> Obj:
    storage = ((spec.get("resources") or {}).get("requests") or {}).get("storage", "0")
    used = {"requests.storage": storage}
    name = spec.get("storageClassName")
    if name:
        prefix = f"{name}.storageclass.storage.k8s.io"
        used |= {f"{prefix}/requests.storage": storage, f"{prefix}/persistentvolumeclaims": "1"}
    return used


def in_scope(quota: Obj, obj: Obj) -> bool:
    """Whether a quota with scopes means this object."""
    spec = quota.get("spec") or {}
    scopes = [*(spec.get("scopes") or ()), *_selected(spec)]
    return not scopes or (obj["kind"] == "Pod" and all(_scope(scope, obj) for scope in scopes))


def _selected(spec: Obj) -> list[str]:
    expressions = (spec.get("scopeSelector") or {}).get("matchExpressions") or ()
    return [each.get("scopeName", "") for each in expressions]


def _scope(scope: str, pod: Obj) -> bool:
    deadline = pod["spec"].get("activeDeadlineSeconds") is not None
    if scope in ("Terminating", "NotTerminating"):
        return deadline == (scope == "Terminating")
    containers = pod["spec"].get("containers") or ()
    asks = any((each.get("resources") or {}).get(kind) for each in containers for kind in ("requests", "limits"))
    if scope in ("BestEffort", "NotBestEffort"):
        return asks == (scope == "NotBestEffort")
    return scope == "PriorityClass" and bool(pod["spec"].get("priorityClassName"))


def total(backend: Backend, quota: Obj) -> Obj:
    """What all objects of the quota's namespace use of what it limits."""
    hard = (quota.get("spec") or {}).get("hard") or {}
    namespace = quota["metadata"]["namespace"]
    used: Obj = dict.fromkeys(hard, "0")
    for resource in backend.catalogue.all():
        if not resource.namespaced or not backend.store.count(resource.name):
            continue
        if resource.name not in ("pods", *COUNTED) and f"count/{resource.name}" not in hard:
            continue
        for obj in backend.store.scan(resource.name, namespace):
            if not in_scope(quota, obj) or (obj.get("status") or {}).get("phase") in TERMINAL:
                continue
            for name, amount in of(resource, obj).items():
                if name in used:
                    used[name] = quantities.add(used[name], amount)
    return used
