"""A scenario: what a cluster is made of and what goes wrong in it, as a lesson or a transcript writes it in YAML."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from simulator.api.durations import BadDuration, parse_go
from simulator.api.quantities import BadQuantity
from simulator.cluster.fault_kinds import Fault, fault
from simulator.cluster.refusals import ScenarioError, refuse_unknown, standing
from simulator.kubelet.thresholds import SIGNALS, limit_of

__all__ = ["NodeSpec", "Scenario", "ScenarioError", "parse"]

NODE_KEYS = {"name", "roles", "labels", "taints", "images", "kubelet", "cpu", "memory"}
KUBELET_KEYS = {
    "allowed_unsafe_sysctls",
    "eviction_hard",
    "eviction_soft",
    "eviction_soft_grace_period",
    "eviction_max_pod_grace_period",
}
KEYS = {"nodes", "registries", "faults", "storage_classes", "admission_plugins", "files", "objects"}
MOST_NODES = 20
Made = TypeVar("Made")


@dataclass(frozen=True)
class NodeSpec:
    """A machine of the cluster. *cpu* in cores, *memory* in bytes."""

    name: str
    roles: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: tuple[Mapping[str, str], ...] = ()
    images: tuple[str, ...] = ()
    kubelet: Mapping[str, Any] = field(default_factory=dict)  # as Kubelet.configure takes it
    cpu: int = 2
    memory: int = 4 << 30

    @property
    def control_plane(self) -> bool:
        """Whether the control plane runs here."""
        return "control-plane" in self.roles


@dataclass(frozen=True)
class Scenario:
    """All that makes one cluster differ from another."""

    nodes: tuple[NodeSpec, ...]
    registries: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    storage_classes: tuple[Mapping[str, Any], ...] = ()
    admission_plugins: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    objects: tuple[Mapping[str, Any], ...] = ()


DEFAULT_NODES = (NodeSpec("master", roles=("control-plane",)), NodeSpec("node01"), NodeSpec("node02"))


def parse(data: Mapping[str, Any] | None) -> Scenario:
    """The scenario that *data* describes, the default cluster for whatever it leaves out; raises ScenarioError."""
    data = data or {}
    refuse_unknown("scenario", data, KEYS)
    nodes = tuple(each("nodes", shaped(data, "nodes", tuple), node)) or DEFAULT_NODES
    with standing("nodes"):
        check_nodes(nodes)
    names = [spec.name for spec in nodes]
    home = next(spec.name for spec in nodes if spec.control_plane)
    return Scenario(
        nodes=nodes,
        registries=shaped(data, "registries", dict),
        faults=tuple(each("faults", shaped(data, "faults", tuple), lambda entry: fault(entry, names, home))),
        storage_classes=shaped(data, "storage_classes", tuple),
        admission_plugins=shaped(data, "admission_plugins", tuple),
        files=shaped(data, "files", dict),
        objects=shaped(data, "objects", tuple),
    )


def shaped(data: Mapping[str, Any], key: str, shape: Callable[[Any], Made]) -> Made:
    """What *data* says under *key*, in this shape."""
    with standing(key):
        return shape(data.get(key) or ())


def each(key: str, entries: Iterable[Any], read: Callable[[Any], Made]) -> Iterator[Made]:
    """Each of the entries of *key*, as *read* reads it."""
    for number, entry in enumerate(entries):
        with standing(key, number):
            made = read(entry)
        yield made


def node(entry: Mapping[str, Any]) -> NodeSpec:
    """One entry of `nodes`."""
    refuse_unknown("node", entry, NODE_KEYS)
    if not isinstance(entry.get("name"), str):
        raise ScenarioError("a node needs a name")
    return NodeSpec(
        name=entry["name"],
        roles=tuple(entry.get("roles") or ()),
        labels=dict(entry.get("labels") or {}),
        taints=tuple(entry.get("taints") or ()),
        images=tuple(entry.get("images") or ()),
        kubelet=kubelet(entry["name"], entry.get("kubelet") or {}),
        cpu=int(entry.get("cpu", NodeSpec.cpu)),
        memory=int(entry.get("memory", NodeSpec.memory)),
    )


def kubelet(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """What a node's entry `kubelet` says: the part of a kubelet's configuration file that is simulated."""
    with standing("kubelet"):
        return kubelet_of(name, entry)


def kubelet_of(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """The same, where everything stands in that entry."""
    refuse_unknown("kubelet", entry, KUBELET_KEYS)
    hard, soft = (thresholds(name, key, entry.get(key) or {}) for key in ("eviction_hard", "eviction_soft"))
    found: dict[str, Any] = {"allowed_unsafe_sysctls": tuple(entry.get("allowed_unsafe_sysctls") or ())}
    found["eviction_hard"] = hard
    if soft:
        found["eviction_soft"] = soft
        found["eviction_soft_grace_period"] = patience(name, soft, entry.get("eviction_soft_grace_period") or {})
        found["eviction_max_pod_grace_period"] = int(entry.get("eviction_max_pod_grace_period") or 0)
    return found


def thresholds(name: str, key: str, entry: Mapping[str, Any]) -> dict[str, str]:
    """The limits below which a kubelet evicts: quantities, or shares of what it watches."""
    with standing(key):
        refuse_unknown(key, entry, SIGNALS)
    for signal, value in entry.items():
        try:
            limit_of(str(value), 100)
        except BadQuantity as error:
            raise ScenarioError(f"node {name}: {key}: {signal}: {error}", (key, signal)) from None
    return {signal: str(value) for signal, value in entry.items()}


def patience(name: str, soft: Mapping[str, str], entry: Mapping[str, Any]) -> dict[str, int]:
    """For how long each soft threshold may be met, in microseconds."""
    refuse_unknown("eviction_soft_grace_period", entry, SIGNALS)
    found = {}
    for signal in soft:
        if signal not in entry:
            text = f"grace period must be specified for the soft eviction threshold {signal}"
            raise ScenarioError(f"node {name}: {text}", ("eviction_soft", signal))
        try:
            found[signal] = parse_go(str(entry[signal]))
        except BadDuration as error:
            place = ("eviction_soft_grace_period", signal)
            raise ScenarioError(f"node {name}: {place[0]}: {signal}: {error}", place) from None
    return found


def check_nodes(nodes: tuple[NodeSpec, ...]) -> None:
    """A cluster has one control plane, and nodes with names of their own."""
    names = [spec.name for spec in nodes]
    if len(set(names)) != len(names):
        raise ScenarioError("two nodes have the same name")
    if len(nodes) > MOST_NODES:
        raise ScenarioError(f"a cluster has at most {MOST_NODES} nodes")
    if sum(spec.control_plane for spec in nodes) != 1:
        raise ScenarioError("exactly one node must have the role control-plane")
