"""Clients that mean no good, or do not know what they do: the door answers or hangs up, and goes on serving the others."""

import base64
import json
import time
from contextlib import ExitStack, closing, suppress

import pytest

from tests.door.kubectl import until
from tests.door.wire import PATIENCE_S, PODS, Client, frame

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("door")]
PROTOBUF = "application/vnd.kubernetes.protobuf"

BODIES: list[tuple[bytes, str, int]] = [
    (b"{", "application/json", 400),
    (b"[" * 100_000, "application/json", 400),
    (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "application/json", 400),
    (b"null", "application/json", 400),
    (b"[]", "application/json", 400),
    (b'{"metadata":{"name":1}}', "application/json", 400),
    (b'{"metadata":[],"spec":7}', "application/json", 400),
    (b'{"kind":{"a":1},"apiVersion":[1]}', "application/json", 400),
    (b'{"metadata":{"name":"\\ud800"}}', "application/json", 400),
    (b"\xff\xfe\x00", "application/json", 400),
    (b"\xff\xfe\x00", "application/yaml", 400),
    (b"a: &a [*a, *a]", "application/yaml", 400),
    (b"k8s\0", PROTOBUF, 400),
    (b"k8s\0" + b"\xff" * 64, PROTOBUF, 400),
    (b"k8s\0\x12\xff\xff\xff\xff\x7fx", PROTOBUF, 400),
    (b"not protobuf", PROTOBUF, 400),
    (b"k8s\0" + b"\x0a\x02" * 1000, PROTOBUF, 400),
    (b"<xml/>", "text/xml", 415),
]


@pytest.mark.parametrize(("body", "kind", "code"), BODIES)
def test_bodies_that_make_no_sense_are_refused_with_a_status(client: Client, body: bytes, kind: str, code: int) -> None:
    status, told = client.ask("POST", PODS, body, Content_Type=kind)
    assert (status, json.loads(told)["kind"]) == (code, "Status"), told


@pytest.mark.parametrize(
    ("method", "path", "kind", "body", "message"),
    [
        (
            "POST", PODS, "application/json", b"{",
            "the object provided is unrecognized (must be of type Pod): "
            "couldn't get version/kind; json parse error: unexpected end of JSON input ({)",
        ),
        (
            "POST", PODS, "application/json", b"kind: Pod",
            "the object provided is unrecognized (must be of type Pod): couldn't get version/kind; "
            "json parse error: invalid character 'k' looking for beginning of value (6b696e643a20506f64)",
        ),
        (
            "POST", PODS, "application/json", b'{"spec":{"containers":[{"name":"c","ports":[{"containerPort":"80"}]}]}}',
            'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal string into Go struct field '
            "ContainerPort.spec.containers.ports.containerPort of type int32",
        ),
        (
            "PATCH", "/api/v1/nodes/node01", "application/merge-patch+json", b"{x}",
            "invalid character 'x' looking for beginning of object key string",
        ),
    ],
)  # fmt: skip
def test_what_curl_sends_is_refused_in_the_words_of_the_api_server(
    client: Client, method: str, path: str, kind: str, body: bytes, message: str
) -> None:
    status, told = client.ask(method, path, body, Content_Type=kind)
    assert (status, json.loads(told)["message"]) == (400, message)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "//",
        "/../../etc/passwd",
        "/api/v1/namespaces/%00/pods",
        "/api/v1/namespaces/default/pods/%2e%2e%2f%2e%2e",
        "/api/v1/namespaces/default/pods/a/b/c/d/e/f",
        "/apis/%ff%fe/v1/x",
        "/apis/apps/v9/deployments",
        "/api/v1/" + "x" * 8_000,
        "/openapi/v3/../../../x",
        f"{PODS}?limit=-1",
        f"{PODS}?limit=99999999999999999999999",
        f"{PODS}?labelSelector=%25%25((((",
        f"{PODS}?fieldSelector=a.b.c.d=e",
        f"{PODS}?continue=AAAA",
        f"{PODS}?watch=true&resourceVersion=abc",
        f"{PODS}?watch=true&timeoutSeconds=x",
        f"{PODS}/x/log?tailLines=x",
        f"{PODS}?" + "&".join(f"a{number}=1" for number in range(300)),
    ],
)
def test_addresses_that_lead_nowhere_are_refused_and_nothing_fails(client: Client, path: str) -> None:
    assert client.ask("GET", path)[0] in (200, 400, 401, 404, 414, 422)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PURGE", "CONNECT"])
def test_unusual_methods_do_no_harm(client: Client, method: str) -> None:
    assert client.ask(method, PODS)[0] in (200, 400, 403, 404, 405)


def test_a_body_without_end_is_cut_off(client: Client) -> None:
    with closing(client.connect()) as line:
        line.sendall(client.head("POST", PODS, Transfer_Encoding="chunked", Content_Type="application/json"))
        piece, sent = b"10000\r\n" + b" " * 65536 + b"\r\n", 0
        try:
            while sent < 128 << 20:
                line.sendall(piece)
                sent += len(piece)
        except OSError:
            pass
    assert sent < 128 << 20


def test_slow_clients_keep_nobody_waiting(client: Client) -> None:
    with ExitStack() as stack:
        for _ in range(50):
            line = stack.enter_context(closing(client.connect()))
            line.sendall(client.head("POST", PODS, Content_Length="1000")[:-30])
        begun = time.monotonic()
        client.well()
        assert time.monotonic() - begun < PATIENCE_S


