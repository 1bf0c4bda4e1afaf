"""A client of the door that says what it wants, byte by byte."""

import base64
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager

import yaml

from tests.door.kubectl import Cluster

PATIENCE_S = 40
PODS = "/api/v1/namespaces/default/pods"


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

    def upgrade(self, path: str, protocol: str, room: int = 0, **headers: str) -> socket.socket:
        """A WebSocket after its handshake, which must go well."""
        line = self.connect(room)
        line.sendall(self.handshake(path, protocol, **headers))
        assert line.recv(4096).startswith(b"HTTP/1.1 101"), path
        return line

    def handshake(self, path: str, protocol: str, **headers: str) -> bytes:
        """What asks for a WebSocket; with no *protocol* none is named."""
        key = base64.b64encode(os.urandom(16)).decode()
        wanted = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec_WebSocket_Version": "13",
            "Sec_WebSocket_Key": key,
        }
        named = {"Sec_WebSocket_Protocol": protocol} if protocol else {}
        return self.head("GET", path, **wanted, **named, **headers)

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
