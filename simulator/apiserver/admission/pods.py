"""Small plugins for Pods and nodes: Priority, DefaultTolerationSeconds, RuntimeClass, AlwaysPullImages, TaintNodesByCondition."""

from typing import Any

from simulator.api.containers import all_containers
from simulator.apiserver.admission.attempt import Attempt, forbid
from simulator.apiserver.backend import Backend

Obj = dict[str, Any]
CLASSES = "priorityclasses.scheduling.k8s.io"
# What the cluster itself brings, should nobody have created the objects.
SYSTEM_PRIORITIES = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}
GRACE_SECONDS = 300
NODE_TAINTS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


def _is_new_pod(attempt: Attempt) -> bool:
    return attempt.operation == "CREATE" and attempt.resource.name == "pods"


def priority(backend: Backend, attempt: Attempt) -> None:
    """A Pod's priority is the number of its class, and stays."""
    if attempt.resource.name == "pods" and attempt.operation == "UPDATE" and attempt.old is not None:
        _keep_priority(attempt.object["spec"], attempt.old["spec"])
    if not _is_new_pod(attempt):
        return
    spec = attempt.object["spec"]
    name = spec.get("priorityClassName", "")
    found = backend.store.get(CLASSES, f"/{name}") if name else _global_default(backend)
    if name and found is None and name in SYSTEM_PRIORITIES:
        found = {"value": SYSTEM_PRIORITIES[name]}
    if name and found is None:
        forbid(attempt, f"no PriorityClass with name {name} was found")
    if found and not name:
        spec["priorityClassName"] = found["metadata"]["name"]
    value, policy = (found or {}).get("value", 0), (found or {}).get("preemptionPolicy", "PreemptLowerPriority")
    if spec.get("priority") not in (None, value):
        text = (
            f"the integer value of priority ({spec['priority']}) must not be provided in pod spec; priority admission "
        )
        forbid(attempt, f"{text}controller computed {value} from the given PriorityClass name")
    spec["priority"] = value
    spec.setdefault("preemptionPolicy", policy)


def _keep_priority(spec: Obj, before: Obj) -> None:
    for name in ("priority", "preemptionPolicy"):
        if name not in spec and name in before:
            spec[name] = before[name]


def one_default(backend: Backend, attempt: Attempt) -> None:
    """One class of priorities is the default at most."""
    if attempt.resource.name != CLASSES or attempt.operation == "DELETE" or not attempt.object.get("globalDefault"):
        return
    name = attempt.object["metadata"]["name"]
    found = [each for each in backend.store.scan(CLASSES) if each.get("globalDefault")]
    if other := next((each for each in found if each["metadata"]["name"] != name), None):
        text = f"PriorityClass {other['metadata']['name']} is already marked as default. Only one default can exist"
        forbid(attempt, text)


def _global_default(backend: Backend) -> Obj | None:
    found = [each for each in backend.store.scan(CLASSES) if each.get("globalDefault")]
    return min(found, key=lambda each: int(each["value"])) if found else None


def tolerations(backend: Backend, attempt: Attempt) -> None:
    """A Pod stays for five minutes on a node that does not answer, unless it says otherwise."""
    if attempt.resource.name != "pods" or attempt.operation == "DELETE":
        return
    spec = attempt.object["spec"]
    own = spec.get("tolerations") or []
    missing = [key for key in NODE_TAINTS if not any(_tolerates(each, key) for each in own)]
    if missing:
        spec["tolerations"] = own + [
            {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": GRACE_SECONDS}
            for key in missing
        ]


def _tolerates(toleration: Obj, key: str) -> bool:
    return toleration.get("key", "") in ("", key) and toleration.get("effect", "") in ("", "NoExecute")


def runtime_class(backend: Backend, attempt: Attempt) -> None:
    """A Pod takes over what its RuntimeClass says about overhead and nodes."""
    if not _is_new_pod(attempt) or not attempt.object["spec"].get("runtimeClassName"):
        return
    spec = attempt.object["spec"]
    name = spec["runtimeClassName"]
    found = backend.store.get("runtimeclasses.node.k8s.io", f"/{name}")
    if found is None:
        forbid(attempt, f'pod rejected: RuntimeClass "{name}" not found')
    if (found.get("overhead") or {}).get("podFixed"):
        spec["overhead"] = dict(found["overhead"]["podFixed"])
    scheduling = found.get("scheduling") or {}
    wanted = scheduling.get("nodeSelector") or {}
    own = spec.get("nodeSelector") or {}
    clash = next((key for key in wanted if own.get(key, wanted[key]) != wanted[key]), "")
    if clash:
        text = f"conflict: runtimeClass.scheduling.nodeSelector[{clash}] = {wanted[clash]}; "
        forbid(attempt, f"{text}pod.spec.nodeSelector[{clash}] = {own[clash]}")
    if wanted:
        spec["nodeSelector"] = own | wanted
    if scheduling.get("tolerations"):
        spec["tolerations"] = [*(spec.get("tolerations") or ()), *map(dict, scheduling["tolerations"])]


def always_pull(backend: Backend, attempt: Attempt) -> None:
    """AlwaysPullImages: whatever a Pod says, its images are asked for at the registry."""
    if attempt.resource.name != "pods" or attempt.operation == "DELETE":
        return
    for _, container in all_containers(attempt.object["spec"]):
        container["imagePullPolicy"] = "Always"
    for volume in attempt.object["spec"].get("volumes") or ():
        if volume.get("image") is not None:
            volume["image"]["pullPolicy"] = "Always"


def taint_new_node(backend: Backend, attempt: Attempt) -> None:
    """A new node takes no Pods until it is ready."""
    if attempt.operation != "CREATE" or attempt.resource.name != "nodes":
        return
    spec = attempt.object.setdefault("spec", {})
    taint = {"key": NODE_TAINTS[0], "effect": "NoSchedule"}
    conditions = (attempt.object.get("status") or {}).get("conditions") or ()
    ready = any(each.get("type") == "Ready" and each.get("status") == "True" for each in conditions)
    if not ready and taint not in (spec.get("taints") or ()):
        spec["taints"] = [*(spec.get("taints") or ()), taint]
