"""CoreDNS: answers questions about the cluster from its API (plugins kubernetes, forward, health, ready, prometheus)."""

from typing import Any

from simulator.api.requests import Obj, Request, User
from simulator.programs.lookups import config, is_address
from simulator.programs.options import Dialect
from simulator.runtime.dns import PORT, Query, Record, Reply, decode_query, encode
from simulator.runtime.http import HttpRequest, HttpResponse
from simulator.runtime.http_server import HttpServer
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

ZONE = "cluster.local."
TTL = 30
# Services can stand for each other in a circle.
MOST_ALIASES = 4
USER = User("system:serviceaccount:kube-system:coredns", ("system:serviceaccounts", "system:authenticated"))
VERSION = "1.13.1"
LAMEDUCK = 5_000_000
PORTS = {8080: "health", 8181: "ready", 9153: "metrics"}
ARPA = ".in-addr.arpa."


def main(sys: Sys, dialect: Dialect) -> Step:
    """Serve."""
    if "until" in sys.state:
        return 0 if sys.now >= sys.state["until"] else Wait(until=sys.state["until"])
    server = HttpServer(sys)
    if not sys.state.get("ready"):
        sys.answer(PORT, "coredns")
        for port in PORTS:
            server.listen(port)
        sys.catch("TERM", "INT")
        sys.out(
            f".:53\n[INFO] plugin/reload: Running configuration SHA512 = {0x591CF328CCCC12BC:0128x}\nCoreDNS-{VERSION}\nlinux/amd64, go1.25.2, 1db4568\n"
        )
        sys.state["ready"] = True
    if sys.take_signal():
        sys.out(
            "[INFO] SIGTERM: Shutting down servers then terminating\n[INFO] plugin/health: Going into lameduck mode for 5s\n"
        )
        sys.state["until"] = sys.now + LAMEDUCK
        return Wait(until=sys.state["until"])
    server.serve(lambda request, peer: page(sys, request))
    return Wait(readable=server.readable, writable=server.writable)


def page(sys: Sys, request: HttpRequest) -> HttpResponse:
    """What the probes and Prometheus ask for."""
    text = {
        "/health": "OK",
        "/ready": "OK",
        "/metrics": f'coredns_build_info{{goversion="go1.25.2",revision="1db4568",version="{VERSION}"}} 1\n',
    }.get(request.path)
    return HttpResponse(
        200 if text else 404,
        (("Content-Type", "text/plain; charset=utf-8"),),
        (text or "404 page not found\n").encode(),
    )


def answer(sys: Sys, payload: bytes) -> bytes | None:
    """The answer to one question; None to what is none."""
    query = decode_query(payload)
    if query is None:
        return None
    if query.name.endswith(ARPA):
        records = reverse_records(sys, query)
        return encode(Reply("NOERROR", True, records)) if records else forward(sys, payload, query)
    if query.name == ZONE or query.name.endswith("." + ZONE):
        try:
            return encode(in_cluster(sys, query))
        except UnixError:
            return encode(Reply("SERVFAIL"))
    return forward(sys, payload, query)


def forward(sys: Sys, payload: bytes, query: Query) -> bytes:
    """Ask whom /etc/resolv.conf names; nobody knows the name if there is nobody to ask."""
    own = {face.ip for face in sys.interfaces()}
    for server in config(sys).servers:
        # Asking itself would go round for ever; the real one's plugin `loop` ends it then.
        if server.startswith("127.") or server in own:
            continue
        try:
            data = sys.ask(server, PORT, payload)
        except UnixError:
            continue
        if data is not None:
            return data
    return encode(Reply("NXDOMAIN"))


# --- the API -------------------------------------------------------------------------------------------------------
def api(sys: Sys, request: Request) -> Any:
    """The body of a good answer; None if there is no such object."""
    server = (
        f"https://{sys.env.get('KUBERNETES_SERVICE_HOST', '10.96.0.1')}:{sys.env.get('KUBERNETES_SERVICE_PORT', '443')}"
    )
    response = sys.api(server, request)
    if response.failed:
        if response.code == 404:
            return None
        raise UnixError("EIO")
    return response.body


def get(sys: Sys, resource: str, namespace: str | None, name: str) -> Obj | None:
    """One object."""
    found: Obj | None = api(sys, Request("get", resource, namespace, name, user=USER))
    return found


def listed(sys: Sys, resource: str, namespace: str | None = None, selector: str = "") -> list[Obj]:
    """Objects of a kind."""
    body = api(
        sys, Request("list", resource, namespace, query={"labelSelector": [selector]} if selector else {}, user=USER)
    )
    return list(body.get("items") or []) if body else []


# --- names in the cluster ------------------------------------------------------------------------------------------
def in_cluster(sys: Sys, query: Query, hops: int = MOST_ALIASES) -> Reply:
    """Names below cluster.local: `service.namespace.svc`, `endpoint.service.namespace.svc`, `_port._proto.service...`, `a-b-c-d.namespace.pod`."""
    labels = query.name.removesuffix(ZONE).rstrip(".").split(".")
    if labels in ([""], ["svc"], ["pod"]):
        return Reply("NOERROR", True)
    if labels == ["dns-version"]:
        return Reply("NOERROR", True, [Record(query.name, "TXT", TTL, '"1.1.0"')] if query.type == "TXT" else [])
    if labels[-1] == "pod" and len(labels) == 3:
        return pod_reply(sys, query, labels[0], labels[1])
    if labels[-1] != "svc" or len(labels) < 2:
        return Reply("NXDOMAIN", True)
    if len(labels) == 2:
        return Reply("NOERROR" if get(sys, "namespaces", None, labels[0]) else "NXDOMAIN", True)
    service = get(sys, "services", labels[-2], labels[-3])
    if service is None:
        return Reply("NXDOMAIN", True)
    return service_reply(sys, query, service, labels[:-3], hops)


