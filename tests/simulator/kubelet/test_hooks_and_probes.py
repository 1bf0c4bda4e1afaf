"""Hooks after the start and before the end, and the three kinds of probes."""

from typing import Any

import pytest

from simulator.api.errors import BadRequest
from tests.simulator.kubelet.one_node import OneNode

SLEEP: dict[str, Any] = {"command": ["sleep", "3600"]}


@pytest.fixture
def node() -> OneNode:
    return OneNode().bring("busybox:1.28", "nginx:1.14")


def sh(script: str) -> dict[str, Any]:
    return {"exec": {"command": ["sh", "-c", script]}}


def test_a_hook_after_the_start_runs_in_the_container(node: OneNode) -> None:
    script = "while true; do sleep 1; cat /tmp/message; done"
    node.pod("p", {"command": ["sh", "-c", script], "lifecycle": {"postStart": sh("echo hello > /tmp/message")}})
    node.run(5)
    assert node.reason("p") == "Running"
    assert "hello" in node.kubelet.logs("default", "p", "c", {})


def test_a_container_can_be_entered_while_its_hook_runs(node: OneNode) -> None:
    node.pod("p", {**SLEEP, "lifecycle": {"postStart": {"sleep": {"seconds": 8}}}})
    assert node.run(6).reason("p") == "ContainerCreating"
    assert "stdout" in node.kubelet.exec("default", "p", "c", {"command": ["true"]})
    with pytest.raises(BadRequest, match="is waiting to start: ContainerCreating"):
        node.kubelet.logs("default", "p", "c", {})


def test_a_slow_hook_holds_the_status_up(node: OneNode) -> None:
    node.pod("p", {**SLEEP, "lifecycle": {"postStart": {"sleep": {"seconds": 8}}}})
    assert node.run(6).reason("p") == "ContainerCreating"
    assert node.run(6).reason("p") == "Running"


def test_a_hook_that_fails_ends_the_container(node: OneNode) -> None:
    lifecycle = {"postStart": sh("echo oops; exit 1")}
    node.pod("p", {**SLEEP, "lifecycle": lifecycle}, terminationGracePeriodSeconds=2)
    node.run(8)
    reasons = node.reasons("p")
    assert "FailedPostStartHook" in reasons
    assert ("Killing", "FailedPostStartHook") in [entry[:2] for entry in node.events("p")]
    assert "PostStartHookError" in node.shown("p")


@pytest.mark.parametrize(("script", "failed"), [("exit 0", False), ("exit 7", True)])
def test_a_hook_before_the_end_may_fail(node: OneNode, script: str, failed: bool) -> None:
    node.pod("p", {**SLEEP, "lifecycle": {"preStop": sh(script)}}, terminationGracePeriodSeconds=2)
    node.run(4)
    node.api.delete("pods", "default", "p")
    node.run(8)
    assert node.gone("p")
    assert ("FailedPreStopHook" in node.reasons("p")) is failed


def test_a_hook_before_the_end_has_only_the_grace_period(node: OneNode) -> None:
    lifecycle = {"preStop": {"exec": {"command": ["sleep", "60"]}}}
    node.pod("p", {**SLEEP, "lifecycle": lifecycle}, terminationGracePeriodSeconds=10)
    node.run(4)
    node.api.delete("pods", "default", "p")
    assert not node.run(9).gone("p")
    assert node.run(6).gone("p")
    assert "FailedPreStopHook" in node.reasons("p")


def test_a_container_that_fails_its_liveness_probe_is_restarted(node: OneNode) -> None:
    probe = {"exec": {"command": ["cat", "/tmp/healthy"]}, "initialDelaySeconds": 5, "periodSeconds": 5}
    script = "touch /tmp/healthy; sleep 15; rm -f /tmp/healthy; sleep 600"
    node.pod("p", {"command": ["sh", "-c", script], "livenessProbe": probe}, terminationGracePeriodSeconds=3)
    assert node.run(25).status("p")["restartCount"] == 0
    node.run(20)
    assert node.status("p")["restartCount"] == 1
    unhealthy = "Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory"
    messages = [message.strip() for _, message, _ in node.events("p")]
    assert unhealthy in messages
    assert "Container c failed liveness probe, will be restarted" in messages


