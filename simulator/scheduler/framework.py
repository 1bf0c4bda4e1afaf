"""What passes between the scheduler and its plugins (pkg/scheduler/framework)."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from simulator.client.api import API, Obj
from simulator.client.informer import Informers, key_of
from simulator.scheduler import amounts
from simulator.scheduler.cache import Cache, NodeInfo

HIGHEST = 100  # of a normalised score


class Rejection(NamedTuple):
    """A plugin does not let the Pod onto a node. *helpless*: nor would it if Pods there made way."""

    plugin: str
    reasons: tuple[str, ...]
    helpless: bool = False


@dataclass
class Cycle:
    """One attempt to place one Pod: what the plugins know, and what they work out once for all nodes."""

    pod: Obj
    cache: Cache
    informers: Informers
    api: API
    nodes: list[NodeInfo]
    memo: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.key = key_of(self.pod)
        self.namespace: str = self.pod["metadata"]["namespace"]
        self.spec: Obj = self.pod["spec"]
        self.labels: dict[str, str] = self.pod["metadata"].get("labels") or {}
        self.affinity: Obj = self.spec.get("affinity") or {}
        self.tolerations: list[Obj] = self.spec.get("tolerations") or []
        self.requests = amounts.of_pod(self.pod)
        self.assumed = amounts.of_pod(self.pod, assumed=True)
        self.priority = priority(self.pod)

    def namespace_labels(self, name: str) -> dict[str, str]:
        """The labels of a namespace."""
        namespace = self.informers.of("namespaces").get(name)
        return (namespace or {}).get("metadata", {}).get("labels") or {}


class Filter(Protocol):
    """Whether a node can take the Pod."""

    def __call__(self, cycle: Cycle, info: NodeInfo) -> Rejection | None: ...


class Score(Protocol):
    """How good each of the nodes that can take the Pod is, 0 to HIGHEST."""

    def __call__(self, cycle: Cycle, infos: list[NodeInfo]) -> list[int]: ...


def priority(pod: Obj) -> int:
    """The Pod's priority."""
    return int(pod["spec"].get("priority") or 0)


def normalised(scores: list[int], reverse: bool = False) -> list[int]:
    """Scores so that the greatest is HIGHEST, or, in *reverse*, the least is best (DefaultNormalizeScore)."""
    most = max(scores, default=0)
    if not most:
        return [HIGHEST if reverse else 0 for _ in scores]
    scaled = [score * HIGHEST // most for score in scores]
    return [HIGHEST - score for score in scaled] if reverse else scaled