def test_a_client_that_does_not_read_is_let_go(client: Client) -> None:
    name = "unread"
    made = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"text": "x" * 900_000}}
    address = "/api/v1/namespaces/default/configmaps"
    assert client.ask("POST", address, json.dumps(made).encode(), Content_Type="application/json")[0] == 201
    merge = "application/merge-patch+json"
    with client.watching(f"{address}?watch=true&fieldSelector=metadata.name={name}", 4096) as (line, status):
        assert status == 200
        for number in range(12):
            body = json.dumps({"metadata": {"labels": {"n": str(number)}}}).encode()
            assert client.ask("PATCH", f"{address}/{name}", body, Content_Type=merge)[0] == 200
        line.settimeout(PATIENCE_S)
        size = 0
        try:
            while part := line.recv(1 << 20):
                size += len(part)
        except ConnectionResetError:
            pass
    assert size < 12 * 900_000
    assert client.ask("DELETE", f"{address}/{name}")[0] == 200


def test_watches_beyond_the_limit_are_asked_to_come_later(client: Client) -> None:
    with ExitStack() as stack:
        found = [stack.enter_context(client.watching())[1] for _ in range(380)]
        time.sleep(2)  # requests of one token are counted, too
        found += [stack.enter_context(client.watching())[1] for _ in range(180)]
    assert found.count(200) == 500
    assert set(found) == {200, 429}
    until(lambda: opens(client))  # those who have gone have made room


def opens(client: Client) -> bool:
    """Whether a watch can be opened."""
    with client.watching() as (_, status):
        return status == 200


def test_who_asks_too_often_is_told_when_to_come_again_and_loses_nothing(client: Client) -> None:
    refused = b""
    with closing(client.connect()) as line:
        for _ in range(40):
            line.sendall(client.head("GET", "/version") * 50)
        while b" 429 " not in refused:
            refused = refused[-4096:] + line.recv(65536)
        while b"\r\n\r\n" not in refused.partition(b" 429 ")[2]:
            refused += line.recv(65536)
    head = refused.partition(b" 429 ")[2].partition(b"\r\n\r\n")[0].lower()
    assert b"retry-after: 1" in head
    time.sleep(1.1)
    client.well()


def test_a_websocket_needs_no_origin_and_a_token(client: Client, pod: str) -> None:
    path = f"{pod}/exec?command=cat&stdin=true&stdout=true"
    for origin in ({}, {"Origin": "http://elsewhere.example"}):
        with closing(client.upgrade(path, "v5.channel.k8s.io", **origin)) as line:
            line.sendall(frame(b"\0hello\n"))
            heard = b""
            while b"hello" not in heard:
                heard += line.recv(4096)
    line = client.connect()
    with closing(line):
        key = base64.b64encode(bytes(16)).decode()
        line.sendall(
            client.head(
                "GET", path, Connection="Upgrade", Upgrade="websocket", Sec_WebSocket_Version="13", Sec_WebSocket_Key=key,
                Sec_WebSocket_Protocol="v5.channel.k8s.io", Authorization="Bearer no",
            )
        )  # fmt: skip
        assert b" 403 " in line.recv(4096)


SPDY: list[bytes] = [
    b"GET / HTTP/1.1\r\n\r\n",
    b"\xff" * 64,
    b"\x80\x03\x00\x01\x00\xff\xff\xff" + bytes(100),
    b"\x80\x03\x00\x01\x00\x00\x00\x20" + bytes(32),
    b"\x80\x02\x00\x01\x00\x00\x00\x00",
    bytes(4096),
]


@pytest.mark.parametrize("data", SPDY)
def test_a_port_forward_that_speaks_nonsense_is_ended(client: Client, pod: str, data: bytes) -> None:
    with closing(client.upgrade(f"{pod}/portforward", "SPDY/3.1+portforward.k8s.io")) as line:
        line.sendall(frame(data))
        line.settimeout(0.5)
        with suppress(TimeoutError):
            line.recv(4096)


@pytest.mark.parametrize("protocol", ["v4.channel.k8s.io", ""])
@pytest.mark.parametrize("data", [b"", b"\x00", b"\x01x", b"\x02x", b"\xff\xff", bytes(4096)])
def test_a_port_forward_over_channels_that_speaks_nonsense_does_no_harm(
    client: Client, pod: str, data: bytes, protocol: str
) -> None:
    # Nobody listens at the port, so the line ends at once, perhaps before it has brought what is said.
    with suppress(ConnectionError), closing(client.upgrade(f"{pod}/portforward?ports=80", protocol)) as line:
        line.sendall(frame(data))
        while line.recv(4096):
            pass


@pytest.mark.parametrize("ports", ["", "ports=", "ports=0", "ports=x", "ports=65536", "ports=1" + ",1" * 64])
def test_a_port_forward_to_no_port_is_refused(client: Client, pod: str, ports: str) -> None:
    with closing(client.connect()) as line:
        line.sendall(client.handshake(f"{pod}/portforward?{ports}", "v4.channel.k8s.io"))
        assert line.recv(4096).startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x04{", b"\x04" + b"9" * 200, b"\xff\xff", b"\x09x", b"\x02x"])
def test_an_exec_that_speaks_nonsense_does_no_harm(client: Client, pod: str, data: bytes) -> None:
    path = f"{pod}/exec?command=cat&stdin=true&stdout=true&tty=true"
    with closing(client.upgrade(path, "v5.channel.k8s.io")) as line:
        line.sendall(frame(data))
        line.sendall(frame(b"\0on\n"))
        heard = b""
        while b"on" not in heard:
            heard += line.recv(4096)
