"""The map: nodes, Pods, what made them, Services and claims as things with what is to be seen of each, from the objects alone.

A thing is {key: "RESOURCE/NAMESPACE/NAME", kind, name, namespace, owner: key or "", ...}; MAKERS says what else.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from labsite.console.tables import visible
from simulator.lab import Change, Lab

Message = dict[str, Any]
Thing = dict[str, Any]
Obj = dict[str, Any]

LONGEST = 200
SLICES = "endpointslices.discovery.k8s.io"
SERVICE = "kubernetes.io/service-name"
OWNERS = {
    "Deployment": "deployments.apps",
    "ReplicaSet": "replicasets.apps",
    "StatefulSet": "statefulsets.apps",
    "DaemonSet": "daemonsets.apps",
    "Job": "jobs.batch",
    "CronJob": "cronjobs.batch",
    "Node": "nodes",
}
STATUSES = (
    ("init", "initContainers", "initContainerStatuses"),
    ("container", "containers", "containerStatuses"),
    ("ephemeral", "ephemeralContainers", "ephemeralContainerStatuses"),
)


def key_of(resource: str, metadata: Obj) -> str:
    """RESOURCE/NAMESPACE/NAME."""
    return f"{resource}/{metadata.get('namespace', '')}/{metadata['name']}"


def thing(lab: Lab, resource: str, obj: Obj) -> Thing:
    """One thing of the map."""
    metadata = obj["metadata"]
    about = {"key": key_of(resource, metadata), "kind": str(obj.get("kind") or ""), "resource": resource}
    about |= {"name": metadata["name"], "namespace": metadata.get("namespace", ""), "owner": owner(metadata)}
    return {**about, **MAKERS[resource](lab, obj)}


def owner(metadata: Obj) -> str:
    """The key of what made an object; empty if nothing on the map did."""
    made_by: Iterable[Obj] = metadata.get("ownerReferences") or ()
    found = next((each for each in made_by if each.get("controller") and each["kind"] in OWNERS), None)
    if found is None or found["kind"] == "Node":
        return ""
    return f"{OWNERS[found['kind']]}/{metadata.get('namespace', '')}/{found['name']}"


# --- what is seen of each kind -------------------------------------------------------------------------------------------


def node(lab: Lab, obj: Obj) -> Thing:
    """A node: its printed status, roles, taints, and how many Pods it takes."""
    printed, spec, status = lab.printed("nodes", obj), obj.get("spec") or {}, obj.get("status") or {}
    return {
        "status": printed.get("Status", ""),
        "roles": printed.get("Roles", "").replace("<none>", ""),
        "taints": [taint(each) for each in spec.get("taints") or ()],
        "pressure": [
            each["type"]
            for each in status.get("conditions") or ()
            if each["type"] != "Ready" and each["status"] == "True"
        ],
        "capacity": str((status.get("allocatable") or {}).get("pods", "")),
    }


def taint(each: Obj) -> str:
    """As kubectl writes it."""
    value = f"={each['value']}" if each.get("value") else ""
    return f"{each['key']}{value}:{each['effect']}"


def pod(lab: Lab, obj: Obj) -> Thing:
    """A Pod: its printed status, where it is, its containers in their states, its claims."""
    printed, spec = lab.printed("pods", obj), obj.get("spec") or {}
    volumes: Iterable[Obj] = spec.get("volumes") or ()
    claims = [each["persistentVolumeClaim"]["claimName"] for each in volumes if each.get("persistentVolumeClaim")]
    return {
        "status": printed.get("Status", ""),
        "ready": printed.get("Ready", ""),
        "restarts": printed.get("Restarts", "").partition(" ")[0],
        "node": spec.get("nodeName", ""),
        "ip": (obj.get("status") or {}).get("podIP", ""),
        "containers": [made for row in STATUSES for made in containers(obj, *row)],
        "claims": [f"persistentvolumeclaims/{obj['metadata'].get('namespace', '')}/{name}" for name in claims],
    }


def containers(obj: Obj, kind: str, field: str, statuses: str) -> list[Thing]:
    """The containers of one list of a Pod."""
    found: Iterable[Obj] = (obj.get("status") or {}).get(statuses) or ()
    known = {each["name"]: each for each in found}
    entries: Iterable[Obj] = (obj.get("spec") or {}).get(field) or ()
    return [container(kind, each, known.get(each["name"], {})) for each in entries]


def container(kind: str, spec: Obj, status: Obj) -> Thing:
    """One container and its state: waiting, running, ended, failed; empty where nothing is known yet."""
    state: Obj = status.get("state") or {}
    word = next(iter(state), "")
    entry: Obj = state.get(word) or {}
    if word == "terminated":
        word = "failed" if entry.get("exitCode") else "ended"
    sidecar = kind == "init" and spec.get("restartPolicy") == "Always"
    return {
        "name": spec["name"],
        "kind": "sidecar" if sidecar else kind,
        "state": word,
        "reason": str(entry.get("reason") or "")[:LONGEST],
        "ready": bool(status.get("ready")),
        "restarts": int(status.get("restartCount") or 0),
    }


def workload(lab: Lab, obj: Obj) -> Thing:
    """What makes Pods: how many there are to be, and how many are ready."""
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    wanted = spec.get("replicas", status.get("desiredNumberScheduled", spec.get("completions")))
    ready = status.get("readyReplicas", status.get("numberReady", status.get("succeeded", 0)))
    return {"wanted": wanted, "count": ready or 0}


def service(lab: Lab, obj: Obj) -> Thing:
    """A Service with its endpoints: the Pods it leads to, and whether each is ready."""
    spec, metadata = obj.get("spec") or {}, obj["metadata"]
    slices = lab.objects(SLICES, metadata.get("namespace"))
    mine = [each for each in slices if (each["metadata"].get("labels") or {}).get(SERVICE) == metadata["name"]]
    found = {made["to"]: made for each in mine for made in map(endpoint, each.get("endpoints") or ())}
    return {
        "status": str(spec.get("type") or ""),
        "ip": str(spec.get("clusterIP") or spec.get("externalName") or ""),
        "ports": [f"{each['port']}/{each.get('protocol', 'TCP')}" for each in spec.get("ports") or ()],
        "endpoints": sorted(found.values(), key=lambda made: str(made["to"])),
    }


def endpoint(entry: Obj) -> Thing:
    """An endpoint of a slice: the key of the Pod behind it, or the address if there is none."""
    target = entry.get("targetRef") or {}
    ready = (entry.get("conditions") or {}).get("ready") is not False
    to = key_of("pods", target) if target.get("kind") == "Pod" else str(next(iter(entry.get("addresses") or ()), ""))
    return {"to": to, "ready": ready}


def claim(lab: Lab, obj: Obj) -> Thing:
    """A claim: whether it is bound, to which volume, how large."""
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    size = (status.get("capacity") or ((spec.get("resources") or {}).get("requests")) or {}).get("storage", "")
    return {"status": str(status.get("phase") or ""), "volume": str(spec.get("volumeName") or ""), "size": str(size)}


MAKERS: dict[str, Callable[[Lab, Obj], Thing]] = {
    "nodes": node,
    "cronjobs.batch": workload,
    "deployments.apps": workload,
    "statefulsets.apps": workload,
    "daemonsets.apps": workload,
    "jobs.batch": workload,
    "replicasets.apps": workload,
    "pods": pod,
    "services": service,
    "persistentvolumeclaims": claim,
}


# --- all of it, and what is other now -----------------------------------------------------------------------------------


def draw(lab: Lab) -> list[Thing]:
    """All things, causes before what comes of them."""
    return [thing(lab, resource, obj) for resource in MAKERS for obj in lab.objects(resource) if shown(resource, obj)]


def shown(resource: str, obj: Obj) -> bool:
    """Whether a thing is on the map: an empty ReplicaSet of an earlier revision is not."""
    spec = obj.get("spec") or {}
    past = (
        resource == "replicasets.apps" and spec.get("replicas") == 0 and not (obj.get("status") or {}).get("replicas")
    )
    return visible(obj) and not past


def changed(lab: Lab, changes: Sequence[Change]) -> list[Message]:
    """`map.changed`, if something on the map is other after *changes*."""
    put: dict[str, Thing] = {}
    gone: dict[str, None] = {}
    for resource, obj, there in touched(lab, changes):
        key = key_of(resource, obj["metadata"])
        put.pop(key, None)
        gone.pop(key, None)
        if there and shown(resource, obj):
            put[key] = thing(lab, resource, obj)
        else:
            gone[key] = None
    return [{"type": "map.changed", "put": list(put.values()), "gone": list(gone)}] if put or gone else []


def touched(lab: Lab, changes: Sequence[Change]) -> Iterable[tuple[str, Obj, bool]]:
    """The last state of each object on the map that has changed, and whether it is still there; a Service with its slices."""
    last: dict[str, tuple[str, Obj, bool]] = {}
    for change in changes:
        if change.kind != "object" or not visible(change.data["object"]):
            continue
        resource, obj = change.data["resource"], change.data["object"]
        if resource in MAKERS:
            key = key_of(resource, obj["metadata"])
            last.pop(key, None)
            last[key] = (resource, obj, change.data["type"] != "DELETED")
        elif resource == SLICES:
            name = (obj["metadata"].get("labels") or {}).get(SERVICE, "")
            if found := lab.find("services", obj["metadata"].get("namespace"), name):
                last.setdefault(key_of("services", found["metadata"]), ("services", found, True))
    return last.values()
