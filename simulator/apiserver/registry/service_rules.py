"""What may be wrong with a Service (ValidateService in pkg/apis/core/validation)."""

from typing import Any

from simulator.api import field, names
from simulator.api.field import FieldError
from simulator.apiserver.registry.objectmeta_rules import labels
from simulator.apiserver.validation.common import one_of, port_number, port_or_name, problems

Obj = dict[str, Any]
Errors = list[FieldError]
TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
PROTOCOLS = ("SCTP", "TCP", "UDP")
POLICIES = ("Cluster", "Local")
HEADLESS = "None"
IP_TEXT = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"


def validate(service: Obj) -> Errors:
    """What is wrong with a Service."""
    spec = service["spec"]
    kind, ports = spec.get("type", ""), spec.get("ports") or []
    errors: Errors = []
    if not ports and kind != "ExternalName" and spec.get("clusterIP") != HEADLESS:
        errors.append(field.required("spec.ports"))
    if kind == "ExternalName":
        errors += _external_name(spec)
    errors += _ports(spec, ports)
    errors += labels("spec.selector", spec.get("selector"))
    errors += one_of("spec.sessionAffinity", spec.get("sessionAffinity"), ("ClientIP", "None"))
    errors += one_of("spec.type", kind, TYPES)
    errors += _addresses(spec)
    errors += _duplicates(ports)
    if spec.get("externalTrafficPolicy"):
        errors += one_of("spec.externalTrafficPolicy", spec["externalTrafficPolicy"], POLICIES)
        if kind not in ("NodePort", "LoadBalancer"):
            text = "may only be set for externally-accessible services"
            errors.append(field.invalid("spec.externalTrafficPolicy", spec["externalTrafficPolicy"], text))
    return errors


def _external_name(spec: Obj) -> Errors:
    errors: Errors = []
    if spec.get("clusterIP") and spec["clusterIP"] != HEADLESS:
        errors.append(field.forbidden("spec.clusterIPs[0]", "may not be set when `type` is 'ExternalName'"))
    name = spec.get("externalName", "").removesuffix(".")
    return errors + (
        problems("spec.externalName", name, names.subdomain(name)) if name else [field.required("spec.externalName")]
    )


def _ports(spec: Obj, ports: list[Obj]) -> Errors:
    errors: Errors = []
    seen: set[str] = set()
    for at, port in enumerate(ports):
        path = f"spec.ports[{at}]"
        errors += _port_name(f"{path}.name", port.get("name", ""), seen, required=len(ports) > 1)
        errors += port_number(f"{path}.port", port.get("port") or 0)
        errors += one_of(f"{path}.protocol", port.get("protocol"), PROTOCOLS)
        errors += port_or_name(f"{path}.targetPort", port.get("targetPort"))
        if port.get("nodePort") and spec.get("type") == "ClusterIP":
            errors.append(field.forbidden(f"{path}.nodePort", "may not be used when `type` is 'ClusterIP'"))
    return errors


def _port_name(path: str, name: str, seen: set[str], *, required: bool) -> Errors:
    if not name:
        return [field.required(path)] if required else []
    errors = problems(path, name, names.label(name))
    errors += [field.duplicate(path, name)] if name in seen else []
    seen.add(name)
    return errors


def _duplicates(ports: list[Obj]) -> Errors:
    errors: Errors = []
    seen: set[tuple[Any, ...]] = set()
    used: dict[tuple[Any, ...], int] = {}
    for at, port in enumerate(ports):
        key = (port.get("protocol"), port.get("port"))
        if key in seen:
            shown = {"Name": "", "Protocol": port.get("protocol"), "AppProtocol": None, "Port": port.get("port", 0)}
            errors.append(field.duplicate(f"spec.ports[{at}]", shown | {"TargetPort": 0, "NodePort": 0}))
        seen.add(key)
        node_key = (port.get("protocol"), port.get("nodePort"))
        if port.get("nodePort") and node_key in used:
            errors.append(field.duplicate(f"spec.ports[{at}].nodePort", port["nodePort"]))
        used[node_key] = at
    return errors


def _addresses(spec: Obj) -> Errors:
    errors: Errors = []
    address = spec.get("clusterIP", "")
    if address and address != HEADLESS and not names.ip_address(address):
        errors.append(field.invalid("spec.clusterIPs[0]", address, IP_TEXT))
    if address == HEADLESS and spec.get("type") in ("NodePort", "LoadBalancer"):
        text = f"may not be set to 'None' for {spec['type']} services"
        errors.append(field.invalid("spec.clusterIPs[0]", address, text))
    for at, each in enumerate(spec.get("externalIPs") or ()):
        errors += [] if names.ip_address(each) else [field.invalid(f"spec.externalIPs[{at}]", each, IP_TEXT)]
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
