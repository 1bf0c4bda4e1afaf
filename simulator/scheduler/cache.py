"""The scheduler's picture of the nodes and the Pods on them (pkg/scheduler/backend/cache); derived, never stored."""

from simulator.api import selectors
from simulator.api.affinity import terms
from simulator.api.counted import counted
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import API, Obj
from simulator.client.informer import key_of
from simulator.client.pods import is_finished
from simulator.scheduler import amounts

EVERYWHERE = "0.0.0.0"
Port = tuple[str, str, int]
Group = tuple[str, selectors.Selector]  # a namespace and what is selected in it
MOST_GROUPS = 64  # whose sizes a node keeps at hand


class NodeInfo:
    """A node and what stands on it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.node: Obj | None = None
        self.allocatable: amounts.Amounts = {}
        self.pods: dict[str, Obj] = {}
        self.requested: amounts.Amounts = {}
        self.assumed: amounts.Amounts = {}
        self.ports: dict[Port, int] = {}
        self.matches: dict[Group, int] = {}

    @property
    def labels(self) -> dict[str, str]:
        """The node's labels."""
        return (self.node or {}).get("metadata", {}).get("labels") or {}

    @property
    def taints(self) -> list[Obj]:
        """The node's taints."""
        return (self.node or {}).get("spec", {}).get("taints") or []

    def set_node(self, node: Obj) -> None:
        """Take over what the node says of itself."""
        self.node = node
        self.allocatable = amounts.amounts((node.get("status") or {}).get("allocatable"))

    def add(self, key: str, pod: Obj) -> None:
        """Put a Pod on the node."""
        self.pods[key] = pod
        self.count(pod, 1)
        self.regroup(None, pod)

    def remove(self, key: str) -> None:
        """Take a Pod off the node."""
        pod = self.pods.pop(key, None)
        if pod is not None:
            self.count(pod, -1)
            self.regroup(pod, None)

    def replace(self, key: str, pod: Obj) -> None:
        """A Pod changed, but not in what it takes."""
        self.regroup(self.pods[key], pod)
        self.pods[key] = pod

    def matching(self, group: Group) -> int:
        """How many of the Pods here that are to stay belong to a group: counted once, then kept up."""
        found = self.matches.get(group)
        if found is None:
            if len(self.matches) >= MOST_GROUPS:
                self.matches.clear()
            found = self.matches[group] = sum(belongs(pod, group) for pod in self.pods.values())
        return found

    def regroup(self, old: Obj | None, new: Obj | None) -> None:
        """Keep the sizes of the groups right when a Pod comes, changes or goes."""
        for group in self.matches:
            self.matches[group] += (new is not None and belongs(new, group)) - (old is not None and belongs(old, group))

    def count(self, pod: Obj, sign: int) -> None:
        """Add what *pod* takes, or give it back."""
        amounts.add(self.requested, amounts.of_pod(pod), sign)
        amounts.add(self.assumed, amounts.of_pod(pod, assumed=True), sign)
        for port in amounts.host_ports(pod):
            self.ports[port] = self.ports.get(port, 0) + sign
            if not self.ports[port]:
                del self.ports[port]

    def port_taken(self, wanted: Port) -> bool:
        """Whether a port is in use; an address of zeros stands for all of the node's."""
        return any(clash(wanted, other) for other in self.ports)

    def clone(self) -> "NodeInfo":
        """A copy to try things out on."""
        copy = NodeInfo(self.name)
        copy.node, copy.allocatable = self.node, self.allocatable
        copy.pods, copy.ports = dict(self.pods), dict(self.ports)
        copy.requested, copy.assumed = dict(self.requested), dict(self.assumed)
        copy.matches = dict(self.matches)
        return copy


def clash(one: Port, other: Port) -> bool:
    """Whether two Pods of a node cannot have these ports both."""
    either = EVERYWHERE in (one[0], other[0])
    return one[1:] == other[1:] and (either or one[0] == other[0])


