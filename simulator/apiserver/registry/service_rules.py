"""What may be wrong with a Service (ValidateService in pkg/apis/core/validation)."""

from typing import Any

from simulator.api import field, names
from simulator.api.field import FieldError
from simulator.apiserver.registry.objectmeta_rules import labels
from simulator.apiserver.validation.common import (
    label_key,
    maybe_one_of,
    one_of,
    port_number,
    port_or_name,
    problems,
    special_address,
)

Obj = dict[str, Any]
Errors = list[FieldError]
TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
PROTOCOLS = ("SCTP", "TCP", "UDP")
POLICIES = ("Cluster", "Local")
HEADLESS = "None"
OUTWARD = ("NodePort", "LoadBalancer")
DISTRIBUTIONS = ("PreferClose", "PreferSameNode", "PreferSameZone")
FAMILIES = ("IPv4", "IPv6")
FAMILY_POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
DAY = 86_400
IP_TEXT = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"


def validate(service: Obj) -> Errors:
    """What is wrong with a Service."""
    spec = service["spec"]
    kind, ports = spec.get("type", ""), spec.get("ports") or []
    errors: Errors = []
    if not ports and kind != "ExternalName" and spec.get("clusterIP") != HEADLESS:
        errors.append(field.required("spec.ports"))
    errors += _headless(spec, kind) + (_external_name(spec) if kind == "ExternalName" else [])
    errors += _ports(ports)
    errors += labels("spec.selector", spec.get("selector"))
    errors += _affinity(spec) + _addresses(spec, kind)
    errors += one_of("spec.type", kind, TYPES)
    if kind == "ClusterIP":
        text = "may not be used when `type` is 'ClusterIP'"
        errors += [
            field.forbidden(f"spec.ports[{at}].nodePort", text) for at, port in enumerate(ports) if port.get("nodePort")
        ]
    return errors + _duplicates(ports) + _of_balancers(spec, kind) + _policies(spec, kind)


def _headless(spec: Obj, kind: str) -> Errors:
    if spec.get("clusterIP") != HEADLESS or kind not in OUTWARD:
        return []
    return [field.invalid("spec.clusterIPs[0]", HEADLESS, f"may not be set to 'None' for {kind} services")]


def _external_name(spec: Obj) -> Errors:
    text = "may not be set for ExternalName services"
    errors = [field.forbidden("spec.clusterIPs", text)] if spec.get("clusterIP") or spec.get("clusterIPs") else []
    errors += [field.forbidden(f"spec.{name}", text) for name in ("ipFamilies", "ipFamilyPolicy") if spec.get(name)]
    name = spec.get("externalName", "").removesuffix(".")
    return errors + (
        problems("spec.externalName", name, names.subdomain(name)) if name else [field.required("spec.externalName")]
    )


def _affinity(spec: Obj) -> Errors:
    """Whether a client comes to the same Pod again, and for how long."""
    affinity, config = spec.get("sessionAffinity"), spec.get("sessionAffinityConfig")
    errors = one_of("spec.sessionAffinity", affinity, ("ClientIP", "None"))
    if affinity == "None" and config is not None:
        errors.append(field.forbidden("spec.sessionAffinityConfig", "must not be set when session affinity is None"))
    if affinity == "ClientIP":
        seconds = ((config or {}).get("clientIP") or {}).get("timeoutSeconds", DAY)
        if not 0 < seconds <= DAY:
            path = "spec.sessionAffinityConfig.clientIP.timeoutSeconds"
            errors.append(field.invalid(path, seconds, f"must be greater than 0 and less than {DAY}"))
    return errors


def _of_balancers(spec: Obj, kind: str) -> Errors:
    """What only a Service with a load balancer may say."""
    if kind == "LoadBalancer":
        return []
    text = "may only be used when `type` is 'LoadBalancer'"
    fields = {"loadBalancerSourceRanges": "LoadBalancerSourceRanges"} | {
        name: name for name in ("allocateLoadBalancerNodePorts", "loadBalancerClass")
    }
    return [
        field.forbidden(f"spec.{shown}", text) for name, shown in fields.items() if spec.get(name) not in (None, [])
    ]


