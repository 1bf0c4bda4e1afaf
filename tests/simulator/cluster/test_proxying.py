"""`kubectl proxy`: the API server on a port of the learner's host, in the learner's name."""

import json

import pytest

from tests.simulator.cluster.console import Console

MAPS = "localhost:8001/api/v1/namespaces/default/configmaps"


@pytest.fixture
def console() -> Console:
    found = Console()
    found.typed("kubectl proxy > proxy.log 2>&1 &")
    assert found.typed("sleep 1; cat proxy.log") == "Starting to serve on 127.0.0.1:8001\n"
    return found


def test_objects_are_made_read_and_deleted_without_a_token(console: Console) -> None:
    body = '{"metadata":{"name":"c"},"data":{"k":"v"}}'
    made = json.loads(console.typed(f"curl -s -X POST -H 'Content-Type: application/json' {MAPS} -d '{body}'"))
    assert (made["kind"], made["data"]) == ("ConfigMap", {"k": "v"})
    assert console.typed("kubectl get configmap c -o name") == "configmap/c\n"
    assert json.loads(console.typed(f"curl -s {MAPS}/c"))["data"] == {"k": "v"}
    assert json.loads(console.typed(f"curl -s -X DELETE {MAPS}/c"))["status"] == "Success"
    assert json.loads(console.typed(f"curl -s {MAPS}/c"))["message"] == 'configmaps "c" not found'


def test_a_session_of_requests_is_answered_one_after_the_other(console: Console) -> None:
    assert console.typed("curl -s localhost:8001/healthz localhost:8001/livez localhost:8001/nope").startswith(
        "okok{\n"
    )


@pytest.mark.parametrize(
    "words",
    [
        "-H 'Host: evil.example.com' localhost:8001/api",
        "localhost:8001/api/v1/namespaces/default/pods/p/exec?command=id",
        "localhost:8001/api/v1/namespaces/default/pods/p/attach",
    ],
)
def test_the_filter_keeps_strangers_and_streams_out(console: Console, words: str) -> None:
    assert console.typed(f"curl -s {words}") == "Forbidden\n"


def test_filters_and_prefixes_are_as_the_flags_say(console: Console) -> None:
    console.typed(
        "kubectl proxy -p 8002 --api-prefix=/k8s --reject-methods=POST,PUT --accept-paths='^/version' > /dev/null &"
    )
    assert '"gitVersion"' in console.typed("sleep 1; curl -s localhost:8002/k8s/version")
    assert console.typed("curl -s localhost:8002/version") == "404 page not found\n"
    assert console.typed("curl -s localhost:8002/k8s/api") == "Forbidden\n"
    assert console.typed("curl -s -X POST localhost:8002/k8s/version") == "Forbidden\n"


def test_it_ends_when_it_is_told_to(console: Console) -> None:
    console.typed("kill %1")
    assert console.typed("curl -s localhost:8001/api; echo $?") == "7\n"


@pytest.mark.parametrize(
    ("words", "failure"),
    [
        ("", "listen tcp 127.0.0.1:8001: bind: address already in use"),
        ("-p 70000", "listen tcp: address 70000: invalid port"),
        ("--accept-hosts='('", "Error parsing --accept-hosts: error parsing regexp: `(`"),
        ("--www=.", "not simulated here: kubectl proxy --www"),
        ("--unix-socket=/tmp/s", "not simulated here: kubectl proxy --unix-socket"),
    ],
)
def test_what_cannot_be_served_is_refused(console: Console, words: str, failure: str) -> None:
    assert console.typed(f"kubectl proxy {words}") == f"error: {failure}\n"
