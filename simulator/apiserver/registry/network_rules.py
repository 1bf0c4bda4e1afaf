"""What may be wrong with an Ingress or a NetworkPolicy (pkg/apis/networking/validation)."""

from ipaddress import ip_network
from typing import Any

from simulator.api import field, names
from simulator.api.field import FieldError
from simulator.apiserver.registry.strategy import Strategy
from simulator.apiserver.validation.common import label_selector, one_of, port_number, port_or_name, problems

Obj = dict[str, Any]
Errors = list[FieldError]
PROTOCOLS = ("TCP", "UDP", "SCTP")
CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
SEQUENCES = ("//", "/./", "/../", "%2f", "%2F")
ENDINGS = ("/..", "/.")
CLASS = "kubernetes.io/ingress.class"


# --- NetworkPolicy --------------------------------------------------------------------------------------------------
def _policy_default(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", *(["Egress"] if spec.get("egress") else [])]
    for rule in (*(spec.get("ingress") or ()), *(spec.get("egress") or ())):
        for port in rule.get("ports") or ():
            port.setdefault("protocol", "TCP")


def _policy(obj: Obj) -> Errors:
    spec = obj["spec"]
    errors = label_selector("spec.podSelector", spec.get("podSelector"))
    for way, side in (("ingress", "from"), ("egress", "to")):
        for at, rule in enumerate(spec.get(way) or ()):
            path = f"spec.{way}[{at}]"
            for number, port in enumerate(rule.get("ports") or ()):
                errors += _policy_port(f"{path}.ports[{number}]", port)
            for number, peer in enumerate(rule.get(side) or ()):
                errors += _peer(f"{path}.{side}[{number}]", peer)
    kinds = spec.get("policyTypes") or ()
    if len(kinds) > 2:
        return [*errors, field.invalid("spec.policyTypes", kinds, "may not specify more than two policyTypes")]
    for at, kind in enumerate(kinds):
        errors += one_of(f"spec.policyTypes[{at}]", kind, ("Ingress", "Egress"))
    return errors


def _policy_port(path: str, each: Obj) -> Errors:
    port, last = each.get("port"), each.get("endPort")
    errors = one_of(f"{path}.protocol", each.get("protocol"), PROTOCOLS)
    if isinstance(port, int):
        errors += port_number(f"{path}.port", port)
        if last is not None:
            text = "must be greater than or equal to `port`"
            errors += [field.invalid(f"{path}.endPort", last, text)] if last < port else []
            errors += port_number(f"{path}.endPort", last)
        return errors
    if last is not None:
        text = "non-numeric" if port is not None else "not specified"
        errors.append(field.invalid(f"{path}.endPort", last, f"may not be specified when `port` is {text}"))
    return errors + (port_or_name(f"{path}.port", port) if port is not None else [])


def _peer(path: str, peer: Obj) -> Errors:
    errors: Errors = []
    for selector in ("podSelector", "namespaceSelector"):
        errors += label_selector(f"{path}.{selector}", peer.get(selector))
    given = [part for part in ("podSelector", "namespaceSelector", "ipBlock") if peer.get(part) is not None]
    if "ipBlock" in given:
        errors += _block(f"{path}.ipBlock", peer["ipBlock"])
    if not given:
        errors.append(field.required(path, "must specify a peer"))
    elif len(given) > 1 and "ipBlock" in given:
        errors.append(field.forbidden(path, "may not specify both ipBlock and another peer"))
    return errors


def _block(path: str, block: Obj) -> Errors:
    if not block.get("cidr"):
        return [field.required(f"{path}.cidr")]
    try:
        whole = ip_network(block["cidr"], strict=False)
    except ValueError:
        return [field.invalid(f"{path}.cidr", block["cidr"], CIDR)]
    errors: Errors = []
    for at, text in enumerate(block.get("except") or ()):
        place = f"{path}.except[{at}]"
        try:
            part = ip_network(text, strict=False)
        except ValueError:
            errors.append(field.invalid(place, text, CIDR))
            continue
        inside = part.version == whole.version and part.network_address in whole
        if not inside or whole.prefixlen >= part.prefixlen:
            errors.append(field.invalid(place, text, "must be a strict subset of `cidr`"))
    return errors


# --- Ingress --------------------------------------------------------------------------------------------------------
def _ingress(obj: Obj) -> Errors:
    spec, errors = obj.get("spec") or {}, []
    if not spec.get("rules") and spec.get("defaultBackend") is None:
        errors.append(field.invalid("spec", None, "either `defaultBackend` or `rules` must be specified"))
    if spec.get("defaultBackend") is not None:
        errors += _backend("spec.defaultBackend", spec["defaultBackend"])
    for at, rule in enumerate(spec.get("rules") or ()):
        host, path = rule.get("host", ""), f"spec.rules[{at}]"
        if names.ip_address(host):
            errors.append(field.invalid(f"{path}.host", host, "must be a DNS name, not an IP address"))
        errors += _host(f"{path}.host", host) if host else []
        if rule.get("http") is None:
            continue
        paths = rule["http"].get("paths") or ()
        errors += [] if paths else [field.required(f"{path}.http.paths")]
        for number, each in enumerate(paths):
            errors += _path(f"{path}.http.paths[{number}]", each)
    for at, entry in enumerate(spec.get("tls") or ()):
        for number, host in enumerate(entry.get("hosts") or ()):
            errors += _host(f"spec.tls[{at}].hosts[{number}]", host)
        if name := entry.get("secretName"):
            errors += problems(f"spec.tls[{at}].secretName", name, names.subdomain(name))
    name = spec.get("ingressClassName")
    return errors + (problems("spec.ingressClassName", name, names.subdomain(name)) if name is not None else [])


def _ingress_create(obj: Obj) -> Errors:
    said, name = (obj["metadata"].get("annotations") or {}).get(CLASS), (obj.get("spec") or {}).get("ingressClassName")
    if None in (said, name) or said == name:
        return []
    return [field.invalid(f"annotations.{CLASS}", said, "must match `ingressClassName` when both are specified")]


def _host(path: str, host: str) -> Errors:
    return problems(path, host, names.wildcard_subdomain(host) if "*" in host else names.subdomain(host))


def _path(path: str, each: Obj) -> Errors:
    kind, place = each.get("pathType"), each.get("path", "")
    if kind is None:
        return [field.required(f"{path}.pathType", "pathType must be specified")]
    wrong: list[str] = []
    if kind in ("Exact", "Prefix"):
        wrong += [] if place.startswith("/") else ["must be an absolute path"]
        wrong += [f"must not contain '{part}'" for part in SEQUENCES if part in place]
        wrong += [f"cannot end with '{end}'" for end in ENDINGS if place.endswith(end)]
    elif kind == "ImplementationSpecific":
        wrong += ["must be an absolute path"] if place and not place.startswith("/") else []
    errors = [field.invalid(f"{path}.path", place, text) for text in wrong]
    errors += one_of(f"{path}.pathType", kind, ("Exact", "ImplementationSpecific", "Prefix"))
    return errors + _backend(f"{path}.backend", each.get("backend") or {})


def _backend(path: str, backend: Obj) -> Errors:
    service, other = backend.get("service"), backend.get("resource")
    if service is not None and other is not None:
        return [field.invalid(path, "", "cannot set both resource and service backends")]
    if other is not None:
        return [field.required(f"{path}.resource.{key}") for key in ("kind", "name") if not other.get(key)]
    if service is None:
        return [field.invalid(path, "", "resource or service backend is required")]
    name, port = service.get("name", ""), service.get("port") or {}
    at = f"{path}.service"
    errors = problems(f"{at}.name", name, names.label(name)) if name else [field.required(f"{at}.name")]
    if port.get("name") and port.get("number"):
        return [*errors, field.invalid(path, "", "cannot set both port name & port number")]
    if port.get("name"):
        return errors + problems(f"{at}.port.name", port["name"], names.port_name(port["name"]))
    if port.get("number"):
        return errors + port_number(f"{at}.port.number", port["number"])
    return [*errors, field.required(path, "port name or number is required")]


STRATEGIES: dict[str, Strategy] = {
    "networkpolicies.networking.k8s.io": Strategy(_policy_default, validate=_policy),
    "ingresses.networking.k8s.io": Strategy(validate=_ingress, validate_create=_ingress_create),
}
