"""A scenario: what a cluster is made of and what goes wrong in it, as a lesson or a transcript writes it in YAML."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.api.durations import BadDuration, parse_go
from simulator.api.quantities import BadQuantity
from simulator.cluster.fault_kinds import Fault, fault
from simulator.cluster.refusals import ScenarioError, refuse_unknown
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
    nodes = tuple(node(entry) for entry in data["nodes"]) if data.get("nodes") else DEFAULT_NODES
    check_nodes(nodes)
    names = [spec.name for spec in nodes]
    home = next(spec.name for spec in nodes if spec.control_plane)
    return Scenario(
        nodes=nodes,
        registries=dict(data.get("registries") or {}),
        faults=tuple(fault(entry, names, home) for entry in data.get("faults") or ()),
        storage_classes=tuple(data.get("storage_classes") or ()),
        admission_plugins=tuple(data.get("admission_plugins") or ()),
        files=dict(data.get("files") or {}),
        objects=tuple(data.get("objects") or ()),
    )


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
    refuse_unknown(key, entry, SIGNALS)
    for signal, value in entry.items():
        try:
            limit_of(str(value), 100)
        except BadQuantity as error:
            raise ScenarioError(f"node {name}: {key}: {signal}: {error}") from None
    return {signal: str(value) for signal, value in entry.items()}


def patience(name: str, soft: Mapping[str, str], entry: Mapping[str, Any]) -> dict[str, int]:
    """For how long each soft threshold may be met, in microseconds."""
    refuse_unknown("eviction_soft_grace_period", entry, SIGNALS)
    found = {}
    for signal in soft:
        if signal not in entry:
            text = f"grace period must be specified for the soft eviction threshold {signal}"
            raise ScenarioError(f"node {name}: {text}")
        try:
            found[signal] = parse_go(str(entry[signal]))
        except BadDuration as error:
            raise ScenarioError(f"node {name}: eviction_soft_grace_period: {signal}: {error}") from None
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