def test_a_readiness_probe_decides_who_is_ready(node: OneNode) -> None:
    probe = {"exec": {"command": ["cat", "/tmp/ready"]}, "periodSeconds": 3}
    node.pod("p", {"command": ["sh", "-c", "sleep 20; touch /tmp/ready; sleep 3600"], "readinessProbe": probe})
    node.run(10)
    assert (node.reason("p"), node.status("p")["ready"]) == ("Running", False)
    assert node.run(16).status("p")["ready"]
    assert {entry["type"]: entry["status"] for entry in node.get("p")["status"]["conditions"]}["Ready"] == "True"


def test_a_web_server_is_asked_over_http(node: OneNode) -> None:
    probe = {"httpGet": {"path": "/healthz", "port": 80}, "initialDelaySeconds": 3, "periodSeconds": 3}
    node.pod("p", {"image": "nginx:1.14", "livenessProbe": probe})
    node.run(20)
    assert node.status("p")["restartCount"] == 1
    assert "Liveness probe failed: HTTP probe failed with statuscode: 404" in [text for _, text, _ in node.events("p")]


@pytest.mark.parametrize(
    ("handler", "text"),
    [
        ({"tcpSocket": {"port": 8080}}, "dial tcp 10.244.0.2:8080: connect: connection refused"),
        (
            {"httpGet": {"port": 8080}},
            'Get "http://10.244.0.2:8080/": dial tcp 10.244.0.2:8080: connect: connection refused',
        ),
        ({"exec": {"command": ["sleep", "10"]}}, 'command timed out: "sleep 10" timed out after 1s'),
    ],
)
def test_a_probe_that_gets_no_answer_says_why(node: OneNode, handler: dict[str, Any], text: str) -> None:
    node.pod("p", {"image": "nginx:1.14", "readinessProbe": handler})
    node.run(15)
    assert f"Readiness probe failed: {text}" in [message for _, message, _ in node.events("p")]
    assert not node.status("p")["ready"]


SITE = """server {
  listen 80;
  location /ok { return 200 "fine"; }
  location /moved { return 301 /ok; }
  location /here { return 308 http://$host:80/moved; }
  location /away { return 302 http://example.com/x; }
  location /same { return 304; }
  location /tls { return 301 https://$host$request_uri; }
  location /loop { return 302 /loop; }
}
"""
WARNING = "Readiness probe warning: Probe terminated redirects, Response body: "
FAILURE = "Readiness probe failed: "


@pytest.mark.parametrize(
    ("path", "ready", "begin"),
    [
        ("/ok", True, ""),
        ("/moved", True, ""),
        ("/here", True, ""),
        ("/away", True, f"{WARNING}<html>\r\n<head><title>302 Found</title></head>"),
        ("/same", True, WARNING),
        ("/tls", False, f'{FAILURE}Get "https://10.244.0.2/tls": dial tcp 10.244.0.2:443: connect: connection refused'),
        ("/loop", False, f'{FAILURE}Get "http://10.244.0.2/loop": stopped after 10 redirects'),
    ],
)
def test_a_probe_follows_redirects_within_its_host(node: OneNode, path: str, ready: bool, begin: str) -> None:
    node.create({"kind": "ConfigMap", "metadata": {"name": "site"}, "data": {"default.conf": SITE}})
    mounts = [{"name": "site", "mountPath": "/etc/nginx/conf.d"}]
    probe = {"httpGet": {"path": path, "port": 80}, "periodSeconds": 2}
    volumes = [{"name": "site", "configMap": {"name": "site"}}]
    node.pod("p", {"image": "nginx:1.14", "readinessProbe": probe, "volumeMounts": mounts}, volumes=volumes)
    node.run(15)
    assert node.status("p")["ready"] is ready
    told = [text for reason, text, _ in node.events("p") if reason in ("ProbeWarning", "Unhealthy")]
    told = [text for text in told if "connection refused" not in text or "443" in text]
    assert [text[: len(begin)] for text in told] == ([begin] if begin else [])


