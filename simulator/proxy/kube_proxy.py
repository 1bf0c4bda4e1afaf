"""kube-proxy (pkg/proxy): tells the node's kernel which address and port of a Service leads to which Pods."""

from operator import is_
from typing import Any, Protocol

from simulator.apiserver.watch import WatchEvent
from simulator.client.api import API, Obj
from simulator.client.informer import Informers, key_of
from simulator.kernel.units import MILLISECOND, SECOND
from simulator.kernel.world import World

SLICES = "endpointslices.discovery.k8s.io"
SERVICE_LABEL = "kubernetes.io/service-name"
SYNC = "sync"
QUICKEST, SLOWEST = 3 * MILLISECOND, 12 * MILLISECOND
Rule = dict[str, Any]


class Machines(Protocol):
    """The machines, as far as kube-proxy needs them."""

    def program_services(self, host: str, rules: list[Rule]) -> None:
        """Put *rules* in the place of those that hold on *host*."""
        ...


class Rulebook:
    """The rules of Services as the proxies of all nodes share them: each state of one is worked out once."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[list[Obj], list[Rule]]] = {}

    def of(self, service: Obj, slices: dict[str, Obj], node: str) -> list[Rule]:
        """The rules of a Service on *node*; only where traffic stays on the node do they differ from others'."""
        if service["spec"].get("internalTrafficPolicy") == "Local":
            return rules_of(service, slices, node)
        name, state = key_of(service), [service, *(entry for _, entry in sorted(slices.items()))]
        known = self.known.get(name)
        if known is None or len(known[0]) != len(state) or not all(map(is_, known[0], state)):
            known = self.known[name] = state, rules_of(service, slices, "")
        return known[1]


class KubeProxy:
    """The proxy of one node. The rules of a Service are worked out again only when it or its slices change."""

    def __init__(self, world: World, api: API, machines: Machines, node: str, rulebook: Rulebook) -> None:
        self.world = world
        self.machines = machines
        self.node = node
        self.rulebook = rulebook
        self.name = f"kube-proxy/{node}"
        self.informers = Informers(api)
        self.rules: dict[str, list[Rule]] | None = None
        self.slices: dict[str, dict[str, Obj]] = {}

    def start(self) -> None:
        """Program the Services that are there already."""
        self.world.agenda.wake(self.name, SYNC)

    def watches(self, resource: str) -> bool:
        """Services and their slices."""
        return resource in ("services", SLICES)

    def notice(self, event: WatchEvent) -> None:
        """Take note of which Service changed, and look at it soon."""
        self.informers.notice(event)
        if event.resource == SLICES and self.rules is not None:
            self.keep_slice(event)
        if self.rules is not None and (key := service_key(event.resource, event.object)):
            self.rules.pop(key, None)
        self.soon()

    def soon(self) -> None:
        """Wake up once for all that changes within the next moment."""
        section = self.world.section("kube-proxy")
        if section.get(self.node, 0) <= self.world.now:
            section[self.node] = self.world.now + self.world.dice.between(QUICKEST, SLOWEST)
            self.world.agenda.wake_at(self.name, SYNC, section[self.node])

    def keep_slice(self, event: WatchEvent) -> None:
        """Keep at hand which slices belong to which Service."""
        service, key = service_key(SLICES, event.object), key_of(event.object)
        if event.type == "DELETED":
            self.slices.get(service, {}).pop(key, None)
        else:
            self.slices.setdefault(service, {})[key] = event.object

    def reconcile(self, key: str) -> None:
        """Work out what changed and program the node."""
        if self.rules is None:
            self.rules = {}
            for entry in self.informers.of(SLICES).all():
                self.slices.setdefault(service_key(SLICES, entry), {})[key_of(entry)] = entry
        services = self.informers.of("services").load()
        for name in [name for name in self.rules if name not in services]:
            del self.rules[name]
        for name, service in services.items():
            if name not in self.rules:
                self.rules[name] = self.rulebook.of(service, self.slices.get(name, {}), self.node)
        found = [rule for name in sorted(self.rules) for rule in self.rules[name]]
        self.machines.program_services(self.node, found)


def rules_of(service: Obj, slices: dict[str, Obj], node: str) -> list[Rule]:
    """A rule for each address and port of a Service; one without backends refuses. With *node*, only to its own Pods."""
    spec = service["spec"]
    if spec.get("type") == "ExternalName" or spec.get("clusterIP") in (None, "", "None"):
        return []
    ingress = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
    addresses = [
        spec["clusterIP"],
        *(spec.get("externalIPs") or ()),
        *(each["ip"] for each in ingress if each.get("ip")),
    ]
    rules: list[Rule] = []
    for port in spec.get("ports") or ():
        found = backends(slices, port, node)
        first, *others = [rule(address, port, found) | affinity(spec) for address in addresses]
        rules += [first | ({"node_port": port["nodePort"]} if port.get("nodePort") else {}), *others]
    return rules


def backends(slices: dict[str, Obj], port: Obj, node: str) -> list[list[Any]]:
    """Where a port leads: to those who are ready, or, if nobody is, to those who still serve while they leave."""
    ready: list[list[Any]] = []
    leaving: list[list[Any]] = []
    for _, entry in sorted(slices.items()):
        number = slice_port(entry, port)
        for endpoint in (entry.get("endpoints") or ()) if number is not None else ():
            if node and endpoint.get("nodeName") != node:
                continue
            conditions = endpoint.get("conditions") or {}
            backend = [endpoint["addresses"][0], number]
            if conditions.get("ready", True):
                ready.append(backend)
            elif conditions.get("serving") and conditions.get("terminating"):
                leaving.append(backend)
    return ready or leaving


def rule(address: str, port: Obj, backends: list[list[Any]]) -> Rule:
    """A rule as the machines take it."""
    return {"ip": address, "port": port["port"], "protocol": port.get("protocol") or "TCP", "backends": backends}


def affinity(spec: Obj) -> Rule:
    """For how long a client keeps its backend, where the Service has session affinity."""
    if spec.get("sessionAffinity") != "ClientIP":
        return {}
    seconds = ((spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}).get("timeoutSeconds") or 10800
    return {"sticky": int(seconds) * SECOND}


def slice_port(entry: Obj, port: Obj) -> int | None:
    """The number that a Service's port has in a slice."""
    for each in entry.get("ports") or ():
        same = (each.get("name") or "") == (port.get("name") or "")
        if same and (each.get("protocol") or "TCP") == (port.get("protocol") or "TCP"):
            number: int | None = each.get("port")
            return number
    return None


def service_key(resource: str, obj: Obj) -> str:
    """The Service that an object is, or belongs to."""
    if resource == "services":
        return key_of(obj)
    name = (obj["metadata"].get("labels") or {}).get(SERVICE_LABEL)
    return f"{obj['metadata']['namespace']}/{name}" if name else ""
