"""What kube-proxy tells the machines."""

from typing import Any

import pytest

from simulator.controllers.table import controllers
from simulator.proxy.kube_proxy import KubeProxy, Rulebook
from tests.simulator.controlplane import ControlPlane


class Kernel:
    """Takes the rules as a node's machine does."""

    def __init__(self) -> None:
        self.rules: list[dict[str, Any]] = []
        self.calls = 0

    def program_services(self, host: str, rules: list[dict[str, Any]]) -> None:
        self.rules, self.calls = rules, self.calls + 1


@pytest.fixture
def kernel() -> Kernel:
    return Kernel()


@pytest.fixture
def plane(kernel: Kernel) -> ControlPlane:
    plane = ControlPlane()
    plane.namespace()
    plane.node("node01")
    for part in controllers(plane.world, plane.api):
        plane.add(part)
    plane.add(KubeProxy(plane.world, plane.api, kernel, "node01", Rulebook()))
    plane.run(0.2)
    return plane


def service(plane: ControlPlane, name: str = "web", **spec: Any) -> dict[str, Any]:
    spec = {"selector": {"app": name}, "ports": [{"port": 80}], **spec}
    return plane.api.create("services", {"metadata": {"name": name, "namespace": "default"}, "spec": spec})


def test_a_service_without_endpoints_has_a_rule_without_backends(plane: ControlPlane, kernel: Kernel) -> None:
    made = service(plane)
    plane.run(0.2)
    assert kernel.rules == [{"ip": made["spec"]["clusterIP"], "port": 80, "protocol": "TCP", "backends": []}]


def test_ready_pods_are_backends(plane: ControlPlane, kernel: Kernel) -> None:
    service(plane, type="NodePort")
    pod = plane.pod("a", labels={"app": "web"})
    plane.make_running(pod, ip="10.244.1.7")
    plane.run(0.3)
    (rule,) = kernel.rules
    assert rule["backends"] == [["10.244.1.7", 80]]
    assert 30000 <= rule["node_port"] <= 32767


def test_a_service_may_hold_on_to_its_clients(plane: ControlPlane, kernel: Kernel) -> None:
    service(plane, sessionAffinity="ClientIP", sessionAffinityConfig={"clientIP": {"timeoutSeconds": 60}})
    service(plane, "any", sessionAffinity="ClientIP")
    plane.run(0.2)
    assert [rule["sticky"] for rule in kernel.rules] == [10_800_000_000, 60_000_000]


def test_headless_services_are_left_out(plane: ControlPlane, kernel: Kernel) -> None:
    service(plane, clusterIP="None")
    plane.run(0.2)
    assert kernel.rules == []


def test_many_changes_at_once_are_one_call(plane: ControlPlane, kernel: Kernel) -> None:
    calls = kernel.calls
    for at in range(50):
        service(plane, f"s{at}")
    plane.run(0.3)
    assert (len(kernel.rules), kernel.calls - calls <= 4) == (50, True)


def test_a_deleted_service_loses_its_rule(plane: ControlPlane, kernel: Kernel) -> None:
    service(plane)
    plane.run(0.2)
    plane.api.delete("services", "default", "web")
    plane.run(0.2)
    assert kernel.rules == []