def _policies(spec: Obj, kind: str) -> Errors:
    errors: Errors = []
    outward = spec.get("externalTrafficPolicy")
    if outward and kind not in OUTWARD:
        text = "may only be set for externally-accessible services"
        errors.append(field.invalid("spec.externalTrafficPolicy", outward, text))
    elif outward:
        errors += one_of("spec.externalTrafficPolicy", outward, POLICIES)
    errors += maybe_one_of("spec.internalTrafficPolicy", spec.get("internalTrafficPolicy"), POLICIES)
    return errors + maybe_one_of("spec.trafficDistribution", spec.get("trafficDistribution"), DISTRIBUTIONS)


def _ports(ports: list[Obj]) -> Errors:
    errors: Errors = []
    seen: set[str] = set()
    for at, port in enumerate(ports):
        path = f"spec.ports[{at}]"
        errors += _port_name(f"{path}.name", port.get("name", ""), seen, required=len(ports) > 1)
        errors += port_number(f"{path}.port", port.get("port") or 0)
        errors += one_of(f"{path}.protocol", port.get("protocol"), PROTOCOLS)
        errors += port_or_name(f"{path}.targetPort", port.get("targetPort"))
        errors += label_key(f"{path}.appProtocol", port["appProtocol"]) if port.get("appProtocol") else []
    return errors


def _port_name(path: str, name: str, seen: set[str], *, required: bool) -> Errors:
    if not name:
        return [field.required(path)] if required else []
    errors = problems(path, name, names.label(name))
    errors += [field.duplicate(path, name)] if name in seen else []
    seen.add(name)
    return errors


def _duplicates(ports: list[Obj]) -> Errors:
    """A port may stand there once for each protocol; so may a port of the nodes."""
    on_nodes, errors = _repeated(ports, "nodePort"), []
    errors += [field.duplicate(f"spec.ports[{at}].nodePort", ports[at]["nodePort"]) for at in on_nodes]
    for at in _repeated(ports, "port"):
        shown = {"Name": "", "Protocol": ports[at].get("protocol"), "AppProtocol": None, "Port": ports[at]["port"]}
        errors.append(field.duplicate(f"spec.ports[{at}]", shown | {"TargetPort": 0, "NodePort": 0}))
    return errors


def _repeated(ports: list[Obj], name: str) -> list[int]:
    keys = [(port.get("protocol"), port.get(name)) for port in ports]
    return [at for at, key in enumerate(keys) if key[1] and key in keys[:at]]


def _addresses(spec: Obj, kind: str) -> Errors:
    if kind == "ExternalName":
        return []
    errors: Errors = []
    for at, family in enumerate(spec.get("ipFamilies") or ()):
        errors += one_of(f"spec.ipFamilies[{at}]", family, FAMILIES)
    errors += maybe_one_of("spec.ipFamilyPolicy", spec.get("ipFamilyPolicy"), FAMILY_POLICIES)
    address = spec.get("clusterIP", "")
    if address and address != HEADLESS and not names.ip_address(address):
        errors.append(field.invalid("spec.clusterIPs[0]", address, IP_TEXT))
    for at, each in enumerate(spec.get("externalIPs") or ()):
        path = f"spec.externalIPs[{at}]"
        errors += special_address(path, each) if names.ip_address(each) else [field.invalid(path, each, IP_TEXT)]
    return errors


def validate_update(new: Obj, old: Obj) -> Errors:
    """The address of a Service stays, unless its type changes from or to ExternalName."""
    ours, before = new["spec"], old["spec"]
    if "ExternalName" in (ours["type"], before["type"]) or not before.get("clusterIP"):
        return []
    if ours.get("clusterIP") != before["clusterIP"]:
        shown = ours.get("clusterIPs") or [ours.get("clusterIP", "")]
        return [field.invalid("spec.clusterIPs[0]", shown, "may not change once set")]
    return []
