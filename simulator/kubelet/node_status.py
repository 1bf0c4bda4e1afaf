"""Registers the node and keeps its status (pkg/kubelet/kubelet_node_status.go, nodestatus/setters.go, nodelease)."""

from typing import Any

from simulator.api.errors import AlreadyExists
from simulator.api.requests import Obj
from simulator.api.timestamps import rfc3339, rfc3339_micro
from simulator.kernel.units import MINUTE, SECOND
from simulator.kubelet import workers
from simulator.kubelet.deps import Deps
from simulator.runtime.cri_api import CriError

VERSION = "v1.36.2"
LEASES = "leases.coordination.k8s.io"
LEASE_NAMESPACE = "kube-node-lease"
LEASE_SECONDS = 40
MOST_PODS = 110
MOST_IMAGES = 50
KIB = 1024
KEPT_MEMORY = 100 * 1024 * KIB  # the hard eviction threshold is not handed out
KEPT_DISK = 10  # nor is a tenth of the disk
PATIENCE = 30 * SECOND  # for which a runtime may be silent
REPORT = 5 * MINUTE  # between reports of a status that stays as it is
RENEWAL = 10 * SECOND
FIRST_REPORT = SECOND  # after the start
Said = tuple[str, str, str, str]  # type, status, reason and message of a condition
NO_PRESSURE: tuple[Said, ...] = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
)
PRESSURE: tuple[Said, ...] = (
    ("MemoryPressure", "True", "KubeletHasInsufficientMemory", "kubelet has insufficient memory available"),
    ("DiskPressure", "True", "KubeletHasDiskPressure", "kubelet has disk pressure"),
    ("PIDPressure", "True", "KubeletHasInsufficientPID", "kubelet has insufficient PID available"),
)
READY: Said = ("Ready", "True", "KubeletReady", "kubelet is posting ready status")


def register(deps: Deps) -> None:
    """Make the Node and its lease, if they are not there."""
    facts = deps.cri.node_facts()
    deps.section["ip"] = facts["ip"]
    if deps.node_object():
        return
    try:
        made = deps.api.create("nodes", node_object(deps, facts))
    except AlreadyExists:
        return
    deps.api.update_status("nodes", {**made, "status": node_status(deps, facts)})
    lease: Obj = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease"}
    owner = {"apiVersion": "v1", "kind": "Node", "name": deps.node, "uid": made["metadata"]["uid"]}
    lease["metadata"] = {"name": deps.node, "namespace": LEASE_NAMESPACE, "ownerReferences": [owner]}
    times = {"renewTime": rfc3339_micro(deps.world.unix)}
    lease["spec"] = {"holderIdentity": deps.node, "leaseDurationSeconds": LEASE_SECONDS, **times}
    deps.api.create(LEASES, lease)


def node_object(deps: Deps, facts: dict[str, Any]) -> Obj:
    """The node as its kubelet registers it. Its roles and taints come from whoever made the cluster."""
    arch = facts.get("arch", "amd64")
    labels = {
        "beta.kubernetes.io/arch": arch,
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": arch,
        "kubernetes.io/hostname": deps.node,
        "kubernetes.io/os": "linux",
    }
    notes = {"node.alpha.kubernetes.io/ttl": "0", "volumes.kubernetes.io/controller-managed-attach-detach": "true"}
    cidr = facts["pod_cidr"]
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": deps.node, "labels": labels, "annotations": notes},
        "spec": {"podCIDR": cidr, "podCIDRs": [cidr]},
    }


HANDLER = {"recursiveReadOnlyMounts": True, "userNamespaces": True}  # what each runtime handler of containerd can


def node_status(deps: Deps, facts: dict[str, Any]) -> Obj:
    """The whole status of a healthy node."""
    now = rfc3339(deps.world.unix)
    return {
        "addresses": [{"address": facts["ip"], "type": "InternalIP"}, {"address": deps.node, "type": "Hostname"}],
        "allocatable": resources(facts, kept=True),
        "capacity": resources(facts, kept=False),
        "conditions": [condition(entry, now, now) for entry in (*NO_PRESSURE, READY)],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "nodeInfo": node_info(facts),
        "features": {"supplementalGroupsPolicy": True},
        "runtimeHandlers": [{"features": dict(HANDLER), "name": name} for name in ("", "runc")],
    }