def pod_reply(sys: Sys, query: Query, dashed: str, namespace: str) -> Reply:
    """`10-244-1-5.default.pod.cluster.local`: the mode `insecure`, which looks at no Pod."""
    ip = dashed.replace("-", ".")
    if not is_address(ip) or not get(sys, "namespaces", None, namespace):
        return Reply("NXDOMAIN", True)
    return Reply("NOERROR", True, [Record(query.name, "A", TTL, ip)] if query.type in ("A", "ANY") else [])


def service_reply(sys: Sys, query: Query, service: Obj, front: list[str], hops: int) -> Reply:
    """A service by its kind: an alias, its own address, or the addresses of its Pods."""
    spec = service["spec"]
    if len(front) == 2 and all(label.startswith("_") for label in front):
        return srv_reply(sys, query, service, front[0][1:], front[1][1:])
    if spec.get("type") == "ExternalName":
        return external(sys, query, spec.get("externalName", ""), hops) if not front else Reply("NXDOMAIN", True)
    if spec.get("clusterIP") not in ("None", "", None) and not front:
        return Reply(
            "NOERROR", True, [Record(query.name, "A", TTL, spec["clusterIP"])] if query.type in ("A", "ANY") else []
        )
    found = [ip for ip, name in endpoints(sys, service) if not front or [name] == front]
    if not found:
        return Reply("NXDOMAIN", True)
    return Reply(
        "NOERROR", True, [Record(query.name, "A", TTL, ip) for ip in found] if query.type in ("A", "ANY") else []
    )


def external(sys: Sys, query: Query, target: str, hops: int) -> Reply:
    """An alias, and what is known about the name that it stands for."""
    alias = Record(query.name, "CNAME", TTL, target.rstrip(".") + ".")
    if hops == 0:
        return Reply("SERVFAIL")
    if query.type == "CNAME":
        return Reply("NOERROR", True, [alias])
    addresses = sys.resolve(target) if query.type in ("A", "ANY") and not alias.data.endswith(ZONE) else []
    if alias.data.endswith(ZONE):
        return Reply(
            "NOERROR", True, [alias, *in_cluster(sys, Query(alias.data.lower(), query.type), hops - 1).records]
        )
    return Reply("NOERROR", True, [alias, *(Record(alias.data, "A", TTL, ip) for ip in addresses)])


def slices(sys: Sys, service: Obj) -> list[Obj]:
    """The EndpointSlices of a service."""
    meta = service["metadata"]
    return listed(
        sys, "endpointslices.discovery.k8s.io", meta["namespace"], f"kubernetes.io/service-name={meta['name']}"
    )


def endpoints(sys: Sys, service: Obj) -> list[tuple[str, str]]:
    """Addresses that are ready, with the names under which each can be asked for."""
    found = []
    for piece in slices(sys, service):
        for endpoint in piece.get("endpoints") or []:
            if (endpoint.get("conditions") or {}).get("ready") is not False:
                found += [(ip, endpoint_name(endpoint, ip)) for ip in endpoint.get("addresses") or []]
    return found


def endpoint_name(endpoint: Obj, ip: str) -> str:
    """The Pod's hostname if its subdomain is the service; else its address with dashes."""
    return str(endpoint.get("hostname") or ip.replace(".", "-"))


def srv_reply(sys: Sys, query: Query, service: Obj, port: str, protocol: str) -> Reply:
    """`_http._tcp.web.default.svc`: under which names and ports."""
    base = f"{service['metadata']['name']}.{service['metadata']['namespace']}.svc.{ZONE}"
    records = []
    for entry in service["spec"].get("ports") or []:
        if entry.get("name") != port or entry.get("protocol", "TCP").lower() != protocol:
            continue
        if service["spec"].get("clusterIP") == "None":
            found = endpoints(sys, service)
            records += [
                Record(
                    query.name,
                    "SRV",
                    TTL,
                    f"0 {100 // max(1, len(found))} {entry.get('targetPort', entry['port'])} {name}.{base}",
                )
                for _, name in found
            ]
        else:
            records.append(Record(query.name, "SRV", TTL, f"0 100 {entry['port']} {base}"))
    if not records:
        return Reply("NXDOMAIN", True)
    return Reply("NOERROR", True, records if query.type in ("SRV", "ANY") else [])


def reverse_records(sys: Sys, query: Query) -> list[Record]:
    """The names behind an address: a service's, or those of a Pod behind services."""
    ip = ".".join(reversed(query.name.removesuffix(ARPA).split(".")))
    if not is_address(ip):
        return []
    try:
        for service in listed(sys, "services"):
            if service["spec"].get("clusterIP") == ip:
                meta = service["metadata"]
                return [Record(query.name, "PTR", TTL, f"{meta['name']}.{meta['namespace']}.svc.{ZONE}")]
        records = []
        for piece in listed(sys, "endpointslices.discovery.k8s.io"):
            name = (piece["metadata"].get("labels") or {}).get("kubernetes.io/service-name", "")
            for endpoint in piece.get("endpoints") or []:
                if ip in (endpoint.get("addresses") or []) and name:
                    records.append(
                        Record(
                            query.name,
                            "PTR",
                            TTL,
                            f"{endpoint_name(endpoint, ip)}.{name}.{piece['metadata']['namespace']}.svc.{ZONE}",
                        )
                    )
        return records
    except UnixError:
        return []
