"""The rules of Services, and the addresses and ports they are given (pkg/registry/core/service)."""

from typing import Any

from simulator.api import field
from simulator.api.errors import InternalError, Invalid
from simulator.apiserver.backend import Backend
from simulator.apiserver.registry import service_rules
from simulator.apiserver.registry.strategy import Strategy

Obj = dict[str, Any]
# 10.96.0.0/12, from which addresses are drawn by chance.
FIRST_ADDRESS = (10 << 24) + (96 << 16)
ADDRESSES = 1 << 20
# The lower band is left to those who ask for an address by name (pkg/registry/core/service/ipallocator).
STATIC_BAND = 256
NODE_PORTS = (30_000, 32_767)
STATIC_PORTS = 86
PORT_RANGE_TEXT = f"The range of valid ports is {NODE_PORTS[0]}-{NODE_PORTS[1]}"
HEADLESS = "None"
TRIES = 64


def default(service: Obj) -> None:
    """Fill in what the manifest leaves out."""
    spec = service.setdefault("spec", {})
    kind = spec.setdefault("type", "ClusterIP")
    spec.setdefault("sessionAffinity", "None")
    if spec["sessionAffinity"] == "ClientIP":
        spec.setdefault("sessionAffinityConfig", {"clientIP": {"timeoutSeconds": 10800}})
    for port in spec.get("ports") or ():
        port.setdefault("protocol", "TCP")
        if not port.get("targetPort") and port.get("port") is not None and spec.get("clusterIP") != HEADLESS:
            port["targetPort"] = port["port"]
        elif not port.get("targetPort"):
            port["targetPort"] = port.get("port", 0)
    if kind in ("ClusterIP", "NodePort", "LoadBalancer"):
        spec.setdefault("internalTrafficPolicy", "Cluster")
    if kind in ("NodePort", "LoadBalancer"):
        spec.setdefault("externalTrafficPolicy", "Cluster")
    if kind == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)


def create(backend: Backend, service: Obj) -> None:
    """Give a new Service its address and ports."""
    service["status"] = {"loadBalancer": {}}
    if not service_rules.validate(service):
        _allocate(backend, service, None)


def update(backend: Backend, new: Obj, old: Obj) -> None:
    """Keep what the Service has, give it what its new type needs, take back what it needs no more."""
    ours, before = new["spec"], old["spec"]
    if before["type"] != "ExternalName" and ours["type"] != "ExternalName":
        for part in ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"):
            if part in before and not ours.get(part):
                ours[part] = before[part]
    _patched_address(ours, before)
    if ours["type"] == "ClusterIP" and before["type"] in ("NodePort", "LoadBalancer"):
        _drop_node_ports(ours, before)
    _allocate(backend, new, old)


def _patched_address(ours: Obj, before: Obj) -> None:
    """A change of clusterIP alone is meant for clusterIPs too."""
    if ours.get("clusterIP") != before.get("clusterIP") and ours.get("clusterIPs") == before.get("clusterIPs"):
        ours["clusterIPs"] = [ours["clusterIP"]] if ours.get("clusterIP") else []


def _drop_node_ports(ours: Obj, before: Obj) -> None:
    ours.pop("externalTrafficPolicy", None)
    ours.pop("allocateLoadBalancerNodePorts", None)
    had = {port.get("nodePort") for port in before.get("ports") or ()}
    for port in ours.get("ports") or ():
        if port.get("nodePort") in had:
            port.pop("nodePort", None)


def _allocate(backend: Backend, service: Obj, old: Obj | None) -> None:
    spec = service["spec"]
    if spec["type"] == "ExternalName":
        for part in (
            "clusterIP",
            "clusterIPs",
            "ipFamilies",
            "ipFamilyPolicy",
            "internalTrafficPolicy",
        ):
            spec.pop(part, None)
        return
    if not spec.get("ports") and spec.get("clusterIP") != HEADLESS:
        return  # which validation will refuse
    if spec["type"] not in ("ClusterIP", "NodePort", "LoadBalancer"):
        return
    held = old["spec"].get("clusterIP", "") if old else ""
    _address(backend, service["metadata"]["name"], spec, held)
    if spec["type"] != "ClusterIP" and spec.get("allocateLoadBalancerNodePorts", True):
        _node_ports(backend, service, old)


