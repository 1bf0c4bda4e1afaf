"""The kinds of faults, as a table, and how one is written: in a scenario's `faults`, or thrown into a running cluster."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from simulator.cluster.refusals import ScenarioError, refuse_unknown
from simulator.kernel.units import SECOND

LONGEST = 365 * 24 * 3600  # seconds
LONGEST_TEXT = 500
TIMES = ("from", "until")


class FaultKind(NamedTuple):
    """What goes wrong; the keys that such a fault must have, those that it may have with their defaults; whether it strikes
    once instead of lasting; whether it may strike the control plane."""

    what: str
    needs: tuple[str, ...] = ()
    takes: Mapping[str, Any] = MappingProxyType({})
    once: bool = False
    workers_only: bool = False


REGISTRY, NODE, POD, MESSAGE = ("registry",), ("node",), ("pod",), {"message": ""}
FAULTS: Mapping[str, FaultKind] = {
    "registry-connection-refused": FaultKind("A registry refuses connections", REGISTRY),
    "registry-unavailable": FaultKind("A registry answers that it is unavailable", REGISTRY, MESSAGE),
    "registry-slow": FaultKind("Each pull from a registry takes so many seconds longer", REGISTRY, {"seconds": 30}),
    "image-inspect-error": FaultKind("An image on a node is corrupt", ("image",), {"node": "", **MESSAGE}),
    "pre-start-hook-error": FaultKind(
        "Nodes cannot prepare the start of containers", takes={"node": "", "pod": "", **MESSAGE}
    ),
    "network-plugin-not-ready": FaultKind("The network plug-in of a node is missing", NODE),
    "container-runtime-down": FaultKind("The container runtime of a node does not answer", NODE),
    "kubelet-down": FaultKind("The kubelet of a node does not run; its containers go on", NODE),
    "node-down": FaultKind("A node is switched off; afterwards it boots", NODE, workers_only=True),
    "disk-full": FaultKind("Something fills so many percent of a node's disk", NODE, {"percent": 97}),
    "memory-short": FaultKind("Something takes so many percent of a node's memory", NODE, {"percent": 97}),
    "processes-short": FaultKind("Something takes so many percent of a node's process numbers", NODE, {"percent": 97}),
    "latency": FaultKind("What a node sends and gets takes so much longer each way", NODE, {"milliseconds": 200}),
    "pod-killed": FaultKind("Somebody deletes a Pod, with no time to end", POD, {"namespace": "default"}, once=True),
    "container-killed": FaultKind(
        "Somebody kills process 1 of a Pod's containers, or of one",
        POD,
        {"namespace": "default", "container": ""},
        once=True,
    ),
}
# The highest number that a fault may have in these keys.
MOST = {"seconds": 24 * 3600, "percent": 100, "milliseconds": 60_000}


@dataclass(frozen=True)
class Fault:
    """Something that is broken from *start* until *end* (microseconds from when it was written; None: for good)."""

    type: str
    start: int
    end: int | None
    details: Mapping[str, Any] = field(default_factory=dict)


def fault(entry: Mapping[str, Any], nodes: Collection[str], home: str = "") -> Fault:
    """One fault as it is written, its times in seconds, for a cluster of these *nodes* with its control plane on *home*;
    raises ScenarioError."""
    if not isinstance(entry, Mapping) or str(entry.get("type")) not in FAULTS:
        kind = entry.get("type") if isinstance(entry, Mapping) else entry
        raise ScenarioError(f"unknown fault {kind!r}; known are {', '.join(sorted(FAULTS))}")
    name = str(entry["type"])
    kind = FAULTS[name]
    refuse_unknown(f"fault {name}", entry, {"type", *TIMES, *kind.needs, *kind.takes})
    if missing := [key for key in kind.needs if not entry.get(key)]:
        raise ScenarioError(f"fault {name}: {missing[0]} is missing")
    details = {key: read(name, key, entry[key]) for key in (*kind.needs, *kind.takes) if entry.get(key)}
    defaults = {key: value for key, value in kind.takes.items() if value != ""}
    check_node(name, kind, str(details.get("node", "")), nodes, home)
    start, end = time(name, entry, "from"), time(name, entry, "until")
    return Fault(name, start or 0, end, {**defaults, **details})


def check_node(name: str, kind: FaultKind, node: str, nodes: Collection[str], home: str) -> None:
    """The node is one of the cluster's, and not the one without which nothing would answer."""
    if node and node not in nodes:
        raise ScenarioError(f"fault {name}: there is no node {node!r}", ("node",))
    if kind.workers_only and node == home:
        raise ScenarioError(f"not simulated here: fault {name} on the node of the control plane")


def read(name: str, key: str, value: Any) -> str | int:
    """One value of a fault."""
    want: Callable[[str, str, Any], str | int] = number if key in MOST else text
    return want(name, key, value)


def number(name: str, key: str, value: Any) -> int:
    """A whole number within bounds."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST[key]:
        raise ScenarioError(f"fault {name}: {key} must be a whole number from 0 to {MOST[key]}", (key,))
    return value


def text(name: str, key: str, value: Any) -> str:
    """A short text."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise ScenarioError(f"fault {name}: {key} must be text of at most {LONGEST_TEXT} characters", (key,))
    return value


def time(name: str, entry: Mapping[str, Any], key: str) -> int | None:
    """A number of seconds, in microseconds; None if it is not given."""
    seconds = entry.get(key)
    if seconds is None:
        return None
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 <= seconds <= LONGEST:
        raise ScenarioError(f"fault {name}: {key} must be a number of seconds", (key,))
    return int(seconds * SECOND)