def belongs(pod: Obj, group: Group) -> bool:
    """Whether a Pod is of a namespace, is selected, and is to stay."""
    namespace, selector = group
    metadata = pod["metadata"]
    return (
        metadata["namespace"] == namespace
        and "deletionTimestamp" not in metadata
        and selectors.matches(selector, metadata.get("labels"))
    )


def repels(pod: Obj) -> bool:
    """Whether the Pod has a say in where others may go: a required anti-affinity."""
    return bool(terms(pod["spec"], "podAntiAffinity"))


def attracts(pod: Obj) -> bool:
    """Whether the Pod has any wish about its neighbours, which then counts in scores."""
    affinity = pod["spec"].get("affinity") or {}
    return bool(affinity.get("podAffinity") or affinity.get("podAntiAffinity"))


class Cache:
    """All nodes by name."""

    def __init__(self, api: API) -> None:
        self.api = api
        self.loaded = False
        self.infos: dict[str, NodeInfo] = {}
        self.place: dict[str, str] = {}
        self.repelling: dict[str, Obj] = {}
        self.attracting: dict[str, Obj] = {}

    def load(self) -> None:
        """Read everything from the API server, once."""
        if self.loaded:
            return
        self.loaded = True
        for node in self.api.list("nodes"):
            self.set_node(node)
        for pod in self.api.list("pods"):
            self.set_pod(key_of(pod), pod)

    def nodes(self) -> list[NodeInfo]:
        """The nodes that exist, sorted by name."""
        self.load()
        return [info for _, info in sorted(self.infos.items()) if info.node is not None]

    def info(self, name: str) -> NodeInfo:
        """The node of that name, which need not exist yet."""
        return self.infos.setdefault(name, NodeInfo(name))

    def notice(self, event: WatchEvent) -> None:
        """Take in a change to a node or a Pod."""
        if not self.loaded:
            return
        gone = event.type == "DELETED"
        if event.resource == "nodes":
            self.drop_node(event.object) if gone else self.set_node(event.object)
        elif event.resource == "pods":
            key = key_of(event.object)
            self.drop_pod(key) if gone else self.set_pod(key, event.object)

    def set_node(self, node: Obj) -> None:
        """A node is there or has changed."""
        self.info(node["metadata"]["name"]).set_node(node)

    def drop_node(self, node: Obj) -> None:
        """A node is gone; its Pods may still be there."""
        name = node["metadata"]["name"]
        self.info(name).node = None
        if not self.infos[name].pods:
            del self.infos[name]

    def set_pod(self, key: str, pod: Obj) -> None:
        """A Pod is there or has changed; only one that has a node and has not ended takes anything."""
        node = pod["spec"].get("nodeName")
        if not node or is_finished(pod):
            self.drop_pod(key)
            return
        info = self.info(node)
        if self.place.get(key) == node and same_needs(info.pods.get(key), pod):
            info.replace(key, pod)
        else:
            self.drop_pod(key)
            info.add(key, pod)
            self.place[key] = node
        self.note_wishes(key, pod)

    def note_wishes(self, key: str, pod: Obj) -> None:
        """Keep those at hand whose wishes about neighbours must be looked at for every other Pod."""
        for table, holds in ((self.repelling, repels), (self.attracting, attracts)):
            if holds(pod):
                table[key] = pod
            else:
                table.pop(key, None)

    def drop_pod(self, key: str) -> None:
        """A Pod is gone, or takes nothing any more."""
        node = self.place.pop(key, None)
        if node is not None:
            info = self.infos[node]
            info.remove(key)
            if info.node is None and not info.pods:
                del self.infos[node]
        self.repelling.pop(key, None)
        self.attracting.pop(key, None)


def same_needs(old: Obj | None, new: Obj) -> bool:
    """Whether a change left the Pod's spec, and what is counted for it, as it was."""
    if old is None or not (old["spec"] is new["spec"] or old["spec"] == new["spec"]):
        return False
    return new["metadata"].get("generation", 1) == 1 or counted(old) == counted(new)
