"""`-v`: what kubectl says of its way to the API server."""

import json
import re
from dataclasses import replace
from urllib.parse import unquote, unquote_plus

import pytest

from simulator.api.addresses import address_of, method_of, request_of
from simulator.api.requests import Request

STAMP = re.compile(r"^I\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ ", re.MULTILINE)
LIST = "https://192.168.10.10:6443/api/v1/namespaces/default/configmaps?limit=500"
TABLE = "application/json;as=Table;v={};g=meta.k8s.io"


def said(bench, words: str) -> list[str]:
    """What is logged, line by line, without time and process, and without the feature gates."""
    lines = STAMP.sub("", bench.kubectl(words)).splitlines()
    return [line for line in lines if "Feature gate" not in line]


def test_nothing_is_said_unless_it_is_asked_for(bench):
    assert bench.kubectl("get cm -v=0") == "No resources found in default namespace.\n"


def test_gates_are_named_from_the_first_level_on(bench):
    gates = STAMP.sub("", bench.kubectl("get cm -v=1")).splitlines()[:-1]
    assert gates[0] == 'envvar.go:195] "Feature gate default state" feature="AtomicFIFO" enabled=true'
    assert len(gates) == 10


def test_a_request_is_told_of_with_its_duration(bench):
    loaded, response, last = said(bench, "get cm -v=6")
    assert loaded == "loader.go:407] Config loaded from file:  /root/.kube/config"
    trip = f'round_trippers.go:632] "Response" verb="GET" url="{LIST}" status="200 OK" milliseconds='
    assert re.fullmatch(re.escape(trip) + r"\d", response)
    assert last == "No resources found in default namespace."


def test_headers_of_the_request_are_told_at_seven(bench):
    accept = f"{TABLE.format('v1')},{TABLE.format('v1beta1')},application/json"
    assert said(bench, "get cm -v=7 --token=secret")[1:5] == [
        f'round_trippers.go:527] "Request" verb="GET" url="{LIST}" headers=<',
        f"\tAccept: {accept}",
        "\tAuthorization: Bearer <masked>",
        "\tUser-Agent: kubectl/v1.36.2 (linux/amd64) kubernetes/podlab",
    ]


def test_bodies_are_told_at_eight(bench):
    lines = said(bench, "create cm a --from-literal=k=v -v=8")
    at = lines.index('helper.go:246] "Request Body" body=<')
    sent = json.loads(lines[at + 1])
    assert (sent["kind"], sent["metadata"]["name"], sent["data"]) == ("ConfigMap", "a", {"k": "v"})
    assert any(line.startswith("\tContent-Length: ") for line in lines)
    assert any(line.startswith("\tDate: ") for line in lines)
    assert lines[-4] == 'helper.go:246] "Response Body" body=<'
    assert '"uid":' in lines[-3]


def test_long_bodies_are_cut_short(bench):
    bench.kubectl(f"create cm long --from-literal=k={'x' * 1200}")
    body = said(bench, "get cm long -o yaml -v=8")
    assert any(re.search(r'"Response Body" body=".{1024,}\[truncated \d+ chars\]"$', line) for line in body)
    assert "truncated" not in bench.kubectl("get cm long -o yaml -v=10")


def test_curl_is_told_at_nine(bench):
    text = "\n".join(said(bench, "get cm -v=9 --as=bob"))
    curl = r'\n\tcurl -v -XGET  -H "Accept: .*" -H "Impersonate-User: bob" -H "User-Agent: .*" ' + re.escape(
        f"'{LIST}'"
    )
    assert re.search(curl, text)
    assert '"HTTP Trace: Dial succeed" network="tcp" address="192.168.10.10:6443"' in text
    assert re.search(r"milliseconds=\d dnsLookupMilliseconds=0 .*serverProcessingMilliseconds=\d", text)


def test_what_is_waited_for_is_told_once(bench):
    bench.kubectl("create cm a")
    lines = said(bench, "wait --for=jsonpath='{.data.k}'=v cm/a --timeout=3s -v=6")
    bench.run_for(4_000_000)
    assert sum("Config loaded" in line for line in lines) == 1
    assert sum("watch=true" in line for line in lines) == 1


def test_an_answer_that_does_not_come_has_no_status(bench):
    lines = said(bench, "get cm -v=6 -s https://192.168.10.99:1")
    assert 'status="" milliseconds=' in lines[1]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/namespaces/a/pods/p/log?container=c&follow=true"),
        ("POST", "/api/v1/namespaces/a/pods/p/eviction"),
        ("POST", "/apis/apps/v1/namespaces/a/deployments?fieldManager=kubectl-create"),
        ("PATCH", "/apis/apps/v1/namespaces/a/deployments/d/scale"),
        ("DELETE", "/api/v1/nodes/n"),
        ("DELETE", "/api/v1/namespaces/a/pods?labelSelector=a%3Db"),
        ("GET", "/api/v1/namespaces/a"),
        ("GET", "/version?timeout=32s"),
        ("GET", "/apis/example.com/v1/things/caf%C3%A9%2F?q=a+b"),
    ],
)
def test_an_address_leads_back_to_its_request(method, path):
    path_only, _, query = path.partition("?")
    values = {
        name: [unquote_plus(value)] for name, _, value in (each.partition("=") for each in query.split("&")) if name
    }
    request = replace(Request(**(found := request_of(method, path_only, values))), name=unquote(found.get("name", "")))
    assert (method_of(request), address_of(request)) == (method, path)
