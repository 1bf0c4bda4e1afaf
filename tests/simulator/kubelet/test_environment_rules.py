"""What a container is told: expansion, Service variables, downward API, hosts and DNS."""

from typing import Any

import pytest

from simulator.kubelet.downward import field_value, resource_value
from simulator.kubelet.env_files import value_of
from simulator.kubelet.expansion import expand
from simulator.kubelet.hosts_file import dns_config, hosts_file, uts_name
from simulator.kubelet.service_env import service_variables

POD: dict[str, Any] = {
    "metadata": {"name": "web", "namespace": "shop", "uid": "u", "labels": {"zone": "z", "app": 'a"b'}},
    "spec": {"nodeName": "node01", "containers": [{"name": "c"}]},
    "status": {"podIP": "10.244.1.5"},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$(A) world", "hello world"),
        ("$$(A)", "$(A)"),
        ("$(NOSUCH)", "$(NOSUCH)"),
        ("$A", "$A"),
        ("$", "$"),
        ("$$", "$"),
        ("$(A", "$(A"),
        ("a$(A)$(A)", "ahellohello"),
    ],
)
def test_references_are_expanded_as_kubernetes_does(text: str, value: str) -> None:
    assert expand(text, {"A": "hello"}) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", ""),
        ("\n # A='0'\n  B='1'\nA='2' # two\nA='3'", "2"),
        ("B='a=\nb'\nA='x\n  y'", "x\n  y"),
        ("A= 'x'\nA='y'", ""),
        ("A='x'\nno sense", "x"),
        ("A=x", None),
        ("A ='x'", None),
        ("='x'", None),
        ("A='x", None),
        ("B='x'y\nA='z'", None),
        ("no sense", None),
    ],
)
def test_files_of_variables_are_read_strictly(text: str, value: str | None) -> None:
    try:
        found: str | None = value_of(text, "A")
    except ValueError:
        found = None
    assert found == value


def service(name: str, namespace: str, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": namespace}, "spec": {"clusterIP": "10.0.0.11", **spec}}


def test_a_digit_at_the_beginning_stays_there() -> None:
    meant = service("1st", "s", ports=[{"port": 80}])
    assert {"1ST_SERVICE_HOST", "1ST_PORT_80_TCP"} <= service_variables([meant], "s", links=True).keys()


def test_a_service_gives_the_variables_of_a_real_cluster() -> None:
    meant = service("svc-before", "s", ports=[{"name": "80-8080", "port": 80, "protocol": "TCP"}])
    assert service_variables([meant], "s", links=True) == {
        "SVC_BEFORE_PORT": "tcp://10.0.0.11:80",
        "SVC_BEFORE_PORT_80_TCP": "tcp://10.0.0.11:80",
        "SVC_BEFORE_PORT_80_TCP_ADDR": "10.0.0.11",
        "SVC_BEFORE_PORT_80_TCP_PORT": "80",
        "SVC_BEFORE_PORT_80_TCP_PROTO": "tcp",
        "SVC_BEFORE_SERVICE_HOST": "10.0.0.11",
        "SVC_BEFORE_SERVICE_PORT": "80",
        "SVC_BEFORE_SERVICE_PORT_80_8080": "80",
    }


def test_only_the_api_server_is_known_without_links_and_headless_services_never() -> None:
    ports = [{"port": 443}]
    found = service_variables(
        [
            service("kubernetes", "default", ports=ports),
            service("other", "s", ports=ports),
            service("headless", "s", ports=ports, clusterIP="None"),
        ],
        "s",
        links=False,
    )
    assert {name.partition("_")[0] for name in found} == {"KUBERNETES"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("metadata.name", "web"),
        ("metadata.labels['zone']", "z"),
        ("metadata.labels['none']", ""),
        ("metadata.labels", 'app="a\\"b"\nzone="z"'),
        ("status.podIP", "10.244.1.5"),
        ("spec.nodeName", "node01"),
    ],
)
def test_a_field_is_read_by_its_path(path: str, value: str) -> None:
    assert field_value(POD, path) == value


@pytest.mark.parametrize(
    ("ref", "value"),
    [
        ({"resource": "requests.cpu"}, "1"),
        ({"resource": "requests.cpu", "divisor": "1m"}, "125"),
        ({"resource": "requests.memory"}, "33554432"),
        ({"resource": "requests.memory", "divisor": "1Mi"}, "32"),
        ({"resource": "limits.cpu"}, "2"),
        ({"resource": "requests.ephemeral-storage"}, "0"),
    ],
)
def test_an_amount_is_rounded_up_to_its_divisor_and_no_limit_is_the_nodes(ref: dict[str, str], value: str) -> None:
    container = {"name": "c", "resources": {"requests": {"cpu": "125m", "memory": "32Mi"}}}
    assert resource_value(POD, ref, container, {"cpu": "2"}) == value


def test_hosts_file_ends_with_the_pod_and_its_aliases() -> None:
    meant = {"metadata": POD["metadata"], "spec": {"hostAliases": [{"ip": "10.1.2.3", "hostnames": ["foo", "bar"]}]}}
    lines = hosts_file(meant, "10.244.1.5", "").splitlines()
    assert lines[0] == "# Kubernetes-managed hosts file."
    assert lines[-4:] == ["10.244.1.5\tweb", "", "# Entries added by HostAliases.", "10.1.2.3\tfoo\tbar"]


def test_a_subdomain_gives_the_host_its_long_name() -> None:
    meant = {"metadata": POD["metadata"], "spec": {"hostname": "one", "subdomain": "sub"}}
    assert hosts_file(meant, "10.0.0.1", "").splitlines()[-1] == "10.0.0.1\tone.sub.shop.svc.cluster.local\tone"
    assert uts_name(meant, "node01") == "one"
    assert uts_name({**meant, "spec": {**meant["spec"], "setHostnameAsFQDN": True}}, "n").startswith("one.sub.")


NODE = {"servers": ["192.168.10.1"], "searches": [], "options": []}


@pytest.mark.parametrize(
    ("spec", "servers", "options"),
    [
        ({}, ["10.96.0.10"], ["ndots:5"]),
        ({"hostNetwork": True}, ["192.168.10.1"], []),
        ({"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"}, ["10.96.0.10"], ["ndots:5"]),
        ({"dnsPolicy": "Default"}, ["192.168.10.1"], []),
        ({"dnsPolicy": "None", "dnsConfig": {"nameservers": ["1.2.3.4"]}}, ["1.2.3.4"], []),
        ({"dnsConfig": {"options": [{"name": "ndots", "value": "2"}]}}, ["10.96.0.10"], ["ndots:2"]),
    ],
)
def test_the_policy_decides_whom_a_pod_asks_for_names(
    spec: dict[str, Any], servers: list[str], options: list[str]
) -> None:
    found, _ = dns_config({"metadata": POD["metadata"], "spec": spec}, NODE, "10.96.0.10")
    assert (found["servers"], found["options"]) == (servers, options)