def test_a_hook_is_content_with_wherever_it_is_sent(node: OneNode) -> None:
    node.create({"kind": "ConfigMap", "metadata": {"name": "site"}, "data": {"default.conf": SITE}})
    mounts = [{"name": "site", "mountPath": "/etc/nginx/conf.d"}]
    hook = {"preStop": {"httpGet": {"path": "/away", "port": 80}}}
    volumes = [{"name": "site", "configMap": {"name": "site"}}]
    node.pod("p", {"image": "nginx:1.14", "lifecycle": hook, "volumeMounts": mounts}, volumes=volumes)
    node.run(15)
    node.api.delete("pods", "default", "p")
    node.run(10)
    assert "FailedPreStopHook" not in [reason for reason, _, _ in node.events("p")]


def test_a_web_server_that_answers_is_ready(node: OneNode) -> None:
    node.pod("p", {"image": "nginx:1.14", "readinessProbe": {"httpGet": {"port": 80}}})
    assert node.run(15).status("p")["ready"]


def test_no_other_probe_runs_before_the_startup_probe_has_succeeded(node: OneNode) -> None:
    startup = {"exec": {"command": ["cat", "/tmp/started"]}, "periodSeconds": 2, "failureThreshold": 20}
    liveness = {"exec": {"command": ["false"]}, "periodSeconds": 1, "failureThreshold": 1}
    script = "sleep 10; touch /tmp/started; sleep 600"
    container = {"command": ["sh", "-c", script], "startupProbe": startup, "livenessProbe": liveness}
    node.pod("p", container, terminationGracePeriodSeconds=1)
    node.run(9)
    assert (node.status("p")["started"], node.status("p")["restartCount"]) == (False, 0)
    node.run(10)
    assert node.status("p")["restartCount"] >= 1
    assert any(message.startswith("Startup probe failed") for _, message, _ in node.events("p"))


def test_a_probe_whose_program_is_not_there_is_an_error_and_no_failure(node: OneNode) -> None:
    node.pod("p", {**SLEEP, "livenessProbe": {"exec": {"command": ["nosuchprogram"]}, "periodSeconds": 1}})
    node.run(20)
    assert node.status("p")["restartCount"] == 0
    assert any("errored and resulted in unknown state: rpc error" in message for _, message, _ in node.events("p"))


def test_probes_wait_while_the_runtime_is_down(node: OneNode) -> None:
    node.pod("p", {"image": "nginx:1.14", "livenessProbe": {"httpGet": {"port": 80}, "periodSeconds": 2}})
    node.run(10)
    node.machines.set_faults([{"type": "container-runtime-down", "node": "node01"}])
    node.run(120)
    ready = next(
        entry for entry in node.api.get("nodes", None, "node01")["status"]["conditions"] if entry["type"] == "Ready"
    )
    assert (ready["status"], ready["message"]) == ("False", "container runtime is down")
    node.machines.set_faults([])
    node.run(30)
    assert node.status("p")["restartCount"] == 0
    ready = next(
        entry for entry in node.api.get("nodes", None, "node01")["status"]["conditions"] if entry["type"] == "Ready"
    )
    assert ready["status"] == "True"


def test_a_hook_that_outlives_its_container_does_not_hold_the_pod_up(node: OneNode) -> None:
    lifecycle = {"postStart": {"exec": {"command": ["sleep", "1000"]}}}
    node.pod("p", {"command": ["sh", "-c", "sleep 3; exit 1"], "lifecycle": lifecycle})
    node.run(30)
    assert node.status("p")["restartCount"] >= 1