def resources(facts: dict[str, Any], *, kept: bool) -> Obj:
    """Capacity, or what of it is left for Pods."""
    memory = (facts["memory"] - (KEPT_MEMORY if kept else 0)) // KIB
    disk = int(facts.get("disk", 0))
    return {
        "cpu": str(facts["cpus"]),
        "ephemeral-storage": str(disk - disk // KEPT_DISK) if kept else f"{disk // KIB}Ki",
        "hugepages-1Gi": "0",
        "hugepages-2Mi": "0",
        "memory": f"{memory}Ki",
        "pods": str(MOST_PODS),
    }


def condition(entry: Said, beat: str, since: str) -> Obj:
    """A condition of the node."""
    kind, status, reason, message = entry
    times = {"lastHeartbeatTime": beat, "lastTransitionTime": since}
    return {**times, "message": message, "reason": reason, "status": status, "type": kind}


def node_info(facts: dict[str, Any]) -> Obj:
    """`nodeInfo`: the system, and the versions of what runs on it."""
    machine = facts.get("machine_id") or f"{sum(facts['ip'].encode()):032x}"
    return {
        "architecture": facts.get("arch", "amd64"),
        "bootID": uuid_like(facts.get("boot_id") or machine),
        "containerRuntimeVersion": facts["runtime"],
        "kernelVersion": facts["kernel"],
        "kubeProxyVersion": "",
        "kubeletVersion": VERSION,
        "machineID": machine,
        "operatingSystem": "linux",
        "osImage": facts["os"],
        "systemUUID": uuid_like(machine),
    }


def uuid_like(digits: str) -> str:
    """32 hexadecimal digits in the groups of a UUID."""
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"


# --- what changes: readiness, and pressure
def reconcile(deps: Deps) -> None:
    """Look whether runtime and network are ready and what is short, and say so in the node's status."""
    deps.section.pop("node_due", None)
    ready = ready_condition(deps)
    node = deps.node_object()
    if not node:
        return
    before = {entry["type"]: entry for entry in (node.get("status") or {}).get("conditions") or []}
    said = [*pressures(deps), *([ready] if ready else [])]
    news = [entry for entry in said if differs(entry, before.get(entry[0]))]
    if not news:
        return
    now = rfc3339(deps.world.unix)
    after = before | {entry[0]: told(entry, before.get(entry[0]), now) for entry in news}
    deps.api.update_status("nodes", {**node, "status": {**node["status"], "conditions": list(after.values())}})
    for entry in news:
        if entry[1] != before.get(entry[0], {}).get("status"):
            tell(deps, event_of(entry))
        if entry[0] == "Ready" and entry[1] != "True":
            deps.cri.note(f'E kubelet.go:2451] "Skipping pod synchronization" err="{entry[3]}"')
    if any(entry[0] == "Ready" for entry in news):
        wake_pods(deps)


def pressures(deps: Deps) -> list[Said]:
    """The conditions that tell of memory, disk and processes."""
    short = deps.section.get("pressure") or {}
    return [PRESSURE[at] if calm[0] in short else calm for at, calm in enumerate(NO_PRESSURE)]


def differs(said: Said, before: Obj | None) -> bool:
    """Whether a condition is no longer as it stands in the node's status."""
    return before is None or (before["status"], before["message"]) != (said[1], said[3])


def told(said: Said, before: Obj | None, now: str) -> Obj:
    """A condition as it is written; what only changes its message has been so since before."""
    same = before is not None and before["status"] == said[1]
    return condition(said, now, str((before or {})["lastTransitionTime"]) if same else now)


def event_of(said: Said) -> str:
    """The reason of the event that tells of a condition."""
    kind, status, reason, _ = said
    if kind == "Ready":
        return "NodeReady" if status == "True" else "NodeNotReady"
    return f"Node{reason.removeprefix('Kubelet')}"


def tell(deps: Deps, reason: str) -> None:
    """An event about a condition of the node."""
    deps.recorder.event(reference(deps), "Normal", reason, f"Node {deps.node} status is now: {reason}")
    if reason == "NodeReady":
        deps.cri.note('I kubelet_node_status.go:497] "Fast updating node status as it just became ready"')


def reference(deps: Deps) -> Obj:
    """The node as its own events name it: by its name instead of its UID."""
    return {"kind": "Node", "name": deps.node, "uid": deps.node}


def ready_condition(deps: Deps) -> Said | None:
    """What `Ready` has to say; None while nobody can tell yet."""
    problem, silent = problems(deps)
    since = deps.section.get("silent_since")
    if not silent:
        deps.section.pop("silent_since", None)
    elif since is None:
        deps.section["silent_since"] = deps.world.now
        deps.wake("node", PATIENCE)
        return None
    elif deps.world.now - since < PATIENCE:
        return None
    return ("Ready", "False", "KubeletNotReady", problem) if problem else READY


def problems(deps: Deps) -> tuple[str, bool]:
    """What is wrong with runtime and network; whether the runtime does not answer at all."""
    try:
        status = deps.cri.status()
    except CriError:
        return "container runtime is down", True
    runtime, network = status["runtime"], status["network"]
    if not runtime[0]:
        return "container runtime is down", True
    if not network[0]:
        about = f"NetworkReady=false reason:{network[1]} message:{network[2]}"
        return f"container runtime network not ready: {about}", False
    return "", False


def runtime_is_down(deps: Deps) -> bool:
    """Whether Pods cannot be looked after because the runtime does not answer."""
    return problems(deps)[1]


def wake_pods(deps: Deps) -> None:
    """What waited for runtime or network goes on."""
    for uid, worker in workers.table(deps).items():
        if worker["stage"] != "finished":
            worker["look"] = deps.world.now
            deps.wake(uid, SECOND)


# --- heartbeats, which are not stored but put into what is read
def beat(deps: Deps, every: int) -> int:
    """When the kubelet sent its last heartbeat of a kind that comes *every* so many microseconds (Unix microseconds)."""
    now = deps.world.now if deps.section.get("stopped_at") is None else int(deps.section["stopped_at"])
    return deps.world.unix - deps.world.now + now - now % every


def last_beat(deps: Deps) -> None:
    """Leave in the lease when it was renewed last: from now on it grows old."""
    lease = deps.find(LEASES, LEASE_NAMESPACE, deps.node)
    if lease is not None:
        spec = {**lease["spec"], "renewTime": rfc3339_micro(beat(deps, RENEWAL))}
        deps.api.update(LEASES, {**lease, "spec": spec})


def come_back(deps: Deps) -> None:
    """Tell of the start of the kubelet, and of its machine's if that was switched off meanwhile."""
    node = deps.node_object()
    deps.recorder.event(reference(deps), "Normal", "Starting", "Starting kubelet.")
    deps.cri.note(f'I server.go:529] "Kubelet version" kubeletVersion="{VERSION}"')
    deps.cri.note('I server.go:1261] "Started kubelet"')
    deps.cri.note(f'I kubelet_node_status.go:76] "Attempting to register node" node="{deps.node}"')
    deps.cri.note(f'I kubelet_node_status.go:124] "Node was previously registered" node="{deps.node}"')
    deps.recorder.event(
        reference(deps), "Normal", "NodeAllocatableEnforced", "Updated Node Allocatable limit across pods"
    )
    for said in pressures(deps):
        tell(deps, event_of(said))
    info = node_info(deps.cri.node_facts())
    if node and node["status"]["nodeInfo"]["bootID"] != info["bootID"]:
        text = f"Node {deps.node} has been rebooted, boot id: {info['bootID']}"
        deps.recorder.event(reference(deps), "Warning", "Rebooted", text)
        deps.api.update_status("nodes", {**node, "status": {**node["status"], "nodeInfo": info}})
    last_beat(deps)
    deps.wake("node", FIRST_REPORT)


def fresh_node(deps: Deps, node: Obj) -> Obj:
    """The node with the time of the last report."""
    status = node.get("status") or {}
    entries = status.get("conditions") or []
    latest = rfc3339(beat(deps, REPORT))
    conditions = [
        {**entry, "lastHeartbeatTime": max(entry.get("lastHeartbeatTime") or "", latest)}
        if entry.get("status") != "Unknown"
        else entry
        for entry in entries
    ]
    return {**node, "status": {**status, "conditions": conditions, "images": images(deps)}}


def images(deps: Deps) -> list[Obj]:
    """The largest images of the node; they, too, are not stored but looked up when somebody reads the node."""
    try:
        found = deps.cri.list_images()
    except CriError:
        return []
    entries = [{"names": [each["id"], *each["tags"]], "sizeBytes": each["size"]} for each in found]
    return sorted(entries, key=lambda entry: -int(entry["sizeBytes"]))[:MOST_IMAGES]


def fresh_lease(deps: Deps, lease: Obj) -> Obj:
    """The lease with the time of its last renewal."""
    latest = rfc3339_micro(beat(deps, RENEWAL))
    spec = lease.get("spec") or {}
    return {**lease, "spec": {**spec, "renewTime": max(spec.get("renewTime") or "", latest)}}


def show_heartbeats(deps: Deps) -> None:
    """Have the API server put this kubelet's heartbeats into its node and lease as they are read."""
    for resource, freshen in (("nodes", fresh_node), (LEASES, fresh_lease)):
        others = deps.api.projections.get(resource)

        def project(obj: Obj, freshen: Any = freshen, others: Any = others) -> Obj:
            if obj["metadata"]["name"] == deps.node:
                fresh: Obj = freshen(deps, obj)
                return fresh
            passed: Obj = others(obj) if others else obj
            return passed

        deps.api.projections[resource] = project