def _address(backend: Backend, name: str, spec: Obj, held: str) -> None:
    _one_family(name, spec)
    if not spec.get("clusterIP"):
        spec["clusterIP"] = _free_address(backend)
    elif spec["clusterIP"] not in (HEADLESS, held):
        _claim(backend, name, spec["clusterIP"])
    spec.setdefault("clusterIPs", [spec["clusterIP"]])
    spec.setdefault("ipFamilies", ["IPv4"])
    spec.setdefault("ipFamilyPolicy", "SingleStack")


def _taken(backend: Backend, address: str) -> bool:
    return any(each["spec"].get("clusterIP") == address for each in backend.store.scan("services"))


def _free_address(backend: Backend) -> str:
    for _ in range(TRIES):
        offset = backend.world.dice.between(STATIC_BAND, ADDRESSES - 2)
        address = dotted(FIRST_ADDRESS + offset)
        if not _taken(backend, address):
            return address
    raise InternalError("failed to allocate a serviceIP: range is full")


def dotted(number: int) -> str:
    """An IPv4 address as it is written."""
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def _one_family(name: str, spec: Obj) -> None:
    """The cluster has addresses of IPv4 only."""
    if spec.get("ipFamilyPolicy") == "RequireDualStack":
        text = "this cluster is not configured for dual-stack services"
        refuse(name, field.invalid("spec.ipFamilyPolicy", spec["ipFamilyPolicy"], text))
    for at, family in enumerate(spec.get("ipFamilies") or ()):
        if family != "IPv4":
            refuse(name, field.invalid(f"spec.ipFamilies[{at}]", family, "not configured on this cluster"))


def _claim(backend: Backend, name: str, address: str) -> None:
    number = _number(address)
    problem = ""
    if number is None:
        return  # which validation will refuse
    if not FIRST_ADDRESS < number < FIRST_ADDRESS + ADDRESSES - 1:
        problem = f"failed to allocate IP {address}: the provided IP ({address}) is not in the valid range. "
        problem += "The range of valid IPs is 10.96.0.0/12"
    elif _taken(backend, address):
        problem = f"failed to allocate IP {address}: provided IP is already allocated"
    if problem:
        refuse(name, field.invalid("spec.clusterIPs", [address], problem))


def _number(address: str) -> int | None:
    parts = address.split(".")
    if len(parts) != 4 or not all(part.isdigit() and int(part) < 256 for part in parts):
        return None
    return sum(int(part) << shift for part, shift in zip(parts, (24, 16, 8, 0), strict=True))


def _node_ports(backend: Backend, service: Obj, old: Obj | None) -> None:
    name = service["metadata"]["name"]
    taken = {
        port["nodePort"]
        for each in backend.store.scan("services")
        if old is None or each["metadata"]["uid"] != old["metadata"]["uid"]
        for port in each["spec"].get("ports") or ()
        if port.get("nodePort")
    }
    before = {_port_key(port): port.get("nodePort") for port in (old["spec"].get("ports") or ()) if port} if old else {}
    own: dict[int, str] = {}
    for at, port in enumerate(service["spec"].get("ports") or ()):
        asked = port.get("nodePort") or before.get(_port_key(port))
        if not asked:
            asked = _free_port(backend, taken | set(own))
        elif not NODE_PORTS[0] <= asked <= NODE_PORTS[1]:
            text = f"provided port is not in the valid range. {PORT_RANGE_TEXT}"
            refuse(name, field.invalid(f"spec.ports[{at}].nodePort", asked, text))
        elif asked in taken or own.get(asked) == port["protocol"]:
            refuse(
                name,
                field.invalid(
                    f"spec.ports[{at}].nodePort",
                    asked,
                    "provided port is already allocated",
                ),
            )
        own[asked] = port["protocol"]
        port["nodePort"] = asked


def _port_key(port: Obj) -> tuple[str, int]:
    return port.get("protocol", "TCP"), port.get("port", 0)


def _free_port(backend: Backend, taken: set[int]) -> int:
    low, high = NODE_PORTS
    for _ in range(TRIES):
        port = backend.world.dice.between(low + STATIC_PORTS, high)
        if port not in taken:
            return port
    free = next((port for port in range(low, high + 1) if port not in taken), None)
    if free is None:
        raise InternalError("failed to allocate a nodePort: range is full")
    return free


def refuse(name: str, error: field.FieldError) -> None:
    """Say that a Service cannot have what it asks for."""
    details = {"name": name, "kind": "Service", "causes": field.causes([error])}
    raise Invalid(f'Service "{name}" is invalid: {error}', details=details)


SERVICES = Strategy(
    default=default,
    create=create,
    update=update,
    validate=service_rules.validate,
    validate_update=service_rules.validate_update,
)
