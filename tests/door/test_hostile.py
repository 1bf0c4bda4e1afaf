"""Clients that mean no good, or do not know what they do: the door answers or hangs up, and goes on serving the others."""

import base64
import json
import os
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress

import pytest
import yaml

from tests.door.kubectl import Cluster

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("door")]
PATIENCE_S = 20
PODS = "/api/v1/namespaces/default/pods"
PROTOBUF = "application/vnd.kubernetes.protobuf"


class Client:
    """A client of the door that says what it wants, byte by byte."""

    def __init__(self, cluster: Cluster) -> None:
        config = yaml.safe_load(cluster.kubeconfig())
        self.base = f"/clusters/{cluster.sandbox}"
        self.token = config["users"][0]["user"]["token"]
        host, _, port = cluster.site.base.removeprefix("http://").partition(":")
        self.address = (host, int(port))

    def connect(self, room: int = 0) -> socket.socket:
        """A connection; *room* is for how many bytes there is room on this side."""
        line = socket.socket()
        if room:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        line.settimeout(PATIENCE_S)
        line.connect(self.address)
        return line

    def head(self, method: str, path: str, **headers: str) -> bytes:
        said = {"Host": "127.0.0.1", "Authorization": f"Bearer {self.token}", **headers}
        lines = [
            f"{method} {self.base}{path} HTTP/1.1",
            *(f"{name.replace('_', '-')}: {text}" for name, text in said.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        """Status and body of an answer."""
        with closing(self.connect()) as line:
            head = self.head(method, path, Content_Length=str(len(body)), Connection="close", **headers)
            line.sendall(head + body)
            return answer(read_all(line))

    @contextmanager
    def watching(self, path: str = f"{PODS}?watch=true", room: int = 0) -> Iterator[tuple[socket.socket, int]]:
        """A watch that is open, and its status."""
        with closing(self.connect(room)) as line:
            line.sendall(self.head("GET", path))
            yield line, int(line.recv(4096).split()[1])

    def upgrade(self, path: str, protocol: str, **headers: str) -> socket.socket:
        """A WebSocket after its handshake, which must go well."""
        line = self.connect()
        key = base64.b64encode(os.urandom(16)).decode()
        line.sendall(
            self.head(
                "GET", path, Connection="Upgrade", Upgrade="websocket", Sec_WebSocket_Version="13",
                Sec_WebSocket_Key=key, Sec_WebSocket_Protocol=protocol, **headers,
            )
        )  # fmt: skip
        assert line.recv(4096).startswith(b"HTTP/1.1 101"), path
        return line

    def well(self) -> None:
        """The door still serves."""
        assert self.ask("GET", PODS)[0] == 200


def read_all(line: socket.socket) -> bytes:
    data = b""
    while part := line.recv(65536):
        data += part
    return data


def answer(data: bytes) -> tuple[int, bytes]:
    head, _, body = data.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def frame(data: bytes) -> bytes:
    """A binary message of a WebSocket's client."""
    size = bytes([0x80 | len(data)]) if len(data) < 126 else struct.pack("!BH", 0x80 | 126, len(data))
    return bytes([0x82]) + size + bytes(4) + data


@pytest.fixture
def client(cluster: Cluster) -> Client:
    return Client(cluster)


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
    client.well()


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
    client.well()


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


def test_a_websocket_needs_no_origin_and_a_token(client: Client) -> None:
    made = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "hostile"}}
    made["spec"] = {"containers": [{"name": "c", "image": "busybox:1.36", "command": ["sleep", "3600"]}]}
    client.ask("POST", PODS, json.dumps(made).encode(), Content_Type="application/json")
    end = time.monotonic() + PATIENCE_S
    while b'"phase":"Running"' not in client.ask("GET", f"{PODS}/hostile")[1].replace(b" ", b""):
        assert time.monotonic() < end
        time.sleep(0.2)
    path = f"{PODS}/hostile/exec?command=cat&stdin=true&stdout=true"
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
def test_a_port_forward_that_speaks_nonsense_is_ended(client: Client, data: bytes) -> None:
    test_path = f"{PODS}/hostile/portforward"
    with closing(client.upgrade(test_path, "SPDY/3.1+portforward.k8s.io")) as line:
        line.sendall(frame(data))
        line.settimeout(0.5)
        with suppress(TimeoutError):
            line.recv(4096)
    client.well()


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x04{", b"\x04" + b"9" * 200, b"\xff\xff", b"\x09x", b"\x02x"])
def test_an_exec_that_speaks_nonsense_does_no_harm(client: Client, data: bytes) -> None:
    path = f"{PODS}/hostile/exec?command=cat&stdin=true&stdout=true&tty=true"
    with closing(client.upgrade(path, "v5.channel.k8s.io")) as line:
        line.sendall(frame(data))
        line.sendall(frame(b"\0on\n"))
        heard = b""
        while b"on" not in heard:
            heard += line.recv(4096)


def test_what_clients_did_left_no_error_in_the_log(cluster: Cluster, client: Client) -> None:
    client.well()
    log = (cluster.site.var / "server.log").read_text()
    assert "Traceback" not in log
    assert client.token.partition(".")[2] not in log
