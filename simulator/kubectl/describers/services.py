"""Services, their endpoints, and what is in front of them, in a description (models the describers of core and networking)."""

from simulator.api import timestamps
from simulator.kubectl.describers.events import describe_events_of
from simulator.kubectl.describers.page import Obj, Page, Reader, label_query, moment, selector_text, truth

SERVICE_LABEL = "kubernetes.io/service-name"
MOST = 3


def describe_service(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a Service."""
    spec = obj.get("spec") or {}
    page.head(obj)
    page.field("Selector", label_query(spec.get("selector")) or "<none>")
    page.field("Type", spec.get("type", ""))
    page.options([("IP Family Policy", spec.get("ipFamilyPolicy"))])
    page.field("IP Families", ",".join(spec.get("ipFamilies") or []) or "<none>")
    page.field("IP", spec.get("clusterIP", ""))
    page.field("IPs", ",".join(spec.get("clusterIPs") or []) or "<none>")
    page.options(
        [
            ("External IPs", ",".join(spec.get("externalIPs") or [])),
            ("Desired LoadBalancer IP", spec.get("loadBalancerIP")),
        ]
    )
    page.options([("External Name", spec.get("externalName"))])
    ingress = ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
    page.options(
        [("LoadBalancer Ingress", ", ".join(each.get("ip") or each.get("hostname") or "" for each in ingress))]
    )
    slices = reader.list(
        "endpointslices.discovery.k8s.io",
        obj["metadata"].get("namespace"),
        labels=f"{SERVICE_LABEL}={obj['metadata']['name']}",
    )
    for port in spec.get("ports") or []:
        _service_port(page, port, slices)
    page.field("Session Affinity", spec.get("sessionAffinity", ""))
    page.options([("External Traffic Policy", spec.get("externalTrafficPolicy"))])
    page.options([("Internal Traffic Policy", spec.get("internalTrafficPolicy"))])
    page.options([("HealthCheck NodePort", spec.get("healthCheckNodePort"))])
    page.options([("LoadBalancer Source Ranges", ",".join(spec.get("loadBalancerSourceRanges") or []))])
    page.options([("Traffic Distribution", spec.get("trafficDistribution"))])
    describe_events_of(page, reader, obj)


def _service_port(page: Page, port: Obj, slices: list[Obj]) -> None:
    name, protocol = port.get("name") or "<unset>", port.get("protocol", "TCP")
    page.field("Port", f"{name}\t{port.get('port', 0)}/{protocol}")
    target = port.get("targetPort")
    if target not in (None, 0, ""):
        page.field("TargetPort", f"{target}/{protocol}")
    page.options([("AppProtocol", port.get("appProtocol"))])
    if port.get("nodePort"):
        page.field("NodePort", f"{name}\t{port['nodePort']}/{protocol}")
    page.field("Endpoints", endpoints_text(slices, port.get("name") or ""))


def endpoints_text(slices: list[Obj], port_name: str) -> str:
    """The ready endpoints behind a port of a Service; at most three of them are named."""
    if not slices:
        return "<none>"
    found: list[str] = []
    for each in slices:
        for port in each.get("ports") or []:
            if (port.get("name") or "") != port_name:
                continue
            for endpoint in each.get("endpoints") or []:
                if (endpoint.get("conditions") or {}).get("ready") is not False:
                    found += [f"{address}:{port.get('port', 0)}" for address in endpoint.get("addresses") or []]
    more = f" + {len(found) - MOST} more..." if len(found) > MOST else ""
    return ",".join(found[:MOST]) + more


def describe_endpoints(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about Endpoints."""
    page.head(obj)
    page.line(0, "Subsets:")
    for subset in obj.get("subsets") or []:
        for label, field in (("Addresses", "addresses"), ("NotReadyAddresses", "notReadyAddresses")):
            page.field(label, ",".join(each.get("ip", "") for each in subset.get(field) or []) or "<none>", 1)
        if subset.get("ports"):
            page.line(1, "Ports:")
            page.line(2, "Name\tPort\tProtocol")
            page.line(2, "----\t----\t--------")
        for port in subset.get("ports") or []:
            page.line(2, f"{port.get('name') or '<unset>'}\t{port.get('port', 0)}\t{port.get('protocol', 'TCP')}")
        page.line(0)
    describe_events_of(page, reader, obj)


def describe_endpoint_slice(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about an EndpointSlice."""
    page.head(obj)
    page.field("AddressType", obj.get("addressType", ""))
    ports = obj.get("ports") or []
    page.line(0, "Ports:" if ports else "Ports:\t<unset>")
    if ports:
        page.line(1, "Name\tPort\tProtocol")
        page.line(1, "----\t----\t--------")
    for port in ports:
        page.line(1, f"{port.get('name') or '<unset>'}\t{port.get('port', '<unset>')}\t{port.get('protocol', 'TCP')}")
    page.line(0, "Endpoints:" if obj.get("endpoints") else "Endpoints:\t<none>")
    for endpoint in obj.get("endpoints") or []:
        _endpoint(page, endpoint)
    describe_events_of(page, reader, obj)


def _endpoint(page: Page, endpoint: Obj) -> None:
    page.field("- Addresses", ",".join(endpoint.get("addresses") or []), 1)
    page.line(2, "Conditions:")
    ready = (endpoint.get("conditions") or {}).get("ready")
    page.field("Ready", "<unset>" if ready is None else truth(ready), 3)
    page.field("Hostname", endpoint.get("hostname") or "<unset>", 2)
    target = endpoint.get("targetRef")
    if target:
        page.field("TargetRef", f"{target.get('kind', '')}/{target.get('name', '')}", 2)
    page.field("NodeName", endpoint.get("nodeName") or "<unset>", 2)
    page.field("Zone", endpoint.get("zone") or "<unset>", 2)


def describe_ingress(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about an Ingress."""
    spec, metadata = obj.get("spec") or {}, obj["metadata"]
    page.field("Name", metadata.get("name", ""))
    page.pairs("Labels", metadata.get("labels"))
    page.field("Namespace", metadata.get("namespace", ""))
    ingress = ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
    page.field("Address", ",".join(each.get("ip") or each.get("hostname") or "" for each in ingress))
    page.field("Ingress Class", spec.get("ingressClassName") or "<none>")
    default = spec.get("defaultBackend")
    page.field("Default backend", _backend(reader, metadata.get("namespace", ""), default) if default else "<default>")
    for number, each in enumerate(spec.get("tls") or []):
        if number == 0:
            page.line(0, "TLS:")
        hosts = ",".join(each.get("hosts") or [])
        page.line(1, f"{each.get('secretName') or 'SNI routes'} terminates {hosts}")
    page.line(0, "Rules:")
    page.line(1, "Host\tPath\tBackends")
    page.line(1, "----\t----\t--------")
    for rule in spec.get("rules") or []:
        page.line(1, f"{rule.get('host') or '*'}\t")
        for path in (rule.get("http") or {}).get("paths") or []:
            page.line(
                1,
                f"\t{path.get('path', '')} \t{_backend(reader, metadata.get('namespace', ''), path.get('backend') or {})}",
            )
    if not spec.get("rules"):
        page.line(1, "*\t*\t<default>")
    page.annotations(metadata.get("annotations"))
    describe_events_of(page, reader, obj)


def _backend(reader: Reader, namespace: str, backend: Obj) -> str:
    service = backend.get("service")
    if not service:
        resource = backend.get("resource") or {}
        return f"APIGroup: {resource.get('apiGroup', '')}, Kind: {resource.get('kind', '')}, Name: {resource.get('name', '')}"
    name, port = service.get("name", ""), service.get("port") or {}
    found = reader.get("services", namespace, name)
    if found is None:
        return f'{name}:{port.get("name") or port.get("number", "")} (<error: services "{name}" not found>)'
    slices = reader.list("endpointslices.discovery.k8s.io", namespace, labels=f"{SERVICE_LABEL}={name}")
    ports = (found.get("spec") or {}).get("ports") or []
    match: Obj = next(
        (each for each in ports if each.get("name") == port.get("name") or each.get("port") == port.get("number")), {}
    )
    return f"{name}:{port.get('name') or port.get('number', '')} ({endpoints_text(slices, match.get('name') or '')})"


def describe_ingress_class(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about an IngressClass."""
    spec = obj.get("spec") or {}
    page.field("Name", obj["metadata"].get("name", ""))
    page.labels(obj)
    page.field("Controller", spec.get("controller", ""))
    parameters = spec.get("parameters")
    if parameters:
        page.line(0, "Parameters:")
        page.options([("APIGroup", parameters.get("apiGroup"))], 1)
        page.field("Kind", parameters.get("kind", ""), 1)
        page.field("Name", parameters.get("name", ""), 1)
    describe_events_of(page, reader, obj)


def describe_service_cidr(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a ServiceCIDR."""
    page.field("Name", obj["metadata"].get("name", ""))
    page.labels(obj)
    page.field("CIDRs", ", ".join((obj.get("spec") or {}).get("cidrs") or []))
    conditions = (obj.get("status") or {}).get("conditions") or []
    if conditions:
        page.line(0, "Status:")
        page.line(0, "Conditions:")
        page.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage")
        page.line(1, "----\t------\t------------------\t------\t-------")
    for each in conditions:
        cells = (each.get("type", ""), each.get("status", ""), moment(each.get("lastTransitionTime")))
        page.line(1, "\t".join([*cells, each.get("reason", ""), each.get("message", "")]))
    describe_events_of(page, reader, obj)


def describe_ip_address(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about an IPAddress."""
    page.field("Name", obj["metadata"].get("name", ""))
    page.labels(obj)
    parent = (obj.get("spec") or {}).get("parentRef")
    if parent:
        page.line(0, "Parent Reference:")
        for field in ("group", "resource", "namespace", "name"):
            page.field(field.capitalize(), parent.get(field, ""), 1)
    describe_events_of(page, reader, obj)


def describe_network_policy(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a NetworkPolicy."""
    metadata, spec = obj["metadata"], obj.get("spec") or {}
    page.field("Name", metadata.get("name", ""))
    page.field("Namespace", metadata.get("namespace", ""))
    page.field("Created on", _go_time(metadata.get("creationTimestamp")))
    page.labels(obj)
    page.line(0, "Spec:")
    none = "<none> (Allowing the specific traffic to all pods in this namespace)"
    page.line(1, f"PodSelector:     {selector_text(spec.get('podSelector'), none)}")
    types = spec.get("policyTypes") or ["Ingress"]
    _direction(page, "ingress", "From", spec.get("ingress"), "Ingress" in types)
    _direction(page, "egress", "To", spec.get("egress"), "Egress" in types)
    page.line(1, f"Policy Types: {', '.join(types)}")


def _go_time(text: str | None) -> str:
    return timestamps.strftime(timestamps.parse(text), "%Y-%m-%d %H:%M:%S +0000 UTC") if text else "<unknown>"


def _direction(page: Page, name: str, peer: str, rules: list[Obj] | None, affected: bool) -> None:
    if not affected:
        page.line(1, f"Not affecting {name} traffic")
        return
    page.line(1, f"Allowing {name} traffic:")
    if not rules:
        page.line(2, f"<none> (Selected pods are isolated for {name} connectivity)")
    for number, rule in enumerate(rules or []):
        if number:
            page.line(2, "----------")
        ports = rule.get("ports") or []
        for port in ports:
            page.line(2, f"To Port: {port.get('port', '<any>')}/{port.get('protocol', 'TCP')}")
        if not ports:
            page.line(2, "To Port: <any> (traffic allowed to all ports)")
        _peers(page, peer, rule.get(peer.lower()) or [])


def _peers(page: Page, peer: str, peers: list[Obj]) -> None:
    if not peers:
        source = "source" if peer == "From" else "destination"
        page.line(2, f"{peer}: <any> (traffic not restricted by {source})")
    for each in peers:
        page.line(2, f"{peer}:")
        for label, field in (("NamespaceSelector", "namespaceSelector"), ("PodSelector", "podSelector")):
            if each.get(field) is not None:
                page.line(3, f"{label}: {selector_text(each[field])}")
        if each.get("ipBlock"):
            page.line(3, "IPBlock:")
            page.line(4, f"CIDR: {each['ipBlock'].get('cidr', '')}")
            page.line(4, f"Except: {', '.join(each['ipBlock'].get('except') or [])}")
