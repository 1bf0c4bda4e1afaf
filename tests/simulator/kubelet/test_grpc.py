"""Health checks over gRPC, against the server of the conformance tests and against one that speaks something else."""

from typing import Any

import pytest

from simulator.kubelet import grpc_client
from tests.simulator.kubelet.one_node import OneNode

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.57"


@pytest.fixture
def node() -> OneNode:
    return OneNode().bring(AGNHOST, "nginx:1.14")


def serving(node: OneNode, *args: str, **probe: Any) -> OneNode:
    grpc = {"port": 5000, **probe}
    container = {"image": AGNHOST, "args": ["grpc-health-checking", *args]}
    node.pod("p", {**container, "readinessProbe": {"grpc": grpc, "periodSeconds": 2, "failureThreshold": 1}})
    return node.run(6)


def texts(node: OneNode) -> list[str]:
    return [message for reason, message, _ in node.events("p") if reason == "Unhealthy"]


def test_a_service_that_serves_is_ready(node: OneNode) -> None:
    assert serving(node).status("p")["ready"]
    log = node.kubelet.logs("default", "p", "c", {})
    assert [line.partition("] ")[2] for line in log.splitlines()[:2]] == [
        "Http server starting to listen on :8080",
        "gRPC server starting to listen on :5000",
    ]


@pytest.mark.parametrize(
    ("args", "probe", "text"),
    [
        (("--delay-unhealthy-sec=0",), {}, 'service unhealthy (responded with "NOT_SERVING")'),
        (
            (),
            {"service": "nosuch"},
            "error: health rpc probe failed: rpc error: code = NotFound desc = unknown service",
        ),
    ],
)
def test_a_service_that_does_not_serve_says_why(node: OneNode, args: tuple[str, ...], probe: Any, text: str) -> None:
    serving(node, *args, **probe)
    assert texts(node)[0] == f"Readiness probe failed: {text}"
    assert not node.status("p")["ready"]


def test_a_named_service_is_asked_for_by_its_name(node: OneNode) -> None:
    assert serving(node, "--service=liveness", service="liveness").status("p")["ready"]


def test_a_service_is_told_over_http_to_serve_no_more(node: OneNode) -> None:
    serving(node)
    node.kubelet.exec("default", "p", "c", {"command": ["curl", "-s", "http://127.0.0.1:8080/make-not-serving"]})
    assert not node.run(5).status("p")["ready"]


def test_a_server_that_speaks_no_grpc_is_as_good_as_none(node: OneNode) -> None:
    node.pod("p", {"image": "nginx:1.14", "readinessProbe": {"grpc": {"port": 80}, "periodSeconds": 3}})
    node.run(8)
    ip = node.get("p")["status"]["podIP"]
    about = f'timeout: failed to connect service "{ip}:80" within 1s: context deadline exceeded'
    assert texts(node)[0] == f"Readiness probe failed: {about}"


def test_a_server_without_the_health_protocol_is_told_apart() -> None:
    well, text = grpc_client.judged(grpc_client.Health(12, "unknown service grpc.health.v1.Health"))
    about = "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): "
    assert (well, text) == (False, about + "unknown service grpc.health.v1.Health")
