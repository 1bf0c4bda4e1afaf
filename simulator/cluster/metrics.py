"""What containers and nodes use of processor and memory, as the metrics API tells it (models metrics-server)."""

from collections.abc import Callable
from typing import Any, Protocol

from simulator.api.errors import NotFound
from simulator.api.timestamps import parse, rfc3339
from simulator.apiserver.server import APIServer
from simulator.kernel.units import SECOND
from simulator.runtime.machines import Machines

Obj = dict[str, Any]
Usage = tuple[int, int]  # millicores, bytes
PODS, NODES = "pods.metrics.k8s.io", "nodes.metrics.k8s.io"
RESOLUTION = 15 * SECOND  # between two looks; a container must have been seen twice
KIBI = 1024


class Clock(Protocol):
    """As much of the world as is needed."""

    @property
    def unix(self) -> int: ...


class Metrics:
    """Answers for the two collections of the metrics API, whenever somebody asks."""

    def __init__(self, world: Clock, api: APIServer, machines: Machines, silent: Callable[[str], bool]) -> None:
        self.silent = silent
        self.world = world
        self.api = api
        self.machines = machines

    def serve(self) -> None:
        """Register with the API server."""
        self.api.virtual |= {PODS: self.pods, NODES: self.nodes}

    def pods(self, namespace: str | None, name: str) -> list[Obj]:
        """The Pods of *namespace* (None: of all), or the one that is named; raises NotFound."""
        used = self.used()
        wanted = [pod for pod in self.api.store.scan("pods", namespace) if name in ("", pod["metadata"]["name"])]
        found = [entry for pod in wanted for entry in self.measured(pod, used)]
        if name and not found:
            what = f'podmetrics.metrics.k8s.io "{namespace}/{name}"' if wanted else f'pods "{name}"'
            raise NotFound(f"{what} not found")
        return found

    def measured(self, pod: Obj, used: dict[str, Usage]) -> list[Obj]:
        """The metrics of a Pod; none before all its containers have been seen twice."""
        containers = []
        for status in (pod.get("status") or {}).get("containerStatuses") or ():
            running = (status.get("state") or {}).get("running")
            amounts = amounts_of(status, used)
            if not running or amounts is None:
                continue
            if parse(running["startedAt"]) > self.seen() - RESOLUTION:
                return []
            containers.append({"name": status["name"], "usage": quantities(*amounts)})
        metadata = {key: pod["metadata"][key] for key in ("name", "namespace", "labels") if key in pod["metadata"]}
        return [self.entry("PodMetrics", metadata) | {"containers": containers}] if containers else []

    def nodes(self, namespace: str | None, name: str) -> list[Obj]:
        """All nodes, or the one that is named; raises NotFound."""
        wanted = [node for node in self.api.store.scan("nodes") if name in ("", node["metadata"]["name"])]
        if name and not wanted:
            raise NotFound(f'nodes "{name}" not found')
        return [self.of_node(node) for node in wanted if self.answers(node)]

    def answers(self, node: Obj) -> bool:
        """Whether the kubelet of a node can be asked."""
        return not self.silent(node["metadata"]["name"])

    def of_node(self, node: Obj) -> Obj:
        """The metrics of a node."""
        used = self.machines.cri(node["metadata"]["name"]).node_usage()
        metadata = {"name": node["metadata"]["name"], "labels": node["metadata"].get("labels") or {}}
        return self.entry("NodeMetrics", metadata) | {"usage": quantities(used["cpu"], used["memory"])}

    def used(self) -> dict[str, Usage]:
        """What each running container uses, by its id."""
        nodes = [node["metadata"]["name"] for node in self.api.store.scan("nodes") if self.answers(node)]
        usage = [item for node in nodes for item in self.machines.cri(node).usage().items()]
        return {id: (each["cpu"], each["memory"]) for id, each in usage}

    def seen(self) -> int:
        """When the last look was (Unix microseconds)."""
        return self.world.unix - self.world.unix % RESOLUTION

    def entry(self, kind: str, metadata: Obj) -> Obj:
        """What is the same for all kinds of metrics."""
        stamp = rfc3339(self.seen())
        metadata = {**metadata, "creationTimestamp": rfc3339(self.world.unix)}
        window = {"timestamp": stamp, "window": f"{RESOLUTION // SECOND}s"}
        return {"kind": kind, "apiVersion": "metrics.k8s.io/v1beta1", "metadata": metadata, **window}


def amounts_of(status: Obj, used: dict[str, Usage]) -> Usage | None:
    """What the container of a status uses; None if it does not run."""
    return used.get(str(status.get("containerID", "")).partition("://")[2])


def quantities(cpu: int, memory: int) -> Obj:
    """Thousandths of a core and bytes, as metrics-server writes them."""
    return {"cpu": f"{cpu * 1_000_000}n" if cpu else "0", "memory": f"{memory // KIBI}Ki"}
