"""What may be wrong with Endpoints, EndpointSlices and Leases (pkg/apis/{core,discovery,coordination}/validation)."""

from typing import Any

from simulator.api import field, names
from simulator.api.field import FieldError
from simulator.apiserver.registry.strategy import Strategy
from simulator.apiserver.validation.common import one_of, port_number, problems, special_address
from simulator.apiserver.validation.surroundings import IP_TEXT

Obj = dict[str, Any]
Errors = list[FieldError]
PROTOCOLS = ("SCTP", "TCP", "UDP")
FAMILIES = ("FQDN", "IPv4", "IPv6")
MOST_ENDPOINTS, MOST_ADDRESSES, MOST_PORTS = 1000, 100, 100
NO_ADDRESS = "must specify `addresses` or `notReadyAddresses`"
IPV4, IPV6 = "must be a valid IPv4 address", "must be a valid IPv6 address"
STRATEGIES_OF_LEASES = ("OldestEmulationVersion",)


def _with_protocols(ports: list[Obj] | None) -> None:
    for port in ports or ():
        port.setdefault("protocol", "TCP")


# --- Endpoints --------------------------------------------------------------------------------------------------------
def _endpoints_default(obj: Obj) -> None:
    for subset in obj.get("subsets") or ():
        _with_protocols(subset.get("ports"))


def _endpoints(obj: Obj) -> Errors:
    errors: Errors = []
    for at, subset in enumerate(obj.get("subsets") or ()):
        path = f"subsets[{at}]"
        if not subset.get("addresses") and not subset.get("notReadyAddresses"):
            errors.append(field.required(path, NO_ADDRESS))
        for kind in ("addresses", "notReadyAddresses"):
            for number, address in enumerate(subset.get(kind) or ()):
                errors += _address(f"{path}.{kind}[{number}]", address)
        ports = subset.get("ports") or ()
        for number, port in enumerate(ports):
            errors += _port(f"{path}.ports[{number}]", port, named=len(ports) > 1)
    return errors


def _address(path: str, address: Obj) -> Errors:
    ip, host, node = address.get("ip", ""), address.get("hostname"), address.get("nodeName")
    errors = [] if names.ip_address(ip) else [field.invalid(f"{path}.ip", ip, IP_TEXT)]
    errors += problems(f"{path}.hostname", host, names.label(host)) if host else []
    errors += problems(f"{path}.nodeName", node, names.subdomain(node)) if node else []
    return errors or special_address(f"{path}.ip", ip)


def _port(path: str, port: Obj, *, named: bool) -> Errors:
    name = port.get("name") or ""
    errors = [field.required(f"{path}.name")] if named and not name else []
    errors += problems(f"{path}.name", name, names.label(name)) if name else []
    return errors + port_number(f"{path}.port", port.get("port") or 0) + _protocol(path, port)


def _protocol(path: str, port: Obj) -> Errors:
    protocol = port.get("protocol") or ""
    return one_of(f"{path}.protocol", protocol, PROTOCOLS) if protocol else [field.required(f"{path}.protocol")]


# --- EndpointSlices ---------------------------------------------------------------------------------------------------
def _slice_default(obj: Obj) -> None:
    _with_protocols(obj.get("ports"))
    for port in obj.get("ports") or ():
        port.setdefault("name", "")


def _slice(obj: Obj) -> Errors:
    family, endpoints, ports = obj.get("addressType") or "", obj.get("endpoints") or (), obj.get("ports") or ()
    errors = one_of("addressType", family, FAMILIES) if family else [field.required("addressType")]
    if len(endpoints) > MOST_ENDPOINTS:
        errors.append(field.too_many("endpoints", len(endpoints), MOST_ENDPOINTS))
        endpoints = ()
    for at, endpoint in enumerate(endpoints):
        errors += _endpoint(f"endpoints[{at}]", endpoint, family)
    return errors + _slice_ports(ports)


def _endpoint(path: str, endpoint: Obj, family: str) -> Errors:
    addresses, host = endpoint.get("addresses") or (), endpoint.get("hostname")
    errors = [] if addresses else [field.required(f"{path}.addresses", "must contain at least 1 address")]
    if len(addresses) > MOST_ADDRESSES:
        errors.append(field.too_many(f"{path}.addresses", len(addresses), MOST_ADDRESSES))
    for at, address in enumerate(addresses):
        errors += _of_family(f"{path}.addresses[{at}]", address, family)
    return errors + (problems(f"{path}.hostname", host, names.label(host)) if host is not None else [])


def _of_family(path: str, address: str, family: str) -> Errors:
    if family == "FQDN":
        return problems(path, address, names.subdomain(address))
    if family not in ("IPv4", "IPv6"):
        return []
    is_four = names.ipv4(address)
    good = is_four if family == "IPv4" else names.ip_address(address) and not is_four
    return (
        special_address(path, address) if good else [field.invalid(path, address, IPV4 if family == "IPv4" else IPV6)]
    )


def _slice_ports(ports: list[Obj] | tuple[Obj, ...]) -> Errors:
    if len(ports) > MOST_PORTS:
        return [field.too_many("ports", len(ports), MOST_PORTS)]
    errors: Errors = []
    seen: set[str] = set()
    for at, port in enumerate(ports):
        path, name = f"ports[{at}]", port.get("name") or ""
        errors += problems(f"{path}.name", name, names.label(name)) if name else []
        errors += [field.duplicate(f"{path}.name", name)] if name in seen else []
        seen.add(name)
        errors += _protocol(path, port)
        protocol = port.get("appProtocol")
        errors += problems(f"{path}.appProtocol", protocol, names.qualified_name(protocol)) if protocol else []
    return errors


def _slice_update(new: Obj, old: Obj) -> Errors:
    family = new.get("addressType")
    return [] if family == old.get("addressType") else [field.invalid("addressType", family, "field is immutable")]


# --- Leases -----------------------------------------------------------------------------------------------------------
def _lease(obj: Obj) -> Errors:
    spec = obj.get("spec") or {}
    errors: Errors = []
    seconds, transitions, strategy = (
        spec.get(name) for name in ("leaseDurationSeconds", "leaseTransitions", "strategy")
    )
    if seconds is not None and seconds <= 0:
        errors.append(field.invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0"))
    if transitions is not None and transitions < 0:
        errors.append(field.invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0"))
    if strategy is not None:
        errors += _lease_strategy("spec.strategy.strategy", strategy)  # the real message names it twice
    if spec.get("preferredHolder") and not strategy:
        errors.append(field.forbidden("spec.preferredHolder", "may only be specified if `strategy` is defined"))
    return errors


def _lease_strategy(path: str, strategy: str) -> Errors:
    if "/" in strategy:
        return problems(path, strategy, names.qualified_name(strategy))
    return one_of(path, strategy, STRATEGIES_OF_LEASES)


STRATEGIES: dict[str, Strategy] = {
    "endpoints": Strategy(_endpoints_default, validate=_endpoints),
    "endpointslices.discovery.k8s.io": Strategy(_slice_default, validate=_slice, validate_update=_slice_update),
    "leases.coordination.k8s.io": Strategy(validate=_lease),
}
