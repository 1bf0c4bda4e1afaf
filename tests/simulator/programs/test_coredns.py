"""CoreDNS answers from the API, and nslookup of each age shows the answer in its own way."""

import pytest

from simulator.api.requests import Request, Response
from simulator.runtime.gateway import NoGateway
from tests.simulator.programs.rig import HOST, Rig

DNS = "10.0.0.11"
SERVICES = [
    {"metadata": {"name": "kube-dns", "namespace": "kube-system"}, "spec": {"clusterIP": DNS, "ports": []}},
    {"metadata": {"name": "web", "namespace": "default"}, "spec": {"clusterIP": "10.96.0.7", "ports": [{"name": "http", "port": 80}]}},
    {"metadata": {"name": "ring", "namespace": "default"}, "spec": {"type": "ExternalName", "externalName": "ring.default.svc.cluster.local"}},
]  # fmt: skip


class Api(NoGateway):
    """An API server that has three Services."""

    def request(self, source_ip: str, server: str, request: Request) -> Response:
        if request.resource == "services" and request.verb == "list":
            return Response(body={"items": SERVICES})
        for service in SERVICES:
            if request.resource == "services" and (service["metadata"]["name"], service["metadata"]["namespace"]) == (
                request.name,
                request.namespace,
            ):
                return Response(body=service)
        return Response(body={"items": []}) if request.verb == "list" else Response(code=404, body={})


@pytest.fixture(scope="module")
def cluster() -> Rig:
    made = Rig(gateway=Api())
    made.write(
        "/etc/resolv.conf",
        f"search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver {DNS}\noptions ndots:5\n",
    )
    made.write("/etc/hosts", "127.0.0.1 localhost\n")
    made.machines.program_services(
        HOST, [{"ip": "10.96.0.1", "port": 443, "protocol": "TCP", "backends": [[DNS, 6443]]}]
    )
    made.start("coredns", detach=True)
    made.advance(1_000_000)
    return made


def ask(cluster: Rig, program: str, *words: str):
    return cluster.again().run(program, *words)


def test_old_nslookup_names_the_server_and_the_address(cluster):
    found = ask(cluster, "busybox-1.28:nslookup", "web")
    head = f"Server:    {DNS}\nAddress 1: {DNS} kube-dns.kube-system.svc.cluster.local\n\n"
    assert found.out == head + "Name:      web\nAddress 1: 10.96.0.7 web.default.svc.cluster.local\n"


def test_old_nslookup_cannot_resolve_what_is_not_there(cluster):
    found = ask(cluster, "busybox-1.28:nslookup", "nosuch")
    assert (found.err, found.code) == ("nslookup: can't resolve 'nosuch'\n", 1)


def test_an_alias_of_itself_does_not_go_round_for_ever(cluster):
    assert len(ask(cluster, "dig", "+short", "ring.default.svc.cluster.local").out.splitlines()) < 6


def test_bind_nslookup_shows_the_complete_name(cluster):
    assert ask(cluster, "nslookup", "web").out.startswith(
        f"Server:\t\t{DNS}\nAddress:\t{DNS}#53\n\nName:\tweb.default.svc.cluster.local\nAddress: 10.96.0.7\n"
    )
