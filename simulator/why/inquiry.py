"""A look at a cluster: objects, events, what kubelets and runtimes remember. It reads and never changes anything."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.api import meta
from simulator.api.errors import ApiError
from simulator.api.resources import RESOURCES, by_kind
from simulator.cluster.cluster import Cluster, container_id
from simulator.kubelet import workers
from simulator.kubelet.kubelet import Kubelet
from simulator.kubelet.naming import uid_of
from simulator.runtime.cri_api import CriError
from simulator.why.chain import Evidence, Ref

Obj = dict[str, Any]
KINDS = {"Pod": "pods", "Node": "nodes", "Service": "services", "PersistentVolumeClaim": "persistentvolumeclaims"}


@dataclass(frozen=True)
class Inquiry:
    """The cluster that is asked, and what of its commands has failed (simulator/cluster/mishaps.py)."""

    cluster: Cluster
    mishaps: Mapping[str, Any]

    @property
    def now(self) -> int:
        """Virtual microseconds since the cluster was made."""
        return self.cluster.world.now

    @property
    def unix(self) -> int:
        """The calendar, in microseconds."""
        return self.cluster.world.unix

    @property
    def home(self) -> str:
        """The learner's own machine."""
        return str(self.cluster.state["home"])

    # --- objects
    def find(self, resource: str, namespace: str | None, name: str) -> Obj | None:
        """An object, or None."""
        try:
            return self.cluster.api.find(resource, namespace or None, name)
        except (ApiError, KeyError):
            return None

    def all(self, resource: str, namespace: str | None = None) -> list[Obj]:
        """Objects, in the order of the API server; none of a resource that is not there."""
        try:
            return self.cluster.api.list(resource, namespace or None)
        except (ApiError, KeyError):
            return []

    def names(self, resource: str, namespace: str | None = None) -> list[str]:
        """Their names."""
        return [meta.name(obj) for obj in self.all(resource, namespace)]

    def owned(self, resource: str, owner: Obj) -> list[Obj]:
        """The objects of a namespace that *owner* controls."""
        uid = meta.uid(owner)
        found = self.all(resource, meta.namespace(owner))
        return [obj for obj in found if (meta.controller_of(obj) or {}).get("uid") == uid]

    def owner(self, obj: Obj) -> tuple[str, Obj] | None:
        """The resource and the object that controls *obj*."""
        ref = meta.controller_of(obj)
        resource = by_kind(ref.get("apiVersion", ""), ref["kind"]) if ref else None
        if ref is None or resource is None:
            return None
        found = self.find(resource.name, meta.namespace(obj) if resource.namespaced else None, ref["name"])
        return (resource.name, found) if found and meta.uid(found) == ref["uid"] else None

    # --- what is recorded
    def events(self, obj: Obj) -> list[Obj]:
        """The events about an object, the latest first."""
        mine = [each for each in self.all("events", meta.namespace(obj)) if concerns(each, obj)]
        return sorted(mine, key=last_seen, reverse=True)

    def events_of(self, namespace: str, uid: str) -> list[Obj]:
        """The events about what had a uid, the latest first."""
        found = [each for each in self.all("events", namespace) if (each.get("involvedObject") or {}).get("uid") == uid]
        return sorted(found, key=last_seen, reverse=True)

    def told(self, obj: Obj, *reasons: str) -> tuple[Evidence, ...]:
        """The last event about an object with one of these reasons, as evidence."""
        found = next((each for each in self.events(obj) if each.get("reason") in reasons), None)
        return (event_evidence(found),) if found else ()

    # --- nodes
    def kubelet(self, node: str) -> Kubelet | None:
        """The kubelet of a node."""
        return self.cluster.kubelets.get(node)

    def worker(self, pod: Obj) -> dict[str, Any]:
        """What the kubelet of the Pod's node remembers of it; {} if it knows nothing."""
        kubelet = self.kubelet(pod["spec"].get("nodeName", ""))
        return workers.table(kubelet.deps).get(uid_of(pod), {}) if kubelet else {}

    def log(self, pod: Obj, container: str) -> tuple[Evidence, ...]:
        """The last line that a container has printed, in its present run or, if that has none yet, as it is kept."""
        for id in (container_id(pod, container), previous_id(pod, container)):
            if line := self.last_line(pod, id):
                return (Evidence("log", container, line),)
        return ()

    def last_line(self, pod: Obj, id: str) -> str:
        """The last line of a container's log that is not blank."""
        if not id or pod["spec"].get("nodeName", "") not in self.cluster.state["nodes"]:
            return ""
        try:
            entries = self.cluster.machines.cri(pod["spec"]["nodeName"]).logs(id)
        except CriError:
            return ""
        lines = (line.decode(errors="replace").strip() for _, _, line in reversed(entries[-20:]))
        return next((line for line in lines if line), "")


def concerns(event: Obj, obj: Obj) -> bool:
    """Whether an event is about an object; those about nodes carry their names as uid."""
    about = event.get("involvedObject") or {}
    if about.get("kind") == "Node":
        return bool(about.get("name") == meta.name(obj) and "namespace" not in obj["metadata"])
    return bool(about.get("uid") == meta.uid(obj))


def last_seen(event: Obj) -> str:
    """When an event was seen last."""
    series = event.get("series") or {}
    return str(series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime") or "")


def event_evidence(event: Obj) -> Evidence:
    """An event as evidence."""
    return Evidence("event", str(event.get("reason", "")), str(event.get("message", "")))


def condition_evidence(obj: Obj, kind: str) -> tuple[Evidence, ...]:
    """A condition of an object as evidence, if it is there."""
    found = meta.condition(obj, kind)
    if found is None:
        return ()
    title = f"{kind}={found.get('status', '')}"
    return (Evidence("condition", title, f"{found.get('reason', '')}: {found.get('message', '')}".strip(": ")),)


def previous_id(pod: Obj, container: str) -> str:
    """The runtime's id of a container's last run that has ended."""
    status = pod.get("status") or {}
    for entry in [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]:
        if entry["name"] == container:
            ended = (entry.get("lastState") or {}).get("terminated") or {}
            return str(ended.get("containerID", "")).rpartition("//")[2]
    return ""


def ref(resource: str, obj: Obj) -> Ref:
    """The reference to an object."""
    return Ref(resource, obj["metadata"].get("namespace", ""), meta.name(obj))


def listed(names: Iterable[str], most: int = 5) -> str:
    """Some names, and a sign that there are more."""
    found = list(dict.fromkeys(names))
    return ", ".join(found[:most]) + (", …" if len(found) > most else "")


def typed(ref: Ref) -> str:
    """An object as kubectl's arguments name it: `pod web`, `deployment web -n shop`."""
    resource = RESOURCES.get(ref.resource)
    word = resource.singular if resource else ref.resource
    return f"{word} {ref.name}{within(ref.namespace)}"


def within(namespace: str) -> str:
    """The flag for a namespace that is not the default one."""
    return f" -n {namespace}" if namespace not in ("", "default") else ""


def describe(ref: Ref) -> str:
    """The command that describes an object."""
    return f"kubectl describe {typed(ref)}"
